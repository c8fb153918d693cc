import type { MemberList, MessageWindow, Observable, PinList, RoomState } from '../client/index.js'

/** What a hook is given where there may be no id yet. */
export type MaybeId = string | null | undefined

/** An observable of which nothing is known, nor ever will be. */
const always = <T>(value: T): Observable<T> => ({
  subscribe: () => () => undefined,
  getSnapshot: () => value,
  getInitialSnapshot: () => value,
})

// Nothing is of any type.
export const noWindow = always<MessageWindow<never>>({
  ...{ items: [], failedMutations: [], status: 'idle', error: null },
  ...{ hasBefore: false, hasAfter: false, isLoadingBefore: false, isLoadingAfter: false },
})
export const noMembers = always<MemberList>({ items: [], status: 'idle', error: null, hasMore: false })
export const noPins = always<PinList<never>>({ items: [], status: 'idle', error: null })
export const noRoom = always<RoomState<never>>({ status: 'loading', room: null, reason: null })
export const nobody = always<readonly never[]>([])
export const noText = always('')
export const zero = always(0)
export const none = always(null)
export const unknown = always(undefined)

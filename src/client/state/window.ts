import type { User } from '../../contract/users.js'
import type { MessageWindow, ShownMessage } from '../api/messages.js'
import { done } from './deeds.js'
import { indexOf } from './messages.js'
import type { History, Pending } from './state.js'

const closed: MessageWindow = {
  ...{ items: [], status: 'idle', error: null },
  ...{ hasBefore: false, hasAfter: false, isLoadingBefore: false, isLoadingAfter: false },
}

/** Where the stretch without a hole around an index ends, on one side of it: `seq` counts without a gap. */
function endOf(items: readonly { seq: number }[], index: number, side: 1 | -1): number {
  let end = index
  while (items[end + side]?.seq === (items[end]?.seq ?? 0) + side) end += side
  return end
}

/** A message on its way, as a list shows it. */
const show = ({ clientId, error, media, mentions, ...pending }: Pending, user: User | null): ShownMessage => ({
  ...pending,
  ...{ id: clientId, key: clientId, clientId, seq: 0, revision: 0, kind: 'user', user, error },
  ...{ media: [...media], mentions: [...mentions], reactions: [], myReactions: [] },
  ...{ state: error ? 'failed' : 'sending', editedAt: null, deletedAt: null },
})

/** What is to be shown of a history. */
export function windowOf(
  history: History | undefined,
  lastMessageSeq: number,
  outbox: readonly Pending[],
  me: User | null,
  roomId: string,
): MessageWindow {
  if (!history) return closed
  const { anchor, deeds, status, error, isLoadingBefore, isLoadingAfter } = history
  // Before it was read, what events told is no beginning of anything.
  const all = status === 'ready' ? history.items : []
  const index = anchor === null ? all.length - 1 : indexOf(all, anchor)
  let items = all[index] ? all.slice(endOf(all, index, -1), endOf(all, index, 1) + 1) : []
  const hasBefore = (items[0]?.seq ?? 1) > 1
  const hasAfter = (items.at(-1)?.seq ?? lastMessageSeq) < lastMessageSeq
  for (const deed of deeds) items = items.map((item) => done(item, deed, me?.id ?? ''))
  const pending = hasAfter ? [] : outbox.filter((each) => each.roomId === roomId)
  items.push(...pending.map((each) => show(each, me)))
  return { items, status, error, hasBefore, hasAfter, isLoadingBefore, isLoadingAfter }
}

import type { User } from '../../contract/users.js'
import type { BlockList } from '../api/blocks.js'
import type { ChatClientError } from '../api/errors.js'
import type { MessageWindow, ShownMessage, ShownMutation } from '../api/messages.js'
import { withoutBlocked } from './blocks.js'
import { emptyHistory, isApart } from './messages.js'
import { applyMutation } from './pending-mutations.js'
import type { History } from './room-entry.js'
import { initialState, type Pending, type State } from './state.js'
import { shownMessage } from './users.js'

/** The status of a list; `asked` exists once it was requested. */
export const statusOf = (isRead: boolean, error: ChatClientError | null, asked: unknown): MessageWindow['status'] =>
  isRead ? 'ready' : error ? 'failed' : asked ? 'loading' : 'idle'

/** A pending message, as a list shows it. */
const show = (
  { order: _, strikes: __, sent: ___, forward: ____, mutation: _____, ...pending }: Pending,
  user: User | null,
): ShownMessage => ({
  ...pending,
  ...{ id: pending.clientId, key: pending.clientId, seq: 0, revision: 0, kind: 'user', user, as: null, system: null },
  ...{ reactions: [], myReactions: [], editedAt: null, deletedAt: null, pinnedAt: null, pinnedById: null },
  ...{ threadSeq: null, thread: null },
  state: pending.error ? 'failed' : 'sending',
})

const showMutation = ({ clientId, mutation, error }: Pending): ShownMutation =>
  ({ ...mutation, clientId, state: error ? 'failed' : 'sending', error }) as ShownMutation

/** A message with what I do to it applied, unless that has failed. */
const withMutation = (myId: string) => (item: ShownMessage, pending: Pending) => {
  const { mutation, error } = pending
  if (mutation?.messageId !== item.id) return item
  const changed = error ? item : applyMutation(item, mutation, myId)
  return { ...changed, mutations: [...(item.mutations ?? []), showMutation(pending)] }
}

/** The window of a history that is shown. */
export function windowOf(
  history: History | undefined,
  lastMessageSeq: number,
  outbox: readonly Pending[],
  me: User | null,
  roomId: string,
  users: State['users'] = new Map(),
  blocks: BlockList = initialState.blocks,
  threadId?: string,
  firstSeq = 1,
): MessageWindow {
  const { anchor, hasLatest, items: known, ...rest } = history ?? emptyHistory
  // Until a page was read, the messages that events brought are not shown.
  const all = hasLatest ? known : []
  const index = all.filter(({ seq }) => anchor === null || seq <= anchor).length - 1
  // `seq` has no gaps: as long as it is consecutive here, no message is missing.
  const offset = (all[index]?.seq ?? 0) - index
  let items = all.filter(({ seq }, n) => seq - n === offset)
  const hasBefore = (items[0]?.seq ?? 0) > firstSeq
  const hasAfter = (items.at(-1)?.seq ?? lastMessageSeq) < lastMessageSeq
  items = items.map((item) => shownMessage(users, item))
  // A message that is known by now is no longer pending, wherever in the history it is.
  const keys = new Set(known.map(({ key }) => key))
  const isHere = (each: Pending) => (threadId ? each.threadId === threadId : !isApart(each))
  const mine = outbox.filter((each) => each.roomId === roomId && !each.sent)
  const mutations = mine.filter(({ mutation }) => mutation)
  const isShown = (each: Pending) => !each.mutation && isHere(each) && !keys.has(each.clientId)
  const pending = hasAfter ? [] : mine.filter(isShown)
  items.push(...pending.map((each) => show(each, me)))
  items = items.map((item) => mutations.reduce(withMutation(me?.id ?? ''), item))
  items = withoutBlocked(items, blocks)
  const failedMutations = mutations.filter(({ error }) => error).map(showMutation)
  return { ...rest, items, failedMutations, status: statusOf(hasLatest, rest.error, history), hasBefore, hasAfter }
}

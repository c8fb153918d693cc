import type { User } from '../../contract/users.js'
import type { BlockList } from '../api/blocks.js'
import type { ChatClientError } from '../api/errors.js'
import type { MessageWindow, ShownMessage } from '../api/messages.js'
import { withoutBlocked } from './blocks.js'
import { emptyHistory } from './messages.js'
import { applyMutation } from './pending-mutations.js'
import { type History, initialState, type Pending, type State } from './state.js'
import { shownMessage } from './users.js'

/** How it stands with a list: `asked` is there once somebody asked for it. */
export const statusOf = (isRead: boolean, error: ChatClientError | null, asked: unknown): MessageWindow['status'] =>
  isRead ? 'ready' : error ? 'failed' : asked ? 'loading' : 'idle'

/** A message on its way, as a list shows it. */
const show = ({ order: _, strikes: __, sent: ___, ...pending }: Pending, user: User | null): ShownMessage => ({
  ...pending,
  ...{ id: pending.clientId, key: pending.clientId, seq: 0, revision: 0, kind: 'user', user, system: null },
  ...{ reactions: [], myReactions: [], editedAt: null, deletedAt: null },
  state: pending.error ? 'failed' : 'sending',
})

/** What is to be shown of a history. */
export function windowOf(
  history: History | undefined,
  lastMessageSeq: number,
  outbox: readonly Pending[],
  me: User | null,
  roomId: string,
  users: State['users'] = new Map(),
  blocks: BlockList = initialState.blocks,
): MessageWindow {
  const { anchor, mutations, hasLatest, items: known, ...rest } = history ?? emptyHistory
  // Before it was read, what events told is no beginning of anything.
  const all = hasLatest ? known : []
  const index = all.filter(({ seq }) => anchor === null || seq <= anchor).length - 1
  // `seq` counts without a gap: as long as it does so here, nothing is missing.
  const offset = (all[index]?.seq ?? 0) - index
  let items = all.filter(({ seq }, n) => seq - n === offset)
  const hasBefore = (items[0]?.seq ?? 1) > 1
  const hasAfter = (items.at(-1)?.seq ?? lastMessageSeq) < lastMessageSeq
  items = items.map((item) => shownMessage(users, item))
  for (const mutation of mutations) items = items.map((item) => applyMutation(item, mutation, me?.id ?? ''))
  items = withoutBlocked(items, blocks)
  // One that is known by now waits no more, wherever in the history it is.
  const keys = new Set(known.map(({ key }) => key))
  const isShown = (each: Pending) => each.roomId === roomId && !each.sent && !keys.has(each.clientId)
  const pending = hasAfter ? [] : outbox.filter(isShown)
  items.push(...pending.map((each) => show(each, me)))
  return { ...rest, items, status: statusOf(hasLatest, rest.error, history), hasBefore, hasAfter }
}

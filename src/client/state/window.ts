import type { User } from '../../contract/users.js'
import type { MessageWindow, ShownMessage } from '../api/messages.js'
import { done } from './deeds.js'
import { indexOf } from './messages.js'
import type { History, Pending } from './state.js'

const closed: MessageWindow = {
  ...{ items: [], status: 'idle', error: null },
  ...{ hasBefore: false, hasAfter: false, isLoadingBefore: false, isLoadingAfter: false },
}

/** The stretch without a hole around an index. As `seq` counts without a gap, a stretch is whole where it is as long as its seqs are apart. */
function stretch(items: readonly { seq: number }[], index: number): readonly [start: number, end: number] {
  const seqAt = (at: number) => (items[at] as { seq: number }).seq
  const isWhole = (at: number) => Math.abs(seqAt(at) - seqAt(index)) === Math.abs(at - index)
  let start = index
  for (let low = 0; low < start; ) {
    const middle = (low + start) >> 1
    if (isWhole(middle)) start = middle
    else low = middle + 1
  }
  let last = index
  for (let high = items.length - 1; high > last; ) {
    const middle = (high + last + 1) >> 1
    if (isWhole(middle)) last = middle
    else high = middle - 1
  }
  return [start, last + 1]
}

const shownPending = new WeakMap<Pending, ShownMessage>()

/** A message on its way, as a list shows it. */
function show(pending: Pending, me: User | null): ShownMessage {
  const known = shownPending.get(pending)
  if (known?.user === me) return known
  const { clientId, error } = pending
  const made: ShownMessage = {
    ...{ id: clientId, key: clientId, clientId, seq: 0, revision: 0, kind: 'user', user: me, error },
    ...{ roomId: pending.roomId, text: pending.text, replyTo: pending.replyTo, createdAt: pending.createdAt },
    ...{ media: [...pending.media], mentions: [...pending.mentions], reactions: [], myReactions: [] },
    ...{ state: error ? 'failed' : 'sending', editedAt: null, deletedAt: null },
  }
  shownPending.set(pending, made)
  return made
}

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
  const [start, end] = all[index] ? stretch(all, index) : [0, 0]
  const first = all[start]
  const last = all[end - 1]
  const hasAfter = last !== undefined && last.seq < lastMessageSeq
  let items = start === 0 && end === all.length ? all : all.slice(start, end)
  if (deeds.length > 0 && me) {
    const about = new Set(deeds.map(({ messageId }) => messageId))
    const doneTo = (item: ShownMessage) =>
      deeds.reduce((each, deed) => (deed.messageId === item.id ? done(each, deed, me.id) : each), item)
    items = items.map((item) => (about.has(item.id) ? doneTo(item) : item))
  }
  const pending = hasAfter ? [] : outbox.filter((each) => each.roomId === roomId)
  if (pending.length > 0) items = [...items, ...pending.map((each) => show(each, me))]
  const hasBefore = first !== undefined && first.seq > 1
  return { items, status, error, hasBefore, hasAfter, isLoadingBefore, isLoadingAfter }
}

import type { Message } from '../../contract/messages.js'
import type { History, RoomChange, Tally, Unread } from './room-entry.js'
import type { State } from './state.js'

export function changeOf(message: Message | undefined, me: State['me']): RoomChange {
  if (!message) return { seq: 0, isMine: false, counts: false, isDeleted: false }
  const { seq, kind, user, deletedAt } = message
  // A system message is nobody's own message, and counts for nobody.
  const isSaid = kind === 'user'
  const isMine = isSaid && user !== null && user.id === me?.id
  return { seq, isMine, counts: isSaid && !isMine, isDeleted: deletedAt !== null }
}

/** The tally after the next change of the room. */
function after(tally: Tally, { seq, isMine, counts, isDeleted }: RoomChange): Tally {
  const { lastMessageSeq, lastReadSeq, unreadCount } = tally
  const revision = tally.revision + 1
  if (seq <= lastMessageSeq) {
    const isLess = isDeleted && counts && seq > lastReadSeq
    return { ...tally, revision, unreadCount: unreadCount - (isLess ? 1 : 0) }
  }
  // Sending a message marks the room as read for its sender.
  if (isMine) return { revision, lastMessageSeq: seq, lastReadSeq: Math.max(seq, lastReadSeq), unreadCount: 0 }
  const isMore = counts && !isDeleted && seq > lastReadSeq
  return { ...tally, revision, lastMessageSeq: seq, unreadCount: unreadCount + (isMore ? 1 : 0) }
}

function settle({ tally, changes }: Unread): Unread {
  if (!tally) return { tally, changes }
  let settled = tally
  for (
    let change = changes.get(tally.revision + 1);
    change && !tally.isGuess;
    change = changes.get(settled.revision + 1)
  ) {
    settled = after(settled, change)
  }
  const isNews = ([revision]: [number, RoomChange]) => revision > settled.revision
  return { tally: settled, changes: new Map([...changes].filter(isNews)) }
}

/** Takes the server's count, unless it is older than the known one. */
export function withTally(unread: Unread, tally: Tally): Unread {
  const known = unread.tally
  const isOld = known && (tally.revision - known.revision || tally.lastReadSeq - known.lastReadSeq) < 0
  return isOld ? unread : settle({ ...unread, tally })
}

/** Takes a change; changes may come in any order and more than once. */
export function withChange(unread: Unread, revision: number, change: RoomChange): Unread {
  if (unread.tally && revision <= unread.tally.revision) return unread
  return settle({ ...unread, changes: new Map(unread.changes).set(revision, change) })
}

/** The marker moved, and the server has not counted from there yet. `isCurrent`: the history has all that the tally counts. */
export function withMarker(
  unread: Unread,
  lastReadSeq: number,
  history: History | undefined,
  isCurrent: boolean,
  me: State['me'],
): Unread {
  const { tally } = unread
  if (!tally || lastReadSeq <= tally.lastReadSeq) return unread
  const { revision, lastMessageSeq } = tally
  const length = Math.max(0, lastMessageSeq - lastReadSeq)
  const above = history?.items.filter(({ seq }) => seq > lastReadSeq && seq <= lastMessageSeq) ?? []
  const isKnown = length === 0 || (isCurrent && above.length === length)
  // A message that was deleted later was not deleted when the tally was counted.
  const isUnread = (message: Message) =>
    changeOf(message, me).counts && (message.deletedAt === null || message.revision > revision)
  const unreadCount = isKnown ? above.filter(isUnread).length : Math.min(tally.unreadCount, length)
  return settle({
    ...unread,
    tally: { revision, lastMessageSeq, lastReadSeq, unreadCount, ...(isKnown ? {} : { isGuess: true }) },
  })
}

/** How many messages are unread. */
export function unreadOf({ tally, changes }: Unread): number {
  const { lastMessageSeq, unreadCount, lastReadSeq } = tally ?? { lastMessageSeq: 0, unreadCount: 0, lastReadSeq: 0 }
  const latest = new Map<number, RoomChange>()
  let marker = lastReadSeq
  for (const revision of [...changes.keys()].sort((one, other) => one - other)) {
    const change = changes.get(revision) as RoomChange
    latest.set(change.seq, change)
    if (change.isMine) marker = Math.max(marker, change.seq)
  }
  let count = marker > lastMessageSeq ? 0 : unreadCount
  for (const { seq, counts, isDeleted } of latest.values()) {
    if (!counts || seq <= marker) continue
    if (seq > lastMessageSeq) count += isDeleted ? 0 : 1
    else if (isDeleted) count -= 1
  }
  return Math.max(0, count)
}

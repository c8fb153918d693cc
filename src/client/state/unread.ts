import type { Message } from '../../contract/messages.js'
import type { Fact, History, State, Tally, Unread } from './state.js'

export function factOf(message: Message | undefined, me: State['me']): Fact {
  if (!message) return { seq: 0, isMine: false, counts: false, isDeleted: false }
  const { seq, kind, user, deletedAt } = message
  // What the system says that somebody did is nobody's own, and counts for nobody.
  const isSaid = kind === 'user'
  const isMine = isSaid && user !== null && user.id === me?.id
  return { seq, isMine, counts: isSaid && !isMine, isDeleted: deletedAt !== null }
}

/** The tally after the next change of the room. */
function after(tally: Tally, { seq, isMine, counts, isDeleted }: Fact): Tally {
  const { lastMessageSeq, lastReadSeq, unreadCount } = tally
  const revision = tally.revision + 1
  if (seq <= lastMessageSeq) {
    const isLess = isDeleted && counts && seq > lastReadSeq
    return { ...tally, revision, unreadCount: unreadCount - (isLess ? 1 : 0) }
  }
  // Sending is reading.
  if (isMine) return { revision, lastMessageSeq: seq, lastReadSeq: Math.max(seq, lastReadSeq), unreadCount: 0 }
  const isMore = counts && !isDeleted && seq > lastReadSeq
  return { ...tally, revision, lastMessageSeq: seq, unreadCount: unreadCount + (isMore ? 1 : 0) }
}

function settle({ tally, facts }: Unread): Unread {
  if (!tally) return { tally, facts }
  let settled = tally
  for (let fact = facts.get(tally.revision + 1); fact && !tally.isGuess; fact = facts.get(settled.revision + 1)) {
    settled = after(settled, fact)
  }
  const isNews = ([revision]: [number, Fact]) => revision > settled.revision
  return { tally: settled, facts: new Map([...facts].filter(isNews)) }
}

/** Takes what the server counted, unless it is older than what is known. */
export function withTally(unread: Unread, tally: Tally): Unread {
  const known = unread.tally
  const isOld = known && (tally.revision - known.revision || tally.lastReadSeq - known.lastReadSeq) < 0
  return isOld ? unread : settle({ ...unread, tally })
}

/** Takes a change, in whatever order and however often it is told. */
export function withFact(unread: Unread, revision: number, fact: Fact): Unread {
  if (unread.tally && revision <= unread.tally.revision) return unread
  return settle({ ...unread, facts: new Map(unread.facts).set(revision, fact) })
}

/** The marker moved to where the server has not counted yet; `isCurrent`: the history tells all that the tally knows. */
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
  // What was deleted since was not when it was counted.
  const isUnread = (message: Message) =>
    factOf(message, me).counts && (message.deletedAt === null || message.revision > revision)
  const unreadCount = isKnown ? above.filter(isUnread).length : Math.min(tally.unreadCount, length)
  return settle({
    ...unread,
    tally: { revision, lastMessageSeq, lastReadSeq, unreadCount, ...(isKnown ? {} : { isGuess: true }) },
  })
}

/** How many messages are unread. */
export function unreadOf({ tally, facts }: Unread): number {
  const { lastMessageSeq, unreadCount, lastReadSeq } = tally ?? { lastMessageSeq: 0, unreadCount: 0, lastReadSeq: 0 }
  const latest = new Map<number, Fact>()
  let marker = lastReadSeq
  for (const revision of [...facts.keys()].sort((one, other) => one - other)) {
    const fact = facts.get(revision) as Fact
    latest.set(fact.seq, fact)
    if (fact.isMine) marker = Math.max(marker, fact.seq)
  }
  let count = marker > lastMessageSeq ? 0 : unreadCount
  for (const { seq, counts, isDeleted } of latest.values()) {
    if (!counts || seq <= marker) continue
    if (seq > lastMessageSeq) count += isDeleted ? 0 : 1
    else if (isDeleted) count -= 1
  }
  return Math.max(0, count)
}

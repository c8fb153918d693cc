import type { MessageCause } from '../../contract/events.js'
import type { Message } from '../../contract/messages.js'
import type { History, RoomChange, RoomEntry, Tally, Unread } from './room-entry.js'
import type { State } from './state.js'

/** The server does not count further either: so many may be more. */
const mostMentions = 100

/** Who I am, and whose mentions do not count. */
export type Reader = Pick<State, 'me' | 'blocked'>

/** Whether a message of somebody else's mentions me or everyone. */
function mentionsMe({ kind, user, deletedAt, mentions, mentionsEveryone }: Message, { me, blocked }: Reader): boolean {
  if (!me || deletedAt !== null || (kind === 'user' && user?.id === me.id)) return false
  return (mentionsEveryone || mentions.includes(me.id)) && !blocked.has(user?.id ?? '')
}

/** What was known before a change. */
type Before = Pick<RoomEntry, 'history' | 'unread'> & Partial<Pick<RoomEntry, 'last'>>

/** The message as it was before a change, if it was known then and is counted as it was. */
function knownBefore({ history, last, unread }: Before, { seq, revision }: Message): Message | undefined {
  const known = history?.items.find((item) => item.seq === seq) ?? last?.message
  if (known?.seq !== seq || known.revision >= revision) return undefined
  const isCounted = known.revision <= (unread.tally?.revision ?? -1) || unread.changes.has(known.revision)
  return isCounted ? known : undefined
}

const isNoMessage: RoomChange = {
  ...{ seq: 0, isMine: false, counts: false },
  ...{ isDeleted: false, wasDeleted: false, mentions: false },
}

/** `entry` is the room, or the thread, before the change. */
export function changeOf(
  message: Message | undefined,
  reader: Reader,
  entry: Before,
  cause?: MessageCause,
): RoomChange {
  if (!message) return isNoMessage
  const { seq, kind, user, thread, editedAt, deletedAt } = message
  // A system message is nobody's own message, and counts for nobody.
  const isSaid = kind === 'user'
  const isMine = isSaid && user !== null && user.id === reader.me?.id
  const mentions = mentionsMe(message, reader)
  const isDeleted = deletedAt !== null
  // A reaction, a pin or a reply changes nothing else, and who is mentioned changes only with an edit.
  const isAsBefore = cause !== undefined || (editedAt === null && !isDeleted)
  const before = isAsBefore ? message : knownBefore(entry, message)
  const mentioned = isMine ? false : before && mentionsMe(before, reader)
  // The message that a thread is of may change after it was deleted, and a replay does not say which of both it was.
  const wasDeleted = before ? before.deletedAt !== null : isDeleted && thread ? undefined : false
  return { seq, isMine, counts: isSaid && !isMine, isDeleted, wasDeleted, mentions, mentioned }
}

/** The tally after the next change of the room. */
function after(tally: Tally, change: RoomChange): Tally {
  const { seq, isMine, counts, isDeleted, wasDeleted, mentions, mentioned } = change
  const { lastMessageSeq, lastReadSeq, unreadCount, mentionCount } = tally
  const revision = tally.revision + 1
  // Sending a message marks the room as read for its sender.
  if (isMine && seq > lastMessageSeq) {
    const marker = Math.max(seq, lastReadSeq)
    return { revision, lastMessageSeq: seq, lastReadSeq: marker, unreadCount: 0, mentionCount: 0 }
  }
  if (seq <= lastReadSeq) return { ...tally, revision, lastMessageSeq: Math.max(seq, lastMessageSeq) }
  if (seq > lastMessageSeq) {
    return {
      ...{ ...tally, revision, lastMessageSeq: seq },
      unreadCount: unreadCount + (counts && !isDeleted ? 1 : 0),
      mentionCount: Math.min(mostMentions, mentionCount + (mentions ? 1 : 0)),
    }
  }
  const less = isDeleted && !wasDeleted && counts ? 1 : 0
  const moved = mentioned === undefined ? 0 : Number(mentions) - Number(mentioned)
  const isUnknown =
    (counts && wasDeleted === undefined) ||
    (mentioned === undefined ? mentions || mentionCount > 0 : moved < 0 && mentionCount >= mostMentions)
  return {
    ...{ ...tally, revision },
    unreadCount: unreadCount - less,
    mentionCount: Math.max(0, Math.min(mostMentions, mentionCount + moved)),
    ...(isUnknown ? { isUncertain: true } : {}),
  }
}

const inOrder = (changes: Unread['changes']): RoomChange[] =>
  [...changes].sort(([one], [other]) => one - other).map(([, change]) => change)

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
  const { tally, changes } = unread
  // The first time it is known best what was before.
  if ((tally && revision <= tally.revision) || changes.has(revision)) return unread
  return settle({ ...unread, changes: new Map(changes).set(revision, change) })
}

/** The marker moved, and the server has not counted from there yet. `isCurrent`: the history has all that the tally counts. */
export function withMarker(
  unread: Unread,
  lastReadSeq: number,
  history: History | undefined,
  isCurrent: boolean,
  reader: Reader,
): Unread {
  const { tally } = unread
  if (!tally || lastReadSeq <= tally.lastReadSeq) return unread
  const { revision, lastMessageSeq } = tally
  const length = Math.max(0, lastMessageSeq - lastReadSeq)
  const above = history?.items.filter(({ seq }) => seq > lastReadSeq && seq <= lastMessageSeq) ?? []
  const isKnown = length === 0 || (isCurrent && above.length === length)
  const first = new Map(
    inOrder(unread.changes)
      .reverse()
      .map((change) => [change.seq, change]),
  )
  // Each as it was when the tally was counted: what has changed since is counted in later.
  const isUnread = ({ seq, kind, user, ...message }: Message) =>
    kind === 'user' &&
    !(user && user.id === reader.me?.id) &&
    (message.deletedAt === null || (message.revision > revision && !first.get(seq)?.wasDeleted))
  const isMention = (message: Message) => first.get(message.seq)?.mentioned ?? mentionsMe(message, reader)
  const unreadCount = isKnown ? above.filter(isUnread).length : Math.min(tally.unreadCount, length)
  const mentionCount = isKnown ? above.filter(isMention).length : Math.min(tally.mentionCount, length)
  return settle({
    ...unread,
    tally: {
      ...{ revision, lastMessageSeq, lastReadSeq, unreadCount },
      mentionCount: Math.min(mostMentions, mentionCount),
      ...(isKnown ? {} : { isGuess: true }),
    },
  })
}

/** How many messages are unread, and how many of them mention me; `isUncertain`: the server has to be asked. */
export function countsOf({ tally, changes }: Unread): {
  counts: { unreadCount: number; mentionCount: number }
  isUncertain: boolean
} {
  let { lastMessageSeq, unreadCount, mentionCount, lastReadSeq: marker, isUncertain = false }: Tally = tally ?? nothing
  const all = inOrder(changes)
  const latest = new Map<number, RoomChange>()
  for (const change of all) {
    const { wasDeleted } = latest.get(change.seq) ?? change
    latest.set(change.seq, { ...change, wasDeleted })
    if (change.isMine) marker = Math.max(marker, change.seq)
  }
  if (marker > lastMessageSeq) [unreadCount, mentionCount] = [0, 0]
  for (const { seq, counts, isDeleted, wasDeleted, mentions } of latest.values()) {
    if (seq <= marker) continue
    const isNew = seq > lastMessageSeq
    if (counts && isNew !== isDeleted && !(wasDeleted && !isNew)) unreadCount += isNew ? 1 : -1
    if (isNew && mentions) mentionCount += 1
  }
  for (const { seq, counts, wasDeleted, mentions, mentioned } of all) {
    if (seq <= marker || seq > lastMessageSeq) continue
    isUncertain ||= counts && wasDeleted === undefined
    if (mentioned === undefined) isUncertain ||= mentions || mentionCount > 0
    else mentionCount += Number(mentions) - Number(mentioned)
  }
  return {
    counts: {
      unreadCount: Math.max(0, unreadCount),
      mentionCount: Math.max(0, Math.min(mostMentions, mentionCount)),
    },
    isUncertain,
  }
}

const nothing: Tally = { revision: 0, lastMessageSeq: 0, unreadCount: 0, mentionCount: 0, lastReadSeq: 0 }

import type { Role } from '../../contract/permissions.js'
import { ChatError, conflict, invalid } from '../../contract/problems.js'
import type { Db } from '../client.js'
import type { LockedRoom, Preconditions, ReadMarker, ThreadWrites } from '../dialects/dialect.js'
import { newId } from '../ids.js'
import { mediaOfMessages } from '../media.js'
import { membersAmong } from '../members.js'
import type { NewMessage } from '../messages.js'
import { findMessages, type MessageRow, newMessageRow, type ReplyRow, saidOf } from '../messages.js'
import { hiddenUpTo, placeOf } from '../readable.js'
import { isOfOneTenant } from '../tenants.js'
import { replyBottom } from '../threads.js'
import type { UserRow } from '../users.js'
import { type Appended, type AppendRequest, locked, type Outcome, refused } from './message.js'
import { staysApart, Threads } from './threads.js'

/** What the rule needs to know, as it was read. */
export interface Sender {
  userId: string
  room: Numbering['room']
  member:
    | (Pick<Preconditions, 'canCreateMessages' | 'canDeleteMessages' | 'canEditRoom' | 'silencedUntil'> & {
        role: Role
      })
    | undefined
  now: Date
  /** Whether the message mentions everyone; set once it is known that it is not a retry. */
  mentionsEveryone?: boolean
  /** When they last wrote here; set likewise. */
  lastSentAt?: Date | null
}

/** Decides whether a user may write; returns the refusal if they may not. */
export type Validate = (sender: Sender) => ChatError | undefined

export interface Validation {
  db: Db
  validate: Validate
  now: Date
}

/** A room during validation, with the last numbers that were assigned in it. */
export interface Numbering {
  room: Pick<LockedRoom, 'id' | 'type' | 'isPublic' | 'isBlocked' | 'slowModeSeconds' | 'historyRevision' | 'purgedSeq'>
  seq: number
  revision: number
  /** The time that new messages get. */
  at: Date
  /** The same of replies that are in threads alone. */
  replySeq: number
  repliesAt: Date
}

export interface Validated {
  /** In the order of the messages; `locked` if their room was not given. */
  outcomes: Outcome[]
  inserted: NewMessage[]
  threads: ThreadWrites
}

/**
 * Validates messages in their order, and numbers those that may be appended; a refused one takes no number. If a refusal
 * depends on another message of the batch, which is not stored yet, it is not final unless `isFinal`. Then the message is
 * `locked`, and so are later messages of the same sender in that room, so that they do not overtake it.
 */
export async function validateAll(
  on: Validation & { isFinal: boolean },
  requests: AppendRequest[],
  rooms: ReadonlyMap<string, Numbering>,
  preconditions: (Preconditions | undefined)[],
): Promise<Validated> {
  const outcomes: Outcome[] = []
  const inserted: NewMessage[] = []
  const threads = await Threads.of(on.db, requests)
  const firsts: Firsts = new Map()
  const behind = new Set<string>()
  const sent = new Map<string, Date>()
  const quotes: ReplyRow[] = []
  const lastReplies = new Map<string, { appended: Appended; numbering: Numbering }>()
  for (const [n, asked] of requests.entries()) {
    const numbering = rooms.get(asked.roomId)
    const known = preconditions[n]
    const speaker = `${asked.roomId} ${asked.userId}`
    if (!numbering || !known || behind.has(speaker)) {
      outcomes.push(locked)
      continue
    }
    const outcome = await outcomeOf({ ...on, threads }, asked, numbering.room, known, firsts, sent.get(speaker))
    if (outcome?.type === 'refused' && !on.isFinal && sent.has(speaker)) {
      behind.add(speaker)
      outcomes.push(locked)
      continue
    }
    if (outcome) {
      outcomes.push(outcome)
      continue
    }
    const request = asked.lenient ? await withoutGone(on.db, asked, hasQuote(numbering.room, known)) : asked
    const row = numbered(request, numbering, threads)
    const isPutAway = known.archivedAtSeq !== null && row.seq > 0
    const appended: Appended = { type: 'appended', row, created: true, shown: shownOf(request, known), isPutAway }
    if (row.threadId !== null) {
      threads.add(row)
      lastReplies.set(row.threadId, { appended, numbering })
    }
    if (asked.clientId !== null) firsts.set(keyOf(asked), { bodyHash: asked.bodyHash, outcome: appended })
    sent.set(speaker, on.now)
    inserted.push({ ...row, bodyHash: asked.bodyHash })
    if (appended.shown?.reply && known.replyHasMedia) quotes.push(appended.shown.reply)
    outcomes.push(appended)
  }
  if (quotes.length > 0) await addMedia(on.db, quotes)
  // The message that a thread is of changes once for all replies of the batch, after them, at a revision of its own.
  for (const [threadId, { appended, numbering }] of lastReplies) {
    numbering.revision += 1
    const root = threads.changeRoot(threadId, numbering.revision)
    if (root) appended.root = root
  }
  return { outcomes, inserted, threads: await threads.writes(on.db, inserted) }
}

type Firsts = Map<string, { bodyHash: string | null; outcome: Appended }>

const keyOf = ({ roomId, userId, clientId }: AppendRequest): string => JSON.stringify([roomId, userId, clientId])

const otherBody = (): ChatError => new ChatError('idempotency_conflict', 'this clientId was used for another message')

/** The outcome of a message that is not appended, because it is refused or already stored. */
async function outcomeOf(
  { db, validate, now, threads }: Validation & { threads: Threads },
  request: AppendRequest,
  room: Numbering['room'],
  known: Preconditions,
  firsts: Firsts,
  sentAt?: Date,
): Promise<Outcome | undefined> {
  const { role, canCreateMessages, canDeleteMessages, canEditRoom, silencedUntil } = known
  const member = role === null ? undefined : { role, canCreateMessages, canDeleteMessages, canEditRoom, silencedUntil }
  const senderOf = (userId: string): Sender => ({ userId, room, member, now })
  if (request.userId !== null) {
    // To users of another tenant a public room is not public. Only for those who are not members this is looked up.
    const isPublic = room.isPublic && (member !== undefined || (await isOfOneTenant(db, room.id, request.userId)))
    const refusal = validate({ ...senderOf(request.userId), room: { ...room, isPublic } })
    if (refusal) return refused(refusal)
  }
  // Twice in one batch: the second is a retry that overtook the first one's answer.
  const twin = request.clientId === null ? undefined : firsts.get(keyOf(request))
  if (twin) return twin.bodyHash === request.bodyHash ? { ...twin.outcome, created: false } : refused(otherBody())
  if (known.existingId !== null) {
    // The body of a deleted message is gone, and so is the means to compare: its tombstone answers for it.
    if (known.existingDeletedAt === null && known.existingHash !== request.bodyHash) return refused(otherBody())
    const [row] = await findMessages(db, [known.existingId])
    return row && { type: 'appended', row, created: false }
  }
  // Slow mode does not count retries, so this comes after the check for one.
  if (request.userId !== null && room.slowModeSeconds > 0) {
    const refusal = validate({ ...senderOf(request.userId), lastSentAt: sentAt ?? known.lastSentAt })
    if (refusal) return refused(refusal)
  }
  if (request.userId !== null && request.mentionsEveryone) {
    const refusal = validate({ ...senderOf(request.userId), mentionsEveryone: true })
    if (refusal) return refused(refusal)
  }
  if (request.refusal) return refused(request.refusal)
  const astray = threads.refusalOf(request, hiddenFrom(room, known))
  if (astray) return refused(astray)
  if (request.lenient) return undefined
  if (request.replyToId !== null && quotedPlace(known) <= hiddenFrom(room, known))
    return refused(invalid('/replyToId', 'there is no such message in this room'))
  if (request.replyToId !== null && known.replyDeletedAt !== null) return refused(conflict('the message was deleted'))
  const refusal = await refusalOfMentions(db, request.roomId, request.mentions)
  return refusal && refused(refusal)
}

/** Up to which `seq` messages are hidden from the sender, who is a member or the host. */
const hiddenFrom = (room: Numbering['room'], { joinedRevision, joinedSeq }: Preconditions): number =>
  hiddenUpTo(room, { joinedRevision: joinedRevision ?? 0, joinedSeq: joinedSeq ?? 0 })

/** Where the message that is quoted stands; 0 if there is none. */
const quotedPlace = ({ replySeq, replyRootSeq }: Preconditions): number =>
  replySeq === null ? 0 : placeOf({ seq: replySeq, rootSeq: replyRootSeq })

/** Whether what a message quotes is there, and not deleted. */
const hasQuote = (room: Numbering['room'], known: Preconditions): boolean =>
  quotedPlace(known) > hiddenFrom(room, known) && known.replyDeletedAt === null

/** Refuses mentions of people who are not members; `existing` mentions may stay. */
export async function refusalOfMentions(
  db: Db,
  roomId: string,
  mentions: string[],
  existing: string[] = [],
): Promise<ChatError | undefined> {
  const added = mentions.filter((userId) => !existing.includes(userId))
  if (added.length === 0) return undefined
  const members = await membersAmong(db, roomId, added)
  const stranger = mentions.findIndex((userId) => !members.has(userId) && !existing.includes(userId))
  return stranger < 0 ? undefined : invalid(`/mentions/${stranger}`, 'is not a member of this room')
}

/** The message without its quote if that is deleted or missing, and without mentions of people who are not members. */
async function withoutGone(db: Db, request: AppendRequest, hasQuote: boolean): Promise<AppendRequest> {
  const members = request.mentions.length === 0 ? undefined : await membersAmong(db, request.roomId, request.mentions)
  return {
    ...request,
    replyToId: hasQuote ? request.replyToId : null,
    mentions: request.mentions.filter((userId) => members?.has(userId)),
  }
}

/** The row of a message, which takes the next numbers of its room. */
function numbered(request: AppendRequest, numbering: Numbering, threads: Threads): MessageRow {
  const { mentions, mediaIds, threadId } = request
  const isAlone = staysApart(request)
  numbering.revision += 1
  if (isAlone) numbering.replySeq += 1
  else numbering.seq += 1
  return newMessageRow({
    id: newId(),
    seq: isAlone ? replyBottom + numbering.replySeq : numbering.seq,
    mentions: JSON.stringify(mentions),
    system: null,
    threadSeq: threadId === null ? null : threads.nextSeq(threadId),
    rootSeq: threadId === null ? null : threads.rootSeq(threadId),
    hasMedia: mediaIds.length > 0,
    revision: numbering.revision,
    createdAt: isAlone ? numbering.repliesAt : numbering.at,
    ...saidOf(request),
  })
}

/** Sending a message marks the room as read for its sender, up to that message. A reply that is in a thread alone does not. */
export function markersOf(inserted: NewMessage[]): ReadMarker[] {
  const furthest = new Map<string, ReadMarker>()
  for (const { roomId, userId, seq } of inserted) {
    if (userId === null) continue
    const key = `${roomId} ${userId}`
    // Slow mode counts from each of them.
    furthest.set(key, { roomId, userId, seq: Math.max(seq, furthest.get(key)?.seq ?? 0) })
  }
  return [...furthest.values()]
}

/** Adds what quoted messages carry; one that was deleted carries nothing. */
async function addMedia(db: Db, quotes: ReplyRow[]): Promise<void> {
  const media = await mediaOfMessages(
    db,
    quotes.map(({ id }) => id),
  )
  for (const quote of quotes) quote.firstMedia = media.get(quote.id)?.[0]
}

function shownOf(request: AppendRequest, known: Preconditions): NonNullable<Appended['shown']> {
  const user: UserRow | undefined =
    request.userId === null || known.userName === null
      ? undefined
      : {
          id: request.userId,
          name: known.userName,
          description: known.userDescription ?? '',
          hostAvatarUrl: known.hostAvatarUrl,
          avatarMediaId: known.avatarMediaId,
          lastSeenAt: known.userLastSeenAt,
        }
  const reply: ReplyRow | undefined =
    request.replyToId === null
      ? undefined
      : {
          id: request.replyToId,
          seq: known.replySeq ?? 0,
          threadId: known.replyThreadId,
          threadSeq: known.replyThreadSeq,
          rootSeq: known.replyRootSeq,
          userId: known.replyUserId,
          userName: known.replyUserName,
          saidAs: known.replySaidAs,
          text: known.replyText ?? '',
          deletedAt: known.replyDeletedAt,
          firstMedia: undefined,
        }
  return { user, reply, media: [] }
}

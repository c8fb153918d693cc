import type { Role } from '../contract/permissions.js'
import { ChatError, conflict, invalid } from '../contract/problems.js'
import type { Db } from './client.js'
import type { FactsRow, LockedRoom, NewMessage, ReadMarker } from './dialects/dialect.js'
import { newId } from './ids.js'
import type { MediaRow } from './media.js'
import { membersAmong } from './members.js'
import { findMessages, type MessageRow, type ReplyRow } from './messages.js'
import { isOfOneTenant } from './tenants.js'
import type { UserRow } from './users.js'

/** A message that wants to be appended to a room. */
export interface Append {
  roomId: string
  /** Null where the host's own code speaks. */
  userId: string | null
  kind: 'user' | 'system'
  text: string
  clientId: string | null
  /** Tells a retry from another message under the same `clientId`. */
  bodyHash: string | null
  replyToId: string | null
  mentions: string[]
  mediaIds: string[]
  /** Leaves out what it refers to and is gone, instead of being refused. */
  lenient: boolean
}

/** What the rule is asked about, read after the room's lock was taken. */
export interface Sender {
  userId: string
  room: Numbering['room']
  member: (Pick<FactsRow, 'canCreateMessages' | 'canDeleteMessages' | 'silencedUntil'> & { role: Role }) | undefined
  now: Date
  /** When they last wrote here; given once it is known that the message is none that is there already. */
  lastSentAt?: Date | null
}

/** Refuses by returning why. */
export type Judge = (sender: Sender) => ChatError | undefined

export interface Appended {
  row: MessageRow
  created: boolean
  /** Of what was created now: what it takes to show it, already read. */
  shown?: { user: UserRow | undefined; reply: ReplyRow | undefined; media: MediaRow[] }
}

export type Outcome = Appended | ChatError

/** A room of the batch is held by another transaction: its messages go on in a batch of their own, which waits. */
export const held = Symbol('held')

/** A room of the batch does not stand where it was remembered to: its messages go on with what is read. */
export const elsewhere = Symbol('elsewhere')

/** A room while messages are judged: the last numbers that were given in it. */
export interface Numbering {
  room: Pick<LockedRoom, 'id' | 'type' | 'isPublic' | 'isBlocked' | 'slowModeSeconds'>
  seq: number
  revision: number
}

export interface Judged {
  /** In the order of the messages; `held` where their room is not among those given. */
  outcomes: (Outcome | typeof held)[]
  fresh: NewMessage[]
}

/**
 * Judges messages in their order, and numbers those that may be appended; a refused one takes no number. Where a refusal
 * is not the last word, `staysBehind`, what the same person said after it in that room is `held` as well, else it would
 * come before it.
 */
export async function judgeAll(
  { db, judge, now, staysBehind = false }: { db: Db; judge: Judge; now: Date; staysBehind?: boolean },
  items: Append[],
  rooms: ReadonlyMap<string, Numbering>,
  facts: (FactsRow | undefined)[],
): Promise<Judged> {
  const outcomes: (Outcome | typeof held)[] = []
  const fresh: NewMessage[] = []
  const firsts: Firsts = new Map()
  const refused = new Set<string>()
  const sent = new Map<string, Date>()
  for (const [n, asked] of items.entries()) {
    let item = asked
    const numbering = rooms.get(item.roomId)
    const known = facts[n]
    const speaker = `${item.roomId} ${item.userId}`
    if (!numbering || !known || refused.has(speaker)) {
      outcomes.push(held)
      continue
    }
    const outcome = await judged({ db, judge, now }, item, numbering.room, known, firsts, sent.get(speaker))
    if (outcome) {
      if (staysBehind && outcome instanceof ChatError) refused.add(speaker)
      outcomes.push(outcome)
      continue
    }
    if (item.lenient) item = await withoutGone(db, item, known)
    numbering.seq += 1
    numbering.revision += 1
    const row = toRow(item, numbering, now)
    const appended: Appended = { row, created: true, shown: shownOf(item, known) }
    if (item.clientId !== null) firsts.set(keyOf(item), { bodyHash: item.bodyHash, outcome: appended })
    sent.set(speaker, now)
    fresh.push({ ...row, bodyHash: item.bodyHash })
    outcomes.push(appended)
  }
  return { outcomes, fresh }
}

type Firsts = Map<string, { bodyHash: string | null; outcome: Appended }>

const keyOf = ({ roomId, userId, clientId }: Append): string => JSON.stringify([roomId, userId, clientId])

const otherBody = (): ChatError => new ChatError('idempotency_conflict', 'this clientId was used for another message')

/** Why this message is not appended now: it may not be, or it is there already. */
async function judged(
  { db, judge, now }: { db: Db; judge: Judge; now: Date },
  item: Append,
  room: Numbering['room'],
  facts: FactsRow,
  firsts: Firsts,
  sentAt?: Date,
): Promise<Outcome | undefined> {
  const { role, canCreateMessages, canDeleteMessages, silencedUntil } = facts
  const member = role === null ? undefined : { role, canCreateMessages, canDeleteMessages, silencedUntil }
  const senderOf = (userId: string): Sender => ({ userId, room, member, now })
  if (item.userId !== null) {
    // A public room of another tenant is none; only who is not in it has to be asked about.
    const isPublic = room.isPublic && (member !== undefined || (await isOfOneTenant(db, room.id, item.userId)))
    const refusal = judge({ ...senderOf(item.userId), room: { ...room, isPublic } })
    if (refusal) return refusal
  }
  // Twice in one batch: the second is a retry that overtook the first one's answer.
  const twin = item.clientId === null ? undefined : firsts.get(keyOf(item))
  if (twin) return twin.bodyHash === item.bodyHash ? { ...twin.outcome, created: false } : otherBody()
  if (facts.existingId !== null) {
    // The body of a deleted message is gone, and so is the means to compare: its tombstone answers for it.
    if (facts.existingDeletedAt === null && facts.existingHash !== item.bodyHash) return otherBody()
    const [row] = await findMessages(db, [facts.existingId])
    return row && { row, created: false }
  }
  // A retry of what was sent is none too many.
  if (item.userId !== null && room.slowModeSeconds > 0) {
    const refusal = judge({ ...senderOf(item.userId), lastSentAt: sentAt ?? facts.lastSentAt })
    if (refusal) return refusal
  }
  if (item.lenient) return undefined
  if (item.replyToId !== null && facts.replySeq === null)
    return invalid('/replyToId', 'there is no such message in this room')
  if (item.replyToId !== null && facts.replyDeletedAt !== null) return conflict('the message was deleted')
  return refusalOfMentions(db, item.roomId, item.mentions)
}

/** Refuses mentions of people who are not members; `standing` are there already. */
export async function refusalOfMentions(
  db: Db,
  roomId: string,
  mentions: string[],
  standing: string[] = [],
): Promise<ChatError | undefined> {
  const added = mentions.filter((userId) => !standing.includes(userId))
  if (added.length === 0) return undefined
  const members = await membersAmong(db, roomId, added)
  const stranger = mentions.findIndex((userId) => !members.has(userId) && !standing.includes(userId))
  return stranger < 0 ? undefined : invalid(`/mentions/${stranger}`, 'is not a member of this room')
}

/** The message without a quote of what is deleted or not there, and without mentions of people who are not members. */
async function withoutGone(db: Db, item: Append, { replySeq, replyDeletedAt }: FactsRow): Promise<Append> {
  const isThere = replySeq !== null && replyDeletedAt === null
  const members = item.mentions.length === 0 ? undefined : await membersAmong(db, item.roomId, item.mentions)
  return {
    ...item,
    replyToId: isThere ? item.replyToId : null,
    mentions: item.mentions.filter((userId) => members?.has(userId)),
  }
}

const toRow = (item: Append, { seq, revision }: { seq: number; revision: number }, now: Date): MessageRow => ({
  id: newId(),
  roomId: item.roomId,
  seq,
  userId: item.userId,
  clientId: item.clientId,
  kind: item.kind,
  text: item.text,
  replyToId: item.replyToId,
  mentions: JSON.stringify(item.mentions),
  reactions: '[]',
  system: null,
  hasMedia: item.mediaIds.length > 0,
  createdRevision: revision,
  revision,
  createdAt: now,
  editedAt: null,
  deletedAt: null,
})

/** Who writes has read. */
export function markersOf(fresh: NewMessage[]): ReadMarker[] {
  const furthest = new Map<string, ReadMarker>()
  for (const { roomId, userId, seq } of fresh) {
    if (userId !== null) furthest.set(`${roomId} ${userId}`, { roomId, userId, seq })
  }
  return [...furthest.values()]
}

function shownOf(item: Append, facts: FactsRow): NonNullable<Appended['shown']> {
  const user: UserRow | undefined =
    item.userId === null || facts.userName === null
      ? undefined
      : {
          id: item.userId,
          name: facts.userName,
          description: facts.userDescription ?? '',
          hostAvatarUrl: facts.hostAvatarUrl,
          avatarMediaId: facts.avatarMediaId,
          lastSeenAt: facts.userLastSeenAt,
        }
  const reply: ReplyRow | undefined =
    item.replyToId === null
      ? undefined
      : {
          id: item.replyToId,
          seq: facts.replySeq ?? 0,
          userId: facts.replyUserId,
          text: facts.replyText ?? '',
          deletedAt: facts.replyDeletedAt,
        }
  return { user, reply, media: [] }
}

import type { Role } from '../contract/permissions.js'
import { ChatError, conflict, invalid } from '../contract/problems.js'
import type { Db } from './client.js'
import type { Dialect, FactsRow, LockedRoom, NewMessage, ReadMarker } from './dialects/dialect.js'
import { newId } from './ids.js'
import { attachMedia, findUnattached, type MediaRow } from './media.js'
import { membersAmong } from './members.js'
import { findMessages, type MessageRow, type ReplyRow } from './messages.js'
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
}

/** What the rule is asked about, read after the room's lock was taken. */
export interface Sender {
  userId: string
  room: Pick<LockedRoom, 'id' | 'type' | 'isPublic'>
  member: { role: Role; canCreateMessages: boolean } | undefined
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

interface Batch {
  tx: Db
  dialect: Dialect
  now: Date
  judge: Judge
}

/**
 * Appends messages to rooms in one transaction, with a fixed number of statements: locks, reads, judges each by itself,
 * writes those that may. A refused message takes neither seq nor revision.
 */
export async function append(batch: Batch, items: Append[], skipLocked: boolean): Promise<(Outcome | typeof held)[]> {
  const { tx, dialect, now } = batch
  const locked = await lock(batch, items, skipLocked)
  const facts = await factsOf(batch, items)
  const outcomes: (Outcome | typeof held)[] = []
  const fresh: NewMessage[] = []
  const firsts = new Map<string, { bodyHash: string | null; outcome: Appended }>()
  const next = new Map<string, { locked: LockedRoom; seq: number; revision: number; refused: number }>()
  for (const [roomId, room] of locked) {
    const count = items.filter((item) => item.roomId === roomId).length
    next.set(roomId, { locked: room, seq: room.lastMessageSeq - count, revision: room.revision - count, refused: 0 })
  }
  for (const [n, item] of items.entries()) {
    const room = next.get(item.roomId)
    if (!room) {
      outcomes.push(skipLocked ? held : new ChatError('not_found'))
      continue
    }
    const outcome = await judged(batch, item, room.locked, facts[n] as FactsRow, firsts)
    if (outcome) {
      room.refused += 1
      outcomes.push(outcome)
      continue
    }
    room.seq += 1
    room.revision += 1
    const created = toRow(item, room, now)
    const appended: Appended = { row: created, created: true, shown: shownOf(item, facts[n] as FactsRow) }
    if (item.clientId !== null) firsts.set(keyOf(item), { bodyHash: item.bodyHash, outcome: appended })
    fresh.push(toInsert(item, created))
    outcomes.push(appended)
  }
  if (fresh.length > 0) await dialect.append(tx, fresh, markersOf(fresh), now)
  for (const [roomId, { refused, seq }] of next) if (refused > 0) await giveBack(tx, roomId, refused, seq)
  return attachAll(batch, items, outcomes)
}

/**
 * Whether a batch whose commit nobody answered was stored. Waits for the locks of its rooms, which it holds until it has
 * ended one way or the other: else it could still commit after it was not found.
 */
export async function wasAppended(tx: Db, rows: MessageRow[]): Promise<boolean> {
  const roomIds = [...new Set(rows.map((row) => row.roomId))]
  await tx.chatRoom.updateMany({ where: { id: { in: roomIds } }, data: { revision: { increment: 0 } } })
  const ids = rows.map((row) => row.id)
  return (await tx.chatMessage.count({ where: { id: { in: ids } } })) === ids.length
}

async function lock(
  { tx, dialect, now }: Batch,
  items: Append[],
  skipLocked: boolean,
): Promise<Map<string, LockedRoom>> {
  const counts = new Map<string, number>()
  for (const { roomId } of items) counts.set(roomId, (counts.get(roomId) ?? 0) + 1)
  // In the order of ids, so that two transactions with the same rooms never wait for each other.
  const locks = [...counts].map(([roomId, count]) => ({ roomId, count })).sort((a, b) => (a.roomId < b.roomId ? -1 : 1))
  const rooms = await dialect.lockRooms(tx, locks, now, skipLocked)
  return new Map(rooms.map((room) => [room.id, room]))
}

async function factsOf({ tx, dialect }: Batch, items: Append[]): Promise<FactsRow[]> {
  const rows = await dialect.facts(
    tx,
    items.map(({ roomId, userId, clientId, replyToId }, n) => ({ n, roomId, userId, clientId, replyToId })),
  )
  const facts: FactsRow[] = []
  for (const row of rows) facts[Number(row.n)] = row
  return facts
}

const keyOf = ({ roomId, userId, clientId }: Append): string => JSON.stringify([roomId, userId, clientId])

const otherBody = (): ChatError => new ChatError('idempotency_conflict', 'this clientId was used for another message')

/** Why this message is not appended now: it may not be, or it is there already. */
async function judged(
  { tx, judge }: Batch,
  item: Append,
  room: LockedRoom,
  facts: FactsRow,
  firsts: Map<string, { bodyHash: string | null; outcome: Appended }>,
): Promise<Outcome | undefined> {
  if (item.userId !== null) {
    const member = facts.role && { role: facts.role, canCreateMessages: Boolean(facts.canCreateMessages) }
    const refusal = judge({ userId: item.userId, room, member: member ?? undefined })
    if (refusal) return refusal
  }
  // Twice in one batch: the second is a retry that overtook the first one's answer.
  const twin = item.clientId === null ? undefined : firsts.get(keyOf(item))
  if (twin) return twin.bodyHash === item.bodyHash ? { ...twin.outcome, created: false } : otherBody()
  if (facts.existingId !== null) {
    // The body of a deleted message is gone, and so is the means to compare: its tombstone answers for it.
    if (facts.existingDeletedAt === null && facts.existingHash !== item.bodyHash) return otherBody()
    const [row] = await findMessages(tx, [facts.existingId])
    return row && { row, created: false }
  }
  if (item.replyToId !== null && facts.replySeq === null)
    return invalid('/replyToId', 'there is no such message in this room')
  if (item.replyToId !== null && facts.replyDeletedAt !== null) return conflict('the message was deleted')
  return mentionsOf(tx, item)
}

async function mentionsOf(tx: Db, { roomId, mentions }: Append): Promise<ChatError | undefined> {
  if (mentions.length === 0) return undefined
  const members = await membersAmong(tx, roomId, mentions)
  const stranger = mentions.findIndex((userId) => !members.has(userId))
  return stranger < 0 ? undefined : invalid(`/mentions/${stranger}`, 'is not a member of this room')
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
  hasMedia: item.mediaIds.length > 0,
  createdRevision: revision,
  revision,
  createdAt: now,
  editedAt: null,
  deletedAt: null,
})

const toInsert = (item: Append, row: MessageRow): NewMessage => ({ ...row, bodyHash: item.bodyHash })

/** Who writes has read. */
function markersOf(fresh: NewMessage[]): ReadMarker[] {
  const furthest = new Map<string, ReadMarker>()
  for (const { roomId, userId, seq } of fresh) {
    if (userId !== null) furthest.set(`${roomId} ${userId}`, { roomId, userId, seq })
  }
  return [...furthest.values()]
}

const dateOf = (value: Date | string | null): Date | null => (value === null ? null : new Date(value))

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
          lastSeenAt: dateOf(facts.userLastSeenAt),
        }
  const reply: ReplyRow | undefined =
    item.replyToId === null
      ? undefined
      : {
          id: item.replyToId,
          seq: Number(facts.replySeq),
          userId: facts.replyUserId,
          text: facts.replyText ?? '',
          deletedAt: dateOf(facts.replyDeletedAt),
        }
  return { user, reply, media: [] }
}

/** Refused messages took their numbers with the lock: what they took goes back before anyone can see it. */
async function giveBack(tx: Db, roomId: string, count: number, lastSeq: number): Promise<void> {
  const last = await tx.chatMessage.findUnique({
    where: { roomId_seq: { roomId, seq: lastSeq } },
    select: { createdAt: true },
  })
  const room = await tx.chatRoom.findUniqueOrThrow({ where: { id: roomId }, select: { createdAt: true } })
  await tx.chatRoom.updateMany({
    where: { id: roomId },
    data: {
      revision: { decrement: count },
      lastMessageSeq: { decrement: count },
      lastMessageAt: last?.createdAt ?? room.createdAt,
    },
  })
}

/** Messages with media come alone in their batch: two that want the same media must not fail others. */
async function attachAll(
  { tx }: Batch,
  items: Append[],
  outcomes: (Outcome | typeof held)[],
): Promise<(Outcome | typeof held)[]> {
  for (const [n, { userId, mediaIds }] of items.entries()) {
    const outcome = outcomes[n]
    if (mediaIds.length === 0 || outcome === held || !outcome || !('row' in outcome) || !outcome.created) continue
    const media = userId === null ? [] : await findUnattached(tx, userId, mediaIds)
    const found = new Set(media.map((row) => row.id))
    const missing = mediaIds.findIndex((id) => !found.has(id))
    if (missing >= 0) throw invalid(`/mediaIds/${missing}`, 'is not media of yours that is still unattached')
    await attachMedia(tx, outcome.row.id, mediaIds)
    if (outcome.shown) outcome.shown.media = media
  }
  return outcomes
}

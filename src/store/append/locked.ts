import { conflict, invalid, notFound } from '../../contract/problems.js'
import type { Db } from '../client.js'
import type { Dialect, LockedRoom, Preconditions, PreconditionsQuery, RoomLock } from '../dialects/dialect.js'
import { attachMedia, claimUnattached, lockMedia, type MediaRow, mediaOfMessages } from '../media.js'
import { mentionRowsOf } from '../mention-rows.js'
import { addMentions } from '../mentions.js'
import { lastReplyAt, lastShown } from '../messages.js'
import { placesOf, writeThreads } from '../threads.js'
import { uncount } from '../unread.js'
import { type AppendRequest, hasMedia, type Outcome, refused } from './message.js'
import { countersOf } from './threads.js'
import { markersOf, type Numbering, type Validation, validateAll } from './validate.js'

type Counters = Omit<RoomLock, 'roomId'>

export interface LockedAppend extends Validation {
  dialect: Dialect
  /** Skips rooms that another transaction holds, instead of waiting for them: their messages are `locked`. */
  skipsLocked: boolean
}

/**
 * Appends messages to rooms in a transaction, with a fixed number of statements: it locks, reads, validates each message by
 * itself, and writes the valid ones. A refused message takes neither seq nor revision.
 */
export async function appendLocked(on: LockedAppend, requests: AppendRequest[]): Promise<Outcome[]> {
  const { db, dialect, now, skipsLocked } = on
  const locks = await lock(on, requests)
  const rooms = new Map([...locks].map(([roomId, room]) => [roomId, numberingOf(room, countersIn(requests, roomId))]))
  const preconditions = byNumber(await dialect.preconditions(db, queriesOf(requests)))
  const { outcomes, inserted, threads } = await validateAll({ ...on, isFinal: true }, requests, rooms, preconditions)
  if (inserted.length > 0) await dialect.append(db, inserted, markersOf(inserted), now)
  const uncounted = inserted.filter(({ kind }) => kind === 'system')
  if (uncounted.length > 0) await uncount(db, uncounted.flatMap(placesOf))
  const mentions = inserted.flatMap(mentionRowsOf)
  if (mentions.length > 0) await addMentions(on, mentions)
  if (threads.places.length > 0) await writeThreads(on, threads)
  for (const [roomId, { seq, revision, replySeq }] of rooms) {
    const taken = locks.get(roomId)
    if (!taken || taken.revision === revision) continue
    const [seqs, replies] = [taken.lastMessageSeq - seq, taken.replySeq - replySeq]
    await giveBack(db, { roomId, count: taken.revision - revision, seqs, replies })
  }
  // If it waited for the rooms, a room that it did not get does not exist.
  const all = outcomes.map((outcome) => (outcome.type === 'locked' && !skipsLocked ? refused(notFound()) : outcome))
  return attachAll(db, requests, all)
}

async function lock(
  { db, dialect, now, skipsLocked }: LockedAppend,
  requests: AppendRequest[],
): Promise<Map<string, LockedRoom>> {
  const roomIds = new Set(requests.map(({ roomId }) => roomId))
  // In the order of ids, so that two transactions with the same rooms never wait for each other.
  const locks = [...roomIds].sort().map((roomId) => ({ roomId, ...countersIn(requests, roomId) }))
  const rooms = await dialect.lockRooms(db, locks, now, skipsLocked)
  return new Map(rooms.map((room) => [room.id, room]))
}

const countersIn = (requests: AppendRequest[], roomId: string): Counters =>
  countersOf(requests.filter((request) => request.roomId === roomId))

/** The lock has already counted all messages in; this is the state before the first of them. */
const numberingOf = (room: LockedRoom, { count, seqs, replies }: Counters): Numbering => ({
  room,
  seq: room.lastMessageSeq - seqs,
  revision: room.revision - count,
  at: room.lastMessageAt,
  replySeq: room.replySeq - replies,
  repliesAt: room.lastReplyAt ?? room.lastMessageAt,
})

export const queriesOf = (requests: AppendRequest[]): PreconditionsQuery[] =>
  requests.map(({ roomId, userId, clientId, replyToId }, n) => ({ n, roomId, userId, clientId, replyToId }))

export function byNumber<Row extends Preconditions>(rows: Row[]): (Row | undefined)[] {
  const numbered: (Row | undefined)[] = []
  for (const row of rows) numbered[row.n] = row
  return numbered
}

/** The lock counted the refused messages, too: their numbers are given back before anyone can see it. */
async function giveBack(db: Db, { roomId, count, seqs, replies }: RoomLock): Promise<void> {
  const last = await lastShown(db, roomId)
  const room = await db.chatRoom.findUniqueOrThrow({ where: { id: roomId }, select: { createdAt: true } })
  await db.chatRoom.updateMany({
    where: { id: roomId },
    data: {
      revision: { decrement: count },
      lastMessageSeq: { decrement: seqs },
      replySeq: { decrement: replies },
      ...(seqs > 0 ? { lastMessageAt: last?.createdAt ?? room.createdAt } : {}),
      ...(replies > 0 ? { lastReplyAt: await lastReplyAt(db, roomId) } : {}),
    },
  })
}

async function attachAll(db: Db, requests: AppendRequest[], outcomes: Outcome[]): Promise<Outcome[]> {
  for (const [n, request] of requests.entries()) {
    const outcome = outcomes[n]
    if (!hasMedia(request) || outcome?.type !== 'appended' || !outcome.created) continue
    const media = await mediaFor(db, request)
    await attachMedia(db, outcome.row.id, request.mediaIds)
    if (outcome.shown) outcome.shown.media = media
  }
  return outcomes
}

/** The media of a message in their order: new ones of its sender's, or those of the message that it forwards. */
async function mediaFor(db: Db, { userId, mediaIds, sharesMediaOf }: AppendRequest): Promise<MediaRow[]> {
  if (sharesMediaOf !== null) {
    await lockMedia(db, { id: { in: mediaIds } })
    const shared = (await mediaOfMessages(db, [sharesMediaOf])).get(sharesMediaOf) ?? []
    const byId = new Map(shared.map((row) => [row.id, row]))
    // What was deleted since it was read carries nothing.
    if (byId.size === 0) throw conflict('the message was deleted')
    return mediaIds.map((id, n) => byId.get(id) ?? fail(n, 'is not media of the message that is forwarded'))
  }
  const media = userId === null ? [] : await claimUnattached(db, userId, mediaIds)
  const found = new Set(media.map((row) => row.id))
  const missing = mediaIds.findIndex((id) => !found.has(id))
  if (missing >= 0) fail(missing, 'is not media of yours that is still unattached')
  return media
}

function fail(n: number, detail: string): never {
  throw invalid(`/mediaIds/${n}`, detail)
}

import { notFound } from '../../contract/problems.js'
import { lastToRead, messagesAmong, peopleAmong } from '../imports.js'
import { findMessages } from '../messages.js'
import { moveRoom } from '../moved-rooms.js'
import { type RoomRow, roomColumns } from '../rooms.js'
import {
  ImportBatch,
  type Imported,
  type ImportedMessage,
  type ImportingOn,
  type KnownOfBatch,
  type Standing,
} from './import-batch.js'
import { Threads } from './threads.js'

/**
 * Writes messages into a room with their own times, in their order, in the transaction of the caller, which takes the room's lock first. Those
 * that are there already are left out. It ends before the first one that cannot be written.
 */
export async function appendImported(
  on: ImportingOn,
  roomId: string,
  given: ImportedMessage[],
  before: Standing | undefined,
): Promise<Imported> {
  const { db, dialect } = on
  if (!(await moveRoom(db, dialect, roomId))) throw notFound()
  const room = await db.chatRoom.findUniqueOrThrow({ where: { id: roomId }, select: roomColumns })
  const batch = new ImportBatch(on, room, await readFor(on, room, given))
  const refusal = await batch.take(given)
  const standing =
    before?.seq === room.lastMessageSeq
      ? before
      : { seq: room.lastMessageSeq, lastToRead: await lastToRead(on, roomId) }
  return { refusal, ...(await batch.write(standing)) }
}

async function readFor(on: ImportingOn, room: RoomRow, given: ImportedMessage[]): Promise<KnownOfBatch> {
  const { db } = on
  const existing = await messagesAmong(
    db,
    given.map(({ id }) => id),
  )
  const fresh = given.filter(({ id }) => !existing.has(id))
  const own = new Set(fresh.map(({ id }) => id))
  const named = new Set(fresh.flatMap(({ replyToId, threadId }) => [replyToId ?? [], threadId ?? []].flat()))
  const rows = await findMessages(
    db,
    [...named].filter((id) => !own.has(id)),
  )
  const userIds = fresh.flatMap(({ userId, mentions, reactions }) => [
    ...(userId === null ? [] : [userId]),
    ...mentions,
    ...reactions.flatMap((reaction) => reaction.userIds),
  ])
  const referred = new Map(rows.map((row) => [row.id, row]))
  const people = await peopleAmong(on, room.tenantId, userIds)
  return { existing, people, referred, threads: new Threads([...referred.values()]) }
}

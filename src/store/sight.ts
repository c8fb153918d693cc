import { inChunks } from '../concurrency/chunks.js'
import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'

/** A viewer, and the user whose presence they want to see. */
export interface Pair {
  viewerId: string
  userId: string
}

/** The same, with the room that both were in at the last check, if there was one. */
export interface PairIn extends Pair {
  roomId: string | null
}

// These are subqueries with a LIMIT, so that no planner turns them into a join over whole tables. A private room in which one blocks
// the other does not count as shared.
const isIn = (alias: string, roomId: string, userId: string): string =>
  `${alias}.room_id = ${roomId} AND ${alias}.user_id = ${userId} AND ${alias}.left_at IS NULL`
const stands = 'c.deleted_at IS NULL AND c.is_blocked = ?'
const knownRoom = `
  SELECT c.id FROM chat_rooms c WHERE c.id = i.room_id AND ${stands}
    AND (SELECT 1 FROM chat_room_users o WHERE ${isIn('o', 'i.room_id', 'i.user_id')} LIMIT 1) IS NOT NULL
    AND (SELECT 1 FROM chat_room_users m WHERE ${isIn('m', 'i.room_id', 'i.viewer_id')} LIMIT 1) IS NOT NULL LIMIT 1`
const anyRoom = `
  SELECT o.room_id FROM chat_room_users o WHERE o.user_id = i.user_id AND o.left_at IS NULL AND (
    SELECT 1 FROM chat_rooms c JOIN chat_room_users m ON m.room_id = c.id
    WHERE c.id = o.room_id AND ${isIn('m', 'o.room_id', 'i.viewer_id')} AND ${stands} LIMIT 1) IS NOT NULL LIMIT 1`

/** Which of these pairs share a room, each with a room that they share; it is the known one if they still do. */
export async function sharedRooms<P extends PairIn>(
  { db, dialect }: { db: Db; dialect: Dialect },
  pairs: P[],
): Promise<(P & { roomId: string })[]> {
  const found = await inChunks(pairs, async (some) => {
    const asked = JSON.stringify(some.map(({ viewerId, userId, roomId }, n) => [String(n), viewerId, userId, roomId]))
    const rows: { n: string; roomId: string | null }[] = await dialect.select(
      db,
      `SELECT i.n AS "n", COALESCE((${knownRoom}), (${anyRoom})) AS "roomId" FROM ${dialect.rows('n viewer_id user_id room_id')}`,
      [false, false, asked],
    )
    return rows.flatMap(({ n, roomId }) => {
      const pair = some[Number(n)]
      return pair && roomId !== null ? [{ ...pair, roomId }] : []
    })
  })
  return found.flat()
}

/** In which of these pairs the second has asked the first into a private room and waits for an answer, and neither blocks the other. */
export async function askedAmong<P extends Pair>(db: Db, pairs: P[]): Promise<P[]> {
  const rows = await inChunks(pairs, (some) =>
    db.chatRoomUser.findMany({
      where: {
        userId: { in: [...new Set(some.map(({ viewerId }) => viewerId))] },
        addedById: { in: [...new Set(some.map(({ userId }) => userId))] },
        request: 'pending',
        room: { type: 'private', deletedAt: null, isBlocked: false },
      },
      select: { userId: true, addedById: true },
    }),
  )
  return among(
    pairs,
    rows.flat().map(({ userId, addedById }) => ({ viewerId: userId, userId: addedById })),
  )
}

/** In which of these pairs one blocks the other. */
export async function apartAmong<P extends Pair>(db: Db, pairs: P[]): Promise<P[]> {
  const rows = await inChunks(pairs, (some) => {
    const [viewers, users] = [some.map(({ viewerId }) => viewerId), some.map(({ userId }) => userId)]
    const one = { in: [...new Set(viewers)] }
    const other = { in: [...new Set(users)] }
    return db.chatBlock.findMany({
      where: {
        OR: [
          { userId: one, blockedId: other },
          { userId: other, blockedId: one },
        ],
      },
      select: { userId: true, blockedId: true },
    })
  })
  const blocks = rows.flat().map(({ userId, blockedId }) => ({ viewerId: userId, userId: blockedId }))
  return among(pairs, [...blocks, ...blocks.map(({ viewerId, userId }) => ({ viewerId: userId, userId: viewerId }))])
}

function among<P extends Pair>(pairs: P[], found: { viewerId: string; userId: string | null }[]): P[] {
  const keys = new Set(found.map(({ viewerId, userId }) => JSON.stringify([viewerId, userId])))
  return pairs.filter(({ viewerId, userId }) => keys.has(JSON.stringify([viewerId, userId])))
}

import type { Raw } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { gathered, gatherShift } from './json-rows.js'

/**
 * A room that changes again within this time, in ms, keeps its stamp. With a new stamp for each message, PostgreSQL would write all
 * index entries of the room again.
 */
const stampMs = 1_000

/** SQL for the new stamp of a room, by the database's `clock`; `column` has the stamp before. */
export const sqlChangedAt = (clock: string, column: string): string =>
  `CASE WHEN ${column} BETWEEN ${clock} - ${stampMs} AND ${clock} THEN ${column} ELSE ${clock} END`

/** Which rooms have changed, as the database knows it. */
export interface MovedRooms {
  /** The database's clock at that moment, in ms. */
  clock: number
  rooms: { id: string; revision: number }[]
}

/** Finds the rooms that changed at `since` or later, by the database's clock, and some from shortly before. */
export async function roomsMovedSince(db: Raw, dialect: Dialect, since: number): Promise<MovedRooms> {
  const { array, gather, clock } = dialect
  // The clock is read before the rooms, and also where none moved.
  const rows: { clock: unknown; packed: unknown }[] = await dialect.select(
    db,
    `SELECT t.clock, m.packed FROM (SELECT ${clock} AS clock) t LEFT JOIN (
       SELECT ${gather}(${array}(c.id, c.revision)) AS packed FROM (
         SELECT id, revision, ROW_NUMBER() OVER () AS n FROM chat_rooms WHERE changed_at >= ?) c
       GROUP BY c.n >> ${gatherShift}) m ON 1 = 1`,
    [since - stampMs],
    'moved_rooms',
  )
  return {
    clock: Number(rows[0]?.clock),
    rooms: gathered(rows).map(([id, revision]) => ({ id: id as string, revision: revision as number })),
  }
}

/** Stamps a new room, which no lock was taken for. */
export const stampRoom = (db: Raw, dialect: Dialect, roomId: string): Promise<number> =>
  dialect.execute(db, `UPDATE chat_rooms SET changed_at = ${dialect.clock} WHERE id = ?`, [roomId])

/** Takes a room's lock by incrementing its revision; false if there is no such room. */
export async function moveRoom(db: Raw, dialect: Dialect, roomId: string): Promise<boolean> {
  const moved = await dialect.execute(
    db,
    `UPDATE chat_rooms SET revision = revision + 1, changed_at = ${sqlChangedAt(dialect.clock, 'changed_at')}
     WHERE id = ? AND deleted_at IS NULL`,
    [roomId],
  )
  return moved > 0
}

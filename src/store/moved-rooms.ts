import type { Raw } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { gathered } from './json-rows.js'

/**
 * A room that moves again within this time keeps its stamp, in ms: writing it anew each time would write all of PostgreSQL's
 * indexes of the room anew with each message.
 */
const stampMs = 1_000

/** SQL for when a room last moved, by the database's `clock`, where `column` says when it did before. */
export const sqlChangedAt = (clock: string, column: string): string =>
  `CASE WHEN ${column} BETWEEN ${clock} - ${stampMs} AND ${clock} THEN ${column} ELSE ${clock} END`

/** What the database knows of rooms that moved. */
export interface MovedRooms {
  /** The database's clock at that moment, in ms. */
  clock: number
  rooms: { id: string; revision: number }[]
}

/** The rooms that moved at `since` or later, by the database's clock, and some that did shortly before; one row, however many they are. */
export async function roomsMovedSince(db: Raw, dialect: Dialect, since: number): Promise<MovedRooms> {
  const { array, gather, clock } = dialect
  const rows: { clock: unknown; packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${clock} AS clock, (
       SELECT ${gather}(${array}(c.id, c.revision)) FROM chat_rooms c WHERE c.changed_at >= ?) AS packed`,
    [since - stampMs],
    'moved_rooms',
  )
  return {
    clock: Number(rows[0]?.clock),
    rooms: gathered(rows).map(([id, revision]) => ({ id: id as string, revision: revision as number })),
  }
}

/** Takes a room's lock by moving it on; false where there is no such room. */
export async function moveRoom(db: Raw, dialect: Dialect, roomId: string): Promise<boolean> {
  const moved = await dialect.execute(
    db,
    `UPDATE chat_rooms SET revision = revision + 1, changed_at = ${sqlChangedAt(dialect.clock, 'changed_at')}
     WHERE id = ? AND deleted_at IS NULL`,
    [roomId],
  )
  return moved > 0
}

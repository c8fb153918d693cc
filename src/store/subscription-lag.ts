import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { gathered } from './json-rows.js'

/** The database, as these statements need it. */
interface On {
  db: Db
  dialect: Dialect
}

/** A room that has changes of which a subscription was not told. */
export interface WaitingRoom {
  roomId: string
  /** When the room changed last, by the clock of the database in ms. */
  changedAt: number
  /** Up to here the subscription was told. */
  told: number
}

/** Some rooms, in the order in which they changed last. */
export interface LagWindow {
  /** The clock of the database, in ms. */
  clock: number
  /** How many rooms were looked at. */
  examined: number
  /** When the last of them changed; 0 if there is none. */
  last: number
  waiting: WaitingRoom[]
}

const positions = 'chat_subscription_positions'

/**
 * Looks at the first `count` rooms that changed at `since` or later, and tells which of them wait for a subscription. Those that were put
 * aside do not wait. It reads an index in its order, so it costs what it looks at, however many rooms there are.
 */
export async function lagWindow({ db, dialect }: On, name: string, since: number, count: number): Promise<LagWindow> {
  const { array, gather, clock } = dialect
  const waiting = `c.revision > COALESCE(p.revision, 0) AND p.failed_at IS NULL`
  const rows: { clock: unknown; examined: unknown; last: unknown; packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${clock} AS clock, COUNT(*) AS examined, MAX(c.changed_at) AS last,
       ${gather}(CASE WHEN ${waiting} THEN ${array}(c.id, c.changed_at, COALESCE(p.revision, 0)) END) AS packed
     FROM (SELECT id, revision, changed_at FROM chat_rooms WHERE changed_at >= ? ORDER BY changed_at LIMIT ${count}) c
     LEFT JOIN ${positions} p ON p.name = ? AND p.room_id = c.id`,
    [since, name],
    'subscription_lag',
  )
  const { clock: now, examined, last } = rows[0] as (typeof rows)[number]
  return { clock: Number(now), examined: Number(examined), last: Number(last ?? 0), waiting: roomsIn(rows) }
}

/** Of the rooms that a server holds, or that have to wait since they failed, some that wait for a subscription. */
export async function heldBack({ db, dialect }: On, name: string, count: number): Promise<WaitingRoom[]> {
  const { array, gather } = dialect
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${gather}(${array}(c.id, c.changed_at, h.revision)) AS packed
     FROM (SELECT room_id, revision FROM ${positions} WHERE name = ? AND held_until > 0
           ORDER BY held_until LIMIT ${count}) h
     JOIN chat_rooms c ON c.id = h.room_id WHERE c.revision > h.revision`,
    [name],
    'subscription_held_back',
  )
  return roomsIn(rows)
}

/** How many rooms were put aside for a subscription, `most` at most. */
export async function countPutAside(db: Db, name: string, most: number): Promise<number> {
  const where = { name, failedAt: { not: null } }
  return (await db.chatSubscriptionPosition.findMany({ where, take: most, select: { roomId: true } })).length
}

function roomsIn(rows: { packed: unknown }[]): WaitingRoom[] {
  const found: (unknown[] | null)[] = gathered(rows)
  return found.flatMap((room) => {
    if (room === null) return []
    const [roomId, changedAt, told] = room
    return { roomId: roomId as string, changedAt: Number(changedAt), told: Number(told) }
  })
}

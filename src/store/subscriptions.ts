import type { Db, Stored } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { JsonRows, unpacked } from './json-rows.js'

/** The database, as these statements need it. */
interface On {
  db: Db
  dialect: Dialect
}

export type SubscriptionRow = Stored<'chatSubscription'>

/** A room of which a subscription was not told all. */
export interface BehindRow {
  roomId: string
  type: string
  tenantId: string
  /** Where the room stands. */
  standing: number
  /** Up to here it was told; null if nothing was told yet. */
  revision: number | null
  attempts: number
  heldBy: string | null
  heldUntil: number
  /** By the clock of the database, in ms. */
  clock: number
}

/** A room that was put aside for a subscription, since telling it failed too often. */
export interface FailedRow {
  roomId: string
  revision: number
  attempts: number
  error: string | null
  failedAt: Date
}

const packedBehind = (clock: string) =>
  new JsonRows<BehindRow>(
    {
      roomId: 'c.id',
      type: 'c.type',
      tenantId: 'c.tenant_id',
      standing: 'c.revision',
      revision: 'p.revision',
      attempts: 'COALESCE(p.attempts, 0)',
      heldBy: 'p.held_by',
      heldUntil: 'COALESCE(p.held_until, 0)',
      clock,
    },
    {},
  )

export const subscriptionColumns = { name: true, createdAt: true, endedAt: true } as const satisfies Record<
  keyof SubscriptionRow,
  true
>

const positions = 'chat_subscription_positions'

export const findSubscription = (db: Db, name: string): Promise<SubscriptionRow | null> =>
  db.chatSubscription.findUnique({ where: { name }, select: subscriptionColumns })

export const allSubscriptions = (db: Db): Promise<SubscriptionRow[]> =>
  db.chatSubscription.findMany({ orderBy: { name: 'asc' }, select: subscriptionColumns })

/** The caller sees to it that this fails with `unique` where there is such a subscription. */
export async function createSubscription({ db, dialect }: On, row: SubscriptionRow, fromNow: boolean): Promise<void> {
  await db.chatSubscription.create({ data: row, select: { name: true } })
  if (!fromNow) return
  // One statement, so it is one moment. A change that is committed after it has a higher revision, and is told.
  await dialect.execute(
    db,
    `INSERT INTO ${positions} (name, room_id, revision, held_until, attempts)
     SELECT s.name, c.id, c.revision, 0, 0 FROM chat_subscriptions s, chat_rooms c WHERE s.name = ?`,
    [row.name],
  )
}

/** Those of these rooms of which a subscription was not told all, unless they were put aside; none of one that has ended. */
export async function behindAmong({ db, dialect }: On, name: string, roomIds: string[]): Promise<BehindRow[]> {
  const packed = packedBehind(dialect.clock)
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packed.sql(dialect.array)} AS packed FROM ${dialect.rows('id')} JOIN chat_rooms c ON c.id = i.id
     JOIN chat_subscriptions s ON s.name = ? AND s.ended_at IS NULL
     LEFT JOIN ${positions} p ON p.name = s.name AND p.room_id = c.id
     WHERE c.revision > COALESCE(p.revision, 0) AND p.failed_at IS NULL`,
    [JSON.stringify(roomIds.map((id) => [id])), name],
    'subscription_behind',
  )
  return unpacked(rows).map((row) => packed.read(row))
}

/** The last of the next rooms in the order of their ids; undefined at the end. */
export async function lastOfNext({ db, dialect }: On, after: string, count: number): Promise<string | undefined> {
  const rows: { last: string | null }[] = await dialect.select(
    db,
    `SELECT MAX(x.id) AS last FROM (SELECT id FROM chat_rooms WHERE id > ? ORDER BY id LIMIT ${count}) x`,
    [after],
  )
  return rows[0]?.last ?? undefined
}

/** The rooms between two ids of which a subscription was not told all, unless they were put aside. */
export async function behindBetween({ db, dialect }: On, name: string, after: string, last: string): Promise<string[]> {
  const rows: { id: string }[] = await dialect.select(
    db,
    `SELECT c.id AS id FROM chat_rooms c JOIN chat_subscriptions s ON s.name = ? AND s.ended_at IS NULL
     LEFT JOIN ${positions} p ON p.name = s.name AND p.room_id = c.id
     WHERE c.id > ? AND c.id <= ? AND c.revision > COALESCE(p.revision, 0) AND p.failed_at IS NULL`,
    [name, after, last],
  )
  return rows.map(({ id }) => id)
}

/** Some of the rooms of a subscription that were held, or had to wait, until now. */
export async function dueAmong({ db, dialect }: On, name: string, count: number): Promise<string[]> {
  const rows: { id: string }[] = await dialect.select(
    db,
    `SELECT p.room_id AS id FROM ${positions} p JOIN chat_subscriptions s ON s.name = p.name AND s.ended_at IS NULL
     WHERE p.name = ? AND p.held_until > 0 AND p.held_until <= ${dialect.clock}
     ORDER BY p.held_until LIMIT ${count}`,
    [name],
    'subscription_due',
  )
  return rows.map(({ id }) => id)
}

/** Takes a room for a server, which is then the only one to tell. False if another was first. */
export async function holdPosition(
  { db, dialect }: On,
  name: string,
  { roomId, revision, heldUntil }: BehindRow,
  server: string,
  ms: number,
): Promise<boolean> {
  const until = `${dialect.clock} + ${ms}`
  if (revision === null) {
    const insert = `INSERT INTO ${positions} (name, room_id, revision, held_by, held_until, attempts) VALUES (?, ?, 0, ?, ${until}, 0)`
    return (await dialect.execute(db, dialect.unlessThere(insert), [name, roomId, server])) > 0
  }
  const held = await dialect.execute(
    db,
    `UPDATE ${positions} SET held_by = ?, held_until = ${until}
     WHERE name = ? AND room_id = ? AND revision = ? AND held_until = ? AND failed_at IS NULL`,
    [server, name, roomId, revision, heldUntil],
  )
  return held > 0
}

/** Holds the rooms for longer that a server still holds. */
export const holdOn = ({ db, dialect }: On, name: string, roomIds: string[], server: string, ms: number) =>
  dialect.execute(
    db,
    `UPDATE ${positions} SET held_until = ${dialect.clock} + ${ms}
     WHERE name = ? AND held_by = ? AND room_id IN (${roomIds.map(() => '?').join(', ')})`,
    [name, server, ...roomIds],
  )

/** Notes that a subscription was told up to here. False if the server does not hold the room any more. */
export async function movePosition(
  db: Db,
  name: string,
  roomId: string,
  server: string,
  { revision, releases }: { revision: number; releases: boolean },
): Promise<boolean> {
  const moved = await db.chatSubscriptionPosition.updateMany({
    where: { name, roomId, heldBy: server },
    data: { revision, attempts: 0, error: null, ...(releases && { heldBy: null, heldUntil: 0 }) },
  })
  return moved.count > 0
}

/** Notes that telling failed. It is tried again after `ms`; put aside at `failedAt`, if given. */
export async function failPosition(
  { db, dialect }: On,
  name: string,
  roomId: string,
  server: string,
  { attempts, error, ms, failedAt }: { attempts: number; error: string | null; ms: number; failedAt: Date | undefined },
): Promise<void> {
  if (!failedAt) {
    await dialect.execute(
      db,
      `UPDATE ${positions} SET attempts = ?, error = ?, held_by = NULL, held_until = ${dialect.clock} + ${ms}
       WHERE name = ? AND room_id = ? AND held_by = ?`,
      [attempts, error, name, roomId, server],
    )
    return
  }
  await db.chatSubscriptionPosition.updateMany({
    where: { name, roomId, heldBy: server },
    data: { attempts, error, failedAt, heldBy: null, heldUntil: 0 },
  })
}

/** Those that were put aside, in the order of the rooms' ids. */
export const failedPositions = (db: Db, name: string, after: string, take: number): Promise<FailedRow[]> =>
  db.chatSubscriptionPosition.findMany({
    where: { name, failedAt: { not: null }, roomId: { gt: after } },
    orderBy: { roomId: 'asc' },
    take,
    select: { roomId: true, revision: true, attempts: true, error: true, failedAt: true },
  }) as Promise<FailedRow[]>

export const countFailed = (db: Db, name: string): Promise<number> =>
  db.chatSubscriptionPosition.count({ where: { name, failedAt: { not: null } } })

/** How many rooms a subscription was not told all of, those that were put aside among them. */
export async function countBehind({ db, dialect }: On, name: string): Promise<number> {
  const rows: { count: unknown }[] = await dialect.select(
    db,
    `SELECT COUNT(*) AS count FROM chat_rooms c LEFT JOIN ${positions} p ON p.name = ? AND p.room_id = c.id
     WHERE c.revision > COALESCE(p.revision, 0)`,
    [name],
  )
  return Number(rows[0]?.count)
}

/** Lets what was put aside be tried again: in one room, or in all. It is due at once. */
export async function retryPositions(db: Db, name: string, roomId: string | undefined): Promise<number> {
  const retried = await db.chatSubscriptionPosition.updateMany({
    where: { name, failedAt: { not: null }, ...(roomId !== undefined && { roomId }) },
    data: { failedAt: null, attempts: 0, heldUntil: 1 },
  })
  return retried.count
}

/** Has those tried at once that are to wait since they failed. */
export const hurryPositions = async (db: Db, name: string): Promise<void> => {
  await db.chatSubscriptionPosition.updateMany({
    where: { name, heldBy: null, heldUntil: { gt: 1 } },
    data: { heldUntil: 1 },
  })
}

/** Ends a subscription, for all servers. */
export const endSubscription = async (db: Db, name: string, endedAt: Date): Promise<void> => {
  await db.chatSubscription.updateMany({ where: { name, endedAt: null }, data: { endedAt } })
}

/** Has a subscription go on that has ended. False if there is none. */
export async function resumeSubscription(db: Db, name: string): Promise<boolean> {
  const { count } = await db.chatSubscription.updateMany({
    where: { name, endedAt: { not: null } },
    data: { endedAt: null },
  })
  return count > 0
}

/** Passes over what was put aside in a room, up to where the room stands. False if nothing was. */
export async function skipPosition({ db, dialect }: On, name: string, roomId: string): Promise<boolean> {
  const skipped = await dialect.execute(
    db,
    `UPDATE ${positions} SET revision = (SELECT c.revision FROM chat_rooms c WHERE c.id = room_id),
       attempts = 0, error = NULL, failed_at = NULL, held_until = 0
     WHERE name = ? AND room_id = ? AND failed_at IS NOT NULL`,
    [name, roomId],
  )
  return skipped > 0
}

/** Forgets a subscription. False if there is none. */
export async function deleteSubscription(tx: Db, name: string): Promise<boolean> {
  const { count } = await tx.chatSubscription.deleteMany({ where: { name } })
  await tx.chatSubscriptionPosition.deleteMany({ where: { name } })
  return count > 0
}

import { inChunks } from '../concurrency/chunks.js'
import type { Db, Stored } from './client.js'
import type { Dialect } from './dialects/dialect.js'

/** The database, as these statements need it. */
interface On {
  db: Db
  dialect: Dialect
}

export type NoticeRow = Stored<'chatNotice'>

export const noticeColumns = {
  userId: true,
  dueAt: true,
  wantedAt: true,
  heldBy: true,
  batchId: true,
  batch: true,
  attempts: true,
  error: true,
  failedAt: true,
} as const satisfies Record<keyof NoticeRow, true>

/** What is taken to be looked at. */
export type TakenNotice = Pick<NoticeRow, 'userId' | 'batchId' | 'batch' | 'attempts'>

/** Somebody who may have to be notified, so many ms from now. */
export interface Wanted {
  userId: string
  ms: number
}

/** Up to where somebody was notified, in a room or in a thread, which has its message's id for that of a room. */
export interface Notified {
  roomId: string
  userId: string
  seq: number
}

/**
 * Notes whom to look at, and when. Whoever is to be looked at already is at the earlier time, unless that failed and has to wait;
 * who is being looked at right now is again after that.
 */
export async function wantNotices({ db, dialect }: On, wanted: Wanted[]): Promise<void> {
  // In one order, so that servers that note the same people wait for each other, and do not deadlock.
  const inOrder = wanted.toSorted((one, other) => (one.userId < other.userId ? -1 : 1))
  await inChunks(inOrder, (some) =>
    dialect.execute(
      db,
      dialect.orChange(
        `INSERT INTO chat_notices (user_id, due_at, wanted_at, attempts)
         SELECT i.user_id, ${dialect.clock} + i.n, ${dialect.clock} + i.n, 0 FROM ${dialect.rows('user_id n')} WHERE 1 = 1`,
        'user_id',
        (inserted) => `
          due_at = CASE WHEN chat_notices.held_by IS NULL AND chat_notices.attempts = 0 AND chat_notices.due_at > ${inserted('due_at')}
            THEN ${inserted('due_at')} ELSE chat_notices.due_at END,
          wanted_at = CASE WHEN chat_notices.wanted_at < ${inserted('wanted_at')}
            THEN chat_notices.wanted_at ELSE ${inserted('wanted_at')} END`,
      ),
      [JSON.stringify(some.map(({ userId, ms }) => [userId, ms]))],
    ),
  )
}

const marks = (list: unknown[]): string => list.map(() => '?').join(', ')

/** Takes some of those whose time has come, for so many ms; nobody else does meanwhile. */
export async function takeNotices(
  { db, dialect }: On,
  heldBy: string,
  count: number,
  ms: number,
): Promise<TakenNotice[]> {
  const due: { id: string }[] = await dialect.select(
    db,
    `SELECT n.user_id AS id FROM chat_notices n WHERE n.due_at > 0 AND n.due_at <= ${dialect.clock}
     ORDER BY n.due_at LIMIT ${count}`,
    [],
    'notices_due',
  )
  if (due.length === 0) return []
  const userIds = due.map(({ id }) => id).sort()
  // Of somebody with a batch that may have been told, it stays known that there was more: it is not in that batch.
  await dialect.execute(
    db,
    `UPDATE chat_notices SET held_by = ?, due_at = ${dialect.clock} + ${ms},
       wanted_at = CASE WHEN batch IS NULL THEN NULL ELSE wanted_at END
     WHERE user_id IN (${marks(userIds)}) AND due_at > 0 AND due_at <= ${dialect.clock}`,
    [heldBy, ...userIds],
  )
  return db.chatNotice.findMany({
    where: { userId: { in: userIds }, heldBy },
    select: { userId: true, batchId: true, batch: true, attempts: true },
  })
}

/** Of these, those that are held still. */
export async function heldAmong(db: Db, heldBy: string, userIds: string[]): Promise<Set<string>> {
  const rows = await db.chatNotice.findMany({ where: { userId: { in: userIds }, heldBy }, select: { userId: true } })
  return new Set(rows.map(({ userId }) => userId))
}

/** Holds them for longer. */
export const holdNotices = ({ db, dialect }: On, heldBy: string[], userIds: string[], ms: number) =>
  inChunks(userIds, (some) =>
    dialect.execute(
      db,
      `UPDATE chat_notices SET due_at = ${dialect.clock} + ${ms}
       WHERE held_by IN (${marks(heldBy)}) AND user_id IN (${marks(some)})`,
      [...heldBy, ...some],
    ),
  )

/** Writes of what each is about to be notified, which then stays as it is. */
export async function prepareNotices(
  { db, dialect }: On,
  heldBy: string,
  prepared: { userId: string; batchId: string; batch: string }[],
): Promise<void> {
  if (prepared.length === 0) return
  const each = (of: (one: (typeof prepared)[number]) => string) => prepared.flatMap((one) => [one.userId, of(one)])
  const column = `CASE user_id ${prepared.map(() => 'WHEN ? THEN ?').join(' ')} ELSE '' END`
  const userIds = prepared.map(({ userId }) => userId)
  await dialect.execute(
    db,
    `UPDATE chat_notices SET batch_id = ${column}, batch = ${column}
     WHERE held_by = ? AND user_id IN (${marks(userIds)})`,
    [...each(({ batchId }) => batchId), ...each(({ batch }) => batch), heldBy, ...userIds],
  )
}

/** Lets go of them, to be looked at again so many ms from now; what was prepared stays. */
export const putOffNotices = ({ db, dialect }: On, heldBy: string, userIds: string[], ms: number) =>
  dialect.execute(
    db,
    `UPDATE chat_notices SET held_by = NULL, due_at = ${dialect.clock} + ${ms}
     WHERE held_by = ? AND user_id IN (${marks(userIds)})`,
    [heldBy, ...userIds],
  )

/** Notes up to where people were notified; never back. */
export const markNotified = ({ db, dialect }: On, rows: Notified[]) =>
  inChunks(
    rows.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)),
    (some) =>
      dialect.execute(
        db,
        dialect.orChange(
          `INSERT INTO chat_notified (room_id, user_id, seq) VALUES ${some.map(() => '(?, ?, ?)').join(', ')}`,
          'room_id, user_id',
          (inserted) => `seq = CASE WHEN chat_notified.seq < ${inserted('seq')} THEN ${inserted('seq')}
            ELSE chat_notified.seq END`,
        ),
        some.flatMap(({ roomId, userId, seq }) => [roomId, userId, seq]),
      ),
  )

const keyOf = ({ roomId, userId }: Notified): string => `${roomId} ${userId}`

/**
 * Lets go of those who were notified, or have nothing to be notified of: who is wanted again since they were taken is looked at
 * again, all others are forgotten.
 */
export async function endNotices({ db, dialect }: On, heldBy: string, userIds: string[]): Promise<void> {
  if (userIds.length === 0) return
  const held = `held_by = ? AND user_id IN (${marks(userIds)})`
  await dialect.execute(db, `DELETE FROM chat_notices WHERE ${held} AND wanted_at IS NULL`, [heldBy, ...userIds])
  // MySQL sets one after the other.
  await dialect.execute(
    db,
    `UPDATE chat_notices SET due_at = wanted_at, wanted_at = NULL, held_by = NULL, batch_id = NULL, batch = NULL,
       attempts = 0, error = NULL
     WHERE ${held}`,
    [heldBy, ...userIds],
  )
}

/** Notes that somebody could not be notified. It is tried again after `ms`; put aside at `failedAt`, if given. */
export async function failNotice(
  { db, dialect }: On,
  heldBy: string,
  userId: string,
  { attempts, error, ms, failedAt }: { attempts: number; error: string; ms: number; failedAt: Date | undefined },
): Promise<void> {
  if (failedAt) {
    const data = { attempts, error, failedAt, heldBy: null, dueAt: 0 }
    await db.chatNotice.updateMany({ where: { userId, heldBy }, data })
    return
  }
  await dialect.execute(
    db,
    `UPDATE chat_notices SET attempts = ?, error = ?, held_by = NULL, due_at = ${dialect.clock} + ${ms}
     WHERE user_id = ? AND held_by = ?`,
    [attempts, error, userId, heldBy],
  )
}

/** Those who were put aside, in the order of their ids. */
export const failedNotices = (db: Db, after: string, take: number) =>
  db.chatNotice.findMany({
    where: { failedAt: { not: null }, userId: { gt: after } },
    orderBy: { userId: 'asc' },
    take,
    select: { userId: true, batchId: true, attempts: true, error: true, failedAt: true },
  })

/** One of them. */
export const failedNotice = (db: Db, userId: string) =>
  db.chatNotice.findFirst({ where: { userId, failedAt: { not: null } }, select: noticeColumns })

/** Lets be tried again who was put aside: one of them, or all. They are due at once. */
export async function retryNotices(db: Db, userId: string | undefined): Promise<number> {
  const where = { failedAt: { not: null }, ...(userId !== undefined && { userId }) }
  return (await db.chatNotice.updateMany({ where, data: { failedAt: null, attempts: 0, dueAt: 1 } })).count
}

/** Lets go of what was put aside of somebody, who is looked at once more. False if it is put aside no longer. */
export async function skipNotice(db: Db, userId: string): Promise<boolean> {
  const data = { failedAt: null, attempts: 0, error: null, batchId: null, batch: null, dueAt: 1 }
  return (await db.chatNotice.updateMany({ where: { userId, failedAt: { not: null } }, data })).count > 0
}

/** Deletes these rows of a deleted room. */
export const forgetNotified = (db: Db, roomId: string) => db.chatNotified.deleteMany({ where: { roomId } })

/** Who of these looks at a page of the chat right now, or has a socket that does not say. */
export async function inFrontAmong(db: Db, userIds: string[], now: Date): Promise<Set<string>> {
  const rows = await db.chatPresence.findMany({
    where: { userId: { in: userIds }, inFront: true, node: { aliveUntil: { gt: now } } },
    select: { userId: true },
  })
  return new Set(rows.map(({ userId }) => userId))
}

import { ChatError } from '../contract/problems.js'
import type { Db, Stored } from './client.js'
import { failureOf } from './failures.js'

export type ErasureRow = Stored<'chatErasure'>

export const erasureColumns = {
  id: true,
  /** Whose data it is, until nothing of theirs is left. */
  userId: true,
  messages: true,
  step: true,
  cursor: true,
  dueAt: true,
  revision: true,
  error: true,
  requestedAt: true,
  finishedAt: true,
} as const satisfies Record<keyof ErasureRow, true>

export const findErasure = (db: Db, id: string): Promise<ErasureRow | null> =>
  db.chatErasure.findUnique({ where: { id }, select: erasureColumns })

/** The erasure of a user that has not ended. */
const findErasureOf = (db: Db, userId: string): Promise<ErasureRow | null> =>
  db.chatErasure.findUnique({ where: { userId }, select: erasureColumns })

export const isErased = async (db: Db, userId: string): Promise<boolean> => (await findErasureOf(db, userId)) !== null

/** Nothing of a user begins anew before all that there was is gone. */
export const beingErased = (): ChatError =>
  new ChatError(
    'forbidden',
    'everything of this user is being erased: until that is done, nothing of theirs begins anew',
  )

/** Which of these users are being erased. */
export async function erasedAmong(db: Db, userIds: string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set()
  const rows = await db.chatErasure.findMany({ where: { userId: { in: userIds } }, select: { userId: true } })
  return new Set(rows.flatMap(({ userId }) => userId ?? []))
}

/** Writes the erasure of a user, or gives the one that has not ended. */
export async function createErasure(db: Db, row: ErasureRow & { userId: string }): Promise<ErasureRow> {
  const existing = await findErasureOf(db, row.userId)
  if (existing) return existing
  try {
    return await db.chatErasure.create({ data: row, select: erasureColumns })
  } catch (error) {
    const other = failureOf(error) === 'unique' ? await findErasureOf(db, row.userId) : null
    if (!other) throw error
    return other
  }
}

/** Reads erasures, newest first; those that have not ended alone, or all. */
export const erasuresBefore = (
  db: Db,
  { isUnfinished, before, take }: { isUnfinished: boolean; before: string | undefined; take: number },
): Promise<ErasureRow[]> =>
  db.chatErasure.findMany({
    where: { ...(isUnfinished ? { finishedAt: null } : {}), ...(before === undefined ? {} : { id: { lt: before } }) },
    orderBy: { id: 'desc' },
    take,
    select: erasureColumns,
  })

/** Those that a server may take up by then, the first ones first. */
export const dueErasures = (db: Db, by: Date, take: number): Promise<ErasureRow[]> =>
  db.chatErasure.findMany({
    where: { dueAt: { lte: by } },
    orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
    take,
    select: erasureColumns,
  })

/** Changes one that is as it was read; undefined where another server has it by now. */
export async function changeErasure(
  db: Db,
  { id, revision }: Pick<ErasureRow, 'id' | 'revision'>,
  data: Partial<Omit<ErasureRow, 'id' | 'revision'>>,
): Promise<ErasureRow | undefined> {
  const where = { id, revision }
  const changed = await db.chatErasure.updateMany({ where, data: { ...data, revision: { increment: 1 } } })
  if (changed.count === 0) return undefined
  const row = await findErasure(db, id)
  return row?.revision === revision + 1 ? row : undefined
}

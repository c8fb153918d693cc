import { inChunks } from './chunks.js'
import type { Db } from './client.js'
import { failureOf } from './failures.js'
import { columnsOf, Packed } from './packed.js'

export const userColumns = {
  id: true,
  name: true,
  description: true,
  hostAvatarUrl: true,
  avatarMediaId: true,
  lastSeenAt: true,
} as const

export interface UserRow {
  id: string
  name: string
  description: string
  hostAvatarUrl: string | null
  avatarMediaId: string | null
  lastSeenAt: Date | null
}

/** Of the table called `u`; all null where a message's user is not there. */
export const packedUser = new Packed<UserRow>(columnsOf('u', userColumns), { moments: ['lastSeenAt'] })

/** What the host says of a user of its own; what it does not say stays as it is. */
export interface HostUserRow {
  id: string
  name?: string
  hostAvatarUrl?: string | null
}

export const findUser = (db: Db, id: string): Promise<UserRow | null> =>
  db.chatUser.findUnique({ where: { id }, select: userColumns })

export const findUsers = (db: Db, ids: string[]): Promise<UserRow[]> =>
  db.chatUser.findMany({ where: { id: { in: ids } }, select: userColumns })

export async function usersById(db: Db, ids: Iterable<string | null>): Promise<Map<string, UserRow>> {
  const wanted = new Set(ids)
  wanted.delete(null)
  if (wanted.size === 0) return new Map()
  const rows = await findUsers(db, [...wanted] as string[])
  return new Map(rows.map((row) => [row.id, row]))
}

/** Writes what the host says; two at once are one. */
export async function saveUser(db: Db, { id, ...said }: HostUserRow): Promise<void> {
  if (Object.keys(said).length > 0) {
    const changed = await db.chatUser.updateMany({ where: { id }, data: said })
    if (changed.count > 0) return
  } else if (await findUser(db, id)) return
  try {
    await db.chatUser.create({ data: { id, ...said, name: said.name ?? id }, select: { id: true } })
  } catch (error) {
    if (failureOf(error) !== 'unique') throw error
  }
}

export const updateUser = (
  db: Db,
  id: string,
  data: { description?: string; avatarMediaId?: string | null; lastSeenAt?: Date },
): Promise<UserRow> => db.chatUser.update({ where: { id }, data, select: userColumns })

/** Notes when these were here last; never earlier than is known already. */
export const touchUsers = (db: Db, ids: string[], lastSeenAt: Date) =>
  inChunks(ids, (some) =>
    db.chatUser.updateMany({
      where: { id: { in: some }, OR: [{ lastSeenAt: null }, { lastSeenAt: { lt: lastSeenAt } }] },
      data: { lastSeenAt },
    }),
  )

import { inChunks } from '../concurrency/chunks.js'
import type { Db, Stored } from './client.js'
import { beingErased, isErased } from './erasures.js'
import { failureOf } from './failures.js'
import { columnsOf, JsonRows } from './json-rows.js'

export type UserRow = Omit<Stored<'chatUser'>, 'tenantId' | 'createdAt' | 'changedAt'>

export const userColumns = {
  id: true,
  name: true,
  description: true,
  hostAvatarUrl: true,
  avatarMediaId: true,
  lastSeenAt: true,
} as const satisfies Record<keyof UserRow, true>

/** The tenant is not shown to clients. */
export const personColumns = { ...userColumns, tenantId: true } as const satisfies Record<keyof PersonRow, true>

/** `tenantId` is empty for users without a tenant. */
export type PersonRow = UserRow & Pick<Stored<'chatUser'>, 'tenantId'>

/** The columns of the table with the alias `u`; all are null if the user of a message is missing. */
export const packedUser = new JsonRows<UserRow>(columnsOf('u', userColumns), { dates: ['lastSeenAt'] })

/** The fields of a user that the host sets; a field that it omits stays as it is. */
export interface HostUserRow {
  id: string
  name?: string
  hostAvatarUrl?: string | null
  tenantId?: string
}

export const findUser = (db: Db, id: string): Promise<PersonRow | null> =>
  db.chatUser.findUnique({ where: { id }, select: personColumns })

export const findUsers = (db: Db, ids: string[]): Promise<PersonRow[]> =>
  db.chatUser.findMany({ where: { id: { in: ids } }, select: personColumns })

export async function usersById(db: Db, ids: Iterable<string | null>): Promise<Map<string, PersonRow>> {
  const wanted = new Set(ids)
  wanted.delete(null)
  if (wanted.size === 0) return new Map()
  const rows = await findUsers(db, [...wanted] as string[])
  return new Map(rows.map((row) => [row.id, row]))
}

/** Whether two rows look the same to clients. */
export const looksSame = (one: UserRow, other: UserRow): boolean =>
  one.name === other.name &&
  one.description === other.description &&
  (one.avatarMediaId ?? one.hostAvatarUrl) === (other.avatarMediaId ?? other.hostAvatarUrl)

/** When a user's name or picture last changed. */
export interface UserChange {
  id: string
  changedAt: Date
}

/** The users who have changed since then, the last one first. */
export const changedUsers = async (db: Db, since: Date, limit: number): Promise<UserChange[]> =>
  (await db.chatUser.findMany({
    where: { changedAt: { gt: since } },
    orderBy: { changedAt: 'desc' },
    take: limit,
    select: { id: true, changedAt: true },
  })) as UserChange[]

/** Writes the fields that the host sets; calls at the same time do no harm. False if a user of another tenant has this id. */
export async function saveUser(db: Db, { id, ...said }: HostUserRow, now: Date): Promise<boolean> {
  const { tenantId } = said
  const ours = tenantId === undefined ? {} : { tenantId: { in: ['', tenantId] } }
  const update = () => db.chatUser.updateMany({ where: { id, ...ours }, data: { ...said, changedAt: now } })
  if (Object.keys(said).length === 0 ? await findUser(db, id) : (await update()).count > 0) return true
  if (await isErased(db, id)) throw beingErased()
  try {
    await db.chatUser.create({ data: { id, ...said, name: said.name ?? id }, select: { id: true } })
  } catch (error) {
    if (failureOf(error) !== 'unique') throw error
    // Another call has made the user meanwhile, perhaps for another tenant.
    return tenantId === undefined || (await update()).count > 0
  }
  // Whoever began to erase them meanwhile may have looked for this row before it was there.
  if (await isErased(db, id)) {
    await db.chatUser.deleteMany({ where: { id } })
    throw beingErased()
  }
  return true
}

export const updateUser = (
  db: Db,
  id: string,
  data: { description?: string; avatarMediaId?: string | null; lastSeenAt?: Date; changedAt?: Date },
): Promise<UserRow> => db.chatUser.update({ where: { id }, data, select: userColumns })

/** Writes when these users were last here, never earlier than it has already. */
export const touchUsers = (db: Db, ids: string[], lastSeenAt: Date) =>
  inChunks(ids, (some) =>
    db.chatUser.updateMany({
      where: { id: { in: some }, OR: [{ lastSeenAt: null }, { lastSeenAt: { lt: lastSeenAt } }] },
      data: { lastSeenAt },
    }),
  )

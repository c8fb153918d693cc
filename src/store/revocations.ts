import type { Db, Stored } from './client.js'
import { failureOf } from './failures.js'

/** A user was signed out everywhere: sessions and tickets from before are not valid any more. */
export type RevocationRow = Stored<'chatRevocation'>

const columns = { userId: true, id: true, expiresAt: true } as const satisfies Record<keyof RevocationRow, true>

/** The revocations of these users. */
export const revocationsOf = (db: Db, userIds: string[]): Promise<RevocationRow[]> =>
  db.chatRevocation.findMany({ where: { userId: { in: userIds } }, select: columns })

/** A part of all revocations. */
export const someRevocations = (db: Db, take: number): Promise<RevocationRow[]> =>
  db.chatRevocation.findMany({ take, select: columns })

/** Writes a revocation, which replaces an earlier one. */
export async function writeRevocation(db: Db, row: RevocationRow): Promise<void> {
  const { userId, id, expiresAt } = row
  const write = () =>
    db.chatRevocation.upsert({ where: { userId }, create: row, update: { id, expiresAt }, select: { id: true } })
  try {
    await write()
  } catch (error) {
    // Another server wrote the first one between our update and our insert, so now there is one to replace.
    if (failureOf(error) !== 'unique') throw error
    await write()
  }
}

export async function deleteRevocations(db: Db, before: Date): Promise<void> {
  await db.chatRevocation.deleteMany({ where: { expiresAt: { lt: before } } })
}

import type { Db, Stored } from './client.js'
import { failureOf } from './failures.js'

/** Somebody was signed out everywhere: what began before this has no user any more. */
export type RevocationRow = Stored<'chatRevocation'>

const columns = { userId: true, id: true, expiresAt: true } as const satisfies Record<keyof RevocationRow, true>

/** Those that stand for these users. */
export const revocationsOf = (db: Db, userIds: string[]): Promise<RevocationRow[]> =>
  db.chatRevocation.findMany({ where: { userId: { in: userIds } }, select: columns })

/** Some of all that stand. */
export const someRevocations = (db: Db, take: number): Promise<RevocationRow[]> =>
  db.chatRevocation.findMany({ take, select: columns })

/** In place of the one before, if there is one. */
export async function writeRevocation(db: Db, row: RevocationRow): Promise<void> {
  const { userId, id, expiresAt } = row
  const write = () =>
    db.chatRevocation.upsert({ where: { userId }, create: row, update: { id, expiresAt }, select: { id: true } })
  try {
    await write()
  } catch (error) {
    // Another server wrote the first one between our looking and our writing: now there is one to replace.
    if (failureOf(error) !== 'unique') throw error
    await write()
  }
}

export async function deleteRevocations(db: Db, before: Date): Promise<void> {
  await db.chatRevocation.deleteMany({ where: { expiresAt: { lt: before } } })
}

import type { Db } from './client.js'

const name = 'express_chat'

/**
 * Runs work inside a transaction that takes effect as a whole or not at all, while the transaction goes on. Without a savepoint,
 * PostgreSQL refuses everything after a failed statement, and the other databases keep what was written before it. It must not be
 * nested.
 */
export async function atSavepoint<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  await tx.$executeRawUnsafe(`SAVEPOINT ${name}`)
  let result: T
  try {
    result = await work()
  } catch (error) {
    // After a deadlock the database has rolled back everything, and the savepoint is gone. The first error is the one that counts.
    await tx.$executeRawUnsafe(`ROLLBACK TO SAVEPOINT ${name}`).catch(() => undefined)
    throw error
  }
  await tx.$executeRawUnsafe(`RELEASE SAVEPOINT ${name}`)
  return result
}

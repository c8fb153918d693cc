import type { Db } from './client.js'

const name = 'express_chat'

/**
 * Work inside a transaction that takes effect as a whole or not at all, while the transaction goes on: without it,
 * PostgreSQL refuses everything after a failed statement, and the others keep what was written before one. Not to be
 * begun again before it has ended.
 */
export async function atSavepoint<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  await tx.$executeRawUnsafe(`SAVEPOINT ${name}`)
  let result: T
  try {
    result = await work()
  } catch (error) {
    // Where a deadlock made the database roll back everything, there is nothing to go back to: its error is the one that counts.
    await tx.$executeRawUnsafe(`ROLLBACK TO SAVEPOINT ${name}`).catch(() => undefined)
    throw error
  }
  await tx.$executeRawUnsafe(`RELEASE SAVEPOINT ${name}`)
  return result
}

import { createHash } from 'node:crypto'
import { CommandError } from '../command.js'
import type { Connection } from '../drivers/connection.js'

/** How long another one that migrates is waited for. */
export const patienceMs = 600_000

const heldUp =
  'another process changes these tables, or holds them, for 10 minutes already; run this again once it has ended'

/**
 * Runs work while nobody else does it on the same tables. On SQLite and PostgreSQL all of it is one transaction, so a
 * pooler may be in between. MySQL commits each change of a table by itself: there `work` sees to that.
 */
export async function exclusively<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  if (connection.provider === 'mysql') return locked(connection, work)
  await connection.begin().catch(explain)
  try {
    if (connection.provider === 'postgresql') await takeTurn(connection)
    const result = await work()
    await connection.commit()
    return result
  } catch (error) {
    await connection.rollback()
    throw error
  }
}

async function takeTurn(connection: Connection): Promise<void> {
  await connection.run(`SET LOCAL lock_timeout = ${patienceMs}`)
  // Its end is that of the transaction.
  await connection
    .select("SELECT pg_advisory_xact_lock(hashtext('express-chat'), hashtext($1))", [connection.schema])
    .catch(explain)
}

async function locked<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  // The name is the whole server's, and has 64 characters at most.
  const [{ place } = { place: null }] = await connection.select<{ place: string | null }>('SELECT DATABASE() AS place')
  if (place === null) throw new CommandError('the URL names no database: mysql://…/name')
  const name = `express-chat ${createHash('sha256').update(place).digest('hex').slice(0, 32)}`
  const [row] = await connection.select<{ got: unknown }>('SELECT GET_LOCK(?, ?) AS got', [name, patienceMs / 1000])
  if (Number(row?.got) !== 1) throw new CommandError(heldUp)
  try {
    return await work()
  } finally {
    // With its connection it ends in any case.
    await connection.select('SELECT RELEASE_LOCK(?)', [name]).catch(() => undefined)
  }
}

function explain(error: unknown): never {
  const { code } = error as { code?: unknown }
  throw code === '55P03' || String(code).startsWith('SQLITE_BUSY') ? new CommandError(heldUp) : error
}

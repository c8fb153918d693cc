import { randomUUID } from 'node:crypto'
import { createClient } from '@libsql/client'
import pg from 'pg'
import { type Numbers, percentile } from '../harness/measure.js'
import { answer } from '../harness/process.js'

export interface DriverOptions {
  database: 'postgresql' | 'sqlite'
  url: string
  synchronous?: 'FULL' | 'NORMAL'
  /** So many at once, each on a connection of its own. */
  inFlight: number
  seconds: number
}

const text = 'lorem ipsum dolor sit amet '.padEnd(150, 'lorem ipsum dolor sit amet ')

// The limit of whoever commits each message by itself: one row, one statement, one commit, through the bare driver.
answer({
  async commits({ inFlight, seconds, ...options }: DriverOptions): Promise<Numbers> {
    const { insert, end } = await (options.database === 'postgresql' ? onPg(options, inFlight) : onSqlite(options))
    const latencies: number[] = []
    const start = performance.now()
    const until = start + seconds * 1000
    const keepCommitting = async () => {
      for (let at = performance.now(); at < until; ) {
        await insert()
        const then = performance.now()
        latencies.push(then - at)
        at = then
      }
    }
    await Promise.all(Array.from({ length: inFlight }, keepCommitting))
    const perSecond = latencies.length / ((performance.now() - start) / 1000)
    await end()
    return { perSecond, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
  },
})

const columns =
  'id TEXT PRIMARY KEY, room_id TEXT NOT NULL, user_id TEXT NOT NULL, text TEXT NOT NULL, created_at TEXT NOT NULL'
const valuesOf = () => [randomUUID(), 'room-0', 'u0', text, new Date().toISOString()]

async function onPg({ url }: { url: string }, connections: number) {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  await pool.query(`CREATE TABLE IF NOT EXISTS bare (${columns})`)
  const insert = { name: 'insert', text: 'INSERT INTO bare VALUES ($1, $2, $3, $4, $5)' }
  await Promise.all(Array.from({ length: connections }, () => pool.query({ ...insert, values: valuesOf() })))
  return { insert: () => pool.query({ ...insert, values: valuesOf() }), end: () => pool.end() }
}

async function onSqlite({ url, synchronous = 'FULL' }: Pick<DriverOptions, 'url' | 'synchronous'>) {
  const client = createClient({ url })
  for (const pragma of ['journal_mode = WAL', `synchronous = ${synchronous}`]) await client.execute(`PRAGMA ${pragma}`)
  await client.execute(`CREATE TABLE IF NOT EXISTS bare (${columns})`)
  return {
    insert: () => client.execute({ sql: 'INSERT INTO bare VALUES (?, ?, ?, ?, ?)', args: valuesOf() }),
    end: async () => client.close(),
  }
}

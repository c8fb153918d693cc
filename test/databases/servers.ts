import { statfsSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseName } from './engine.js'
import { engines } from './engines.js'
import { pgbouncerVersion } from './pgbouncer.js'

/** A database or cache that the suites use where it answers. */
export interface Server {
  name: DatabaseName | 'redis' | 'pgbouncer'
  place: string
  /** The variable that points the tests somewhere else. */
  variable?: string
  /** What answered, or why the suites go without. */
  found: { version: string } | { missing: string }
}

const spaceNeeded = 4 * 2 ** 30

/** Where files are kept in memory, if there is such a place with enough space: SQLite waits for the disk at each close. */
function memoryOr(folder: string): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize < spaceNeeded ? folder : '/dev/shm'
  } catch {
    return folder
  }
}

export async function findServers(run: string): Promise<Server[]> {
  const { env } = process
  const candidates = [
    { name: 'sqlite', place: join(memoryOr(tmpdir()), run) },
    { name: 'postgresql', variable: 'TEST_POSTGRES_URL', standard: 'postgresql://postgres@127.0.0.1:5432/postgres' },
    { name: 'mysql', variable: 'TEST_MYSQL_URL', standard: 'mysql://root@127.0.0.1:3306/' },
    { name: 'redis', variable: 'TEST_REDIS_URL', standard: 'redis://127.0.0.1:6379' },
  ] as const
  const pgbouncer: Server = { name: 'pgbouncer', place: 'pgbouncer', found: pgbouncerVersion() }
  const servers = await Promise.all(
    candidates.map(async (candidate) => {
      const place = 'place' in candidate ? candidate.place : env[candidate.variable] || candidate.standard
      const { name } = candidate
      const version = name === 'redis' ? redisVersion(place) : engines[name](place, run).version()
      const found = await version.then(
        (version) => ({ version }),
        (error: unknown) => ({ missing: reasonOf(error) }),
      )
      return { ...candidate, place, found }
    }),
  )
  return [...servers, pgbouncer]
}

/** Those that were asked for by name, in REQUIRE_DATABASES or by a URL of their own, and did not answer. */
export function missingOnes(servers: Server[], env = process.env): Server[] {
  const required = (env.REQUIRE_DATABASES ?? '').split(',').map((name) => name.trim())
  return servers.filter(
    ({ name, variable, found }) =>
      'missing' in found && (required.includes(name) || Boolean(variable && env[variable])),
  )
}

export function describeServer({ name, variable, found }: Server): string {
  const use = name === 'pgbouncer' ? ', through which every other file of tests goes to PostgreSQL' : ''
  if ('version' in found) return `  ✓ ${name} (${found.version})${use}`
  return `  – ${name} is left out: ${found.missing}${variable ? `; ${variable} can name another one` : ''}`
}

function reasonOf(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: unknown[] }
  return message || (errors?.length ? reasonOf(errors[0]) : undefined) || code || String(error)
}

function redisVersion(url: string): Promise<string> {
  const { hostname, port, password } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: hostname, port: Number(port || 6379), timeout: 2000 })
    let answer = ''
    socket.on('data', (data) => {
      answer += data
      const version = /redis_version:(\S+)/.exec(answer)?.[1]
      if (!version && !answer.startsWith('-')) return
      socket.destroy()
      if (version) resolve(version)
      else reject(new Error(answer.trim()))
    })
    socket.on('timeout', () => socket.destroy(new Error('no answer')))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('closed the connection')))
    socket.write(`${password ? `AUTH ${decodeURIComponent(password)}\r\n` : ''}INFO server\r\n`)
  })
}

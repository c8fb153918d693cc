import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../examples/process.js'

/** PgBouncer does not run as root: there it is nobody who does. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const startsMs = 10_000

/** Its version, or why there is none. */
export function pgbouncerVersion(): { version: string } | { missing: string } {
  const { stdout, status } = spawnSync('pgbouncer', ['--version'], { encoding: 'utf8' })
  const version = /PgBouncer (\S+)/.exec(stdout ?? '')?.[1]
  return status === 0 && version ? { version } : { missing: 'pgbouncer is not installed' }
}

/** A PgBouncer of this run's own before a PostgreSQL server: its connections are shared transaction by transaction. */
export class PgBouncer {
  private constructor(
    readonly port: number,
    readonly close: () => void,
  ) {}

  /** `url` is how it gets to the server. */
  static async open(url: string): Promise<PgBouncer> {
    const folder = mkdtempSync(join(tmpdir(), 'express-chat-pgbouncer-'))
    if (nobody.uid) chownSync(folder, nobody.uid, nobody.gid)
    const { hostname, port: serverPort, username, password } = new URL(url)
    const port = await freePort()
    const quoted = (value: string) => `'${decodeURIComponent(value).replaceAll("'", "''")}'`
    const user = `user=${quoted(username)}${password && ` password=${quoted(password)}`}`
    const settings = [
      ...['[databases]', `* = host=${hostname} port=${serverPort || 5432} ${user}`, '[pgbouncer]'],
      ...[`listen_addr = 127.0.0.1`, `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = any'],
      // What no test uses any more is given back at once: the server has a hundred connections for all of them.
      ...['pool_mode = transaction', 'max_client_conn = 1000', 'default_pool_size = 20', 'server_idle_timeout = 2'],
    ]
    const config = join(folder, 'pgbouncer.ini')
    writeFileSync(config, settings.join('\n'), { mode: 0o644 })
    const log = openSync(join(folder, 'log'), 'a')
    // It ends with this process, however that ends.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'pgbouncer', config], {
      ...{ cwd: folder, ...nobody },
      stdio: ['ignore', log, log],
    })
    child.on('error', () => undefined)
    const close = () => {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
    const pooler = new PgBouncer(port, close)
    for (const until = Date.now() + startsMs; !(await answers(pooler.urlOf(url))); await pause(50)) {
      if (Date.now() < until && child.exitCode === null) continue
      const said = readFileSync(join(folder, 'log'), 'utf8').slice(-1_000)
      close()
      throw new Error(`pgbouncer does not start:\n${said}`)
    }
    return pooler
  }

  /** How the database behind `url` is got at through it. */
  urlOf(url: string): string {
    return throughPgBouncer(url, this.port)
  }
}

export const throughPgBouncer = (url: string, port: number): string =>
  Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { engines } from '../databases/engines.js'
import { newRun } from '../databases/names.js'
import { freePort } from '../examples/process.js'

export type ServerName = 'postgresql' | 'mysql' | 'redis'

interface Kind {
  /** Makes the files that it starts from. */
  install?: (folder: string) => string[]
  start: (folder: string, port: number) => string[]
  urlOf: (port: number) => string
}

/** Debian keeps PostgreSQL's programs out of the path, a folder for each version. */
function postgresqlProgram(name: string): string {
  const versions = '/usr/lib/postgresql'
  if (!existsSync(versions)) return name
  const newest = Math.max(...readdirSync(versions).map(Number))
  return join(versions, String(newest), 'bin', name)
}

// What is acknowledged must survive a kill, so each waits for the disk as it does by default, or is told to.
const kinds: Record<ServerName, Kind> = {
  postgresql: {
    install: (folder) => [
      postgresqlProgram('initdb'),
      ...`-D ${folder}/data -U postgres -A trust --no-sync`.split(' '),
    ],
    start: (folder, port) => [
      postgresqlProgram('postgres'),
      ...`-D ${folder}/data -p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=on`.split(' '),
    ],
    urlOf: (port) => `postgresql://postgres@127.0.0.1:${port}/postgres`,
  },
  mysql: {
    install: (folder) => [
      'mariadb-install-db',
      ...`--no-defaults --datadir=${folder}/data --auth-root-authentication-method=normal --skip-test-db`.split(' '),
    ],
    start: (folder, port) => [
      'mariadbd',
      ...`--no-defaults --datadir=${folder}/data --port=${port} --bind-address=127.0.0.1`.split(' '),
      ...`--socket=${folder}/socket --pid-file=${folder}/pid --innodb-flush-log-at-trx-commit=1`.split(' '),
    ],
    urlOf: (port) => `mysql://root@127.0.0.1:${port}/`,
  },
  redis: {
    start: (folder, port) => [
      'redis-server',
      ...`--port ${port} --bind 127.0.0.1 --dir ${folder} --save ''`.split(' '),
    ],
    urlOf: (port) => `redis://127.0.0.1:${port}`,
  },
}

/** Neither PostgreSQL nor MariaDB runs as root: there it is nobody who does. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const startsMs = 30_000

/** A server of this run's own, in a temporary folder and on a port of its own: it may be killed and stalled, as no shared one may. */
export class Server {
  readonly url: string
  #child: ChildProcess | undefined

  private constructor(
    readonly name: ServerName,
    readonly folder: string,
    readonly port: number,
  ) {
    this.url = kinds[name].urlOf(port)
    process.once('exit', this.#killNow)
  }

  static async open(name: ServerName): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), `express-chat-${name}-`))
    if (nobody.uid) chownSync(folder, nobody.uid, nobody.gid)
    const [program = '', ...args] = kinds[name].install?.(folder) ?? ['true']
    const { status, stderr, error } = spawnSync(program, args, { cwd: folder, ...nobody, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`)
    const server = new Server(name, folder, await freePort())
    await server.start()
    return server
  }

  /** Resolves once it answers; by then it has recovered from whatever it was killed in. */
  async start(): Promise<void> {
    const [program = '', ...args] = kinds[this.name].start(this.folder, this.port)
    const log = openSync(join(this.folder, 'log'), 'a')
    const until = Date.now() + startsMs
    const begin = () => {
      // It ends with this process, however that ends.
      const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
        ...{ cwd: this.folder, ...nobody },
        stdio: ['ignore', log, log],
      })
      child.on('error', () => undefined)
      this.#child = child
    }
    begin()
    while (!(await this.#answers())) {
      if (Date.now() > until) throw new Error(`${program} does not start:\n${readFileSync(join(this.folder, 'log'))}`)
      // Memory that a killed PostgreSQL shared may be in use for a moment more: it gives up, and is started again.
      if (this.#child?.exitCode !== null) begin()
      await pause(50)
    }
  }

  async #answers(): Promise<boolean> {
    if (this.name === 'redis') return redisAnswers(this.port)
    return engines[this.name](this.url, newRun())
      .version()
      .then(
        () => true,
        () => false,
      )
  }

  /** Ends all of it at once, like a machine that loses its power would, but for what the disk was told. */
  async kill(): Promise<void> {
    const child = this.#child
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    this.#killNow()
    await ended
  }

  readonly #killNow = () => this.#signal('SIGKILL')

  stall(): void {
    this.#signal('SIGSTOP')
  }

  resume(): void {
    this.#signal('SIGCONT')
  }

  async close(): Promise<void> {
    await this.kill()
    process.off('exit', this.#killNow)
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 })
  }

  /** PostgreSQL has a process for each connection. */
  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid
    if (pid === undefined || this.#child?.exitCode !== null || this.#child.signalCode !== null) return
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
    for (const each of [pid, ...children.map(Number)]) {
      try {
        process.kill(each, signal)
      } catch {
        // It ended by itself meanwhile.
      }
    }
  }
}

function redisAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: 500 }, () => socket.write('PING\r\n'))
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', (data) => done(data.toString().startsWith('+PONG')))
    socket.once('error', () => done(false))
    socket.once('timeout', () => done(false))
  })
}

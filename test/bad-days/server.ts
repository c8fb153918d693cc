import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engines } from '../databases/engines.js'
import { newRun } from '../databases/names.js'
import { freePort } from '../examples/process.js'

export type ServerName = 'postgresql' | 'mysql'

/** A database server of the test's own, to be killed and stalled as no shared one may be. */
export interface OwnServer {
  /** A database with our tables on it. */
  url: string
  /** As a power cut ends it. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Takes connections and questions, and answers none. */
  stall(): void
  resume(): void
  remove(): Promise<void>
}

interface Kind {
  command: string
  init(folder: string): [command: string, args: string[]]
  args(folder: string, port: number): string[]
  url(port: number): string
}

const kinds: Record<ServerName, Kind> = {
  postgresql: {
    command: 'postgres',
    init: (folder) => ['initdb', ['-D', folder, '-A', 'trust', '-U', 'postgres', '--no-sync']],
    args: (folder, port) => ['-D', folder, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
    url: (port) => `postgresql://postgres@127.0.0.1:${port}/postgres`,
  },
  mysql: {
    command: 'mariadbd',
    init: (folder) => [
      'mariadb-install-db',
      ['--no-defaults', `--datadir=${folder}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    ],
    args: (folder, port) => [
      ...['--no-defaults', `--datadir=${folder}`, `--port=${port}`, '--bind-address=127.0.0.1'],
      ...[`--socket=${folder}/socket`, `--pid-file=${folder}/pid`],
    ],
    url: (port) => `mysql://root@127.0.0.1:${port}/`,
  },
}

/** Starts one in a folder of its own. Neither of the two runs as root, so root lends it the user that its package made. */
export async function ownServer(name: ServerName): Promise<OwnServer> {
  const { command, init, args, url } = kinds[name]
  const folder = mkdtempSync(join(tmpdir(), `express-chat-${name}-`))
  const owner = ownerOf(name)
  if (owner) chownSync(folder, owner.uid, owner.gid)
  chmodSync(folder, 0o700)
  const [initialise, initArgs] = init(folder)
  execFileSync(initialise, initArgs, { ...owner, stdio: 'ignore', cwd: folder })
  const port = await freePort()
  const engine = engines[name](url(port), newRun())
  let server: ChildProcess
  const signal = (kind: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return
    // PostgreSQL is many processes, each in a group of its own.
    const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(server.pid)]).stdout.toString()
    for (const pid of [server.pid, ...children.split('\n').map(Number)]) if (pid) process.kill(pid, kind)
  }
  const start = async () => {
    server = spawn(command, args(folder, port), { ...owner, stdio: 'ignore', cwd: folder })
    for (const until = Date.now() + 30_000; ; ) {
      if (
        await engine.version().then(
          () => true,
          () => false,
        )
      )
        return
      if (Date.now() > until) throw new Error(`${command} did not start within 30 s`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const kill = async () => {
    const ended = once(server, 'exit')
    signal('SIGKILL')
    await ended
  }
  await start()
  await engine.prepare()
  const databaseUrl = await engine.create()
  return {
    url: databaseUrl,
    kill,
    start,
    stall: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async remove() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function ownerOf(name: ServerName): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, name === 'mysql' ? 'mysql' : 'postgres']))
  return { uid: id('-u'), gid: id('-g') }
}

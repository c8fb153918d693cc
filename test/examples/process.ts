import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** How long an example may take to say what it must. Generous: only a failing test waits for it. */
const patienceMs = 60_000

export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
}

/** An example that runs in a process of its own, as a user would start it. */
export interface Example {
  /** What it printed so far, on both streams. */
  readonly output: string
  readonly ended: Promise<Ending>
  /** Resolves with the match once it printed something like this; rejects if it ends before. */
  printed(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>
  end(signal?: NodeJS.Signals): Promise<Ending>
}

export function runNode(args: string[], env: Record<string, string>, cwd = root): Example {
  return run(process.execPath, args, env, cwd)
}

/** Runs a command, in the root of the repository unless told where. What the test runner put into the environment stays out of it. */
export function run(command: string, args: string[], env: Record<string, string>, cwd = root): Example {
  const { NODE_ENV: _, NODE_OPTIONS: __, ...own } = process.env
  const child = spawn(command, args, { cwd, env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => {
      process.off('exit', kill)
      resolve({ code, signal })
    })
  })
  return {
    get output() {
      return output
    },
    ended,
    async printed(pattern, withinMs = patienceMs) {
      const found = () => pattern.exec(output)
      await new Promise<void>((resolve, reject) => {
        const done = (error?: Error) => {
          clearTimeout(timer)
          child.stdout.off('data', look)
          child.stderr.off('data', look)
          if (error) reject(error)
          else resolve()
        }
        const missing = (why: string) => new Error(`${why} before it printed ${pattern}; it printed:\n${output}`)
        const look = () => found() && done()
        const timer = setTimeout(() => done(missing(`${withinMs / 1000} s passed`)), withinMs)
        child.stdout.on('data', look)
        child.stderr.on('data', look)
        ended.then(({ code, signal }) => done(missing(`it ended (${code ?? signal})`)))
        look()
      })
      return found() as RegExpExecArray
    },
    end(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

/** A port that nobody listens on, for what cannot be told to take any: it must be known before. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface Folder {
  path: string
  remove(): Promise<void>
}

export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'express-chat-example-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

interface Question {
  id: number
  name: string
  argument: unknown
}

interface Reply {
  id: number
  result?: unknown
  error?: string
}

/** Nothing that is asked takes as long, on a slow machine either: what hangs ends the benchmark instead. */
const patienceMs = 15 * 60_000

/** What a process of the benchmark can be asked, by name. */
// biome-ignore lint/suspicious/noExplicitAny: what goes between two processes is typed where it is asked
export type Answers = Record<string, (argument: any) => unknown>

/** In the process: answers what the runner asks, and ends with it. */
export function answer(answers: Answers): void {
  process.on('message', async ({ id, name, argument }: Question) => {
    const reply: Reply = { id }
    try {
      reply.result = await answers[name]?.(argument)
    } catch (error) {
      reply.error = error instanceof Error ? String(error.stack) : String(error)
    }
    process.send?.(reply)
  })
  process.on('disconnect', () => process.exit())
}

/** In the runner: a process that is asked. */
export class Child {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #asked = 0

  /** `path` is that of a built file of the benchmark, as `servers/ws-room`. */
  constructor(path: string, execArgv: string[] = []) {
    const file = fileURLToPath(new URL(`./${path}.js`, import.meta.url))
    this.#process = fork(file, {
      execArgv,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // As docs/hosts.md tells hosts to: what is resident is then the program's, not what glibc keeps aside for each thread.
      env: { ...process.env, NODE_ENV: 'production', MALLOC_ARENA_MAX: '2' },
    })
    this.#process.on('message', (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply)
      this.#waiting.delete(reply.id)
    })
    this.#process.once('exit', (code) => {
      for (const [id, resolve] of this.#waiting) resolve({ id, error: `${path} ended with ${code}` })
      this.#waiting.clear()
    })
  }

  ask<Result>(name: string, argument?: unknown): Promise<Result> {
    const id = ++this.#asked
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer to "${name}" in ${patienceMs / 1000} s`)), patienceMs)
      this.#waiting.set(id, ({ error, result }) => {
        clearTimeout(late)
        if (error === undefined) resolve(result as Result)
        else reject(new Error(error))
      })
      this.#process.send({ id, name, argument } satisfies Question)
    })
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.disconnect()
    await ended
  }
}

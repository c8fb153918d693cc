import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Moment } from '../../breakable/proxy.js'
import { freePort } from '../../examples/process.js'
import type { ToldAtOnce } from '../history.js'

export interface NodesOptions {
  program: string
  count: number
  /** Of the database and the bus. */
  env: Record<string, string>
  crashed: (lastWords: string) => void
  queued: (bytes: number) => void
  told: (told: ToldAtOnce) => void
}

/** What a node says to the one who started it. */
type Report =
  | { type: 'listening' }
  | { type: 'committing' }
  | { type: 'queued'; bytes: number }
  | { type: 'told'; told: ToldAtOnce }

const startsMs = 60_000
/** How long a node may take to send everybody away. */
const drainsMs = 20_000

class Node {
  readonly url: string
  #child: ChildProcess | undefined
  #isEnding = false
  #output = ''
  #onReport: ((report: Report) => void) | undefined

  constructor(
    readonly port: number,
    readonly options: NodesOptions,
  ) {
    this.url = `http://127.0.0.1:${port}/chat`
  }

  /** Resolves once it listens; a database that is away keeps it from that, and it is started again until it does. */
  async start(): Promise<void> {
    const until = Date.now() + startsMs
    for (;;) {
      if (await this.#begin()) return
      if (Date.now() > until) throw new Error(`a node does not start:\n${this.#output}`)
      await pause(100)
    }
  }

  async #begin(): Promise<boolean> {
    const { program, env } = this.options
    const { NODE_ENV: _, NODE_OPTIONS: __, VITEST: ___, ...own } = process.env
    const child = spawn(process.execPath, [program], {
      env: { ...own, ...env, PORT: String(this.port) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child = child
    this.#isEnding = false
    this.#output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        this.#output = (this.#output + text).slice(-4_000)
      })
    }
    let listens = false
    const started = new Promise<boolean>((resolve) => {
      child.on('message', (report: Report) => {
        if (report.type === 'queued') this.options.queued(report.bytes)
        if (report.type === 'told') this.options.told(report.told)
        if (report.type === 'listening') {
          listens = true
          resolve(true)
        }
        this.#onReport?.(report)
      })
      child.once('exit', (code, signal) => {
        resolve(false)
        if (!this.#isEnding && listens) this.options.crashed(`${code ?? signal}: ${this.#output}`)
      })
    })
    return started
  }

  get #ended(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => child.once('exit', () => resolve()))
  }

  async kill(): Promise<void> {
    const ended = this.#ended
    this.#isEnding = true
    this.#child?.kill('SIGKILL')
    await ended
  }

  /** Kills it around its next commit; sooner or later, if none comes. */
  async killAtCommit(moment: Moment): Promise<void> {
    const ended = this.#ended
    this.#isEnding = true
    this.#onReport = ({ type }) => type === 'committing' && this.#child?.kill('SIGKILL')
    if (this.#child?.connected) this.#child.send(moment)
    await Promise.race([ended, pause(2_000)])
    this.#onReport = undefined
    await this.kill()
  }

  /** Asks it to end; it counts as crashed if it does not do so properly. */
  async drain(): Promise<void> {
    const ended = this.#ended
    this.#isEnding = true
    this.#child?.kill('SIGTERM')
    const late = setTimeout(() => this.#child?.kill('SIGKILL'), drainsMs)
    await ended
    clearTimeout(late)
    const { exitCode, signalCode } = this.#child ?? {}
    if (exitCode !== 0) this.options.crashed(`${exitCode ?? signalCode} after SIGTERM: ${this.#output}`)
  }

  /** What it printed of late, for whoever looks for the reason of something. */
  get output(): string {
    return this.#output
  }
}

/** The servers of the chat. */
export class Nodes {
  private constructor(readonly all: Node[]) {}

  static async start(options: NodesOptions): Promise<Nodes> {
    const all: Node[] = []
    for (let n = 0; n < options.count; n += 1) all.push(new Node(await freePort(), options))
    await Promise.all(all.map((node) => node.start()))
    return new Nodes(all)
  }

  pick(random: () => number): Node {
    return this.all[Math.floor(random() * this.all.length)] as Node
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((node) => node.kill()))
  }
}

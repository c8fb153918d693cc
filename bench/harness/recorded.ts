import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { Numbers } from './measure.js'
import { rounded } from './text.js'

const fileOf = (name: string): string => `bench/recorded/${name}.json`

interface Recording {
  /** Which version it was, and when. */
  version: string
  date: string
  machine: string
  figures: Numbers
}

/** The processors of this machine: figures of two machines say little about two versions. */
export const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`

/** The figures of a run, each beside that of the version before, which were recorded in a file. */
export class Figures {
  readonly #now: Numbers = {}

  private constructor(
    readonly name: string,
    readonly version: string,
    readonly before: Recording | undefined,
  ) {}

  static async of(name: string): Promise<Figures> {
    const text = await readFile(fileOf(name), 'utf8').catch(() => undefined)
    return new Figures(name, await versionOf(), text === undefined ? undefined : (JSON.parse(text) as Recording))
  }

  set(key: string, value: number): void {
    this.#now[key] = value
  }

  now(key: string): number {
    return this.#now[key] ?? Number.NaN
  }

  was(key: string): number {
    return this.before?.figures[key] ?? Number.NaN
  }

  /** As a cell of a table: what it is, and what it was. */
  beside(key: string): string {
    const was = this.was(key)
    return Number.isNaN(was) ? rounded(this.now(key)) : `${rounded(this.now(key))} (${rounded(was)})`
  }

  /** What was measured, and what the figures in brackets are. */
  get note(): string {
    const { before } = this
    const elsewhere = before && before.machine !== machine ? `, on another machine (${before.machine})` : ''
    const brackets = before
      ? `In brackets: ${before.version}, on ${before.date}${elsewhere}.`
      : 'No version before was recorded.'
    return `Measured on ${today()}: ${this.version}. ${brackets}`
  }

  /** For the next version to be compared with. */
  async record(): Promise<void> {
    const figures = Object.fromEntries(
      Object.entries(this.#now)
        .filter(([, value]) => Number.isFinite(value))
        .map(([key, value]) => [key, Number(value.toPrecision(4))]),
    )
    const recording: Recording = { version: this.version, date: today(), machine, figures }
    await mkdir('bench/recorded', { recursive: true })
    await writeFile(fileOf(this.name), `${JSON.stringify(recording, null, 2)}\n`)
  }
}

const today = (): string => new Date().toISOString().slice(0, 10)

async function versionOf(): Promise<string> {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
  try {
    return `${version} at ${execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim()}`
  } catch {
    return version
  }
}

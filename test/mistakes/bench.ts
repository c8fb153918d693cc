import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createVitest, type TestCase, type Vitest } from 'vitest/node'
import type { DatabaseName } from '../databases/engine.js'
import { type Patch, patched } from './patch.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sourceOf = (file: string): string => `${root}src/${file}`

/** One test, by its own name: without those of what it stands in. */
export interface Named {
  /** Below `test`. */
  file: string
  name: string
  /** On another database than SQLite. */
  on?: DatabaseName
}

/** What became of a test. */
export type Outcome = 'passed' | 'failed' | 'missing'

/** Runs tests against the sources, or against the sources with a change, which is made in memory only. */
export class Bench {
  #patch: Patch | undefined

  private constructor(readonly open: (bench: Bench) => Promise<Vitest>) {
    this.#vitest = open(this)
  }

  readonly #vitest: Promise<Vitest>

  static start(): Bench {
    return new Bench((bench) =>
      createVitest(
        'test',
        { config: `${root}test/mistakes/subject.config.ts`, root, watch: false, reporters: [{}] },
        { plugins: [{ name: 'mistake', enforce: 'pre', transform: (text, id) => bench.#transform(text, id) }] },
      ),
    )
  }

  #transform(text: string, id: string): string | undefined {
    return this.#patch && id === sourceOf(this.#patch.file) ? patched(text, this.#patch) : undefined
  }

  /** How these tests of one kind of database end; with a patch, as soon as one of them has failed. */
  async run(tests: Named[], patch?: Patch): Promise<Outcome[]> {
    // Before anything is run: what stands there no longer is no mistake that tests could find.
    if (patch) patched(readFileSync(sourceOf(patch.file), 'utf8'), patch)
    const vitest = await this.#vitest
    const files = [...new Set(tests.map(({ file }) => `${root}test/${file}`))]
    this.#patch = patch
    if (patch) vitest.invalidateFile(sourceOf(patch.file))
    try {
      vitest.setGlobalTestNamePattern(new RegExp(tests.map(patternOf).join('|')))
      const specifications = (await Promise.all(files.map((file) => vitest.globTestSpecifications([file])))).flat()
      const { testModules } = await vitest.runTestSpecifications(specifications)
      const cases = testModules.flatMap((module) => [...module.children.allTests()])
      return tests.map((test) => outcomeOf(cases.filter((found) => isOf(test, found))))
    } finally {
      this.#patch = undefined
      if (patch) vitest.invalidateFile(sourceOf(patch.file))
    }
  }

  async close(): Promise<void> {
    await (await this.#vitest).close()
  }
}

const others: Record<DatabaseName, string> = {
  postgresql: 'sqlite|mysql',
  mysql: 'sqlite|postgresql',
  sqlite: 'postgresql|mysql',
}

/** Of the names of all that it stands in and its own, joined by spaces. */
const patternOf = ({ name, on = 'sqlite' }: Named): string =>
  `^(?!(?:.* )?on '?(?:${others[on]})'?(?:,| |$)).*${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`

const isOf = (test: Named, found: TestCase): boolean =>
  found.module.moduleId === `${root}test/${test.file}` &&
  new RegExp(patternOf(test)).test(found.fullName.replaceAll(' > ', ' ')) &&
  found.result().state !== 'skipped'

function outcomeOf(cases: TestCase[]): Outcome {
  const states = cases.map((found) => found.result().state)
  if (states.includes('failed')) return 'failed'
  return states.length > 0 && states.every((state) => state === 'passed') ? 'passed' : 'missing'
}

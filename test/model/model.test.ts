import fc, { type RunDetails } from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { databases, type OpenDatabase } from '../databases.js'
import { follow } from './follow.js'
import { type Run, run } from './operations.js'
import kept from './seeds.json' with { type: 'json' }

/** So many random runs on each database: `MODEL_RUNS=500 npx vitest run test/model` for a long search. */
const numRuns = Number(process.env.MODEL_RUNS ?? 10)

/** The same random runs again: `MODEL_SEED=1392946383 npx vitest run test/model`. */
const again = process.env.MODEL_SEED === undefined ? {} : { seed: Number(process.env.MODEL_SEED) }

/** One run takes far less; a search that goes on is no failure. */
const timeout = 60_000 + numRuns * 30_000

/** How long a run that failed is made smaller. */
const shrinkingMs = 30_000

describe.each(databases)('on $name, whatever is done by whomever, it is as the model says', (on) => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await on.open()
  })
  afterAll(() => database.close())

  it.each(kept as Kept[])('where it once was not: $why', ({ run }) => follow(database.prisma, run), timeout)

  it(
    'in random runs',
    () => {
      let failed: number | undefined
      const isSo = fc.asyncProperty(run, async (run) => {
        if (failed !== undefined && Date.now() - failed > shrinkingMs) return
        try {
          await follow(database.prisma, run)
        } catch (error) {
          failed ??= Date.now()
          throw error
        }
      })
      return fc.assert(isSo, { ...again, numRuns, reporter })
    },
    timeout,
  )
})

/** A run that failed once: where it came from, and the run itself, since a seed says something else once operations change. */
interface Kept {
  why: string
  seed: number
  path: string
  run: Run
}

function reporter({ failed, seed, counterexamplePath, counterexample, errorInstance }: RunDetails<[Run]>): void {
  if (!failed) return
  const [run] = counterexample ?? []
  const line = JSON.stringify({ why: 'what it showed', seed, path: counterexamplePath, run })
  const { message } = errorInstance as Error
  // At once: the end of the suite, which tells of failures, may never come.
  console.error(`${message}\n${line}`)
  throw new Error(`${message}\nTo keep it, add this line to test/model/seeds.json:\n${line}`, { cause: errorInstance })
}

import { appendFileSync } from 'node:fs'
import type { Numbers } from './run.js'

/** What the environment asks for: `CHAOS_SECONDS` for each database, and the `CHAOS_SEED` of a run that is to be repeated. */
/** The history of a run is kept in memory, so it does not go on for ever. */
const mostSeconds = 900

export const seconds = Math.min(numberIn('CHAOS_SECONDS', 20), mostSeconds)
export const seed = numberIn('CHAOS_SEED', Date.now() % 1_000_000)

function numberIn(name: string, otherwise: number): number {
  const text = process.env[name]
  if (!text) return otherwise
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new TypeError(`${name} is ${text}; give a whole number above 0`)
  return number
}

/** What a test leaves for the table that is printed last. */
export type Line =
  | { type: 'run'; numbers: Numbers }
  | { type: 'mistake'; name: string; caughtAs: string; count: number; acknowledged: number }

export const report = (file: string, line: Line): void => appendFileSync(file, `${JSON.stringify(line)}\n`)

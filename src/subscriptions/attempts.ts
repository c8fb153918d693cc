import { day } from './subscribe-options.js'

const longestError = 500

/** How often a handler of the host's is tried, and how long after a failure. */
interface Rules {
  attempts: number
  backoff(attempt: number, error: unknown): number
}

/** What a failure comes to. */
export interface Failure {
  /** How often it failed in a row, with this time. */
  attempts: number
  error: string
  /** When it is tried again, in ms from now. */
  ms: number
  /** When it failed as often as it may; undefined where it is tried again. */
  failedAt: Date | undefined
}

/** What becomes of what a handler failed at. If `isOver`, it gave up because it is to stop, and has not failed. */
export function failureAt(
  attempt: number,
  cause: unknown,
  rules: Rules,
  { isOver, now }: { isOver: boolean; now: Date },
): Failure {
  const attempts = isOver ? attempt : attempt + 1
  return {
    attempts,
    error: (cause instanceof Error ? cause.message : String(cause)).slice(0, longestError),
    ms: isOver ? 0 : waitOf(rules.backoff(attempt, cause)),
    failedAt: attempts >= rules.attempts ? now : undefined,
  }
}

/** What a host's function returned, as whole ms up to a day. */
const waitOf = (ms: number): number => Math.round(Math.min(Math.max(Number.isNaN(ms) ? 0 : ms, 0), day))

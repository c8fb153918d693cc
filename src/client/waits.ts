/** Nobody waits longer for having been told to: a proxy may say an hour, and a timer takes 2³¹ − 1 ms at most. */
export const longestWaitMs = 60_000

/** How long ago something was, in ms. A clock that was put back since shows what never was: then it is as if it were long ago. */
export function since(at: number, now = Date.now()): number {
  return now < at ? Number.POSITIVE_INFINITY : now - at
}

/** A wait that somebody else has asked for, in ms; undefined where that is no time to wait. */
export function waitOf(ms: unknown, leastMs = 0): number | undefined {
  const asked = Number(ms)
  return asked > 0 ? Math.min(Math.max(asked, leastMs), longestWaitMs) : undefined
}

/** Of a `Retry-After`, which has seconds or a date. */
export function retryAfterOf(header: string | number | null | undefined): number | undefined {
  const seconds = Number(header ?? Number.NaN)
  return waitOf(Number.isNaN(seconds) ? Date.parse(String(header)) - Date.now() : 1_000 * seconds, 1_000)
}

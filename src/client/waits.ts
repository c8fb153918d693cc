/** The longest wait that a server can ask for: a proxy may say an hour, and a timer takes 2³¹ − 1 ms at most. */
export const longestWaitMs = 60_000

/** How long ago something was, in ms. If the clock was put back since, it counts as long ago. */
export function since(at: number, now = Date.now()): number {
  return now < at ? Number.POSITIVE_INFINITY : now - at
}

/** The wait that a server has asked for, in ms; undefined if the value is invalid. */
export function waitOf(ms: unknown, leastMs = 0): number | undefined {
  const asked = Number(ms)
  return asked > 0 ? Math.min(Math.max(asked, leastMs), longestWaitMs) : undefined
}

/** Reads `Retry-After`, which has seconds or a date. */
export function retryAfterOf(header: string | number | null | undefined): number | undefined {
  const seconds = Number(header ?? Number.NaN)
  return waitOf(Number.isNaN(seconds) ? Date.parse(String(header)) - Date.now() : 1_000 * seconds, 1_000)
}

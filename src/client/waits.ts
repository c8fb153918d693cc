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

/** How long a program that was stopped gets to read what has come meanwhile. */
const readMs = 1_000

/**
 * Calls `late` after so many ms. A tab that was frozen, or code that kept the event loop, makes timers late, and they come
 * before what has arrived meanwhile: so the last second is a timer of its own, in which that is read. Returns a function that
 * ends the wait.
 */
export function waitAtMost(ms: number, late: () => void): () => void {
  let timer = setTimeout(() => {
    timer = setTimeout(late, readMs)
  }, ms - readMs)
  return () => clearTimeout(timer)
}

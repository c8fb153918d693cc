/**
 * How long a test waits for what comes by itself. Only one that fails waits so long, so it is far more than a machine needs that has
 * other things to do.
 */
export const patienceMs = Number(process.env.TEST_PATIENCE_MS ?? 20_000)

/** How long a test may take that does many things, or waits for many. */
export const longMs = 9 * patienceMs

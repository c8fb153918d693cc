/**
 * What the environment says: where things are kept, where to listen, and how many times faster than a person one may be;
 * for one of several servers also the database and the Redis of all, and how many ms it takes to close.
 */
export function settingsOf(env: NodeJS.ProcessEnv) {
  const port = Number(env.PORT || 3000)
  const rateFactor = Number(env.RATE_FACTOR || 1)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    giveUp(`PORT is "${env.PORT}", not a number from 1 to 65535`)
  if (!Number.isFinite(rateFactor) || rateFactor <= 0)
    giveUp(`RATE_FACTOR is "${env.RATE_FACTOR}", not a number above 0`)
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = env
  return { data: env.DATA || '.demo', port, rateFactor, databaseUrl, redisUrl, drainMs: Number(env.DRAIN_MS || 0) }
}

/** Ends with one line that says what to mend, which a stack would hide. */
export function giveUp(reason: string): never {
  console.error(`The demo cannot start: ${reason}`)
  process.exit(1)
}

/**
 * What the environment says: where things are kept, where to listen, how many times faster than a person one may be, and
 * whether strangers are asked before they are written to, and after how many seconds somebody is notified;
 * for one of several servers also the database and the Redis of all, and how many ms it takes to close. `PAGE` is the folder of the
 * page where it came with the package.
 */
export function settingsOf(env: NodeJS.ProcessEnv) {
  const port = Number(env.PORT || 3000)
  const rateFactor = Number(env.RATE_FACTOR || 1)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    giveUp(`PORT is "${env.PORT}", not a number from 1 to 65535`)
  if (!Number.isFinite(rateFactor) || rateFactor <= 0)
    giveUp(`RATE_FACTOR is "${env.RATE_FACTOR}", not a number above 0`)
  const contact = env.CONTACT || 'anyone'
  if (contact !== 'anyone' && contact !== 'ask') giveUp(`CONTACT is "${contact}", not anyone or ask`)
  const notifyAfter = Number(env.NOTIFY_AFTER || 10)
  if (!(notifyAfter >= 0 && notifyAfter <= 86_400)) giveUp(`NOTIFY_AFTER is "${env.NOTIFY_AFTER}", not 0 to 86400`)
  const { PAGE: page, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = env
  const drainMs = Number(env.DRAIN_MS || 0)
  const data = env.DATA || '.demo'
  return { data, page, port, rateFactor, contact, notifyAfter, databaseUrl, redisUrl, drainMs } as const
}

/** Ends with one line that says what to mend, which a stack would hide. */
export function giveUp(reason: string): never {
  console.error(`The demo cannot start: ${reason}`)
  process.exit(1)
}

import { giveUp } from './give-up.js'

/** What the environment says: the ports of the servers, and where the database, Redis and the files of all are. */
export function settingsOf(env: NodeJS.ProcessEnv) {
  const ports = (env.PORTS || '3001,3002,3003').split(',').map(Number)
  const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535
  if (!ports.every(isPort) || new Set(ports).size !== ports.length || ports.length < 2) {
    giveUp(`PORTS is "${env.PORTS}"; give two or more different ports, as 3001,3002,3003`)
  }
  return {
    ports,
    data: env.DATA || '.cluster',
    databaseUrl: env.DATABASE_URL || 'postgresql://postgres@127.0.0.1:5432/express_chat_cluster',
    redisUrl: env.REDIS_URL || 'redis://127.0.0.1:6379',
  }
}

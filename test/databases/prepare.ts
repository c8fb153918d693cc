import type { TestProject } from 'vitest/node'
import { engines, schema } from './engines.js'
import { PgBouncer } from './pgbouncer.js'
import type { Server } from './servers.js'

/** Makes the databases among these ready, and tells the suites of them; gives what takes away all that is left of the run. */
export async function prepareDatabases(
  project: TestProject,
  run: string,
  servers: Pick<Server, 'name' | 'place' | 'found'>[],
): Promise<() => Promise<void>> {
  const databases = servers.flatMap(({ name, place, found }) => {
    return name === 'redis' || name === 'pgbouncer' || 'missing' in found
      ? []
      : [{ name, place, engine: engines[name](place, run, schema) }]
  })
  await Promise.all(databases.map(({ engine }) => engine.prepare()))
  const postgresql = databases.find(({ name }) => name === 'postgresql')
  const hasPgBouncer = servers.some(({ name, found }) => name === 'pgbouncer' && 'version' in found)
  const pgbouncer = postgresql && hasPgBouncer ? await PgBouncer.open(postgresql.place) : undefined
  project.provide('pgbouncer', pgbouncer?.port ?? 0)
  project.provide('run', run)
  const redis = servers.find(({ name }) => name === 'redis')
  project.provide('redis', redis && 'version' in redis.found ? redis.place : '')
  project.provide(
    'databases',
    databases.map(({ name, place }) => ({ name, place })),
  )
  return async () => {
    pgbouncer?.close()
    await Promise.all(databases.map(({ engine }) => engine.clean()))
  }
}

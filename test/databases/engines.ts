import type { DatabaseName, Engine } from './engine.js'
import { mysql } from './mysql.js'
import { postgresql } from './postgresql.js'
import { sqlite } from './sqlite.js'

export const engines: Record<DatabaseName, (place: string, run: string, schema?: string) => Engine> = {
  sqlite,
  postgresql,
  mysql,
}

/** Where the suites have our tables on PostgreSQL, as a host may have them: what of our SQL does not say so finds none. */
export const schema = 'app'

import type { DatabaseName, Engine } from './engine.js'
import { mysql } from './mysql.js'
import { postgresql } from './postgresql.js'
import { sqlite } from './sqlite.js'

export const engines: Record<DatabaseName, (place: string, run: string) => Engine> = { sqlite, postgresql, mysql }

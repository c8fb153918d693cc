import { createRequire } from 'node:module'
import { join } from 'node:path'
import { CommandError } from '../command.js'
import { installed } from '../package.js'

export type Provider = 'sqlite' | 'postgresql' | 'mysql'

/** One connection to the host's database, which waits for nobody else. */
export interface Connection {
  readonly provider: Provider
  /** The schema that our tables are in, where a database has several. */
  readonly schema?: string
  select<Row>(sql: string, values?: unknown[]): Promise<Row[]>
  /** Runs a statement that gives nothing. */
  run(sql: string): Promise<void>
  begin(): Promise<void>
  commit(): Promise<void>
  /** Never rejects: what was lost with its connection is rolled back. */
  rollback(): Promise<void>
  /** Never rejects. */
  close(): Promise<void>
}

/** Has the driver of the host's Prisma adapter, which is there although the host may not name it. */
export function driver<Module>(name: string, adapter: string, cwd: string): Module {
  for (const place of [join(cwd, 'package.json'), join(installed().folder, 'package.json')]) {
    const here = createRequire(place)
    for (const from of [() => here, () => createRequire(here.resolve(adapter))]) {
      const require = attempt(from)
      if (require && attempt(() => require.resolve(name))) return require(name)
    }
  }
  throw new CommandError(
    `the driver of your database is not installed where you are (${cwd}): npm install ${name}, or go to the folder of your app`,
  )
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

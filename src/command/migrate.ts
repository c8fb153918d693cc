import { failureOf } from '../store/failures.js'
import { type Command, optionsOf, type Surroundings, UsageError } from './command.js'
import { databaseUrl, howToName, openDatabase, providerOf } from './database.js'
import type { Connection, Provider } from './drivers/connection.js'
import { schemaIn } from './drivers/postgresql.js'
import { tableNames } from './models.js'
import { findSchema, type HostSchema } from './schema.js'
import { patienceMs } from './tables/exclusively.js'
import { bringUpToDate, known, quoted, schemaOf } from './tables/migration.js'
import { type Script, type Scripts, scriptsOf } from './tables/scripts.js'
import { columnsIn, standingOf } from './tables/standing.js'

const help = `npx express-chat migrate

  Makes our tables, or brings those of an older version up to date with all that is in them. For who does not use
  Prisma's migrations. Run it as often as you like, also by several servers at once: whatever is done is not done again.
  Stop the servers of the old version first.

  --database URL   the database; else DATABASE_URL of the environment or of .env. PostgreSQL's may say ?schema=name
  --schema PATH    your Prisma schema, whose names of our tables are taken; else as Prisma finds it, if it is here
  --print          print the SQL that is missing, and change nothing
  --from VERSION   with --print: the SQL from this version on, or from "nothing", without asking the database
  --force          even while servers run on these tables, or beside a history of Prisma's migrations`

async function run(args: string[], around: Surroundings): Promise<number> {
  const options = optionsOf(args, {
    database: { type: 'string' },
    print: { type: 'boolean' },
    from: { type: 'string' },
    force: { type: 'boolean' },
    schema: { type: 'string' },
  })
  if (options.from !== undefined && !options.print) throw new UsageError('--from goes with --print')
  const url = databaseUrl(options.database, around)
  if (url === undefined) throw new UsageError(howToName)
  const provider = providerOf(url)
  const scripts = scriptsOf(provider, tableNames(schemaIfAny(around.cwd, options.schema)))
  if (options.from !== undefined) {
    const schema = provider === 'postgresql' ? schemaIn(url) : undefined
    around.print(printed(scriptsFrom(options.from, scripts), provider, schema))
    return 0
  }
  const connection = await openDatabase(url, around.cwd, { waitMs: patienceMs, mayCreate: !options.print })
  try {
    if (options.print) return await print(connection, scripts, around)
    const done = await bringUpToDate(connection, scripts, options.force === true)
    if (connection.provider === 'sqlite') await setJournal(connection)
    for (const line of done) around.print(line)
    return 0
  } finally {
    await connection.close()
  }
}

/** The chat needs WAL, and sets it when it starts; the file keeps it. Where somebody else is busy with the file, that start does it. */
async function setJournal(connection: Connection): Promise<void> {
  await connection.select('PRAGMA journal_mode = WAL').catch((error) => {
    if (failureOf(error) !== 'retry') throw error
  })
}

/** In production the schema may not be there. */
function schemaIfAny(cwd: string, given: string | undefined): HostSchema | undefined {
  if (given !== undefined) return findSchema(cwd, given)
  try {
    return findSchema(cwd, undefined)
  } catch {
    return undefined
  }
}

async function print(connection: Connection, scripts: Scripts, around: Surroundings): Promise<number> {
  const { todo } = known(standingOf(await columnsIn(connection), scripts))
  if (todo.length === 0) around.complain('Nothing is missing.')
  else around.print(printed(todo, connection.provider, connection.schema))
  return 0
}

function scriptsFrom(from: string, { create, upgrades }: Scripts): Script[] {
  if (from === 'nothing') return [create]
  const first = upgrades.findIndex((upgrade) => upgrade.from === from)
  if (first >= 0) return upgrades.slice(first)
  if (from === create.to) return []
  throw new UsageError(`--from is one of: nothing, ${upgrades.map((upgrade) => upgrade.from).join(', ')}, ${create.to}`)
}

/** As a whole, where the database can do that. */
function printed(scripts: Script[], provider: Provider, schema: string | undefined): string {
  const text = scripts.map((script) => script.text.trim()).join('\n\n')
  if (provider === 'mysql') return text
  const place =
    schema === undefined || schema === 'public'
      ? ''
      : `${scripts[0]?.from ? '' : `${schemaOf(schema)};\n`}SET LOCAL search_path TO ${quoted(schema)};\n`
  return `BEGIN;\n${place}\n${text}\n\nCOMMIT;`
}

export const migrate: Command = {
  summary: 'makes our tables, or upgrades them, without Prisma’s migrations',
  help,
  run,
}

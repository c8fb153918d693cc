import { CommandError } from '../command.js'
import type { Connection } from '../drivers/connection.js'
import { apply, finish } from './apply.js'
import { exclusively } from './exclusively.js'
import type { Scripts } from './scripts.js'
import { serversOn } from './servers.js'
import { columnsIn, type Standing, standingOf } from './standing.js'

/** Brings the tables here from wherever they are, and gives what was done, a line for each step. */
export function bringUpToDate(connection: Connection, scripts: Scripts, isForced: boolean): Promise<string[]> {
  return exclusively(connection, async () => {
    const finished = await finish(connection, await columnsIn(connection), scripts)
    const done = finished ? [`Ended ${finished.path}, which had been cut off.`] : []
    const present = await columnsIn(connection)
    const { is, version, todo } = known(standingOf(present, scripts))
    if (is === 'current') return [...done, `The tables are those of ${version}: nothing is missing.`]
    if (!isForced) {
      if (present.has('_prisma_migrations')) throw new CommandError(besidePrisma)
      if (is === 'old') await refuseServers(connection, scripts.nodes)
    }
    if (is === 'empty' && connection.provider === 'postgresql') await makeSchema(connection)
    for (const script of todo) {
      await apply(connection, script)
      const { from, to } = script
      done.push(from ? `Upgraded the tables from ${from} to ${to}.` : `Made the tables of ${to}.`)
    }
    return done
  })
}

const besidePrisma = `Prisma's migrations keep the history of this database (_prisma_migrations), and would take for drift what is changed beside them. Make it one of them:
  npx prisma migrate dev --create-only --name chat
and put what \`npx express-chat migrate --print\` prints into its SQL, in place of what it says of our tables. --force changes the tables all the same.`

/** The old version knows nothing of the new tables, and what it wrote meanwhile would not be in them. */
async function refuseServers(connection: Connection, nodes: string): Promise<void> {
  const servers = await serversOn(connection, nodes)
  if (servers.length === 0) return
  const seconds = Math.ceil((Math.max(...servers) - Date.now()) / 1000)
  throw new CommandError(
    `${servers.length === 1 ? 'a server runs' : `${servers.length} servers run`} on these tables; stop them first, as what the old version writes meanwhile would be missing. One that was killed is known to be gone within ${seconds} s. --force goes on all the same`,
  )
}

async function makeSchema(connection: Connection): Promise<void> {
  const { schema = '' } = connection
  const rows = await connection.select('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
  if (rows.length === 0) await connection.run(schemaOf(schema))
}

export const schemaOf = (schema: string): string => `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

export function known(standing: Standing): Exclude<Standing, { is: 'unknown' }> {
  if (standing.is !== 'unknown') return standing
  const { near, has, lacks } = standing
  const some = (names: string[]) =>
    names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
  throw new CommandError(
    `the tables are of no version that was released: of ${near} they have ${some(has)}, and lack ${some(lacks)}. Was a change cut off, or undone in part? Bring them to one version by hand, and run this again`,
  )
}

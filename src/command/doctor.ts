import { checkBus } from './checks/bus.js'
import { checkDatabase } from './checks/database.js'
import { checkModels } from './checks/models.js'
import { checkSecret } from './checks/secret.js'
import { checkSite } from './checks/site.js'
import { checkTables } from './checks/tables.js'
import { checkVersions } from './checks/versions.js'
import { type Command, CommandError, optionsOf, type Surroundings, UsageError } from './command.js'
import { databaseUrl, howToName, openDatabase, providerOf, settings } from './database.js'
import type { Provider } from './drivers/connection.js'
import type { Finding, Subject } from './finding.js'
import { tableNames } from './models.js'
import { findSchema, type HostSchema } from './schema.js'
import { scriptsOf } from './tables/scripts.js'

const help = `npx express-chat doctor

  Looks at all that the chat stands on, says what is wrong with it, why that matters, and how to mend it. It changes
  nothing. What it could not look at, it says too.

  --database URL   the database; else DATABASE_URL of the environment or of .env
  --schema PATH    your Prisma schema; else as Prisma finds it
  --secret NAME    the variable that has the secret of the chat, in the environment or in .env; else CHAT_SECRET
  --url URL        where a chat runs, as https://example.com/chat: asks for its documents and for an upgrade to a socket
  --origin ORIGIN  with --url: a page of another site that is to use it, as https://app.example.com; several times if need be
  --header LINE    with --url: what signs somebody in, as "Authorization: Bearer …"
  --bus URL        the bus: redis://… or postgresql://…
  --json           print the findings as JSON: { ok, findings: [{ level, about, what, why?, mend }] }`

async function run(args: string[], around: Surroundings): Promise<number> {
  const options = optionsOf(args, {
    database: { type: 'string' },
    schema: { type: 'string' },
    secret: { type: 'string', default: 'CHAT_SECRET' },
    url: { type: 'string' },
    origin: { type: 'string', multiple: true, default: [] },
    header: { type: 'string', multiple: true, default: [] },
    bus: { type: 'string' },
    json: { type: 'boolean' },
  })
  if (options.url === undefined && (options.origin.length > 0 || options.header.length > 0)) {
    throw new UsageError('--origin and --header go with --url')
  }
  const { cwd } = around
  const schema = await looked('models', async () => findSchema(cwd, options.schema))
  const url = databaseUrl(options.database, around)
  const provider = url === undefined ? schema.result?.provider : providerOf(url)
  const findings = [
    ...checkVersions(cwd, provider),
    ...schema.findings,
    ...modelsOf(cwd, schema.result, provider),
    ...(await database(url, cwd, schema.result)),
    ...checkSecret(options.secret, settings(around)[options.secret]),
    ...(await checkBus(options.bus, cwd)),
    ...(await site(options.url, options.origin, headersOf(options.header))),
  ]
  const isWell = !findings.some(({ level }) => level === 'wrong')
  around.print(options.json ? JSON.stringify({ ok: isWell, findings }, null, 2) : report(findings))
  return isWell ? 0 : 1
}

function modelsOf(cwd: string, schema: HostSchema | undefined, provider: Provider | undefined): Finding[] {
  if (!schema || !provider) return []
  if (schema.provider && schema.provider !== provider) {
    const what = `the datasource of your schema is ${schema.provider}, and the database that was looked at is ${provider}`
    return [{ level: 'wrong', about: 'models', what, mend: `correct it, or DATABASE_URL; ${howToName}` }]
  }
  return checkModels(cwd, schema, provider)
}

async function database(url: string | undefined, cwd: string, schema: HostSchema | undefined): Promise<Finding[]> {
  if (url === undefined) {
    const finding = { level: 'unknown', what: 'nobody has looked at it', mend: howToName } as const
    return [
      { ...finding, about: 'database' },
      { ...finding, about: 'tables' },
    ]
  }
  const opening = { waitMs: 5_000, mayCreate: false }
  const { result: connection, findings } = await looked('database', () => openDatabase(url, cwd, opening))
  if (!connection) {
    const mend = 'run this again once the database answers'
    return [...findings, { level: 'unknown', about: 'tables', what: 'nobody has looked at them', mend }]
  }
  try {
    const scripts = scriptsOf(connection.provider, tableNames(schema))
    const names = [...scripts.create.adds]
    return [
      ...(await checkTables(connection, scripts)),
      ...(await checkDatabase(connection, names, () => openDatabase(url, cwd, opening))),
    ]
  } finally {
    await connection.close()
  }
}

async function site(url: string | undefined, origins: string[], headers: Record<string, string>): Promise<Finding[]> {
  if (url !== undefined) return checkSite({ url, origins, headers })
  const what = 'nobody has asked a chat that runs for a socket, nor for CORS'
  return [
    { level: 'unknown', about: 'site', what, mend: 'say where it is: --url https://example.com/chat, and --origin' },
  ]
}

function headersOf(lines: string[]): Record<string, string> {
  const headers = lines.map((line) => /^([\w-]+):\s*(.+)$/.exec(line))
  if (headers.includes(null)) throw new UsageError('--header takes a name and a value, as "Authorization: Bearer …"')
  return Object.fromEntries(headers.map((header) => [header?.[1], header?.[2]]))
}

/** What cannot be looked at because of something to mend is a finding, too. */
async function looked<T>(about: Subject, work: () => Promise<T>): Promise<{ result?: T; findings: Finding[] }> {
  try {
    return { result: await work(), findings: [] }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const [what = '', ...mends] = error.message.split('; ')
    return {
      findings: [{ level: 'wrong', about, what, mend: mends.join('; ') || 'look at its address, and whether it runs' }],
    }
  }
}

const marks = { wrong: '✗', advice: '!', unknown: '?' }
const subjects: Subject[] = ['versions', 'models', 'tables', 'database', 'secret', 'bus', 'site']

function report(findings: Finding[]): string {
  const lines = findings.map(({ level, about, what, why, mend }) => {
    const more = [...(why ? [`why: ${why}`] : []), `mend: ${mend}`].map(
      (line) => `    ${line.replaceAll('\n', '\n      ')}`,
    )
    return [`${marks[level]} ${about}: ${what}`, ...more].join('\n')
  })
  const well = subjects.filter((subject) => findings.every(({ about }) => about !== subject))
  const wrong = findings.filter(({ level }) => level === 'wrong').length
  return [
    ...(well.length > 0 ? [`✓ ${well.join(', ')}`] : []),
    ...lines,
    '',
    wrong === 0 ? 'Nothing is wrong.' : `${wrong} to mend.`,
  ].join('\n')
}

export const doctor: Command = {
  summary: 'says what is wrong with an app, its database and its proxy, and how to mend it',
  help,
  run,
}

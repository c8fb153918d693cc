import { chain } from './failures.js'

/** Errors of a database that the host can fix, by the database's codes, Prisma's codes, or their text. */
interface Sign {
  codes: string[]
  text?: RegExp
}

const signs = {
  /** A table or a column is not there. */
  missing: {
    codes: ['P2021', 'P2022', '42P01', '42703', '3F000', '1146', '1054', 'TableDoesNotExist', 'ColumnNotFound'],
    text: /no such (table|column)/,
  },
  // This comes before `forbidden`, because Prisma reports a missing role as one without rights.
  password: { codes: ['P1000', '28P01', '28000', '1045', 'AuthenticationFailed'] },
  forbidden: {
    codes: ['P1010', '42501', '1044', '1142', '1143', '1227', 'DatabaseAccessDenied'],
    text: /permission denied|readonly database/,
  },
  startup: { codes: [], text: /unsupported startup parameter/ },
  database: { codes: ['P1003', '3D000', '1049', 'DatabaseDoesNotExist'] },
  encryption: { codes: ['P1011', 'TlsConnectionError'] },
  // MariaDB's driver says nothing else about a wrong password.
  unopened: { codes: [], text: /pool timeout: [\s\S]*active=0 idle=0/ },
} satisfies Record<string, Sign>

export type Fault = keyof typeof signs

export function faultOf(error: unknown): Fault | undefined {
  const links = [...chain(error)]
  const codes = links
    .flatMap(({ code, originalCode, kind, meta }) => [code, originalCode, kind, meta?.code])
    .map(String)
  const texts = links.flatMap(({ message, originalMessage }) => [message, originalMessage]).map(String)
  const isIt = ({ codes: ofSign, text }: Sign): boolean =>
    ofSign.some((code) => codes.includes(code)) || Boolean(text && texts.some((each) => text.test(each)))
  return (Object.keys(signs) as Fault[]).find((fault) => isIt(signs[fault]))
}

/** The database's own message, which Prisma puts below its own. */
export function causeOf(error: unknown): string {
  const links = [...chain(error)]
  const said = links.findLast(({ originalMessage }) => typeof originalMessage === 'string')?.originalMessage
  // Prisma's own message begins with where it was called.
  return String(said ?? links[0]?.message ?? error)
    .trim()
    .replace(/^Invalid [\s\S]*\n/, '')
}

const mends: Record<Exclude<Fault, 'missing'>, string> = {
  forbidden:
    'the database user of your connection lacks a right: give it SELECT, INSERT, UPDATE and DELETE on our tables (on PostgreSQL, USAGE on their schema too)',
  startup:
    'what stands between here and PostgreSQL (PgBouncer?) refuses a parameter of your connection: leave `options` out of the URL, naming a schema as new PrismaPg(…, { schema }) instead, or have PgBouncer ignore it by ignore_startup_parameters',
  password: 'the database does not let the user of your connection in: look at its name and password',
  database: 'the database that your connection names is not there: create it, or correct the name',
  encryption: 'the connection to the database could not be encrypted as your URL demands: look at its TLS settings',
  unopened:
    'no connection to the database can be opened, and its driver does not say why: look at the address, the user, the password and the name of the database',
}

/** Says why the database cannot be used and how to fix it, with the database's own message. */
export function diagnosisOf(error: unknown): string {
  const fault = faultOf(error)
  const mend = fault && fault !== 'missing' ? mends[fault] : 'the database is not available'
  return `${mend} (${causeOf(error)})`
}

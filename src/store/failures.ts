// Prisma's errors are told apart by name and code, never by instanceof: a host may have two copies of its runtime.

/** What a failed statement means for its caller. */
export type Failure =
  /** Another transaction was in the way; this one had no effect and may run again. */
  | 'retry'
  /** A unique key holds such a row already. */
  | 'unique'
  /** It refers to a row that is missing, or deletes a row that others refer to. */
  | 'foreign'
  /** The database is not available. It is unknown whether a commit that was under way took effect. */
  | 'unavailable'
  | 'other'

const retryCodes = new Set([
  'P2034',
  '40001',
  '40P01',
  // A pooler has lost a prepared statement, or has one of that name already. Nothing was done, and from then on the chat uses none.
  '26000',
  '42P05',
  '1213',
  '1205',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
  'SQLITE_LOCKED',
])
const retryKinds = new Set(['TransactionWriteConflict'])
const unavailableCodes = new Set([
  ...['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'ENOENT'],
  // PostgreSQL: lets nobody in, has no such database, going down, starting up, connection lost, too many connections;
  // MariaDB: the same.
  ...[
    '28000',
    '28P01',
    '3D000',
    '57P01',
    '57P02',
    '57P03',
    '08000',
    '08001',
    '08003',
    '08004',
    '08006',
    '53300',
    '1040',
    '1053',
    '1927',
    '45009',
    '45012',
    '45028',
  ],
])
const unavailableKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'DatabaseDoesNotExist',
  'SocketTimeout',
  'TooManyConnections',
  'CommitUnknown',
])
const unavailableText =
  /connection (terminated|closed|ended|lost)|server closed|socket (closed|hang up)|not able to connect|pool timeout|client has encountered a connection error/i
const busyText = /SQLITE_BUSY|database is locked/

interface ErrorLike {
  name?: string
  code?: unknown
  kind?: unknown
  originalCode?: unknown
  message?: unknown
  originalMessage?: unknown
  cause?: unknown
  meta?: { driverAdapterError?: unknown; code?: unknown; timeout?: unknown }
}

/** The error and its causes, outermost first. */
export function* chain(error: unknown): Generator<ErrorLike> {
  let current = error
  for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth += 1) {
    const here: ErrorLike = current
    yield here
    current = here.meta?.driverAdapterError ?? here.cause
  }
}

/**
 * How long a transaction could have taken that took longer, in ms; undefined for any other failure. Prisma has rolled it back, also
 * where it says so only to the commit.
 */
export function expiredAfter(error: unknown): number | undefined {
  const isExpired = ({ code, message }: ErrorLike) => code === 'P2028' && /expired transaction/.test(String(message))
  const expired = [...chain(error)].find(isExpired)
  return expired && Number(expired.meta?.timeout)
}

export function failureOf(error: unknown): Failure {
  const links = [...chain(error)]
  const codes = links.flatMap((link) => [link.code, link.originalCode, link.meta?.code]).map(String)
  const kinds = links.map((link) => String(link.kind))
  const texts = links.flatMap((link) => [link.message, link.originalMessage]).map(String)
  if (codes.includes('P2002') || kinds.includes('UniqueConstraintViolation')) return 'unique'
  if (codes.includes('P2003') || kinds.includes('ForeignKeyConstraintViolation')) return 'foreign'
  // Prisma reports SQLite's "busy" as a timeout of the socket. Only the text differs from that of a real one.
  if (texts.some((text) => busyText.test(text))) return 'retry'
  if (codes.some((code) => retryCodes.has(code)) || kinds.some((kind) => retryKinds.has(kind))) return 'retry'
  if (
    codes.some((code) => unavailableCodes.has(code)) ||
    kinds.some((kind) => unavailableKinds.has(kind)) ||
    texts.some((text) => unavailableText.test(text)) ||
    links.some((link) => link.name === 'PrismaClientInitializationError')
  ) {
    return 'unavailable'
  }
  return 'other'
}

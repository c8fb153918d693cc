import { describe, expect, it } from 'vitest'
import { type Failure, failureOf } from '../../src/store/failures.js'

const codes: Record<Exclude<Failure, 'other'>, string[]> = {
  unique: ['P2002'],
  foreign: ['P2003'],
  retry: ['P2034', '40001', '40P01', '1213', '1205', 'SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_LOCKED'],
  unavailable: [
    ...['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'ENOENT'],
    ...['57P01', '57P02', '57P03', '08000', '08001', '08003', '08004', '08006', '53300'],
    ...['1040', '1053', '1927', '45009', '45012', '45028'],
  ],
}

const kinds: Record<Exclude<Failure, 'other'>, string[]> = {
  unique: ['UniqueConstraintViolation'],
  foreign: ['ForeignKeyConstraintViolation'],
  retry: ['TransactionWriteConflict'],
  unavailable: [
    ...['DatabaseNotReachable', 'ConnectionClosed', 'DatabaseDoesNotExist'],
    ...['SocketTimeout', 'TooManyConnections', 'CommitUnknown'],
  ],
}

const texts: Record<'retry' | 'unavailable' | 'other', string[]> = {
  retry: ['SQLITE_BUSY: database is locked', 'the database is locked', 'SQLITE_BUSY'],
  unavailable: [
    ...['Connection terminated unexpectedly', 'connection closed', 'the connection ended', 'Connection lost: gone'],
    ...['Server closed the connection', 'socket closed', 'socket hang up', 'Not able to connect: no route'],
    ...['pool timeout: no connection within 10 s', 'Client has encountered a connection error and is not queryable'],
  ],
  other: ['a connection is well', 'syntax error', 'sqlite_busy', 'socket', 'the server is well'],
}

const each = <Key extends string>(table: Record<Key, string[]>) =>
  Object.entries<string[]>(table).flatMap(([failure, all]) => all.map((one): [string, string] => [one, failure]))

describe('what the failure of a statement means', () => {
  it.each(each(codes))('is told by the code %s: %s', (code, failure) => {
    expect(failureOf({ code })).toBe(failure)
    expect(failureOf({ originalCode: code })).toBe(failure)
    expect(failureOf({ meta: { code } })).toBe(failure)
  })

  it('is told by a code that is a number', () => {
    expect(failureOf({ code: 1213 })).toBe('retry')
  })

  it.each(each(kinds))('is told by the kind %s: %s', (kind, failure) => {
    expect(failureOf({ kind })).toBe(failure)
  })

  it.each(each(texts))('is told by the text "%s": %s', (message, failure) => {
    expect(failureOf(new Error(message))).toBe(failure)
    expect(failureOf({ originalMessage: message })).toBe(failure)
  })

  it('is that there is no database where Prisma could not begin', () => {
    expect(failureOf({ name: 'PrismaClientInitializationError' })).toBe('unavailable')
  })

  it('is told by whatever the error was made of', () => {
    const unique = { kind: 'UniqueConstraintViolation' }
    expect(failureOf(new Error('failed', { cause: { meta: { driverAdapterError: { cause: unique } } } }))).toBe(
      'unique',
    )
    // What the driver said is what Prisma made its error of.
    expect(failureOf({ cause: unique, meta: { driverAdapterError: { code: 'P2003' } } })).toBe('foreign')
    const wrapped = (depth: number): unknown => (depth === 0 ? unique : { cause: wrapped(depth - 1) })
    expect(failureOf(wrapped(5))).toBe('unique')
    // There may be no end to it.
    expect(failureOf(wrapped(6))).toBe('other')
    const endless: { cause?: unknown } = {}
    endless.cause = endless
    expect(failureOf(endless)).toBe('other')
  })

  it('is that of the key rather than that of the connection, and that it may run again rather than that nothing is there', () => {
    expect(failureOf({ code: 'P1001', cause: { code: 'P2002' } })).toBe('unique')
    expect(failureOf({ code: 'P1001', cause: { code: 'P2003' } })).toBe('foreign')
    expect(failureOf({ code: 'P1008', kind: 'SocketTimeout', message: 'SQLITE_BUSY: database is locked' })).toBe(
      'retry',
    )
    expect(failureOf({ code: 'P2028', cause: { kind: 'TransactionWriteConflict' } })).toBe('retry')
  })

  it('is nothing that we know where it is something else', () => {
    for (const error of [new Error('other'), {}, { code: 'P2025' }, { kind: 'Other' }, 'P2002', null, undefined, 2]) {
      expect(failureOf(error)).toBe('other')
    }
  })
})

import { describe, expect, it } from 'vitest'
import { causeOf, diagnosisOf } from '../../src/store/diagnosis.js'

describe('what the log says of a database that cannot be used', () => {
  it('has the database’s own words, from wherever Prisma puts them', () => {
    const cause = { kind: 'postgres', originalCode: '42501', originalMessage: 'permission denied for table chat_rooms' }
    const driverAdapterError = Object.assign(new Error('postgres'), { cause })
    const error = Object.assign(new Error('\nInvalid `findFirst()` invocation:\n\n\nfailed'), {
      meta: { driverAdapterError },
    })
    expect(diagnosisOf(error)).toMatch(/^the database user of your connection lacks a right: .*USAGE/)
    expect(causeOf(error)).toBe('permission denied for table chat_rooms')
  })

  it('has Prisma’s where there are no others, without the place of the call', () => {
    const error = new Error(
      '\nInvalid `findFirst()` invocation in\n/app/a.ts:1:2\n\n  1 code\n→ 2 code(\nCan’t reach it at 127.0.0.1:1',
    )
    expect(diagnosisOf(error)).toBe('the database is not available (Can’t reach it at 127.0.0.1:1)')
    expect(causeOf('gone')).toBe('gone')
  })

  it('is that no connection can be opened where MariaDB’s driver waited for one in vain, with none in use', () => {
    const waited = (active: number) =>
      `pool timeout: failed to retrieve a connection from pool after 10000ms\n    (pool connections: active=${active} idle=0 limit=10)`
    expect(diagnosisOf(new Error(waited(0)))).toMatch(/no connection to the database can be opened, .* the password/)
    expect(diagnosisOf(new Error(waited(10)))).toMatch(/^the database is not available \(pool timeout/)
  })
})

import { describe, expect, it } from 'vitest'
import type { ChatPrismaClient, Raw } from '../../src/store/client.js'
import { failureOf } from '../../src/store/failures.js'
import { statementName } from '../../src/store/statement-names.js'
import { Statements } from '../../src/store/statements.js'
import { Tables } from '../../src/store/tables.js'

const refusal = (code: string) => Object.assign(new Error(`refused with ${code}`), { code })

/** A connection of a pooler that has lost every name, and what was asked of it by name and without. */
function given({ inTransaction }: { inTransaction: boolean }) {
  const asked: string[] = []
  const lost: unknown[] = []
  let isAborted = false
  const ask = async (sql: string) => {
    asked.push(statementName({ sql }) === '' ? sql : 'by name')
    if (isAborted) throw refusal('25P02')
    if (asked.at(-1) !== 'by name') return []
    isAborted = inTransaction
    throw refusal('26000')
  }
  const db = { $queryRawUnsafe: ask, $executeRawUnsafe: ask } as unknown as Raw
  const statements = new Statements(new Tables({} as ChatPrismaClient, 'postgresql'), (error) => lost.push(error))
  return { raw: statements.over(db), asked, lost }
}

const sql = '-- express_chat_rooms\nSELECT 1 FROM chat_rooms'
const nameless = 'SELECT 1 FROM "chat_rooms"'

describe('a statement whose name a pooler has lost', () => {
  it('is run without, at once and from then on, which is said once', async () => {
    const { raw, asked, lost } = given({ inTransaction: false })
    expect(await raw.$queryRawUnsafe(sql)).toEqual([])
    await raw.$queryRawUnsafe(sql)
    expect(asked).toEqual(['by name', nameless, nameless])
    expect(lost).toEqual([refusal('26000')])
  })

  it('inside a transaction, which is over by that, lets the transaction run again', async () => {
    const { raw, asked } = given({ inTransaction: true })
    const error = await raw.$queryRawUnsafe(sql).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: '26000' })
    expect(failureOf(error)).toBe('retry')
    await raw.$queryRawUnsafe(sql).catch(() => undefined)
    expect(asked.slice(1)).toEqual([nameless, nameless])
  })

  it('is the failure that it is where something else is wrong with it', async () => {
    const statements = new Statements(new Tables({} as ChatPrismaClient, 'postgresql'), () => undefined)
    const db = { $executeRawUnsafe: () => Promise.reject(refusal('23505')) } as unknown as Raw
    await expect(statements.over(db).$executeRawUnsafe(sql)).rejects.toMatchObject({ code: '23505' })
  })
})

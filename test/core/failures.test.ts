import { describe, expect, it, vi } from 'vitest'
import { ChatError, forbidden } from '../../src/contract/problems.js'
import { markRepeated, refusalOf } from '../../src/core/failures.js'
import { About } from '../../src/core/logger.js'
import { diagnosisOf } from '../../src/store/diagnosis.js'
import { SetupError } from '../../src/store/setup-error.js'

const refused = (error: unknown, requestId?: string) => {
  const logger = { warn: vi.fn(), error: vi.fn() }
  const refusal = refusalOf(error, logger, requestId)
  return { refusal, warned: logger.warn.mock.calls, failed: logger.error.mock.calls }
}

describe('what a caller is told of an error', () => {
  it('is a refusal as it is, of which nothing is logged', () => {
    const busy = new ChatError('unavailable', 'too much is waiting', { retryAfter: 1 })
    for (const refusal of [forbidden('only members may'), busy]) {
      expect(refused(refusal)).toEqual({ refusal, warned: [], failed: [] })
    }
  })

  it('is to try again in a second where the database is away, or too busy', () => {
    for (const error of [{ code: 'P1001' }, { code: '40001' }]) {
      const { refusal, warned, failed } = refused(error)
      expect(refusal).toMatchObject({
        ...{ code: 'unavailable', detail: 'the database is not available', retryAfter: 1, cause: error },
      })
      expect(warned).toEqual([[`express-chat: ${diagnosisOf(error)}`, error]])
      expect(failed).toEqual([])
    }
  })

  it('is a refusal of which only the host can mend the cause, which it is told', () => {
    const cause = { code: 'P1001' }
    const away = new ChatError('unavailable', 'not now', { cause })
    expect(refused(away)).toEqual({
      ...{ refusal: away, warned: [[`express-chat: ${diagnosisOf(cause)}`, away]], failed: [] },
    })
    const full = new ChatError('insufficient_storage', 'no room', { cause })
    expect(refused(full)).toEqual({
      ...{ refusal: full, warned: [], failed: [['express-chat: there is no room for a file', cause]] },
    })
  })

  it('is nothing of anything else, which the host is told with the request that it was', () => {
    for (const error of [new Error('a secret'), { code: 'P2002' }, 'a secret', null]) {
      const { refusal, warned, failed } = refused(error, 'q1')
      expect(refusal).toMatchObject({ code: 'internal', cause: error })
      expect(JSON.stringify(refusal.toProblem('q1'))).not.toContain('secret')
      expect(warned).toEqual([])
      expect(failed).toEqual([['express-chat: a request failed (q1)', error, new About({ requestId: 'q1' })]])
      expect(refused(error).failed).toEqual([['express-chat: a request failed', error]])
    }
  })

  it('is nothing of what is like an error before, of which the host is told in one line', () => {
    const error = new Error('again')
    markRepeated(error)
    expect(refused(error).failed).toEqual([['express-chat: a request failed', 'Error: again']])
    expect(() => markRepeated('a text')).not.toThrow()
    expect(() => markRepeated(null)).not.toThrow()
  })
})

describe('what was found wrong at the start', () => {
  it('is told to the host once, with its cause, however many requests meet it', () => {
    const cause = new Error('no such table')
    const error = new SetupError('express-chat: a table is missing', { cause })
    const { refusal, failed } = refused(error)
    expect(refusal).toMatchObject({ code: 'internal', cause: error })
    expect(failed).toEqual([['express-chat: a table is missing', cause]])
    expect(refused(error)).toMatchObject({ failed: [], warned: [] })
    const another = new SetupError('express-chat: something else')
    expect(refused(another).failed).toEqual([['express-chat: something else']])
  })
})

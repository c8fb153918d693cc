import { beforeEach, describe, expect, it, vi } from 'vitest'
import { forbidden } from '../../src/contract/problems.js'
import { Gate } from '../../src/core/gate.js'
import { type LimitOptions, limitsFrom } from '../../src/core/limits.js'
import { About } from '../../src/core/logger.js'
import { Rates } from '../../src/core/rates.js'
import { Answers } from '../../src/realtime/answers.js'
import type { Hub } from '../../src/realtime/hub.js'
import { readerOf } from './reader.js'

const frameBytes = 128 * 1024

/** The answers to what Bob asks on one socket, of use-cases that end when they are told to. */
function givenAnswers(limits: LimitOptions = {}) {
  const bob = readerOf('bob', 's1')
  const closed: [code: number, reason: string][] = []
  Object.assign(bob.connection, { close: (code: number, reason: string) => closed.push([code, reason]) })
  const begun: string[] = []
  const ends: ((given?: unknown) => void)[] = []
  const work = (name: string) => () => {
    begun.push(name)
    return new Promise((resolve, reject) => {
      ends.push((given) => (given instanceof Error ? reject(given) : resolve(given)))
    })
  }
  const logger = { warn: vi.fn(), error: vi.fn() }
  const core = {
    context: {},
    messages: { send: work('send'), edit: work('edit'), delete: work('delete') },
    readMarkers: { move: work('read'), moveMany: work('read many') },
  }
  const all = limitsFrom(limits)
  const idle = vi.fn()
  const gate = new Gate(all)
  const hub = { logger, core } as unknown as Hub
  const answers = new Answers({ hub, rates: new Rates(all), gate, limits: all }, bob.connection, idle)
  const settled = () => vi.advanceTimersByTimeAsync(0)
  const receive = (frame: object | string) => {
    answers.receive(Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)))
    return settled()
  }
  const end = (given?: unknown) => {
    ends.shift()?.(given)
    return settled()
  }
  return { answers, bob, begun, closed, end, gate, idle, logger, receive }
}

const remove = (id: string, roomId = 'r1') => ({ type: 'message.delete', id, roomId, messageId: 'm1' })
const send = (id: string, roomId = 'r1') => ({ type: 'message.send', id, roomId, text: 'Hello', clientId: id })

const error = (id: string | undefined, code: string, more: object = {}) => ({
  ...(id === undefined ? {} : { id }),
  type: 'error',
  problem: expect.objectContaining({ code, ...more }),
})

describe('what a client asks', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  })

  it('is answered under its id with what came of it, or null', async () => {
    const { bob, receive, end } = givenAnswers()
    await receive(send('c1'))
    await end({ message: { id: 'm1' } })
    await receive(remove('c2'))
    await end()
    expect(bob.heard()).toEqual([
      { type: 'ok', id: 'c1', result: { id: 'm1' } },
      { type: 'ok', id: 'c2', result: null },
    ])
  })

  it('is refused under its id, and what fails is told to the host with the socket and the id', async () => {
    const { bob, receive, end, logger, closed } = givenAnswers()
    await receive(remove('c1'))
    await end(forbidden('needs the permission canDeleteMessages'))
    await receive(remove('c2'))
    await end(new Error('a secret'))
    expect(bob.heard()).toEqual([
      error('c1', 'forbidden', { detail: 'needs the permission canDeleteMessages', requestId: 's1:c1' }),
      error('c2', 'internal', { requestId: 's1:c2' }),
    ])
    expect(logger.error.mock.calls).toEqual([
      ['express-chat: a request failed (s1:c2)', new Error('a secret'), new About({ requestId: 's1:c2' })],
    ])
    expect(closed).toEqual([])
  })

  it('is refused where it is no command, under its id where it has one', async () => {
    const { bob, receive } = givenAnswers()
    for (const frame of [
      '{',
      '7',
      'null',
      '{"type":"read"}',
      `{"type":"read","id":"${'x'.repeat(101)}"}`,
      '{"id":7}',
      '{"id":null}',
      '{"id":["c1"]}',
    ]) {
      await receive(frame)
    }
    expect(bob.heard()).toEqual(Array.from({ length: 8 }, () => error(undefined, 'invalid_request')))
    expect(bob.heard()[0].problem).toMatchObject({ detail: 'the frame is not JSON', requestId: 's1' })
    expect(bob.heard()[1].problem.detail).not.toBe('the frame is not JSON')
    bob.writes.length = 0
    await receive({ type: 'dance', id: 'c1' })
    await receive({ type: 'toString', id: 'c2' })
    await receive({ ...remove('c3'), more: true })
    await receive({ ...remove('c4'), roomId: 7 })
    await receive({ type: 'read.many', id: 'c5', rooms: [null] })
    await receive({ type: 'read', id: 'x'.repeat(100) })
    expect(bob.heard()).toEqual([
      error('c1', 'invalid_request', { detail: 'there is no such command' }),
      error('c2', 'invalid_request', { detail: 'there is no such command' }),
      error('c3', 'invalid_request', { errors: [{ pointer: '/more', detail: 'is not a known key' }] }),
      error('c4', 'invalid_request'),
      error('c5', 'invalid_request'),
      error('x'.repeat(100), 'invalid_request'),
    ])
  })

  it('is refused where it is too large, under its id all the same', async () => {
    const { bob, receive } = givenAnswers()
    const envelope = JSON.stringify({ type: 'dance', id: 'c1' })
    await receive(envelope.padEnd(frameBytes))
    await receive(envelope.padEnd(frameBytes + 1))
    expect(bob.heard()).toEqual([
      error('c1', 'invalid_request'),
      error('c1', 'too_large', { detail: `the frame has ${frameBytes + 1} bytes; the limit is ${frameBytes}` }),
    ])
  })

  it('counts as a frame, or as several where it is too large, and as what it is beside that', async () => {
    const rates = { frames: { points: 5, seconds: 10 }, sends: { points: 1, seconds: 20 } }
    const { bob, receive, end, begun } = givenAnswers({ rates })
    await receive(' '.repeat(2 * frameBytes + 1))
    await receive(send('c1'))
    await end({ message: {} })
    await receive(send('c2'))
    await receive(remove('c3'))
    expect(bob.heard().slice(1)).toEqual([
      { type: 'ok', id: 'c1', result: {} },
      error('c2', 'rate_limited', { detail: 'too many sends; try again in 20 s' }),
      error('c3', 'rate_limited', { detail: 'too many frames; try again in 10 s' }),
    ])
    expect(begun).toEqual(['send'])
  })
})

describe('what is asked in one room', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  })

  it('is done and answered in its order, whatever is asked of others', async () => {
    const { bob, receive, end, begun } = givenAnswers()
    await receive(remove('c1'))
    await receive({ type: 'message.edit', id: 'c2', roomId: 'r1', messageId: 'm1', text: 'Hi' })
    await receive({ type: 'nothing that is known', id: 'c3', roomId: 'r1' })
    await receive({ type: 'nothing that is known', id: 'c4', roomId: 'r2' })
    await receive({ type: 'read.many', id: 'c5', rooms: [{ roomId: 'r3', seq: 1 }] })
    expect(begun).toEqual(['delete', 'read many'])
    expect(bob.heard().map(({ id }) => id)).toEqual(['c4'])
    await end()
    expect(begun).toEqual(['delete', 'read many', 'edit'])
    expect(bob.heard().map(({ id }) => id)).toEqual(['c4', 'c1'])
    await end()
    await end()
    expect(bob.heard().map(({ id }) => id)).toEqual(['c4', 'c1', 'c5', 'c2', 'c3'])
  })

  it('begins at once where it is a message behind another one, and is answered behind it', async () => {
    const { bob, receive, end, begun } = givenAnswers()
    await receive(send('c1'))
    await receive(send('c2'))
    await receive(remove('c3'))
    expect(begun).toEqual(['send', 'send'])
    await end({ message: { id: 'm1' } })
    await end({ message: { id: 'm2' } })
    await end()
    expect(bob.heard().map(({ id }) => id)).toEqual(['c1', 'c2', 'c3'])
  })

  it('is not done any more once it is late, and is done for all that is known where it has begun', async () => {
    const { bob, receive, end, begun } = givenAnswers({ answerMs: 1_000 })
    await receive(remove('c1'))
    await receive(remove('c2'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(bob.heard()).toEqual([
      error('c1', 'unavailable', { detail: 'there was no answer within 1 s; whether it took effect is unknown' }),
      error('c2', 'unavailable', {
        ...{ detail: 'what was asked before is not done yet; nothing was done', retryAfter: 1 },
      }),
    ])
    await receive(remove('c3'))
    await end()
    expect(begun).toEqual(['delete', 'delete'])
    await end()
    expect(bob.heard().at(-1)).toEqual({ type: 'ok', id: 'c3', result: null })
  })

  it('is not begun for who was signed out meanwhile', async () => {
    const { bob, receive, end, begun } = givenAnswers()
    await receive(remove('c1'))
    await receive(remove('c2'))
    Object.assign(bob.connection, { isRevoked: true })
    await end()
    expect(begun).toEqual(['delete'])
    expect(bob.heard().at(-1)).toEqual(error('c2', 'unavailable'))
  })

  it('is not done where the chat has closed', async () => {
    const { bob, receive, gate, begun } = givenAnswers()
    await gate.close()
    await receive(remove('c1'))
    expect(begun).toEqual([])
    expect(bob.heard()).toEqual([error('c1', 'unavailable')])
  })
})

describe('a client that asks', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  })

  it('is idle once all is answered, and not before', async () => {
    const { answers, receive, end, idle } = givenAnswers()
    expect(answers.isIdle).toBe(true)
    await receive(remove('c1', 'r1'))
    await receive(remove('c2', 'r2'))
    expect(answers.isIdle).toBe(false)
    await end()
    expect([answers.isIdle, idle.mock.calls.length]).toEqual([false, 0])
    await end()
    expect([answers.isIdle, idle.mock.calls.length]).toEqual([true, 1])
  })

  it('is shut out where it asks what is no command, or is too large, again and again', async () => {
    for (const frame of ['{', ' '.repeat(frameBytes + 1)]) {
      const { receive, closed, bob } = givenAnswers({ rates: { frames: { points: 1_000, seconds: 1 } } })
      for (let n = 0; n < 49; n += 1) await receive(frame)
      expect(closed).toEqual([])
      await receive(frame)
      expect(closed).toEqual([[4400, 'too many frames that are no commands']])
      expect(bob.heard()).toHaveLength(50)
    }
  })

  it('is shut out where it does not stop when it asked too much', async () => {
    const { receive, closed } = givenAnswers({ rates: { frames: { points: 1, seconds: 60 } } })
    for (let n = 0; n < 50; n += 1) await receive(remove('c1'))
    expect(closed).toEqual([])
    await receive(remove('c1'))
    expect(closed).toEqual([[4429, 'too many frames']])
  })

  it('is not for being refused what it may not', async () => {
    const { receive, end, closed } = givenAnswers({ rates: { frames: { points: 1_000, seconds: 1 } } })
    for (let n = 0; n < 100; n += 1) {
      await receive(remove('c1'))
      await end(forbidden('not yours'))
    }
    expect(closed).toEqual([])
  })
})

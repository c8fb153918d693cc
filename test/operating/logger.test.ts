import { Writable } from 'node:stream'
import { createChatRouter } from 'express-chat'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { About, safely } from '../../src/core/logger.js'
import { secret, userOfHeader } from '../host.js'
import { givenDatabase, givenHost } from '../realtime/given.js'

/** A real pino, and the lines that it has written. */
function givenPino() {
  const text: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text.push(String(chunk))
      done()
    },
  })
  const lines = () => text.flatMap((each) => each.trim().split('\n')).map((line) => JSON.parse(line))
  return { logger: pino(stream), lines, all: () => text.join('') }
}

describe('pino', () => {
  it('is given as it is, and so are its children', async () => {
    const { prisma } = await givenDatabase()
    const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret, logger: pino({ enabled: false }) })
    await chat.close()
    const { logger, lines } = givenPino()
    safely(logger.child({ part: 'chat' })).warn(
      'it said\nso',
      new TypeError('a\nb'),
      new About({ roomId: 'r\n1', userId: undefined }),
    )
    expect(lines()).toEqual([
      {
        ...{ level: 40, part: 'chat', msg: 'it said\\nso', roomId: 'r\\n1' },
        err: { type: 'TypeError', message: 'a\\nb', stack: expect.stringContaining('at ') },
        ...{ pid: expect.any(Number), hostname: expect.any(String), time: expect.any(Number) },
      },
    ])
  })

  it('says of which request, room, subscription and person it is, and nothing that anybody wrote', async () => {
    const { logger, lines, all } = givenPino()
    const host = await givenHost({
      ...{ logger, pollMs: 100 },
      before: {
        room() {
          throw new Error('the policy is away')
        },
      },
      notify: {
        afterSeconds: 0,
        handler() {
          throw new Error('the mail server is away')
        },
      },
    })
    const failing = () => {
      throw new Error('the index is away')
    }
    await host.chat.subscribe('index', failing, { attempts: 1 }).ready()
    const { id: roomId } = await host.chat.system.rooms.create({
      type: 'group',
      name: 'TOPSECRET',
      userIds: ['alice', 'bob'],
    })
    const answer = await host.as('alice').post('/rooms', { type: 'group', name: 'TOPSECRET' })
    await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'TOPSECRET to alice@example.com' })
    const with_ = (fields: object) => expect.poll(lines).toContainEqual(expect.objectContaining(fields))
    await with_({
      level: 50,
      requestId: answer.body.requestId,
      err: expect.objectContaining({ message: 'the policy is away' }),
    })
    await with_({
      level: 50,
      subscription: 'index',
      roomId,
      err: expect.objectContaining({ message: 'the index is away' }),
    })
    await with_({ level: 40, userId: 'bob', err: expect.objectContaining({ message: 'the mail server is away' }) })
    for (const line of lines()) expect(line.msg).toMatch(/^express-chat: /)
    expect(all()).not.toMatch(/TOPSECRET|alice@example|a secret for tests/)
  })
})

describe('other loggers', () => {
  it('are given the message first, and then the error, as before', () => {
    const said: unknown[][] = []
    const log = (...words: unknown[]) => void said.push(words)
    const error = new Error('away')
    safely({ warn: log, error: log }).error('it failed', error, new About({ roomId: 'r1' }))
    // As winston has it.
    safely({ warn: log, error: log, child: () => undefined } as never).warn('it failed')
    expect(said).toEqual([['it failed', error], ['it failed']])
  })

  it('as bunyan’s are given an object first', () => {
    const said: unknown[][] = []
    const log = (...words: unknown[]) => void said.push(words)
    const bunyan = { warn: log, error: log, child: () => undefined, addSerializers: () => undefined }
    safely(bunyan).error('it failed', 'briefly', new About({ roomId: 'r1' }))
    safely(bunyan).warn('it is so')
    expect(said).toEqual([
      [{ err: 'briefly', roomId: 'r1' }, 'it failed'],
      [{}, 'it is so'],
    ])
  })
})

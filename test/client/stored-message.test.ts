import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { takeUp } from '../../src/client/state/outbox.js'
import { initialState } from '../../src/client/state/state.js'
import { windowOf } from '../../src/client/state/window.js'
import { readStored } from '../../src/client/stored-message.js'

type Stored = Record<string, unknown>

const media = { id: 'm', filename: 'cat.png', contentType: 'image/png', byteSize: 7, url: '/chat/media/m' }
const replyTo = { id: 'room-1', seq: 1, text: 'Who comes?', userId: null, as: { name: 'Shop', avatarUrl: null } }
/** What was stored before there were threads. */
const noThread = { threadId: null, alsoInRoom: false }
const part = { pointer: '/text', detail: 'is not allowed' }
const problem = {
  type: 'urn:x',
  title: 'Invalid',
  status: 400,
  code: 'invalid_request',
  requestId: 'r',
  errors: [part],
}

/** A message as it is stored, with all that it can have. */
const whole = {
  ...{ clientId: 'c1', roomId: 'room', text: 'I do', media: [media], mentions: ['carol'] },
  ...{
    replyTo: { ...replyTo, threadId: 'room-2', userName: 'Bob', firstMedia: media },
    threadId: 'room-9',
    alsoInRoom: true,
  },
  data: { type: 'order', items: [17] },
  mentionsEveryone: true,
  forward: { roomId: 'other', messageId: 'other-1' },
  forwardedFrom: { roomId: null, messageId: null, userId: 'bob', name: 'Bob', createdAt: '2026-11-25T12:00:00.000Z' },
  ...{ createdAt: '2026-11-26T12:00:00.000Z', order: 1_764_158_400_000, strikes: 2 },
  error: { code: 'invalid_request', problem, closeCode: 1009 },
}

const read = (changes: Stored = {}) => readStored(JSON.stringify({ ...whole, ...changes }))
const highestOrder = 2 ** 52

describe('a stored message', () => {
  it('comes out as it was, with the reason why it failed', () => {
    const { error, ...entry } = read() ?? {}
    const { error: _, ...stored } = whole
    expect(entry).toEqual(stored)
    expect(error).toMatchObject({ code: 'invalid_request', problem, closeCode: 1009, status: 400, errors: [part] })
    expect(read({ error: null })).toEqual({ ...stored, error: null })
  })

  it('comes out without what an older version did not store, in the order of its time', () => {
    const { clientId, roomId, text, createdAt } = whole
    expect(readStored(JSON.stringify({ clientId, roomId, text, createdAt }))).toEqual({
      ...{ clientId, roomId, text, createdAt, media: [], mentions: [], data: null, replyTo: null },
      ...{ error: null, strikes: 0, mentionsEveryone: false, ...noThread, forward: null, forwardedFrom: null },
      order: Date.parse(createdAt),
    })
  })

  it.each<[what: string, text: string]>([
    ['no JSON', '{"clientId":'],
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['a hundred thousand brackets', '['.repeat(100_000)],
  ])('is none where %s is stored', (_what, text) => {
    expect(readStored(text)).toBeUndefined()
  })

  it.each([
    {
      type: 'message.edit',
      messageId: 'room-1',
      at: 'then',
      text: 'Better',
      mentions: ['bob'],
      mentionsEveryone: true,
    },
    { type: 'message.edit', messageId: 'room-1', at: 'then', data: null },
    { type: 'message.delete', messageId: 'room-1', at: 'then' },
    { type: 'reaction.add', messageId: 'room-1', at: 'then', reaction: '👍' },
    { type: 'reaction.remove', messageId: 'room-1', at: 'then', reaction: '👍' },
  ])('may be a mutation: $type', (mutation) => {
    expect(read({ mutation })?.mutation).toEqual(mutation)
  })

  it.each([
    7,
    {},
    { type: 'message.send', messageId: 'room-1', at: 'then' },
    { type: 'message.delete', at: 'then' },
    { type: 'message.delete', messageId: 'room-1', at: 7 },
    { type: 'reaction.add', messageId: 'room-1', at: 'then' },
    { type: 'reaction.adds', messageId: 'room-1', at: 'then', reaction: '👍' },
    { type: 'message.edit', messageId: 'room-1', at: 'then', text: 7 },
    { type: 'message.edit', messageId: 'room-1', at: 'then', mentions: [7] },
    { type: 'message.edit', messageId: 'room-1', at: 'then', mentionsEveryone: 'yes' },
    { type: 'message.edit', messageId: 'room-1', at: 'then', data: [] },
  ])('is none where it says that it is a mutation, and is none: %j', (mutation) => {
    expect(read({ mutation })).toBeUndefined()
  })

  it.each<[field: string, values: unknown[]]>([
    ['clientId', [undefined, '', 7]],
    ['roomId', [undefined, '', {}]],
    ['text', [undefined, null, { toString: 1 }]],
    ['media', ['none', null, [null], ['m'], [media, { ...media, byteSize: '7' }], [{ ...media, byteSize: -1 }]]],
    ['media', Object.keys(media).map((name) => [{ ...media, [name]: undefined }])],
    ['mentions', ['bob', null, [7], ['bob', null]]],
    ['replyTo', ['bob', 7, {}, { ...replyTo, seq: -1 }, { ...replyTo, seq: 0.5 }, { ...replyTo, userId: 7 }]],
    [
      'replyTo',
      [
        { ...replyTo, threadId: 7 },
        { ...replyTo, userName: 7 },
        { ...replyTo, firstMedia: { id: 'm' } },
      ],
    ],
    ['threadId', [7, {}, []]],
    ['alsoInRoom', ['yes', 1, null]],
    ['replyTo', ['id', 'seq', 'text', 'userId'].map((name) => ({ ...replyTo, [name]: undefined }))],
    [
      'replyTo',
      [7, {}, { name: 7, avatarUrl: null }, { name: 'Shop', avatarUrl: 7 }].map((as) => ({ ...replyTo, as })),
    ],
    ['data', ['none', 7, [], [1]]],
  ])('is none where its `%s` is none', (field, values) => {
    for (const value of values) expect(read({ [field]: value }), JSON.stringify(value)).toBeUndefined()
  })

  it('has among its media the files that were there, and has failed where one was not', () => {
    const other = { ...media, id: 'other' }
    expect(read({ error: null, files: [other] })).toMatchObject({ media: [media, other], error: null })
    expect(read({ error: null, files: [] })).toMatchObject({ media: [media], error: null })
    for (const files of [[null, other], [other, { id: 7 }], 7, 'file', { id: 'm' }, [[other]]]) {
      expect(read({ error: null, files })).toMatchObject({ text: whole.text, error: { code: 'file_lost' } })
    }
    expect(read({ files: [null, other] })).toMatchObject({ media: [media, other], error: { code: 'file_lost' } })
    expect(read({ files: [null] })).not.toHaveProperty('files')
  })

  it('may be empty, and quote the first message, or one whose author is gone', () => {
    expect(read({ text: '', media: [{ ...media, byteSize: 0 }] })).toMatchObject({ text: '', media: [{ byteSize: 0 }] })
    expect(read({ replyTo: { ...replyTo, seq: 0, userId: null } })?.replyTo).toEqual({
      ...replyTo,
      ...{ seq: 0, userId: null, threadId: null, userName: null, firstMedia: null },
    })
  })

  it('is of the year 1970 where its time is none, and stands where its order or its time says', () => {
    const epoch = '1970-01-01T00:00:00.000Z'
    expect(read({ createdAt: 'yesterday', order: 'first' })).toMatchObject({ createdAt: epoch, order: 0 })
    expect(read({ createdAt: '1969-12-31T00:00:00.000Z', order: -1 })).toMatchObject({ order: 0 })
    expect(read({ order: 0 })?.order).toBe(0)
    for (const order of [-1, 0.5, highestOrder + 1, Number.NaN]) {
      expect(read({ order })?.order, `${order}`).toBe(Date.parse(whole.createdAt))
    }
    expect(read({ order: highestOrder })?.order).toBe(highestOrder)
  })

  it('has ended no connection where that is no count', () => {
    expect([undefined, -1, 'two', 1.5, 0, 4].map((strikes) => read({ strikes })?.strikes)).toEqual([0, 0, 0, 0, 0, 4])
  })

  it('has failed for no reason that can be told, where that cannot be read: nobody sends it again unasked', () => {
    for (const error of [7, 'no', true, [], {}, { code: 7 }]) {
      expect(read({ error })?.error, JSON.stringify(error)).toMatchObject({ code: 'aborted', errors: [] })
      expect(read({ error })?.error?.problem).toBeUndefined()
    }
    for (const error of [undefined, null, 0, '']) expect(read({ error })?.error).toBeNull()
  })

  it('keeps of its reason what can be read', () => {
    const errorWith = (changes: Stored) => {
      const entry = read({ error: { ...whole.error, ...changes } })
      expect(entry?.error?.code).toBe('invalid_request')
      return entry?.error
    }
    for (const closeCode of [undefined, -1, '1009']) expect(errorWith({ closeCode })?.closeCode).toBeUndefined()
    const kept = (value: unknown) => errorWith({ problem: value })?.problem
    for (const none of [undefined, null, 'no', {}, { ...problem, code: 7 }, { ...problem, title: undefined }]) {
      expect(kept(none), JSON.stringify(none)).toBeUndefined()
    }
    for (const errors of ['no', [null], ['no'], [part, {}], [{ pointer: '' }], [{ detail: '' }]]) {
      expect(kept({ ...problem, errors }), JSON.stringify(errors)).toBeUndefined()
    }
    for (const errors of [undefined, [], [part, part]]) {
      expect(kept({ ...problem, errors })).toEqual(errors ? { ...problem, errors } : { ...problem, errors: undefined })
    }
  })

  it('is whole or not there, whatever was stored, and a page can show it', () => {
    const field = fc.oneof(fc.anything(), fc.string(), fc.constant([]), fc.constant(null), fc.integer(), fc.date())
    const likely = fc.record(
      {
        ...{
          clientId: fc.oneof(fc.string(), field),
          roomId: fc.oneof(fc.constant('room'), field),
          text: fc.oneof(fc.string(), field),
        },
        ...{
          media: fc.oneof(fc.array(field), field),
          mentions: fc.oneof(fc.array(fc.string()), field),
          replyTo: field,
          files: fc.oneof(fc.array(fc.oneof(field, fc.constant(media))), field),
        },
        ...{
          createdAt: field,
          order: field,
          strikes: field,
          error: fc.oneof(fc.record({ code: field, problem: field }), field),
        },
      },
      { requiredKeys: [] },
    )
    const stored = fc.oneof(likely, fc.anything()).map((value) => {
      try {
        return JSON.stringify(value) ?? ''
      } catch {
        return ''
      }
    })
    fc.assert(
      fc.property(fc.oneof(stored, fc.string()), (text) => {
        const entry = readStored(text)
        if (!entry) return
        const { clientId, roomId, order, strikes, createdAt, error, media, mentions } = entry
        expect([typeof clientId, typeof roomId, typeof entry.text]).toEqual(['string', 'string', 'string'])
        expect([Number.isSafeInteger(order + 1), Number.isSafeInteger(strikes)]).toEqual([true, true])
        expect(new Date(createdAt).toISOString()).toBe(createdAt)
        for (const { id, filename, url } of media)
          expect([typeof id, typeof filename, typeof url]).toEqual(['string', 'string', 'string'])
        for (const id of mentions) expect(typeof id).toBe('string')
        if (error)
          expect([typeof error.code, typeof error.message, Array.isArray(error.errors)]).toEqual([
            'string',
            'string',
            true,
          ])
        const { outbox } = takeUp(initialState, [entry])
        expect(windowOf(undefined, 0, outbox, null, roomId).items).toHaveLength(1)
        // Read again, it is the same.
        expect(readStored(JSON.stringify(entry))).toEqual(entry)
      }),
      { numRuns: 1_000 },
    )
  })
})

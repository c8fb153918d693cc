import { type DataSchema, type JsonObject, reject } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

const order = { type: 'order', number: 17, items: ['cup', { grinder: 1.5 }], isPaid: true, note: null, '∑': '图 🦊' }
const note = z.strictObject({ type: z.literal('note'), lines: z.array(z.string()).max(3) })
const place = z.object({ type: z.literal('place'), label: z.string().trim() })

/** Any other library of the standard, which takes its time, and names where as the standard lets it. */
const slow: DataSchema<{ floor: number }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    async validate(value) {
      await null
      const { floor } = value as { floor?: unknown }
      if (typeof floor === 'number') return { value: { floor } }
      return { issues: [{ message: 'is no floor', path: [{ key: 'floor' }, 0] }, { message: 'go away' }] }
    },
  },
}

const refusal = (answer: { status: number; body: { code: string; errors?: object[] } }) => ({
  status: answer.status,
  code: answer.body.code,
  errors: answer.body.errors,
})

describe.each(databases)('data on $name', (database) => {
  const asked: unknown[] = []
  const host = shareHost(database, {
    data: {
      message: z.discriminatedUnion('type', [note, place]) as DataSchema<JsonObject>,
      room: slow as DataSchema<JsonObject>,
    },
    before: {
      message(draft) {
        asked.push(draft.data)
        if (draft.text === 'sign it') return { ...draft, data: { by: 'the host' } }
        if (draft.text === 'refuse it') throw reject('not here')
      },
    },
  })
  const last = async (group: GivenRoom) => (await group.as('alice').get('')).body.lastMessage

  it('of a message is what the host gave, whoever it acts for', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const sent = await host.chat.messages.send('alice', group.id, { text: 'Here', data: order })
    expect(sent.data).toEqual(order)
    expect((await last(group)).data).toEqual(order)
    const ofSystem = await host.chat.system.messages.send(group.id, { data: { type: 'anything' } })
    expect(ofSystem).toMatchObject({ kind: 'system', text: '', data: { type: 'anything' } })
    const { id } = await host.chat.messages.send('alice', group.id, { data: order })
    expect(await last(group)).toMatchObject({ id, text: '', data: order })
  })

  it('of a message changes with an edit, stays without one, and null takes it away', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const { messages } = host.chat
    const { id } = await messages.send('alice', group.id, { text: 'Here', data: order })
    expect(await messages.edit('alice', group.id, id, { text: 'There' })).toMatchObject({ text: 'There', data: order })
    const changed = { ...order, isPaid: false }
    expect(await messages.edit('alice', group.id, id, { data: changed })).toMatchObject({
      text: 'There',
      data: changed,
    })
    await expect(messages.edit('alice', group.id, id, {})).rejects.toMatchObject({ code: 'invalid_request' })
    expect(await messages.edit('alice', group.id, id, { text: '' })).toMatchObject({ text: '', data: changed })
    await expect(messages.edit('alice', group.id, id, { data: null })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/text', detail: 'a message needs text, media or data' }],
    })
    expect(await messages.edit('alice', group.id, id, { text: 'Gone', data: null })).toMatchObject({ data: null })
  })

  it('of a message is gone with it, and no search finds it', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const { id } = await host.chat.messages.send('alice', group.id, { text: 'Here', data: { word: 'sesame' } })
    expect((await group.as('bob').get('/messages?q=sesame')).body.items).toEqual([])
    await group.as('alice').delete(`/messages/${id}`)
    expect((await group.as('bob').get(`/messages/${id}`)).body).toMatchObject({ data: null })
    expect(await host.prisma.chatMessage.findUnique({ where: { id } })).toMatchObject({ data: null })
  })

  it('of a message is in what moderators are told of it', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const { id } = await host.chat.messages.send('bob', group.id, { data: order })
    await host.chat.messages.report('alice', group.id, id, { reason: 'spam' })
    await host.chat.messages.delete('bob', group.id, id)
    const { items } = await host.chat.system.reports.list({ roomId: group.id })
    expect(items.map(({ copy }) => copy)).toMatchObject([{ text: '', data: order, userName: 'Bob' }])
  })

  it('belongs to what makes a message the same one, whatever the order of its keys', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const send = (data: string) =>
      group
        .as('alice')
        .post('/messages', `{"clientId":"a-1","data":{${data}}}`)
        .then(({ status }) => status)
    expect(await send('"type":"note","lines":["b","a"]')).toBe(201)
    expect(await send('"lines":["b","a"],"type":"note"')).toBe(200)
    expect(await send('"lines":["a","b"],"type":"note"')).toBe(409)
    const { messages } = host.chat
    const first = await messages.send('bob', group.id, { text: 'x', clientId: 'b-1', data: null })
    expect(await messages.send('bob', group.id, { text: 'x', clientId: 'b-1' })).toMatchObject({ id: first.id })
    const nested = (data: JsonObject) => messages.send('bob', group.id, { text: 'x', clientId: 'b-2', data })
    const one = await nested({ a: { b: 1, c: [{ d: 2, e: 3 }] }, f: 4 })
    expect(await nested({ f: 4, a: { c: [{ e: 3, d: 2 }], b: 1 } })).toMatchObject({ id: one.id })
    await expect(nested({ f: 4, a: { c: [{ e: 3, d: 1 }], b: 1 } })).rejects.toMatchObject({
      code: 'idempotency_conflict',
    })
  })

  it('of a client is what the schema makes of it, and what it sent is what makes it the same message', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const draft = { clientId: 'p-1', data: { type: 'place', label: ' Pier ', more: 1 } }
    const sent = await group.say('alice', draft)
    expect(sent).toMatchObject({ text: '', data: { type: 'place', label: 'Pier' } })
    expect(sent.data).not.toHaveProperty('more')
    expect(asked.at(-1)).toEqual({ type: 'place', label: 'Pier' })
    expect(await group.as('alice').post('/messages', draft)).toMatchObject({ status: 200, body: { id: sent.id } })
    const trimmed = { ...draft, data: { type: 'place', label: 'Pier' } }
    expect(refusal(await group.as('alice').post('/messages', trimmed))).toMatchObject({ status: 409 })
  })

  it('of a client that the schema refuses is an error that says where, over HTTP and the socket', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('alice')
    const data = { type: 'note', lines: ['a', 2] }
    const errors = [{ pointer: '/data/lines/1', detail: 'Invalid input: expected string, received number' }]
    const answer = await group.as('alice').post('/messages', { data })
    expect(refusal(answer)).toMatchObject({ status: 400, code: 'invalid_request', errors })
    const { problem } = await socket.command('message.send', { roomId: group.id, clientId: 's-1', data })
    expect(problem).toMatchObject({ status: 400, errors })
    const { id } = await group.say('alice', 'Edit me')
    const edited = await socket.command('message.edit', { roomId: group.id, messageId: id, data })
    expect(edited.problem).toMatchObject({ status: 400, errors })
    expect(await last(group)).toMatchObject({ text: 'Edit me', data: null })
    const good = { type: 'note', lines: ['a'] }
    const changed = await socket.command('message.edit', { roomId: group.id, messageId: id, data: good })
    expect(changed.result).toMatchObject({ text: 'Edit me', data: good })
    expect(await group.as('alice').patch(`/messages/${id}`, { data: null })).toMatchObject({ body: { data: null } })
  })

  it('is not asked about where somebody may not write', async () => {
    const group = await givenGroup(host, 'alice')
    const count = asked.length
    expect(await group.as('bob').post('/messages', { data: { type: 'no' } })).toMatchObject({ status: 404 })
    expect(asked).toHaveLength(count)
  })

  it('may be changed by a hook, which refuses as ever', async () => {
    const group = await givenGroup(host, 'alice')
    expect(await group.say('alice', 'sign it')).toMatchObject({ data: { by: 'the host' } })
    const { id } = await group.say('alice', 'plain')
    const edit = (change: object) => group.as('alice').patch(`/messages/${id}`, change)
    expect((await edit({ text: 'sign it' })).body).toMatchObject({ text: 'sign it', data: { by: 'the host' } })
    expect((await edit({ text: 'refuse it' })).status).toBe(422)
  })

  it('of a room is the host’s, and a client’s where the schema takes it', async () => {
    const { system, rooms } = host.chat
    const made = await rooms.create('alice', { type: 'group', name: 'A', userIds: ['bob'], data: order })
    expect(made.data).toEqual(order)
    const bob = await host.socket('bob', { hello: { rooms: { [made.id]: made.revision } } })
    await bob.ready()
    expect(await rooms.update('alice', made.id, { data: { floor: 'none' } })).toMatchObject({ name: 'A' })
    expect((await bob.next('room.updated')).room.data).toEqual({ floor: 'none' })
    expect(await system.rooms.update(made.id, { name: 'B' })).toMatchObject({ data: { floor: 'none' } })
    expect(await system.rooms.update(made.id, { data: null })).toMatchObject({ data: null })

    const patch = (data: unknown) => host.as('alice').patch(`/rooms/${made.id}`, { data })
    expect(refusal(await patch({ floor: 'x' }))).toMatchObject({
      status: 400,
      errors: [
        { pointer: '/data/floor/0', detail: 'is no floor' },
        { pointer: '/data', detail: 'go away' },
      ],
    })
    expect((await patch({ floor: 2, more: 1 })).body.data).toEqual({ floor: 2 })
    const body = { type: 'group', name: 'C', data: { floor: 3 } }
    expect((await host.as('alice').post('/rooms', body)).body.data).toEqual({ floor: 3 })
    expect((await host.as('alice').post('/rooms', { ...body, data: {} })).status).toBe(400)
  })

  it('of a private room is what it was made with, until the host changes it', async () => {
    const { system } = host.chat
    const make = (data: JsonObject) => system.rooms.create({ type: 'private', userIds: ['carol', 'dave'], data })
    const made = await make({ a: 1 })
    expect(made.data).toEqual({ a: 1 })
    expect(await make({ a: 2 })).toMatchObject({ id: made.id, data: { a: 1 } })
    expect(await system.rooms.update(made.id, { data: { a: 3 } })).toMatchObject({ data: { a: 3 } })
    await expect(system.rooms.update(made.id, { data: {}, name: 'No' })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await host.as('carol').patch(`/rooms/${made.id}`, { data: { floor: 1 } })).toMatchObject({ status: 403 })
  })
})

const [anyDatabase] = databases.filter(({ name }) => name === 'sqlite')

describe.each(anyDatabase ? [anyDatabase] : [])('data', (database) => {
  const given: Record<string, unknown> = {}
  /** What a schema that takes its time was asked last. */
  let isAsked: (answer: () => void) => void = () => undefined
  const host = shareHost(database, {
    data: {
      message: {
        '~standard': {
          ...{ version: 1 as const, vendor: 'test' },
          validate: (value) => {
            const { as, waits } = value as { as?: string; waits?: boolean }
            if (as === 'thrown') throw new Error('of the host')
            const result = { value: (as === undefined ? value : given[as]) as JsonObject }
            return waits ? new Promise((resolve) => isAsked(() => resolve(result))) : result
          },
        },
      },
    },
    logger: { warn: () => undefined, error: (...said) => logged.push(said) },
  })
  const logged: unknown[][] = []

  it('is not taken from clients without a schema, which says so', async () => {
    const answer = await host.as('alice').post('/rooms', { type: 'group', name: 'A', data: {} })
    expect(refusal(answer)).toEqual({
      ...{ status: 400, code: 'invalid_request' },
      errors: [{ pointer: '/data', detail: 'the application takes no data of a room from clients' }],
    })
    const group = await givenGroup(host, 'alice')
    expect((await group.as('alice').patch('', { data: null })).status).toBe(400)
    expect((await group.as('alice').patch('', { name: 'B' })).status).toBe(200)
  })

  it('has 4 KiB as JSON in UTF-8, from whoever it comes', async () => {
    const group = await givenGroup(host, 'alice')
    const { messages, system } = host.chat
    const of = (bytes: number) => ({ a: 'é'.repeat((bytes - '{"a":""}'.length) / 2) })
    expect(Buffer.byteLength(JSON.stringify(of(4096)))).toBe(4096)
    const errors = [{ pointer: '/data', detail: 'has 4098 bytes; the limit is 4096' }]
    expect(await group.say('alice', { data: of(4096) })).toMatchObject({ data: of(4096) })
    expect(refusal(await group.as('alice').post('/messages', { data: of(4098) }))).toMatchObject({
      status: 413,
      errors,
    })
    const tooLarge = { code: 'too_large', errors }
    await expect(messages.send('alice', group.id, { data: of(4098) })).rejects.toMatchObject(tooLarge)
    await expect(system.rooms.update(group.id, { data: of(4098) })).rejects.toMatchObject(tooLarge)
    await expect(system.rooms.create({ type: 'group', name: 'A', data: of(4098) })).rejects.toMatchObject(tooLarge)
    const many = { a: Array.from({ length: 4_000 }, () => 1) }
    await expect(system.messages.send(group.id, { data: many })).rejects.toMatchObject({ code: 'too_large' })
    given.large = of(4098)
    expect((await group.as('alice').post('/messages', { data: { as: 'large' } })).status).toBe(413)
  })

  it.each<[what: string, data: unknown, pointer: string]>([
    ['a list', [], '/data'],
    ['a text', 'order', '/data'],
    ['a Date', { at: new Date(0) }, '/data/at'],
    ['a Map', { of: new Map() }, '/data/of'],
    ['what has a JSON of its own', { of: { toJSON: () => 1 } }, '/data/of'],
    ['NaN', { n: [1, Number.NaN] }, '/data/n/1'],
    ['Infinity', { n: Number.NEGATIVE_INFINITY }, '/data/n'],
    ['a bigint', { n: 1n }, '/data/n'],
    ['a function', { f: () => 1 }, '/data/f'],
    ['undefined in a list', { l: [undefined] }, '/data/l/0'],
    ['NUL', { t: 'a\0b' }, '/data/t'],
    ['half a character', { t: '\ud800' }, '/data/t'],
    ['a key of half a character', { o: { '\ud800': 1 } }, '/data/o'],
    ['a prototype', JSON.parse('{"o":{"__proto__":{"isAdmin":true}}}'), '/data/o/__proto__'],
    [
      'a prototype deep inside',
      JSON.parse(`${'{"o":'.repeat(9)}{"__proto__":1}${'}'.repeat(9)}`),
      `/data${'/o'.repeat(9)}/__proto__`,
    ],
    ['eleven levels', JSON.parse(`${'{"o":'.repeat(10)}{}${'}'.repeat(10)}`), `/data${'/o'.repeat(10)}`],
    ['a thousand levels', JSON.parse(`${'{"o":'.repeat(1000)}1${'}'.repeat(1000)}`), `/data${'/o'.repeat(10)}`],
  ])('that is no JSON is refused, with where it is: %s', async (_what, data, pointer) => {
    const group = await givenGroup(host, 'alice')
    const sending = host.chat.messages.send('alice', group.id, { text: 'x', data: data as JsonObject })
    await expect(sending).rejects.toMatchObject({ code: 'invalid_request', errors: [{ pointer }] })
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it('refers to itself no more than it goes on for ever', async () => {
    const group = await givenGroup(host, 'alice')
    const data: Record<string, unknown> = {}
    data.self = data
    const sending = host.chat.messages.send('alice', group.id, { data: data as JsonObject })
    await expect(sending).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('is JSON that comes back as it was: ten levels, numbers, and without what is undefined', async () => {
    const group = await givenGroup(host, 'alice')
    const deep = JSON.parse(`${'{"o":'.repeat(9)}{"constructor":"x"}${'}'.repeat(9)}`)
    for (const data of [deep, { n: [0, -1.5e-7, 2 ** 53, 1e300] }, { '': '', '0': 1, a: { toString: 'x' } }, {}]) {
      const { id } = await host.chat.messages.send('alice', group.id, { text: 'x', data })
      expect((await group.as('alice').get(`/messages/${id}`)).body.data).toEqual(data)
    }
    const data = { a: undefined, b: 1 } as unknown as JsonObject
    expect((await host.chat.messages.send('alice', group.id, { data })).data).toEqual({ b: 1 })
  })

  it('that the schema turned into no JSON, and a schema that throws, are mistakes of the host', async () => {
    const group = await givenGroup(host, 'alice')
    given.date = { at: new Date(0) }
    for (const as of ['date', 'thrown']) {
      const answer = await group.as('alice').post('/messages', { data: { as } })
      expect(refusal(answer)).toMatchObject({ status: 500, code: 'internal' })
    }
    const said = logged.flat().map((each) => (each instanceof Error ? each.message : ''))
    expect(said.join()).toContain(
      'the schema data.message made of what a client gave something that is no object of JSON',
    )
    expect(said.join()).toContain('of the host')
  })

  it('that is looked at for long keeps the order in which its sender spoke', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('alice')
    await socket.ready()
    const send = (clientId: string, message: object) =>
      socket.command('message.send', { roomId: group.id, clientId, ...message })
    const asking = new Promise<() => void>((resolve) => {
      isAsked = resolve
    })
    const answers = [send('1', { data: { waits: true } }), send('2', { text: 'two' }), send('3', { data: { n: 3 } })]
    const { seq } = await group.say('bob', 'meanwhile')
    const answer = await asking
    answer()
    const seqs = (await Promise.all(answers)).map(({ result }) => result.seq)
    expect(seqs).toEqual([seq + 1, seq + 2, seq + 3])
  })
})

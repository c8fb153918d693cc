import express from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases, type OpenDatabase } from '../databases.js'
import { type Reply, type Served, serve } from './serve.js'

type Request = [target: `${string} ${string}`, body?: unknown]

const lone = '\ud800'
const never = '01900000-0000-7000-8000-000000000000'

describe.each(databases)('bad input, on $name', ({ open }) => {
  let database: OpenDatabase
  let host: Served
  let room: string
  let message: string
  let reaction: string
  let others: { room: string; message: string }

  beforeEach(async () => {
    database = await open()
    host = await serve(database, (chat) => express().use('/chat', chat.router), {
      limits: { rates: { sends: { points: 1000, seconds: 1 }, reactions: { points: 1000, seconds: 1 } } },
    })
    room = await idOf(host.send('POST /chat/rooms', { type: 'group', name: 'Friends', userIds: ['bob'] }))
    message = await idOf(host.send(`POST /chat/rooms/${room}/messages`, { text: 'hello' }))
    reaction = await idOf(host.send(`POST /chat/rooms/${room}/messages/${message}/reactions`, { reaction: '👍' }))
    const foreign = await idOf(host.send('POST /chat/rooms', { type: 'group', name: 'Others' }, { user: 'carol' }))
    const secret = await idOf(host.send(`POST /chat/rooms/${foreign}/messages`, { text: 'psst' }, { user: 'carol' }))
    others = { room: foreign, message: secret }
  })
  afterEach(async () => {
    await host.close()
    await database.close()
  })

  const idOf = async (reply: Promise<Reply>): Promise<string> => (await reply).body.id

  /** Everything that a refused request could have changed. Who is refused under the lock of a room leaves a stamp there, which says nothing. */
  const contents = async () => {
    const { prisma } = database
    return JSON.stringify([
      await prisma.chatRoom.findMany({ orderBy: { id: 'asc' }, omit: { changedAt: true } }),
      await prisma.chatRoomUser.findMany({ orderBy: [{ roomId: 'asc' }, { userId: 'asc' }] }),
      await prisma.chatMessage.findMany({ orderBy: { id: 'asc' } }),
      await prisma.chatMessageReaction.findMany({ orderBy: { id: 'asc' } }),
      await prisma.chatUser.findMany({ orderBy: { id: 'asc' } }),
    ])
  }

  /** Refused with a problem that says where, in words that are ours, and with nothing written. */
  const refused = async (ask: () => Promise<Reply>, status: number, pointer?: string): Promise<Reply> => {
    const before = await contents()
    const reply = await ask()
    const { body, text, headers, ...rest } = reply
    expect({ ...rest, body }).toMatchObject({ status, body: { status, requestId: headers.get('x-request-id') } })
    expect(headers.get('content-type')).toBe('application/problem+json')
    if (pointer !== undefined) {
      expect(body.errors.map((part: { pointer: string }) => part.pointer)).toContain(pointer)
    }
    expect(text).not.toMatch(/prisma|sqlite|libsql|postgres|mariadb|mysql|invocation|node_modules/i)
    expect(await contents()).toBe(before)
    return reply
  }

  it('refuses the wrong types in every body, and says where', async () => {
    const inRoom = `/chat/rooms/${room}`
    const bodies: [`${string} ${string}`, string][] = [
      ['POST /chat/rooms', 'type'],
      ['POST /chat/rooms', 'name'],
      ['POST /chat/rooms', 'description'],
      ['POST /chat/rooms', 'userIds'],
      ['POST /chat/rooms', 'isPublic'],
      [`PATCH ${inRoom}`, 'name'],
      [`PATCH ${inRoom}`, 'avatarMediaId'],
      [`POST ${inRoom}/members`, 'userId'],
      [`POST ${inRoom}/members`, 'permissions'],
      [`PATCH ${inRoom}/members/me`, 'muted'],
      [`PATCH ${inRoom}/members/me`, 'lastReadSeq'],
      [`PATCH ${inRoom}/members/bob`, 'role'],
      [`POST ${inRoom}/messages`, 'text'],
      [`POST ${inRoom}/messages`, 'clientId'],
      [`POST ${inRoom}/messages`, 'replyToId'],
      [`POST ${inRoom}/messages`, 'mentions'],
      [`POST ${inRoom}/messages`, 'mediaIds'],
      [`PATCH ${inRoom}/messages/${message}`, 'text'],
      [`POST ${inRoom}/messages/${message}/reactions`, 'reaction'],
      ['PATCH /chat/users/me', 'description'],
    ]
    for (const [target, key] of bodies) {
      for (const value of [{ not: null }, [[]], 1.5, lone]) {
        const { body } = await refused(() => host.send(target, { [key]: value }), 400)
        const pointers: string[] = body.errors.map((part: { pointer: string }) => part.pointer)
        expect(pointers.some((pointer) => pointer.startsWith(`/${key}`))).toBe(true)
      }
    }
  })

  it('refuses a query operator where a text belongs', async () => {
    await refused(() => host.send(`POST /chat/rooms/${room}/members`, { userId: { not: null } }), 400, '/userId')
    await refused(() => host.send('POST /chat/rooms', { type: 'private', userIds: [{ not: null }] }), 400, '/userIds/0')
    await refused(() => host.send(`PATCH /chat/rooms/${room}`, { name: { set: 'x' } }), 400, '/name')
    for (const target of [`/chat/rooms?cursor[not]=`, `/chat/users?q[contains]=a`]) {
      expect((await host.call(`GET ${target}`)).status).toBe(200)
    }
  })

  it('refuses unknown keys, each with its pointer', async () => {
    const body = { text: 'hi', admin: true, 'a/b~c': 1, constructor: { prototype: {} } }
    const ask = () => host.send(`POST /chat/rooms/${room}/messages`, body)
    for (const pointer of ['/admin', '/a~1b~0c', '/constructor']) await refused(ask, 400, pointer)
    const nested = { userId: 'carol', permissions: { canFly: true } }
    await refused(() => host.send(`POST /chat/rooms/${room}/members`, nested), 400, '/permissions/canFly')
  })

  it('refuses __proto__ at any depth', async () => {
    const target = `POST /chat/rooms/${room}/messages` as const
    await refused(() => host.send(target, '{"text":"hi","__proto__":{"admin":true}}'), 400, '/__proto__')
    const nested = '{"userId":"carol","permissions":{"__proto__":{"canEditRoom":true}}}'
    await refused(() => host.send(`POST /chat/rooms/${room}/members`, nested), 400, '/permissions/__proto__')
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  it('refuses text that no database can hold', async () => {
    for (const text of ['a\0b', `a${lone}b`, '\udc00']) {
      await refused(() => host.send(`POST /chat/rooms/${room}/messages`, { text }), 400, '/text')
      await refused(() => host.send('POST /chat/rooms', { type: 'group', name: text }), 400, '/name')
      await refused(
        () => host.send(`POST /chat/rooms/${room}/messages`, { text: 'hi', clientId: text }),
        400,
        '/clientId',
      )
      await refused(() => host.send(`PATCH /chat/users/me`, { description: text }), 400, '/description')
    }
  })

  it('keeps every other text as it is', async () => {
    for (const text of ['\u0001\u001f', '👩‍👩‍👧‍👦 \u202e', "'; DROP TABLE chat_rooms; --", '%_!\\', '\ufeff\uffff𐀀']) {
      const { body } = await host.send(`POST /chat/rooms/${room}/messages`, { text })
      expect(body.text).toBe(text)
      expect((await host.call(`GET /chat/rooms/${room}/messages/${body.id}`)).body.text).toBe(text)
    }
  })

  it('refuses numbers that are no positions', async () => {
    const target = `PATCH /chat/rooms/${room}/members/me` as const
    for (const seq of ['9007199254740993', '1e400', '-1', '1.5', '"1"', 'null', '1e15.5']) {
      await refused(() => host.send(target, `{"lastReadSeq":${seq}}`), 400)
    }
    for (const seq of [2 ** 31, 2 ** 53 - 1]) {
      const { status, body } = await host.send(target, { lastReadSeq: seq })
      expect(status).toBe(200)
      expect(body.lastReadSeq).toBe(2)
    }
  })

  it('refuses query parameters that are malformed or given twice, and knows no others', async () => {
    const bad: [string, string][] = [
      ['rooms?limit=0', 'limit'],
      ['rooms?limit=101', 'limit'],
      ['rooms?limit=-1', 'limit'],
      ['rooms?limit=1e1', 'limit'],
      ['rooms?limit=', 'limit'],
      ['rooms?limit=1&limit=1', 'limit'],
      ['rooms?type=club', 'type'],
      ['rooms?cursor=', 'cursor'],
      ['rooms?cursor=a%00b', 'cursor'],
      ['rooms?cursor=%ff', 'cursor'],
      [`rooms/${room}/messages?before=9007199254740993`, 'before'],
      [`rooms/${room}/messages?before=99999999999999999999`, 'before'],
      [`rooms/${room}/messages?after=x`, 'after'],
      [`rooms/${room}/messages?around=1.5`, 'around'],
      [`rooms/${room}/messages?before=1&after=1`, 'before'],
      [`rooms/${room}/messages?cursor=x`, 'cursor'],
      [`rooms/${room}/messages?q=a&before=1`, 'q'],
      [`rooms/${room}/messages?q=${'a'.repeat(101)}`, 'q'],
      [`rooms/${room}/changes`, 'since'],
      [`rooms/${room}/changes?since=-1`, 'since'],
      ['users?q=%00', 'q'],
    ]
    for (const [path, pointer] of bad) await refused(() => host.call(`GET /chat/${path}`), 400, pointer)
    for (const path of ['rooms?token=a&token=b&_=1&%ff=%ff&__proto__=x', 'rooms?limit=100&&=', 'rooms?']) {
      expect((await host.call(`GET /chat/${path}`)).status).toBe(200)
    }
    expect((await host.call(`GET /chat/rooms/${room}/messages?before=9007199254740991`)).status).toBe(200)
  })

  it('refuses cursors that were tampered with, or are of another list', async () => {
    await host.send('POST /chat/rooms', { type: 'group', name: 'More' })
    const { nextCursor } = (await host.call('GET /chat/rooms?limit=1')).body
    expect((await host.call(`GET /chat/rooms?limit=1&cursor=${nextCursor}`)).status).toBe(200)
    const forged = [
      `${nextCursor}A`,
      `A${nextCursor}`,
      nextCursor.slice(0, -4),
      nextCursor.slice(0, 36),
      `${nextCursor}.`,
      `${nextCursor}${encodeURIComponent('é')}`,
      Buffer.from('{"at":0,"id":"0"}').toString('base64url'),
      'a'.repeat(2000),
    ]
    for (const cursor of forged) await refused(() => host.call(`GET /chat/rooms?cursor=${cursor}`), 400, 'cursor')
    await refused(() => host.call(`GET /chat/rooms?cursor=${nextCursor}`, { user: 'bob' }), 400, 'cursor')
    await refused(() => host.call(`GET /chat/rooms/public?cursor=${nextCursor}`), 400, 'cursor')
    await refused(() => host.call(`GET /chat/rooms/${room}/members?cursor=${nextCursor}`), 400, 'cursor')
  })

  it('answers for ids of other rooms as for ids that were never used', async () => {
    const own = `/chat/rooms/${room}/messages`
    const targets = (roomId: string, messageId: string): Request[] => [
      [`GET /chat/rooms/${roomId}`],
      [`PATCH /chat/rooms/${roomId}`, { name: 'Mine' }],
      [`DELETE /chat/rooms/${roomId}`],
      [`GET /chat/rooms/${roomId}/changes?since=0`],
      [`GET /chat/rooms/${roomId}/members`],
      [`POST /chat/rooms/${roomId}/members`, { userId: 'bob' }],
      [`POST /chat/rooms/${roomId}/members`, { userId: 'me' }],
      [`GET /chat/rooms/${roomId}/members/carol`],
      [`PATCH /chat/rooms/${roomId}/members/me`, { muted: true }],
      [`DELETE /chat/rooms/${roomId}/members/me`],
      [`GET /chat/rooms/${roomId}/messages`],
      [`GET /chat/rooms/${roomId}/messages?q=psst`],
      [`POST /chat/rooms/${roomId}/messages`, { text: 'hi' }],
      [`GET /chat/rooms/${roomId}/messages/${messageId}`],
      [`GET ${own}/${messageId}`],
      [`PATCH ${own}/${messageId}`, { text: 'mine' }],
      [`DELETE ${own}/${messageId}`],
      [`GET ${own}/${messageId}/reactions`],
      [`POST ${own}/${messageId}/reactions`, { reaction: '👍' }],
      [`DELETE ${own}/${messageId}/reactions/${reaction}`],
    ]
    const ask = ([target, body]: Request) => (body === undefined ? host.call(target) : host.send(target, body))
    const withoutId = ({ status, text, body }: Reply) => [status, text.replace(body.requestId, '')]
    const unknown = targets(never, never)
    for (const [n, request] of targets(others.room, others.message).entries()) {
      const foreign = await refused(() => ask(request), 404)
      const absent = await ask(unknown[n] as Request)
      expect(withoutId(foreign)).toEqual(withoutId(absent))
    }
    await refused(() => host.send(`POST ${own}`, { text: 'hi', replyToId: others.message }), 400, '/replyToId')
    await refused(() => host.send(`POST ${own}`, { text: 'hi', mentions: ['carol'] }), 400, '/mentions/0')
    await refused(() => host.send(`POST ${own}`, { text: 'hi', mediaIds: [others.message] }), 400, '/mediaIds/0')
  })

  it('answers for what cannot be an id as for an id that was never used', async () => {
    const absent = (await host.call(`GET /chat/rooms/${never}`)).body
    const ids = ['%00', 'a%00b', '%ff', '%zz', '%ed%a0%80', 'x'.repeat(192), 'x'.repeat(5000), '%7B%22not%22:null%7D']
    for (const id of ids) {
      await refused(() => host.call(`GET /chat/rooms/${id}`), 404)
      await refused(() => host.call(`GET /chat/users/${id}`), 404)
      await refused(() => host.send(`POST /chat/rooms/${id}/messages`, { text: 'hi' }), 404)
      await refused(() => host.call(`DELETE /chat/rooms/${room}/messages/${message}/reactions/${id}`), 404)
      const { requestId, ...body } = (await host.call(`GET /chat/rooms/${id}`)).body
      expect({ ...body, requestId: absent.requestId }).toEqual(absent)
    }
  })

  it('names the limit that a text, a list or a reaction is over', async () => {
    const target = `POST /chat/rooms/${room}/messages` as const
    await refused(() => host.send(target, { text: 'x'.repeat(8001) }), 413, '/text')
    await refused(() => host.send(target, { text: 'x', mediaIds: [...Array(11).keys()].map(String) }), 413, '/mediaIds')
    await refused(() => host.send('POST /chat/rooms', { type: 'group', name: 'x'.repeat(101) }), 413, '/name')
    const long = { reaction: '👍'.repeat(17) }
    await refused(() => host.send(`POST /chat/rooms/${room}/messages/${message}/reactions`, long), 413, '/reaction')
    expect((await host.send(target, { text: '👍'.repeat(8000) })).status).toBe(201)
  })

  it('takes the Idempotency-Key header for the clientId, and refuses two that differ', async () => {
    const target = `POST /chat/rooms/${room}/messages` as const
    const headers = { 'Idempotency-Key': 'k1' }
    const first = await host.send(target, { text: 'once' }, { headers })
    expect(first).toMatchObject({ status: 201, body: { clientId: 'k1' } })
    const again = await host.send(target, { text: 'once', clientId: 'k1' }, { headers })
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id } })
    await refused(() => host.send(target, { text: 'once', clientId: 'k2' }, { headers }), 400, '/clientId')
    await refused(() => host.send(target, { text: 'twice' }, { headers }), 409)
    const long = { headers: { 'Idempotency-Key': 'k'.repeat(101) } }
    await refused(() => host.send(target, { text: 'once' }, long), 400, 'Idempotency-Key')
  })
})

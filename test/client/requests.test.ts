import { ChatClientError } from 'express-chat/client'
import { describe, expect, it, vi } from 'vitest'
import { type Answer, failure, given } from './answering.js'
import { stub } from './page.js'
import { givenWire, pass } from './wire.js'

const found = { items: [], nextCursor: null }

describe('a request', () => {
  it('goes to where the chat is, with all that was given, and nothing of what was not', async () => {
    const { wire, client, answer } = given({ url: 'http://chat.test/chat//' })
    const asked = client.users.search('ä & b', { limit: 5, cursor: undefined })
    const { headers, body } = await answer(200, found)
    expect(await asked).toEqual(found)
    expect(wire.log).toEqual(['GET /users?q=%C3%A4%20%26%20b&limit=5'])
    expect({ headers, body }).toEqual({ headers: {}, body: undefined })
    client.users.get('a/b?').catch(() => undefined)
    client.rooms.searchPublic().catch(() => undefined)
    await pass()
    expect(wire.log.slice(1)).toEqual(['GET /users/a%2Fb%3F', 'GET /rooms/public'])
  })

  it('that brings something says so', async () => {
    const { client, answer } = given()
    const asked = client.me.update({ description: 'Alice' })
    const { what, headers, body } = await answer(200, { id: 'alice', name: 'Alice' })
    expect(await asked).toEqual({ id: 'alice', name: 'Alice' })
    expect({ what, headers, body }).toEqual({
      what: 'PATCH /users/me',
      headers: { 'content-type': 'application/json' },
      body: { description: 'Alice' },
    })
  })

  it.each([
    ['/chat', 'http://page.test/chat/users/bob'],
    ['chat', 'http://page.test/app/chat/users/bob'],
    ['/to/http://chat.test//', 'http://page.test/to/http://chat.test/users/bob'],
    ['HTTP://chat.test', 'http://chat.test/users/bob'],
    ['HTTPS://chat.test//a/', 'https://chat.test//a/users/bob'],
  ])('of a page with the chat at %s goes to %s', async (url, target) => {
    stub('location', { href: 'http://page.test/app/page', origin: 'http://page.test' })
    const { wire, client } = given({ url })
    client.users.get('bob').catch(() => undefined)
    await pass()
    expect(wire.log).toEqual([`GET ${target}`])
  })

  it.each(['/chat', 'chat.test', 'ftp://http://chat.test'])(
    'where there is no page says that %s lacks its origin',
    async (url) => {
      const { client } = given({ url })
      const error = await failure(client.users.get('bob'))
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toBe(
        `express-chat: where there is no page, url needs its origin, as https://example.com/chat; it is ${url}`,
      )
    },
  )

  it('takes cookies along as its host says, and uses the `fetch` of the place', async () => {
    const asked: [string, RequestInit][] = []
    stub('fetch', async (...request: [string, RequestInit]) => {
      asked.push(request)
      return Response.json({ id: 'bob' })
    })
    const { client } = given({ fetch: undefined, credentials: 'include' })
    expect(await client.users.get('bob')).toEqual({ id: 'bob' })
    expect(asked).toEqual([
      ['http://chat.test/chat/users/bob', expect.objectContaining({ method: 'GET', credentials: 'include' })],
    ])
  })

  it('that nobody answers within fifteen seconds is given up', async () => {
    const { wire, client } = given()
    const asked = failure(client.users.get('bob'))
    await pass(14_999)
    expect(wire.signals[0]?.aborted).toBe(false)
    await pass(1)
    expect(wire.signals[0]?.aborted).toBe(true)
    expect(await asked).toMatchObject({ code: 'unreachable', cause: { name: 'AbortError' } })
  })

  it('that was answered is not given up later', async () => {
    const { wire, client, answer } = given()
    client.users.get('bob').catch(() => undefined)
    await answer(200, {})
    await pass(60_000)
    expect(wire.signals[0]?.aborted).toBe(false)
  })

  it('that can be cancelled rejects with `aborted` when it is, and is given up as any other', async () => {
    const { client } = given()
    const controller = new AbortController()
    const cancelled = failure(client.users.search('b', { signal: controller.signal }))
    await pass(14_999)
    controller.abort()
    expect(await cancelled).toMatchObject({ code: 'aborted', cause: { name: 'AbortError' } })
    const forgotten = failure(client.users.search('b', { signal: new AbortController().signal }))
    await pass(15_000)
    expect(await forgotten).toMatchObject({ code: 'unreachable', cause: { name: 'AbortError' } })
  })
})

describe('an answer', () => {
  const get = async (...answer: Answer) => {
    const { client, answer: give } = given()
    const asked = client.users.get('bob')
    const outcome = asked.catch((error) => error)
    await give(...answer)
    return outcome
  }

  it('is what the server has said', async () => {
    expect(await get(200, { id: 'bob' })).toEqual({ id: 'bob' })
    expect(await get(299, { id: 'bob' })).toEqual({ id: 'bob' })
    expect(await get(204)).toBeUndefined()
  })

  it('that is no JSON is none of the chat', async () => {
    expect(await get(200)).toMatchObject({ code: 'unreachable' })
    expect(await get(502)).toMatchObject({ code: 'unreachable' })
  })

  it('in the words of somebody in between is none of the chat, unless it is that something was too large', async () => {
    const foreign = { error: 'Bad gateway' }
    const error = await get(502, foreign, { 'retry-after': '7' })
    expect(error).toBeInstanceOf(ChatClientError)
    expect(error).toMatchObject({ code: 'unreachable', retryAfterMs: 7_000 })
    expect(error.problem).toBeUndefined()
    expect(await get(300, foreign)).toMatchObject({ code: 'unreachable' })
    expect(await get(413, foreign)).toMatchObject({ code: 'too_large' })
    expect(await get(413)).toMatchObject({ code: 'too_large' })
  })

  it('that is a refusal brings the words of the server, and the wait that they ask for', async () => {
    const problem = { code: 'rate_limited', status: 429, detail: 'Slowly', retryAfter: 3 }
    const error = await get(429, problem, { 'retry-after': '60' })
    expect(error).toMatchObject({ code: 'rate_limited', problem, message: 'Slowly', retryAfterMs: 3_000 })
    expect(await get(413, { code: 'invalid_request', status: 413 })).toMatchObject({ code: 'invalid_request' })
    expect((await get(404, { code: 'not_found', status: 404 })).retryAfterMs).toBeUndefined()
  })

  it('that does not come is told with its cause', async () => {
    const { wire, client } = given()
    const asked = failure(client.users.get('bob'))
    await pass()
    wire.held[0]?.fail()
    expect(await asked).toMatchObject({ code: 'unreachable', cause: { message: 'fetch failed' } })
  })

  it('that does not come to what was cancelled is told as cancelled', async () => {
    const { wire, client } = given()
    const controller = new AbortController()
    const asked = failure(client.users.search('b', { signal: controller.signal }))
    await pass()
    wire.held[0]?.answer(404, { code: 'not_found', status: 404 })
    controller.abort()
    expect(await asked).toMatchObject({ code: 'aborted', cause: { code: 'not_found' } })
  })
})

describe('what signs in', () => {
  it('is asked for once, and shown with every request', async () => {
    const auth = vi.fn(async () => 'token')
    const { client, answer } = given({ auth })
    for (const userId of ['bob', 'carol']) {
      const asked = client.users.get(userId)
      expect((await answer(200, { id: userId })).headers).toEqual({ authorization: 'Bearer token' })
      await asked
    }
    expect(auth).toHaveBeenCalledTimes(1)
  })

  it('may be headers, beside those that a request has', async () => {
    const { client, answer } = given({ auth: () => ({ 'x-user': 'alice' }) })
    const asked = client.me.update({ description: 'Alice' })
    expect((await answer(200, {})).headers).toEqual({ 'x-user': 'alice', 'content-type': 'application/json' })
    await asked
  })

  it('may be nothing: then nobody is signed in, until it is something', async () => {
    const auth = vi.fn<() => string | null>(() => null)
    const { wire, client, answer } = given({ auth })
    expect(await failure(client.users.get('bob'))).toMatchObject({ code: 'unauthenticated' })
    expect(wire.log).toEqual([])
    // Who has not connected has no session that could end.
    expect(client.connection.getSnapshot().status).toBe('idle')
    auth.mockReturnValue('token')
    const asked = client.users.get('bob')
    expect((await answer(200, {})).headers).toEqual({ authorization: 'Bearer token' })
    await asked
  })

  it('that cannot be asked for is as if nobody answered, and is asked for again', async () => {
    const auth = vi.fn<() => string>(() => {
      throw new Error('no network')
    })
    const { wire, client, answer } = given({ auth })
    const error = await failure(client.users.get('bob'))
    expect(error).toMatchObject({ code: 'unreachable', cause: { message: 'no network' } })
    expect(wire.log).toEqual([])
    auth.mockReturnValue('token')
    const asked = client.users.get('bob')
    await answer(200, {})
    await asked
    expect(auth).toHaveBeenCalledTimes(2)
  })

  it('that does not any more is asked for anew, once for all that were refused', async () => {
    let asked = 0
    const auth = () => {
      asked += 1
      return `token ${asked}`
    }
    const { client, answer } = given({ auth })
    const both = Promise.all([client.users.get('bob'), client.users.get('carol')])
    expect((await answer(401)).headers).toEqual({ authorization: 'Bearer token 1' })
    await answer(401)
    const again = [await answer(200, { id: 'bob' }), await answer(200, { id: 'carol' })]
    expect(again.map(({ headers }) => headers.authorization)).toEqual(['Bearer token 2', 'Bearer token 2'])
    expect(await both).toEqual([{ id: 'bob' }, { id: 'carol' }])
    expect(asked).toBe(2)
  })

  it('and is asked for anew for one that was refused later', async () => {
    let asked = 0
    const auth = () => {
      asked += 1
      return `token ${asked}`
    }
    const { client, answer } = given({ auth })
    const first = client.users.get('bob')
    await answer(401)
    await answer(200, {})
    await first
    const second = client.users.get('bob')
    await answer(401)
    expect((await answer(200, { id: 'bob' })).headers).toEqual({ authorization: 'Bearer token 3' })
    expect(await second).toEqual({ id: 'bob' })
  })

  it('and stays the same signs out, as does one that is refused as well', async () => {
    const tokens = ['same', 'same', 'another', 'third', 'fourth']
    const { client, wire, answer } = given({ auth: () => tokens.shift() ?? null })
    const same = failure(client.users.get('bob'))
    await answer(401)
    expect(await same).toMatchObject({ code: 'unauthenticated' })
    expect(wire.log).toHaveLength(1)
    const refused = failure(client.users.get('bob'))
    await answer(401)
    await answer(401, { code: 'forbidden', status: 401 })
    expect(await refused).toMatchObject({ code: 'unauthenticated' })
    // What was refused is not shown once more.
    const next = client.users.get('bob')
    expect((await answer(200, {})).headers).toEqual({ authorization: 'Bearer fourth' })
    await next
  })

  it('is asked for anew by each connection, and signs out for all once it is nothing', async () => {
    const tokens = ['first', 'second', null]
    const auth = vi.fn(() => tokens[0] ?? null)
    const wire = givenWire()
    const client = wire.client({ auth })
    client.connect()
    await pass(50)
    expect(auth).toHaveBeenCalledTimes(1)
    tokens.shift()
    wire.socket.end(1006)
    await pass(1_000)
    expect(auth).toHaveBeenCalledTimes(2)
    tokens.shift()
    client.close()
    client.connect()
    await pass(50)
    expect(client.connection.getSnapshot()).toMatchObject({ status: 'signed-out', error: { code: 'unauthenticated' } })
  })
})

describe('what changes something', () => {
  it('of one room, or of me, is asked for one after the other', async () => {
    const { wire, client, answer } = given()
    const room = client.room('me')
    const said = [room.update({ name: '1' }), room.mute(true)]
    const all = Promise.allSettled([
      ...said,
      client.me.update({ description: '1' }),
      client.me.update({ description: '2' }),
    ])
    await pass()
    expect(wire.log).toEqual(['PATCH /rooms/me', 'PATCH /users/me'])
    await answer(404, { code: 'not_found', status: 404 })
    expect(wire.log.slice(2)).toEqual(['PATCH /rooms/me/members/me'])
    await answer(200, { id: 'alice' })
    expect(wire.held.at(-1)?.body).toEqual({ description: '2' })
    await answer(200, {})
    await answer(200, { id: 'alice' })
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  })

  it('does not wait for other rooms, nor for what makes something new; and what is read waits for nothing', async () => {
    const { wire, client } = given()
    const all = [
      client.room('one').update({ name: '1' }),
      client.room('two').update({ name: '2' }),
      client.rooms.create({ type: 'group', name: '3', userIds: [] }),
      client.rooms.create({ type: 'group', name: '4', userIds: [] }),
      client.room('one').changes(0),
      client.room('one').members.get('bob'),
    ]
    for (const each of all) each.catch(() => undefined)
    await pass()
    expect(wire.log).toEqual([
      ...['PATCH /rooms/one', 'PATCH /rooms/two', 'POST /rooms', 'POST /rooms'],
      ...['GET /rooms/one/changes?since=0', 'GET /rooms/one/members/bob'],
    ])
  })

  it('in a room goes in its order, whether over the socket or not', async () => {
    const wire = givenWire()
    const client = wire.client()
    client.connect()
    await pass(50)
    wire.hold(/PATCH/)
    const room = client.room('room')
    const named = room.update({ name: 'Named' })
    const edited = room.messages.edit('room-1', 'Edited')
    await pass(50)
    expect(wire.said('message.edit')).toEqual([])
    wire.hold()
    await Promise.all([named, edited])
    expect(wire.said('message.edit')).toHaveLength(1)
  })
})

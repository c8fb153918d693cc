import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf } from './api.js'
import { type Demo, newPlace, type Place, startDemo, startsMs } from './demo.js'
import { takenAtOnce } from './rates.js'

let place: Place
let demo: Demo

beforeAll(async () => {
  place = await newPlace()
  demo = await startDemo(place)
}, startsMs)

afterAll(async () => {
  await demo?.end()
  await place?.remove()
})

/** What a file loads, by its kind. */
const loadedBy: Record<string, RegExp> = {
  'text/html': /<[^>]* (?:src|href)="([^"#?]+)/g,
  'text/javascript': /(?:from|import)["'](\.{0,2}\/[^"']+)/g,
  'text/css': /url\(["']?([^"')]+)/g,
}

const ask = (method: string, path: string, body?: unknown) => clientOf(demo.origin).call(method, path, body)
const token = (body: unknown) => ask('POST', '/api/auth/token', body)

describe('the demo', () => {
  it('prints two links, for Alice and for Bob, into the same first room', async () => {
    const paths = [demo.links.alice, demo.links.bob].map((link) => new URL(link).pathname)
    expect(paths).toEqual([`/chat/${demo.roomId}/`, `/chat/${demo.roomId}/`])
    for (const [client, name] of [
      [demo.alice, 'Alice'],
      [demo.bob, 'Bob'],
    ] as const) {
      expect(await client.call('GET', '/chat/users/me')).toMatchObject({ body: { name } })
      const room = await client.call('GET', `/chat/rooms/${demo.roomId}`)
      expect(room).toMatchObject({ status: 200, body: { type: 'group', name: 'Welcome', memberCount: 2 } })
    }
  })

  it('shows in that room what a chat can: replies, mentions, reactions and a picture, all of it read', async () => {
    const { body } = await demo.bob.call('GET', `/chat/rooms/${demo.roomId}/messages`)
    const said = body.items.filter(({ kind }: { kind: string }) => kind === 'user')
    expect(said.length).toBeGreaterThan(3)
    const shows = (what: string) =>
      said.some((message: Record<string, unknown>) => [message[what] ?? []].flat().length > 0)
    for (const what of ['replyTo', 'mentions', 'reactions', 'media']) expect(shows(what), what).toBe(true)
    expect(said.flatMap(({ media }: { media: object[] }) => media)).toMatchObject([{ contentType: 'image/jpeg' }])
    for (const client of [demo.alice, demo.bob]) {
      expect((await client.call('GET', `/chat/rooms/${demo.roomId}`)).body.me.unreadCount).toBe(0)
    }
  })

  it('says that it is a demo, and where what is said is kept', () => {
    expect(demo.process.output).toContain(place.data)
    expect(demo.process.output).toContain('whoever reaches this port can sign in as anyone')
  })

  it('serves the page at the links, with all that it loads and nothing from another site', async () => {
    const seen = new Set<string>()
    const load = async (url: string, from: string) => {
      const { pathname, origin, href } = new URL(url, from)
      if (seen.has(pathname)) return
      seen.add(pathname)
      expect(origin, `${url} in ${from}`).toBe(demo.origin)
      const response = await fetch(href)
      expect(response.status, href).toBe(200)
      expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
      const text = await response.text()
      const kind = response.headers.get('content-type')?.split(';')[0] ?? ''
      for (const [, next = ''] of text.matchAll(loadedBy[kind] ?? /$^/g)) await load(next, href)
    }
    await load(demo.links.alice, demo.origin)
    for (const kind of [/^\/assets\/chat-.+\.js$/, /^\/assets\/chat-.+\.css$/, /^\/assets\/.*icon\.svg$/])
      expect([...seen]).toContainEqual(expect.stringMatching(kind))
    for (const path of ['/', '/admin', '/chat', '/chat/', '/side-by-side']) await load(path, demo.origin)
  })

  it('has the default rates', async () => {
    const { client } = await demo.signIn('Chatterbox')
    const room = await client.call('POST', '/chat/rooms', { type: 'group', name: 'Chatter' })
    expect(await takenAtOnce(client, room.body.id, 30)).toBe(20)
  })

  it('leaves unknown paths below the chat to the host', async () => {
    expect(await demo.alice.call('GET', '/chat/no/such/thing')).toMatchObject({ status: 404 })
    expect(await ask('GET', '/nothing')).toMatchObject({ status: 404 })
  })
})

describe('signing in to the demo', () => {
  it('takes any username with the password "demo"', async () => {
    const answer = await token({ username: 'Zoë Q.', password: 'demo' })
    expect(answer).toMatchObject({ status: 200, body: { token: expect.stringMatching(/^ey/) } })
    const zoe = clientOf(demo.origin, answer.body.token)
    expect(await zoe.call('GET', '/chat/users/me')).toMatchObject({
      status: 200,
      body: { id: 'zoë q.', name: 'Zoë Q.' },
    })
  })

  it('is the same person however the name is written', async () => {
    const { client } = await demo.signIn(' ALICE ')
    expect(await client.call('GET', '/chat/users/me')).toMatchObject({ body: { id: 'alice', name: 'Alice' } })
  })

  it.each([
    { username: 'Alice', password: 'wrong' },
    { username: 'Alice' },
    { username: 'Alice', password: { not: null } },
  ])('refuses %o', async (body) => {
    expect(await token(body)).toMatchObject({ status: 401, body: { title: expect.stringContaining('Wrong password') } })
  })

  it.each([
    {},
    [],
    { username: '' },
    { username: 'me' },
    { username: { not: null } },
    { username: 'x'.repeat(65) },
    { username: 'a\0b' },
  ])('finds no name in %o', async (body) => {
    expect(await token({ password: 'demo', ...body })).toMatchObject({ status: 400 })
  })

  it('makes an account that others find and add before it ever opened the chat', async () => {
    await token({ username: 'Carol', password: 'demo' })
    const found = await demo.alice.call('GET', '/chat/users?q=caro')
    expect(found.body.items).toMatchObject([{ id: 'carol', name: 'Carol' }])
    const added = await demo.alice.call('POST', `/chat/rooms/${demo.roomId}/members`, { userId: 'carol' })
    expect(added).toMatchObject({ status: 201, body: { user: { name: 'Carol' }, addedById: 'alice' } })
  })
})

describe('the directory of the demo', () => {
  it.each(['Łukasz', 'łuk', 'luk', 'LUK', 'Ukasz', 'kaSZ'])('finds Łukasz Żółty by %s', async (q) => {
    await token({ username: 'Łukasz Żółty', password: 'demo' })
    const { body } = await demo.alice.call('GET', `/chat/users?${new URLSearchParams({ q })}`)
    expect(body.items.map(({ name }: { name: string }) => name)).toContain('Łukasz Żółty')
  })

  it.each([
    ['Straße', 'strasse'],
    ['Søren Ærø', 'soren aero'],
    ['İpek', 'ipek'],
    ['Zoë', 'ZOE'],
  ])('finds %s by %s', async (username, q) => {
    await token({ username, password: 'demo' })
    const { body } = await demo.alice.call('GET', `/chat/users?${new URLSearchParams({ q })}`)
    expect(body.items.map(({ name }: { name: string }) => name)).toContain(username)
  })
})

describe('the admin page of the demo', () => {
  it('lists every room, also those that one is not in', async () => {
    const { client } = await demo.signIn('Operator')
    const made = await demo.bob.call('POST', '/chat/rooms', { type: 'group', name: 'Without the operator' })
    const { status, body } = await client.call('GET', '/api/admin/rooms')
    expect(status).toBe(200)
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([demo.roomId, made.body.id]))
  })

  it('makes rooms', async () => {
    const room = { type: 'channel', name: 'News', isPublic: true, userIds: ['alice', 'bob'] }
    const made = await (await demo.signIn('Operator')).client.call('POST', '/api/admin/rooms', room)
    expect(made).toMatchObject({ status: 201, body: { type: 'channel', name: 'News', memberCount: 3 } })
    expect(await demo.bob.call('GET', `/chat/rooms/${made.body.id}`)).toMatchObject({ status: 200 })
  })

  it('answers nobody, and says what is wrong with a room', async () => {
    expect(await ask('GET', '/api/admin/rooms')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    expect(await ask('POST', '/api/admin/rooms', {})).toMatchObject({ status: 401 })
    const refused = await demo.alice.call('POST', '/api/admin/rooms', { type: 'group', colour: 'red' })
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: expect.any(Array) } })
  })
})

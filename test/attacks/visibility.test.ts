import { memoryBus } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people, type TestHost } from '../host.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, ready } from '../realtime/given.js'
import { holding } from '../realtime/holding.js'
import type { TestSocket } from '../socket.js'

const seenAt = new Date('2026-01-02T03:04:05.678Z')

const watch = async (socket: TestSocket, ...userIds: string[]) =>
  (await socket.command('presence.watch', { userIds })).result

const told = ({ frames }: TestSocket) =>
  frames.filter(({ type }) => type === 'presence').map(({ userId, online }) => [userId, online])

/** Bob sees nobody but himself; everybody else sees everybody. */
const canSee = async (viewerId: string, userId: string) => {
  if (userId === 'dave') throw new Error('the host’s own mistake')
  return viewerId !== 'bob'
}

describe.each(databases)('whom the host lets nobody see, on $name', (database) => {
  async function given() {
    const host = await givenHost({ canSee, logger: quietLogger() }, await givenDatabase(database))
    await host.prisma.chatUser.updateMany({ data: { lastSeenAt: seenAt } })
    return host
  }

  it('has no profile and is in no search, and for others is as before', async () => {
    const host = await given()
    const never = await host.as('bob').get('/users/nobody')
    const hidden = await host.as('bob').get('/users/alice')
    expect({ ...hidden.body, requestId: '' }).toEqual({ ...never.body, requestId: '' })
    expect((await host.as('bob').get('/users/me')).body.lastSeenAt).toBe(seenAt.toISOString())
    expect((await host.as('bob').get('/users?q=bob')).body.items).toMatchObject([{ id: 'bob' }])
    expect((await host.as('bob').get('/users?q=a&limit=1')).body.items).toEqual([])
    expect((await host.as('alice').get('/users/bob')).body.lastSeenAt).toBe(seenAt.toISOString())
    expect((await host.as('alice').get('/users?q=bob')).body.items).toMatchObject([{ id: 'bob' }])
    // Not true and not false.
    expect((await host.as('alice').get('/users/dave')).status).toBe(500)
  })

  it('is never online and was never seen, in a room with them either', async () => {
    const host = await given()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const pair = await host.chat.rooms.create('alice', { type: 'private', userIds: ['bob'] })
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    expect((await bob.command('presence.watch', { userIds: ['alice', 'bob'] })).result).toEqual(['bob'])
    expect((await alice.command('presence.watch', { userIds: ['bob'] })).result).toEqual(['bob'])
    expect(await alice.command('presence.watch', { userIds: ['dave'] })).toMatchObject({ problem: { status: 500 } })
    const members = async (who: string) => (await host.as(who).get(`/rooms/${roomId}/members`)).body.items
    const told = (items: { user: { id: string; lastSeenAt: string | null } }[]) =>
      Object.fromEntries(items.map(({ user }) => [user.id, user.lastSeenAt]))
    expect(told(await members('bob'))).toEqual({ alice: null, bob: seenAt.toISOString() })
    expect(told(await members('alice'))).toEqual({ alice: seenAt.toISOString(), bob: seenAt.toISOString() })
    expect((await host.as('bob').get(`/rooms/${pair.id}`)).body.peer.lastSeenAt).toBeNull()
    expect((await host.as('alice').get(`/rooms/${pair.id}`)).body.peer.lastSeenAt).toBe(seenAt.toISOString())
    expect((await host.as('bob').get(`/rooms/${roomId}/members/alice`)).body).toMatchObject({
      lastSeenAt: null,
      user: { lastSeenAt: null },
    })
    await host.chat.system.members.add(roomId, { userId: 'carol' })
    await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'Hello' })
    await host.chat.users.save({ id: 'alice', name: 'Alicia' })
    await bob.next('user.updated')
    expect(JSON.stringify(bob.frames.filter(({ type }) => type !== 'welcome'))).not.toContain(seenAt.toISOString())
    await alice.close()
    await bob.settled()
    expect(bob.frames.filter(({ type }) => type === 'presence')).toEqual([])
  })
})

describe.each(databases)('the cursor of a list on $name', (database) => {
  it('tells nothing that the list itself does not: not when whom one may not see was here, nor who they are', async () => {
    const host = await givenHost({ canSee, logger: quietLogger() }, await givenDatabase(database))
    await people(host, 'ann', 'zoe')
    const roomId = await givenGroup(host, 'alice', 'ann', 'zoe', 'bob')
    const { id, seq } = await host.chat.messages.send('alice', roomId, { text: 'Hello' })
    for (const userId of ['zoe', 'ann']) await host.chat.members.update(userId, roomId, userId, { lastReadSeq: seq })
    const at = (await host.prisma.chatRoomUser.findFirst({ where: { roomId, userId: 'ann' } }))?.lastSeenAt?.getTime()
    const readers = await host.as('bob').get(`/rooms/${roomId}/messages/${id}/readers?limit=1`)
    expect(readers.body.items).toMatchObject([{ user: { id: 'ann', lastSeenAt: null }, lastSeenAt: null }])
    // Nobody whom Bob may see is among the first.
    const found = await host.as('bob').get('/users?limit=1')
    expect(found.body.items).toEqual([])
    for (const { body } of [readers, found]) {
      const cursor: string = body.nextCursor
      const read = cursor.split('.').map((part) => Buffer.from(part, 'base64url').toString())
      for (const each of [cursor, ...read]) {
        for (const secret of ['alice', 'ann', String(at)]) expect(each).not.toContain(secret)
      }
    }
  })
})

describe.each(databases)('what a directory gives to one, on $name', (database) => {
  it('is not there for another, whoever looked before', async () => {
    const asked: unknown[] = []
    const find = (ids: string[], { viewer }: { viewer: { userId: string; tenantId: string } | null }) => {
      asked.push(viewer)
      return viewer?.userId === 'alice' && ids.includes('zoe') ? [{ id: 'zoe', name: 'Zoë' }] : []
    }
    const search = (_: string, { viewer }: { viewer: { userId: string } | null }) =>
      viewer?.userId === 'alice' ? [{ id: 'zoe', name: 'Zoë' }] : []
    const host = await givenHost({ directory: { find, search } }, await givenDatabase(database))
    const statuses = async () => [
      (await host.as('alice').get('/users/zoe')).status,
      (await host.as('bob').get('/users/zoe')).status,
      (await host.as('bob').post('/rooms', { type: 'private', userIds: ['zoe'] })).status,
      (await host.as('alice').get('/users')).body.items.length,
      (await host.as('bob').get('/users')).body.items.length,
    ]
    const expected = [200, 404, 404, 1, 0]
    expect([await statuses(), await statuses()]).toEqual([expected, expected])
    expect(asked).toContainEqual({ userId: 'bob', tenantId: '' })
  })
})

describe.each(databases)('strangers, where the host says nothing of them, on $name', (database) => {
  async function given(options: Parameters<typeof givenHost>[0] = {}) {
    const host = await givenHost(options, await givenDatabase(database))
    await host.prisma.chatUser.updateMany({ data: { lastSeenAt: seenAt } })
    return host
  }
  const seen = async (host: TestHost, who: string, whom: string) => {
    const { status, body } = await host.as(who).get(`/users/${whom}`)
    const found = (await host.as(who).get(`/users?q=${whom}`)).body.items
    expect([status, found.length]).toEqual([200, 1])
    expect(found[0]).toEqual(body)
    return body.lastSeenAt
  }
  const seenText = seenAt.toISOString()

  it('have a name and a picture, and when they are here is told to the people of their rooms alone', async () => {
    const host = await given()
    await host.chat.users.save({ id: 'bob', name: 'Bob', avatarUrl: 'https://a.b/bob.png' })
    const alice = await ready(host, 'alice')
    expect((await host.as('alice').get('/users/bob')).body).toMatchObject({
      ...{ name: 'Bob', avatarUrl: 'https://a.b/bob.png', lastSeenAt: null },
    })
    expect(await seen(host, 'alice', 'bob')).toBeNull()
    expect(await watch(alice, 'bob', 'carol', 'alice')).toEqual(['alice'])
    const bob = await ready(host, 'bob')
    expect(await watch(alice, 'bob', 'carol', 'alice')).toEqual(['alice'])
    await bob.close()
    await givenGroup(host, 'alice', 'carol')
    await givenGroup(host, 'bob', 'carol')
    expect(await seen(host, 'alice', 'carol')).toBe(seenText)
    expect(await seen(host, 'alice', 'bob')).toBeNull()
    expect(await watch(alice, 'bob', 'carol')).toEqual([])
    const carol = await ready(host, 'carol')
    expect(await alice.next('presence')).toMatchObject({ userId: 'carol', online: true })
    await ready(host, 'bob')
    await carol.close()
    expect(await alice.next('presence')).toMatchObject({ userId: 'carol', online: false })
    expect(told(alice).flat()).not.toContain('bob')
  })

  it('are strangers again after they left, and in what they said they were never here', async () => {
    const host = await given()
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const since = (await host.as('alice').get(`/rooms/${roomId}`)).body.revision
    const path = `/rooms/${roomId}/messages`
    const { id } = (await host.as('bob').post(path, { text: 'Bye' })).body
    await host.as('bob').post(`${path}/${id}/reactions`, { reaction: '👍' })
    expect(await seen(host, 'alice', 'bob')).toBe(seenText)
    await host.as('bob').delete(`/rooms/${roomId}/members/me`)
    await host.prisma.chatUser.updateMany({ data: { lastSeenAt: seenAt } })
    expect(await seen(host, 'alice', 'bob')).toBeNull()
    const read = ['', `/changes?since=${since}`, '/messages', `/messages/${id}`, `/messages/${id}/reactions`]
    for (const part of read) {
      const { status, body } = await host.as('alice').get(`/rooms/${roomId}${part}`)
      const text = JSON.stringify(body)
      expect([status, text.includes('Bob')], part).toEqual([200, true])
      expect(text, part).not.toMatch(new RegExp(`"id":"bob"[^}]*${seenText}`))
    }
  })

  it('who ask to write to somebody are seen by them, and see nothing until they are let in', async () => {
    const host = await given({ contact: 'ask' })
    const { id } = await host.chat.rooms.create('bob', { type: 'private', userIds: ['alice'] })
    const both = async () => [await seen(host, 'alice', 'bob'), await seen(host, 'bob', 'alice')]
    expect(await both()).toEqual([seenText, null])
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    expect(await watch(alice, 'bob')).toEqual(['bob'])
    expect(await watch(bob, 'alice')).toEqual([])
    const { peer } = (await host.as('bob').get(`/rooms/${id}`)).body
    const { items } = (await host.as('bob').get(`/rooms/${id}/members`)).body
    const asked = items.find(({ user }: { user: { id: string } }) => user.id === 'alice')
    const { body } = await host.as('bob').get(`/rooms/${id}/members/alice`)
    expect([peer.lastSeenAt, asked.user.lastSeenAt, body.user.lastSeenAt]).toEqual([null, null, null])
    expect((await host.as('alice').get('/rooms?requests=true')).body.items[0].peer.lastSeenAt).toBe(seenText)
    await host.as('alice').post(`/rooms/${id}/refuse`)
    expect(await both()).toEqual([null, null])
    await host.chat.rooms.create('alice', { type: 'private', userIds: ['bob'] })
    expect(await both()).toEqual([seenText, seenText])
    expect(await watch(bob, 'alice')).toEqual(['alice'])
    expect((await host.as('bob').get(`/rooms/${id}`)).body.peer.lastSeenAt).toBe(seenText)
  })

  it('who block somebody whom they have asked are not seen by them, until they end it', async () => {
    const host = await given({ contact: 'ask' })
    const { id } = await host.chat.rooms.create('bob', { type: 'private', userIds: ['alice'] })
    const peer = async () => (await host.as('alice').get('/rooms?requests=true')).body.items[0]?.peer
    await host.as('bob').put('/users/me/blocks/alice')
    expect(await peer()).toMatchObject({ id: 'bob', lastSeenAt: null })
    expect(await seen(host, 'alice', 'bob')).toBeNull()
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    expect(await watch(alice, 'bob')).toEqual([])
    await host.as('bob').delete('/users/me/blocks/alice')
    expect(await alice.next('presence')).toMatchObject({ userId: 'bob', online: true })
    await host.as('bob').put('/users/me/blocks/alice')
    expect(await alice.next('presence')).toEqual({ type: 'presence', userId: 'bob', online: false, lastSeenAt: null })
    await bob.close()
    await alice.settled()
    expect(told(alice)).toHaveLength(2)
    await host.as('bob').delete('/users/me/blocks/alice')
    await host.prisma.chatUser.updateMany({ data: { lastSeenAt: seenAt } })
    expect([(await peer()).lastSeenAt, await seen(host, 'alice', 'bob')]).toEqual([seenText, seenText])
    expect((await host.as('alice').get(`/rooms/${id}`)).status).toBe(200)
  })

  it('are none to whom the directory gives them, unless one blocks the other', async () => {
    const asked: string[][] = []
    const users = [
      { id: 'bob', name: 'Bob' },
      { id: 'carol', name: 'Carol' },
    ]
    const given = ({ viewer }: { viewer: { userId: string } | null }) => (viewer?.userId === 'alice' ? users : [])
    const directory = {
      find: (ids: string[], about: { viewer: { userId: string } | null }) => {
        if (about.viewer?.userId === 'alice') asked.push(ids)
        return given(about).filter(({ id }) => ids.includes(id))
      },
      search: (q: string, about: { viewer: { userId: string } | null }) =>
        given(about).filter(({ id }) => id.includes(q)),
    }
    const host = await givenHost({ directory }, await givenDatabase(database))
    await host.prisma.chatUser.updateMany({ data: { lastSeenAt: seenAt } })
    expect(await seen(host, 'alice', 'bob')).toBe(seenText)
    expect((await host.as('dave').get('/users/bob')).body.lastSeenAt).toBeNull()
    const [alice, dave] = [await ready(host, 'alice'), await ready(host, 'dave')]
    await ready(host, 'bob')
    expect(await watch(alice, 'bob', 'dave')).toEqual(['bob'])
    expect(await watch(dave, 'bob')).toEqual([])
    const before = asked.length
    await ready(host, 'carol')
    expect(await watch(alice, 'bob', 'carol')).toEqual(['bob', 'carol'])
    // Of whom they share a room with, the directory is not asked.
    await givenGroup(host, 'alice', 'dave')
    expect(await watch(alice, 'dave')).toEqual(['dave'])
    expect(asked.slice(before)).toEqual([['bob', 'carol']])
    await host.as('bob').put('/users/me/blocks/alice')
    expect(await watch(alice, 'bob', 'carol')).toEqual(['carol'])
    expect((await host.as('alice').get('/users/bob')).body.lastSeenAt).toBeNull()
  })

  it('are those who block each other in their private room, and not in a room of more', async () => {
    const host = await given()
    const { id } = await host.chat.rooms.create('alice', { type: 'private', userIds: ['bob'] })
    expect(await seen(host, 'alice', 'bob')).toBe(seenText)
    await host.as('bob').put('/users/me/blocks/alice')
    for (const [who, whom] of [
      ['alice', 'bob'],
      ['bob', 'alice'],
    ] as const) {
      expect(await seen(host, who, whom)).toBeNull()
      expect((await host.as(who).get(`/rooms/${id}`)).body.peer.lastSeenAt).toBeNull()
      expect((await host.as(who).get(`/rooms/${id}/members/${whom}`)).body.user.lastSeenAt).toBeNull()
      expect((await host.as(who).get(`/rooms/${id}/members/me`)).body.user.lastSeenAt).toBe(seenText)
    }
    await givenGroup(host, 'carol', 'alice', 'bob')
    expect(await seen(host, 'alice', 'bob')).toBe(seenText)
  })

  it('are those whom canSee lets nobody see, and no others where it is given', async () => {
    const host = await given({ canSee: (viewerId) => viewerId === 'alice' })
    expect(await seen(host, 'alice', 'bob')).toBe(seenText)
    const [alice, carol] = [await ready(host, 'alice'), await ready(host, 'carol')]
    await givenGroup(host, 'alice', 'bob', 'carol')
    await ready(host, 'bob')
    expect([await watch(alice, 'bob'), await watch(carol, 'bob')]).toEqual([['bob'], []])
  })
})

describe.each(databases)('whoever watches somebody, on $name', (database) => {
  const comers = ['one', 'two', 'three', 'four', 'five']

  /**
   * Alice and Carol watch people who come one after the other, each in a room of their own with all of them. Carol goes on
   * being told, Alice only while she may.
   */
  async function given(options: Parameters<typeof givenHost>[0] = {}) {
    const opened = await givenDatabase(database)
    const both = { bus: memoryBus(), ...options }
    const here = await givenHost(both, opened)
    const there = await givenHost(both, { prisma: opened.connect() })
    await people(here, ...comers)
    const roomId = await givenGroup(here, 'alice', 'dave', ...comers)
    await givenGroup(here, 'carol', ...comers)
    const [alice, carol] = [await ready(here, 'alice'), await ready(here, 'carol')]
    for (const socket of [alice, carol]) expect(await watch(socket, ...comers)).toEqual([])
    const rest = [...comers]
    /** The next one comes, on the other server: whether Alice is told. Carol is, after her. */
    const isTold = async () => {
      const next = rest.shift() as string
      await ready(there, next)
      expect(await carol.next('presence')).toMatchObject({ userId: next, online: true })
      // What settles a socket would end its watching.
      await alice.command('read.many', { rooms: [] })
      return told(alice).some(([userId]) => userId === next)
    }
    return { here, there, roomId, alice, isTold }
  }

  it('hears no more of whom they share no room with any more, and again once they do', async () => {
    const { here, there, roomId, isTold } = await given()
    expect(await isTold()).toBe(true)
    // Another room is as good.
    const other = await givenGroup(there, 'dave', 'alice', ...comers)
    await there.as('alice').delete(`/rooms/${roomId}/members/me`)
    expect(await isTold()).toBe(true)
    await there.as('dave').delete(`/rooms/${other}/members/${comers[2]}`)
    expect(await isTold()).toBe(false)
    expect((await here.as('alice').get(`/users/${comers[2]}`)).body.lastSeenAt).toBeNull()
    await there.as('dave').delete(`/rooms/${other}`)
    expect(await isTold()).toBe(false)
    await givenGroup(here, 'alice', ...comers)
    expect(await isTold()).toBe(true)
  })

  it('hears no more where one of the two blocks the other in their private room', async () => {
    const { here, there, roomId, isTold } = await given()
    for (const id of comers) await here.chat.rooms.create('alice', { type: 'private', userIds: [id] })
    await here.as('alice').delete(`/rooms/${roomId}/members/me`)
    expect(await isTold()).toBe(true)
    await there.as('two').put('/users/me/blocks/alice')
    await there.as('alice').put('/users/me/blocks/three')
    await there.as('alice').put('/users/me/blocks/four')
    await there.as('alice').delete('/users/me/blocks/four')
    expect([await isTold(), await isTold(), await isTold()]).toEqual([false, false, true])
  })

  it('hears what canSee says then, and an error of it is no', async () => {
    let answer = (): boolean => true
    const logger = quietLogger()
    const canSee = (viewerId: string) => (viewerId === 'alice' ? answer() : true)
    const { isTold } = await given({ canSee, logger })
    expect(await isTold()).toBe(true)
    answer = () => false
    expect(await isTold()).toBe(false)
    expect(logger.said).toEqual([])
    answer = () => {
      throw new Error('the host’s own mistake')
    }
    expect(await isTold()).toBe(false)
    expect(logger.said).toHaveLength(1)
    answer = () => true
    expect(await isTold()).toBe(true)
  })

  it('hears no more of who became one of another tenant', async () => {
    const { here, isTold } = await given()
    expect(await isTold()).toBe(true)
    for (const id of ['carol', ...comers]) await here.chat.users.save({ id, name: id, tenantId: 'acme' })
    expect(await isTold()).toBe(false)
  })

  it('costs no statement while nobody comes or goes, and one for all who do at once', async () => {
    const opened = await givenDatabase(database)
    const client = holding(opened.connect())
    const host = await givenHost({}, client)
    const ids = Array.from({ length: 20 }, (_, n) => `user ${n}`)
    await people(host, ...ids)
    await givenGroup(host, 'alice', 'bob', ...ids)
    const watchers = [await ready(host, 'alice'), await ready(host, 'bob')]
    for (const socket of watchers) await watch(socket, ...ids)
    const count = () => client.count('chat_rooms c WHERE c.id = i.room_id')
    const before = count()
    for (let n = 0; n < 3; n += 1) await host.as('alice').get('/rooms')
    expect(count()).toBe(before)
    const first = client.hold('chat_rooms c WHERE c.id = i.room_id')
    await ready(host, 'user 0')
    await first.reached
    await Promise.all(ids.slice(1).map((id) => ready(host, id)))
    first.release()
    for (const socket of watchers) await socket.until(() => told(socket).length === ids.length, 'all who came')
    expect(count() - before).toBe(2)
  })
})

describe('canSee', () => {
  it('is asked about 20 people at once, in one call', async () => {
    let [underWay, most] = [0, 0]
    const canSee = async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise(setImmediate)
      underWay -= 1
      return true
    }
    const host = await givenHost({ canSee })
    const ids = Array.from({ length: 100 }, (_, n) => `user ${n}`)
    await people(host, ...ids)
    const alice = await ready(host, 'alice')
    expect((await alice.command('presence.watch', { userIds: ids })).type).toBe('ok')
    expect((await host.as('alice').get('/users?q=user&limit=100')).body.items).toHaveLength(100)
    expect(most).toBe(20)
  })
})

import { memoryBus, type Room, reject } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { givenDatabase, givenHost, ready } from '../realtime/given.js'

const privateWith = (userId: string) => ({ type: 'private', userIds: [userId] })

describe.each(databases)('where strangers are asked first, on $name', (database) => {
  const host = shareHost(database, { contact: 'ask' })
  const requestsOf = async (userId: string): Promise<Room[]> =>
    (await host.as(userId).get('/rooms?requests=true')).body.items
  const roomsOf = async (userId: string): Promise<Room[]> => (await host.as(userId).get('/rooms')).body.items

  /** Two people who do not know each other; the first has written to the second. */
  let pairs = 0
  async function givenRequest() {
    pairs += 1
    const [stalker, victim] = [`stalker${pairs}`, `victim${pairs}`]
    await people(host, stalker, victim)
    const made = await host.as(stalker).post('/rooms', privateWith(victim))
    expect(made.status).toBe(201)
    const roomId: string = made.body.id
    await host.as(stalker).post(`/rooms/${roomId}/messages`, { text: 'Hey' })
    return { stalker, victim, roomId }
  }

  it('a private room is no room of theirs until they accept, and nothing that they have to read', async () => {
    const { stalker, victim, roomId } = await givenRequest()
    expect(await roomsOf(victim)).toEqual([])
    expect(await host.chat.system.unread(victim)).toEqual({ messages: 0, rooms: [] })
    expect(await requestsOf(victim)).toMatchObject([
      { id: roomId, peer: { id: stalker }, me: null, lastMessage: { text: 'Hey' }, request: { user: { id: stalker } } },
    ])
    for (const path of ['/messages', '/members', '/changes?since=0']) {
      expect((await host.as(victim).get(`/rooms/${roomId}${path}`)).status, path).toBe(404)
    }
    expect((await host.as(victim).get(`/rooms/${roomId}`)).body.request.user.id).toBe(stalker)
    const accepted = await host.as(victim).post(`/rooms/${roomId}/accept`, {})
    expect(accepted).toMatchObject({ status: 200, body: { id: roomId, me: { unreadCount: 1 } } })
    expect(await requestsOf(victim)).toEqual([])
    expect((await roomsOf(victim)).map(({ id }) => id)).toEqual([roomId])
    expect((await host.as(victim).post(`/rooms/${roomId}/messages`, { text: 'Yes?' })).status).toBe(201)
    expect((await host.as(victim).post(`/rooms/${roomId}/accept`, {})).status).toBe(404)
  })

  it('whoever asked sees the same, whether it waits or was refused', async () => {
    const [waiting, refused] = [await givenRequest(), await givenRequest()]
    const seenBy = async ({ stalker, victim, roomId }: typeof waiting): Promise<string> => {
      const as = host.as(stalker)
      const answers = [
        await as.get(`/rooms/${roomId}`),
        await as.get(`/rooms/${roomId}/members`),
        await as.get(`/rooms/${roomId}/members/${victim}`),
        await as.post('/rooms', privateWith(victim)),
        await as.post(`/rooms/${roomId}/messages`, { text: 'Hello?', mentions: [victim] }),
        await as.get(`/rooms/${roomId}/changes?since=0`),
      ]
      const shown = JSON.stringify(answers.map(({ status, body }) => [status, body]))
      return shown
        .replaceAll(roomId, 'ROOM')
        .replaceAll(/stalker\d+/gi, 'STALKER')
        .replaceAll(/victim\d+/gi, 'VICTIM')
        .replaceAll(/"[0-9a-f]{8}-[^"]*"/g, '"ID"')
        .replaceAll(/"\d{4}-[^"]*Z"/g, '"TIME"')
    }
    expect((await host.as(refused.victim).post(`/rooms/${refused.roomId}/refuse`, {})).status).toBe(204)
    expect(await seenBy(refused)).toBe(await seenBy(waiting))
    expect(await requestsOf(refused.victim)).toEqual([])
    expect((await host.as(refused.victim).get(`/rooms/${refused.roomId}`)).status).toBe(404)
  })

  it('a refusal stays one, though whoever asked deletes the room and begins anew', async () => {
    const { stalker, victim, roomId } = await givenRequest()
    await host.as(victim).post(`/rooms/${roomId}/refuse`, {})
    expect((await host.as(stalker).delete(`/rooms/${roomId}`)).status).toBe(204)
    const again = await host.as(stalker).post('/rooms', privateWith(victim))
    expect(again.status).toBe(201)
    const group = await host.as(stalker).post('/rooms', { type: 'group', name: 'Come', userIds: [victim] })
    expect(group).toMatchObject({ status: 201, body: { memberCount: 1 } })
    expect(await requestsOf(victim)).toEqual([])
    expect(await roomsOf(victim)).toEqual([])
  })

  it('who turns to somebody whom they had refused has accepted', async () => {
    const { stalker, victim, roomId } = await givenRequest()
    await host.as(victim).post(`/rooms/${roomId}/refuse`, {})
    const opened = await host.as(victim).post('/rooms', privateWith(stalker))
    expect(opened).toMatchObject({ status: 200, body: { id: roomId, me: { unreadCount: 1 } } })
    await host.as(stalker).delete(`/rooms/${roomId}`)
    await host.as(stalker).post('/rooms', privateWith(victim))
    expect(await requestsOf(victim), 'and is asked again by them').toHaveLength(1)
  })

  it('a block refuses what its person asks', async () => {
    const { stalker, victim } = await givenRequest()
    expect((await host.as(victim).put(`/users/me/blocks/${stalker}`, {})).status).toBe(201)
    expect(await requestsOf(victim)).toEqual([])
  })

  it('a room that one of two deleted comes back as a request', async () => {
    const { stalker, victim, roomId } = await givenRequest()
    await host.as(victim).post(`/rooms/${roomId}/accept`, {})
    await host.as(victim).delete(`/rooms/${roomId}`)
    expect((await host.as(stalker).post('/rooms', privateWith(victim))).status).toBe(201)
    expect(await roomsOf(victim)).toEqual([])
    expect(await requestsOf(victim)).toHaveLength(1)
  })

  it('nobody is in a group that they were asked into until they accept', async () => {
    await people(host, 'host1', 'guest1', 'guest2')
    const made = await host.as('host1').post('/rooms', { type: 'group', name: 'Spam', userIds: ['guest1'] })
    expect(made.body.memberCount).toBe(1)
    const roomId = made.body.id
    const added = await host.as('host1').post(`/rooms/${roomId}/members`, { userId: 'guest2' })
    expect(added).toMatchObject({ status: 202, body: { isAsked: true, user: { id: 'guest2' } } })
    expect((await host.as('host1').get(`/rooms/${roomId}/members`)).body.items).toHaveLength(1)
    expect(await requestsOf('guest2')).toMatchObject([{ id: roomId, name: 'Spam', lastMessage: null, peer: null }])
    expect((await host.as('guest2').get(`/rooms/${roomId}/messages`)).status).toBe(404)
    const [first, second] = await Promise.all([
      host.as('guest2').post(`/rooms/${roomId}/accept`, {}),
      host.as('guest2').post(`/rooms/${roomId}/accept`, {}),
    ])
    expect([first.status, second.status].sort()).toEqual([200, 404])
    expect((await host.as('host1').get(`/rooms/${roomId}`)).body.memberCount).toBe(2)
    // What an invitation was worth ends with the rights of whoever made it.
    await host.as('guest2').post(`/rooms/${roomId}/messages`, { text: 'Hi' })
    await host.chat.system.members.remove(roomId, 'host1')
    expect((await host.as('guest1').post(`/rooms/${roomId}/accept`, {})).status).toBe(404)
  })

  it('people who share a closed room are no strangers, and those of a public one are', async () => {
    await people(host, 'ann', 'ben', 'cat')
    const shared = await host.chat.system.rooms.create({ type: 'group', name: 'Work', userIds: ['ann', 'ben'] })
    await host.chat.system.rooms.create({ type: 'channel', name: 'All', isPublic: true, userIds: ['ann', 'cat'] })
    await host.as('ann').post('/rooms', privateWith('ben'))
    await host.as('ann').post('/rooms', privateWith('cat'))
    expect((await roomsOf('ben')).map(({ type }) => type).sort()).toEqual(['group', 'private'])
    expect((await roomsOf('cat')).map(({ type }) => type)).toEqual(['channel'])
    expect(await requestsOf('cat')).toHaveLength(1)
    expect(shared.memberCount).toBe(2)
  })

  it('nobody accepts more than the rooms that one may be in, and may once they have left one', async () => {
    const limited = { contact: 'ask', limits: { roomsPerUser: 2 } } as const
    const few = await givenHost(limited, await givenDatabase(database))
    await people(few, 'full', 'asker', 'other')
    const { id } = await few.chat.rooms.create('asker', { type: 'private', userIds: ['full'] })
    const group = await few.chat.rooms.create('other', { type: 'group', name: 'One more', userIds: ['full'] })
    for (const name of ['One', 'Two']) await few.chat.system.rooms.create({ type: 'group', name, userIds: ['full'] })
    for (const asked of [id, group.id]) {
      expect(await few.as('full').post(`/rooms/${asked}/accept`)).toMatchObject({
        ...{ status: 409, body: { detail: 'you are in 2 rooms already, which is the limit' } },
      })
    }
    // Turning to whoever asked is accepting, too.
    const turning = await few.as('full').post('/rooms', { type: 'private', userIds: ['asker'] })
    expect(turning.status).toBe(409)
    const [left] = (await few.as('full').get('/rooms')).body.items
    await few.as('full').delete(`/rooms/${left.id}/members/me`)
    expect((await few.as('full').post(`/rooms/${id}/accept`)).status).toBe(200)
    expect((await few.as('full').post(`/rooms/${group.id}/accept`)).status).toBe(409)
  })

  it('the host itself asks nobody', async () => {
    await people(host, 'dora', 'emil')
    await host.chat.system.rooms.create({ type: 'private', userIds: ['dora', 'emil'] })
    expect(await roomsOf('emil')).toHaveLength(1)
  })

  it('what is asked inside a transaction that is rolled back was never asked', async () => {
    await people(host, 'fay', 'gil')
    const asking = host.chat.transaction(async (_tx, chat) => {
      await chat.rooms.create('fay', { type: 'private', userIds: ['gil'] })
      throw new Error('no')
    })
    await expect(asking).rejects.toThrow('no')
    expect(await requestsOf('gil')).toEqual([])
  })
})

describe('a request', () => {
  it('is told to those who are here, on every server, and so is its end', async () => {
    const bus = memoryBus()
    const here = await givenHost({ contact: 'ask', bus })
    const there = await givenHost({ contact: 'ask', bus }, { prisma: here.prisma })
    const [phone, laptop] = [await ready(here, 'bob'), await ready(there, 'bob')]
    const { body } = await here.as('alice').post('/rooms', privateWith('bob'))
    for (const socket of [phone, laptop]) {
      expect(await socket.next('room.requested')).toMatchObject({
        room: { id: body.id, request: { user: { id: 'alice' } } },
      })
    }
    await here.as('alice').post(`/rooms/${body.id}/messages`, { text: 'Hi' })
    await phone.settled()
    expect(phone.frames.filter(({ type }) => type === 'message.created')).toEqual([])
    await here.as('bob').post(`/rooms/${body.id}/accept`, {})
    for (const socket of [phone, laptop]) {
      expect(await socket.next('room.joined')).toMatchObject({ room: { id: body.id, me: { unreadCount: 1 } } })
    }
    const { body: other } = await here.as('carol').post('/rooms', privateWith('bob'))
    await laptop.next('room.requested')
    await there.as('bob').post(`/rooms/${other.id}/refuse`, {})
    for (const socket of [phone, laptop]) expect(await socket.next('room.left')).toMatchObject({ roomId: other.id })
  })

  it('is found by the poll where there is no bus, and told once', async () => {
    const here = await givenHost({ contact: 'ask', pollMs: 100 })
    const there = await givenHost({ contact: 'ask', pollMs: 100 }, { prisma: here.prisma })
    const bob = await ready(there, 'bob')
    const { body } = await here.as('alice').post('/rooms', privateWith('bob'))
    expect(await bob.next('room.requested')).toMatchObject({ room: { id: body.id } })
    const { body: second } = await here.as('carol').post('/rooms', privateWith('bob'))
    expect(await bob.next('room.requested')).toMatchObject({ room: { id: second.id } })
  })
})

describe('who may turn to whom', () => {
  it("only people who share a room, with 'shared'", async () => {
    const host = await givenHost({ contact: 'shared' })
    const refused = await host.as('alice').post('/rooms', privateWith('bob'))
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden', errors: [{ pointer: '/userIds/0' }] } })
    const group = { type: 'group', name: 'G', userIds: ['carol', 'bob'] }
    expect((await host.as('alice').post('/rooms', group)).status).toBe(403)
    const { id } = await host.chat.system.rooms.create({ type: 'group', name: 'G', userIds: ['alice', 'bob'] })
    expect((await host.as('alice').post('/rooms', privateWith('bob'))).status).toBe(201)
    expect((await host.as('alice').post(`/rooms/${id}/members`, { userId: 'carol' })).status).toBe(403)
  })

  it('is what the application says of each', async () => {
    const asked: string[] = []
    const host = await givenHost({
      contact: async (from, to) => {
        asked.push(`${from} ${to}`)
        if (to === 'dave') throw reject('not on a Sunday')
        return to === 'bob' ? 'ask' : to === 'carol'
      },
    })
    const made = await host.as('alice').post('/rooms', { type: 'group', name: 'G', userIds: ['bob', 'carol'] })
    expect(made).toMatchObject({ status: 201, body: { memberCount: 2 } })
    expect(asked).toEqual(['alice bob', 'alice carol'])
    expect((await host.as('bob').post('/rooms', privateWith('alice'))).status).toBe(403)
    expect((await host.as('alice').post('/rooms', privateWith('dave'))).body.detail).toBe('not on a Sunday')
  })

  it('is a mistake of the host where it answers what is no answer', async () => {
    const host = await givenHost({ contact: (() => 'yes') as never })
    expect((await host.as('alice').post('/rooms', privateWith('bob'))).status).toBe(500)
    await expect(givenHost({ contact: 'nobody' as never })).rejects.toThrow(/contact.*'anyone', 'shared', 'ask'/)
  })
})

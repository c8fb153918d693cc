import type { DurableEvent, Member } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

const idsOf = ({ items }: { items: Member[] }): string[] => items.map(({ user }) => user.id)

describe.each(databases)('read receipts on $name', (database) => {
  let now = new Date('2030-02-03T04:05:06.789Z')
  const host = shareHost(database, { clock: () => now })
  const later = () => {
    now = new Date(now.getTime() + 60_000)
  }

  async function read(room: GivenRoom, userId: string, seq: number): Promise<void> {
    later()
    expect((await room.as(userId).patch('/members/me', { lastReadSeq: seq })).status).toBe(200)
  }

  it('list who has read a message, the latest first, without its author and those who came later', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol', 'dave')
    const message = await room.say('alice', 'Did you see this?')
    const path = `/messages/${message.id}/readers`
    expect((await room.as('bob').get(path)).body).toEqual({ items: [], nextCursor: null })
    await read(room, 'carol', message.seq)
    await read(room, 'bob', message.seq - 1)
    await read(room, 'dave', message.seq)
    await room.as('alice').post('/members', { userId: 'erin' })
    expect(idsOf((await room.as('alice').get(path)).body)).toEqual(['dave', 'carol'])
    // Who writes has read.
    later()
    const { seq } = await room.say('bob', 'Yes')
    expect(idsOf((await room.as('alice').get(path)).body)).toEqual(['bob', 'dave', 'carol'])
    const first = (await room.as('alice').get(`${path}?limit=2`)).body
    expect(idsOf(first)).toEqual(['bob', 'dave'])
    const second = (await room.as('alice').get(`${path}?limit=2&cursor=${first.nextCursor}`)).body
    expect(second).toMatchObject({ items: [{ user: { id: 'carol' }, lastReadSeq: message.seq }], nextCursor: null })
    expect(idsOf(await host.chat.messages.readers('alice', room.id, message.id))).toEqual(['bob', 'dave', 'carol'])
    // Of what was said after they came, they are readers as all others.
    await read(room, 'erin', seq + 1)
    const { id } = await room.say('alice', 'All here?')
    await read(room, 'erin', seq + 1)
    expect(idsOf((await room.as('alice').get(`/messages/${id}/readers`)).body)).toEqual(['erin'])
    await room.as('erin').delete('/members/me')
    expect(idsOf((await room.as('alice').get(`/messages/${id}/readers`)).body)).toEqual([])
  })

  it('count nobody who was in the room from the start and has not read anything', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [created] = (await room.as('alice').get('/messages')).body.items
    expect((await room.as('alice').get(`/messages/${created.id}/readers`)).body.items).toEqual([])
  })

  it('are silent where the room says so: no event, no list, and nothing in what is told of members', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    expect((await room.as('bob').patch('', { readReceipts: false })).status).toBe(403)
    expect((await room.as('alice').patch('', { readReceipts: false })).body).toMatchObject({ readReceipts: false })
    const { id, seq } = await room.say('alice', 'Between us')
    const [own, other] = [await host.socket('bob'), await host.socket('alice')]
    await Promise.all([own.ready(), other.ready()])
    await read(room, 'bob', seq)
    expect(await own.next('me.updated')).toMatchObject({ me: { lastReadSeq: seq, lastSeenAt: now.toISOString() } })
    // Over the socket, and of many rooms at once, likewise.
    const more = await room.say('alice', 'And this')
    await own.command('read', { roomId: room.id, seq: more.seq })
    const most = await room.say('alice', 'And that')
    await own.command('read.many', { rooms: [{ roomId: room.id, seq: most.seq }] })
    await room.as('alice').patch('/members/bob', { role: 'admin' })
    const event: DurableEvent & { member: Member } = await other.next('member.updated')
    expect(other.frames.filter(({ type }) => type === 'read')).toEqual([])
    expect(own.frames.filter(({ type }) => type === 'read')).toEqual([])

    const hidden = { user: { id: 'bob' }, lastReadSeq: 0, lastSeenAt: null }
    expect(event.member).toMatchObject(hidden)
    const told = (members: Member[]) => members.find(({ user }) => user.id === 'bob')
    expect(told((await room.as('alice').get('/members')).body.items)).toMatchObject(hidden)
    expect((await room.as('alice').get('/members/bob')).body).toMatchObject(hidden)
    expect((await room.as('alice').patch('/members/bob', { role: 'member' })).body).toMatchObject(hidden)
    const { events } = (await room.as('carol').get('/changes?since=0')).body
    for (const { member } of events) if (member) expect(member).toMatchObject({ lastReadSeq: 0, lastSeenAt: null })
    expect(await room.as('alice').get(`/messages/${id}/readers`)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
    await expect(host.chat.messages.readers('alice', room.id, id)).rejects.toMatchObject({ code: 'forbidden' })

    // Of oneself one knows it, and so does the host.
    const mine = { lastReadSeq: most.seq, lastSeenAt: expect.any(String) }
    expect((await room.as('bob').get('/members/me')).body).toMatchObject(mine)
    expect(told((await room.as('bob').get('/members')).body.items)).toMatchObject(mine)
    expect((await room.as('bob').patch('/members/me', { muted: true })).body).toMatchObject(mine)
    expect((await room.as('bob').get('')).body.me).toMatchObject(mine)
    expect(await host.chat.system.members.get(room.id, 'bob')).toMatchObject(mine)
    expect(idsOf(await host.chat.system.messages.readers(room.id, id))).toEqual(['bob'])

    await room.as('alice').patch('', { readReceipts: true })
    expect((await room.as('alice').get('/members/bob')).body).toMatchObject(mine)
    await read(room, 'carol', seq)
    expect(await other.next('read')).toMatchObject({ userId: 'carol', lastReadSeq: seq })
  })

  it('hide who comes and goes as well, and are told of before they are silent', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Quiet', readReceipts: false, userIds: ['bob'] })
    expect((await room.as('bob').get('')).body.readReceipts).toBe(false)
    const socket = await host.socket('bob')
    await socket.ready()
    const added = await room.as('alice').post('/members', { userId: 'carol' })
    expect(added.body).toMatchObject({ lastReadSeq: 0, lastSeenAt: null })
    expect((await socket.next('member.added')).member).toMatchObject({ lastReadSeq: 0, lastSeenAt: null })
    await room.as('carol').delete('/members/me')
    expect((await socket.next('member.removed')).member).toMatchObject({ lastReadSeq: 0, lastSeenAt: null })
    await room.as('alice').patch('', { readReceipts: true })
    expect((await socket.next('room.updated')).room).toMatchObject({ readReceipts: true })
  })

  it('are settled for a private room when it is made, or by the host', async () => {
    const room = await givenRoom(host, 'alice', { type: 'private', readReceipts: false, userIds: ['bob'] })
    expect((await room.as('bob').get('')).body.readReceipts).toBe(false)
    expect((await room.as('alice').patch('', { readReceipts: true })).status).toBe(403)
    expect(await host.chat.system.rooms.update(room.id, { readReceipts: true })).toMatchObject({ readReceipts: true })
    const both = host.chat.system.rooms.update(room.id, { readReceipts: true, name: 'Us' })
    await expect(both).rejects.toMatchObject({ code: 'forbidden' })
    const { id, seq } = await room.say('alice', 'Hello')
    await read(room, 'bob', seq)
    expect(idsOf((await room.as('alice').get(`/messages/${id}/readers`)).body)).toEqual(['bob'])
  })
})

import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { startHost } from '../host.js'
import { holding, readsRoomStates } from '../realtime/holding.js'
import { type GivenRoom, givenChannel, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('mentions that somebody has not read on $name', (database) => {
  const host = shareHost(database)

  /** Every way to ask says the same. */
  async function mentionsOf(userId: string, room: GivenRoom): Promise<number> {
    const { me } = (await room.as(userId).get('')).body
    const standing = (await (await host.socket(userId)).next('welcome')).rooms[room.id]
    const { items } = (await host.as(userId).get('/rooms?limit=100')).body
    const inList = items.find(({ id }: { id: string }) => id === room.id)
    expect([standing.mentionCount ?? 0, inList.me.mentionCount]).toEqual([me.mentionCount, me.mentionCount])
    return me.mentionCount
  }
  const rowsOf = (room: GivenRoom) =>
    host.prisma.chatMention.findMany({ where: { roomId: room.id }, orderBy: [{ seq: 'asc' }, { userId: 'asc' }] })
  const read = (room: GivenRoom, userId: string, lastReadSeq: number) =>
    room.as(userId).patch('/members/me', { lastReadSeq })

  it('are counted for whom they mention, above the marker', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.say('alice', 'Nobody')
    await room.say('alice', { text: '@Bob', mentions: ['bob'] })
    await room.say('carol', { text: '@Bob @Alice', mentions: ['bob', 'alice'] })
    expect([await mentionsOf('alice', room), await mentionsOf('bob', room), await mentionsOf('carol', room)]).toEqual([
      1, 2, 0,
    ])
    await read(room, 'bob', 3)
    expect(await mentionsOf('bob', room)).toBe(1)
    await room.say('bob', 'Here')
    expect(await mentionsOf('bob', room)).toBe(0)
  })

  it('are counted of everyone for each, by one row', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const sent = await room.say('alice', { text: '@everyone, and you', mentions: ['bob'], mentionsEveryone: true })
    expect(sent).toMatchObject({ mentions: ['bob'], mentionsEveryone: true })
    expect([await mentionsOf('alice', room), await mentionsOf('bob', room), await mentionsOf('carol', room)]).toEqual([
      0, 1, 1,
    ])
    expect(await rowsOf(room)).toEqual([{ roomId: room.id, userId: '', seq: 2, authorId: 'alice' }])
    // Who comes later has nothing of before to read.
    await room.as('alice').post('/members', { userId: 'dave' })
    expect(await mentionsOf('dave', room)).toBe(0)
  })

  it('need canEditRoom where they mention everyone, however it is said', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const pair = await givenRoom(host, 'bob', { type: 'private', userIds: ['erin'] })
    const all = { text: 'Hey', mentionsEveryone: true }
    const socket = await host.socket('bob')
    await socket.ready()
    const refusal = { status: 403, code: 'forbidden', detail: 'needs the permission canEditRoom' }
    for (const given of [room, pair])
      expect((await given.as('bob').post('/messages', all)).body, given.id).toMatchObject(refusal)
    const command = await socket.command('message.send', { roomId: room.id, clientId: 'c', lenient: true, ...all })
    expect(command.problem).toMatchObject(refusal)
    const { messages } = host.chat
    await expect(messages.send('bob', room.id, all)).rejects.toMatchObject({ code: 'forbidden' })
    const inside = host.chat.transaction((_, chat) => chat.messages.send('bob', room.id, all))
    await expect(inside).rejects.toMatchObject({ code: 'forbidden' })
    const own = await room.say('bob', 'Mine')
    const edited = await room.as('bob').patch(`/messages/${own.id}`, { mentionsEveryone: true })
    expect(edited.body).toMatchObject(refusal)
    // What is not so need not be allowed.
    expect((await room.as('bob').post('/messages', { text: 'Hey', mentionsEveryone: false })).status).toBe(201)
    // A retry is answered, whatever its sender may do by now.
    const said = { ...all, clientId: 'twice' }
    await room.as('alice').patch('/members/bob', { permissions: { canEditRoom: true } })
    const first = await room.as('bob').post('/messages', said)
    await room.as('alice').patch('/members/bob', { permissions: { canEditRoom: false } })
    expect(await room.as('bob').post('/messages', said)).toMatchObject({ status: 200, body: { id: first.body.id } })
    expect((await room.as('bob').post('/messages', { ...said, mentionsEveryone: false })).status).toBe(409)
    // It stays in what one edits who could not say it anew.
    const kept = await room.as('bob').patch(`/messages/${first.body.id}`, { text: 'Hey!', mentionsEveryone: true })
    expect(kept).toMatchObject({ status: 200, body: { text: 'Hey!', mentionsEveryone: true } })
    await host.chat.system.messages.send(room.id, all)
    expect(await mentionsOf('alice', room)).toBe(2)
  })

  it('come and go as the message is edited, and go as it is deleted', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const { id } = await room.say('alice', { text: '@Bob', mentions: ['bob'] })
    const change = (changes: object) => room.as('alice').patch(`/messages/${id}`, changes)
    const both = async () => [await mentionsOf('bob', room), await mentionsOf('carol', room)]
    await change({ text: 'You there' })
    expect(await both()).toEqual([1, 0])
    await change({ mentions: ['carol'] })
    expect(await both()).toEqual([0, 1])
    await change({ mentionsEveryone: true })
    expect(await both()).toEqual([1, 1])
    await change({ mentions: [] })
    expect(await both()).toEqual([1, 1])
    await change({ mentionsEveryone: false, mentions: ['bob', 'carol'] })
    expect(await both()).toEqual([1, 1])
    await change({ mentions: [], text: 'Nobody' })
    expect(await both()).toEqual([0, 0])
    expect(await rowsOf(room)).toEqual([])
    await change({ mentions: ['bob'] })
    await room.as('alice').delete(`/messages/${id}`)
    expect(await both()).toEqual([0, 0])
    expect(await rowsOf(room)).toEqual([])
    const tombstone = (await room.as('bob').get(`/messages/${id}`)).body
    expect(tombstone).toMatchObject({ mentions: [], mentionsEveryone: false })
  })

  it('do not count where one blocks their author, until one does so no more', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.say('alice', { text: '@everyone', mentionsEveryone: true })
    await room.say('alice', { text: '@Bob', mentions: ['bob'] })
    await room.say('carol', { text: '@Bob', mentions: ['bob'] })
    await host.as('bob').put('/users/me/blocks/alice')
    expect(await mentionsOf('bob', room)).toBe(1)
    const welcome = await (await host.socket('bob')).next('welcome')
    expect(welcome.blockedIds).toEqual(['alice'])
    await room.say('alice', { text: '@Bob', mentions: ['bob'] })
    expect(await mentionsOf('bob', room)).toBe(1)
    // Whom bob blocks counts bob's mentions as before.
    await room.say('bob', { text: '@Alice', mentions: ['alice'] })
    expect(await mentionsOf('alice', room)).toBe(1)
    await host.as('bob').delete('/users/me/blocks/alice')
    expect(await (await host.socket('bob')).next('welcome')).not.toHaveProperty('blockedIds')
    await room.say('alice', { text: '@Bob', mentions: ['bob'] })
    expect(await mentionsOf('bob', room)).toBe(1)
  })

  it('are of the same moment as what they are told beside', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const gone = await room.say('alice', { text: '@Bob', mentions: ['bob'] })
    const client = holding(host.prisma)
    const other = await startHost(client)
    const standing = async (change = async (): Promise<unknown> => undefined) => {
      const counting = client.hold(readsRoomStates, { before: true })
      const socket = await other.socket('bob')
      await counting.reached
      await change()
      counting.release()
      return (await socket.next('welcome')).rooms[room.id]
    }
    const before = await standing()
    const { revision, lastMessageSeq } = before
    expect(before).toMatchObject({ unreadCount: 1, mentionCount: 1 })
    const said = { revision: revision + 1, lastMessageSeq: lastMessageSeq + 1, unreadCount: 2, mentionCount: 2 }
    expect(await standing(() => room.say('alice', { text: '@Bob', mentions: ['bob'] }))).toMatchObject(said)
    const deleted = { ...said, revision: revision + 2, unreadCount: 1, mentionCount: 1 }
    expect(await standing(() => room.as('alice').delete(`/messages/${gone.id}`))).toMatchObject(deleted)
    // Of a room that they are in no more there is nothing.
    expect(await standing(() => room.as('alice').delete('/members/bob'))).toBeUndefined()
    await other.close()
  })

  it('are counted up to a hundred', async () => {
    const room = await givenChannel(host, 'alice', 'bob')
    const mention = (n: number) => room.say('alice', { text: `${n} @Bob`, mentions: ['bob'] })
    await Promise.all(Array.from({ length: 99 }, (_, n) => mention(n)))
    expect(await mentionsOf('bob', room)).toBe(99)
    await room.say('alice', { text: '@everyone', mentionsEveryone: true })
    expect(await mentionsOf('bob', room)).toBe(100)
    for (let n = 0; n < 2; n += 1) await mention(n)
    expect(await mentionsOf('bob', room)).toBe(100)
    // Of one below the marker nobody asks again.
    await read(room, 'bob', 90)
    expect(await mentionsOf('bob', room)).toBe(13)
  })

  it('cost a row only where somebody is mentioned, and none once the room is gone', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.say('alice', 'Nobody')
    await room.say('alice', { text: 'Myself', mentions: ['alice'] })
    expect(await rowsOf(room)).toEqual([])
    const together = [1, 2, 3, 4, 5, 6].map((n) =>
      room.say('alice', n % 2 ? { text: `${n}`, mentions: ['bob', 'carol'] } : `${n}`),
    )
    await Promise.all(together)
    expect(await rowsOf(room)).toHaveLength(6)
    expect(await mentionsOf('bob', room)).toBe(3)
    const refused = await room.as('alice').post('/messages', { text: 'x', mentions: ['nobody'] })
    expect(refused.status).toBe(400)
    expect(await rowsOf(room)).toHaveLength(6)
    await room.as('alice').delete('')
    expect(await rowsOf(room)).toEqual([])
  })

  it('are what they were where a transaction of the host’s is rolled back', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const undone = host.chat.transaction(async (_, chat) => {
      await chat.messages.send('alice', room.id, { text: '@Bob', mentions: ['bob'] })
      expect((await chat.rooms.get('bob', room.id)).me?.mentionCount).toBe(1)
      throw new Error('No')
    })
    await expect(undone).rejects.toThrow('No')
    expect(await mentionsOf('bob', room)).toBe(0)
    await host.chat.system.messages.send(room.id, { text: '@Bob, your order was shipped', mentions: ['bob'] })
    expect(await mentionsOf('bob', room)).toBe(1)
  })

  it('are looked for among the newest thousand, where somebody blocks who mentions them', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.say('alice', { text: '@Bob', mentions: ['bob'] })
    await host.as('bob').put('/users/me/blocks/carol')
    const row = (n: number) => ({ roomId: room.id, userId: 'bob', seq: n + 3, authorId: 'carol' })
    await host.prisma.chatMention.createMany({ data: Array.from({ length: 999 }, (_, n) => row(n)) })
    expect(await mentionsOf('bob', room)).toBe(1)
    await host.prisma.chatMention.create({ data: row(999) })
    expect(await mentionsOf('bob', room)).toBe(0)
    await host.as('bob').delete('/users/me/blocks/carol')
    expect(await mentionsOf('bob', room)).toBe(100)
    // What is not looked at is not kept for good either.
    await host.chat.sweep()
    expect((await rowsOf(room)).map(({ seq }) => seq)).toEqual(Array.from({ length: 1000 }, (_, n) => n + 3))
  })

  it('go once they were read, of the room as of threads, and those that were not read stay', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const root = await room.say('alice', { text: '@Bob @Carol', mentions: ['bob', 'carol'] })
    await room.say('alice', { text: '@Bob again', mentions: ['bob'] })
    const reply = { threadId: root.id, mentions: ['bob', 'carol'] }
    await room.say('alice', { ...reply, text: '@Bob @Carol' })
    await room.say('alice', { ...reply, text: '@Bob @Carol again' })
    await read(room, 'bob', root.seq)
    const done = await room.as('bob').patch(`/messages/${root.id}/thread/me`, { lastReadSeq: 1 })
    expect(done.status, JSON.stringify(done.body)).toBe(200)
    // So many that they are gone through in several steps.
    const others = Array.from({ length: 250 }, (_, n) => ({ roomId: '0', userId: `${n}`, seq: 1, authorId: null }))
    await host.prisma.chatMention.createMany({ data: others })
    await host.chat.sweep()
    const rows = await host.prisma.chatMention.findMany({ where: { roomId: { in: [room.id, root.id] } } })
    const left = rows.map(({ roomId, userId, seq }) => `${roomId === root.id ? 'thread' : 'room'} ${userId} ${seq}`)
    expect(left.sort()).toEqual(
      ['room bob 3', 'room carol 2', 'thread bob 2', 'thread carol 1', 'thread carol 2'].sort(),
    )
    expect(await host.chat.sweep()).toMatchObject({ mentions: 0 })
    await host.prisma.chatMention.deleteMany({ where: { roomId: '0' } })
  })
})

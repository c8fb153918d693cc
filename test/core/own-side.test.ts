import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('how somebody keeps a room for themselves on $name', (database) => {
  let now = Date.parse('2030-01-01T12:00:00.000Z')
  const host = shareHost(database, { clock: () => new Date(now) })
  const inHours = (hours: number) => new Date(now + hours * 3_600_000).toISOString()

  const meIn = async (room: GivenRoom, userId = 'bob') => (await room.as(userId).get('')).body.me
  const set = (room: GivenRoom, changes: object, userId = 'bob') => room.as(userId).patch('/members/me', changes)

  it('begins plain', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const plain = { muted: false, mutedUntil: null, notify: 'all', isPinned: false, isArchived: false }
    expect(await meIn(room)).toMatchObject({ ...plain, isMarkedUnread: false, mentionCount: 0 })
  })

  it('mutes it until a time, which ends by itself', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.say('alice', 'Hello')
    const mutedUntil = inHours(1)
    expect((await set(room, { mutedUntil })).status).toBe(200)
    expect(await meIn(room)).toMatchObject({ muted: true, mutedUntil })
    const socket = await host.socket('bob')
    expect((await socket.next('welcome')).rooms[room.id]).toMatchObject({ muted: true, mutedUntil })
    const quiet = (await host.chat.system.unread('bob')).rooms.find(({ roomId }) => roomId === room.id)
    expect(quiet).toMatchObject({ muted: true, unreadCount: 1 })
    expect(await host.chat.system.members.get(room.id, 'bob')).toMatchObject({ muted: true, mutedUntil })
    now += 3_600_000
    expect(await meIn(room)).toMatchObject({ muted: false, mutedUntil: null })
    const again = await host.socket('bob')
    const standing = (await again.next('welcome')).rooms[room.id]
    expect(standing).toMatchObject({ muted: false })
    expect(standing).not.toHaveProperty('mutedUntil')
    expect(await host.chat.system.members.get(room.id, 'bob')).toMatchObject({ muted: false, mutedUntil: null })
  })

  it.each<[what: string, first: object, then: (until: string) => object, muted: boolean, ends: boolean]>([
    ['for good', {}, () => ({ muted: true }), true, false],
    ['for good, said twice', {}, () => ({ muted: true, mutedUntil: null }), true, false],
    ['until a time', {}, (mutedUntil) => ({ muted: true, mutedUntil }), true, true],
    [
      'for good in place of until a time',
      { mutedUntil: '2031-01-01T00:00:00.000Z' },
      () => ({ muted: true }),
      true,
      false,
    ],
    ['until a time in place of for good', { muted: true }, (mutedUntil) => ({ mutedUntil }), true, true],
    ['not any more', { mutedUntil: '2031-01-01T00:00:00.000Z' }, () => ({ muted: false }), false, false],
    [
      'without the end that it had',
      { mutedUntil: '2031-01-01T00:00:00.000Z' },
      () => ({ mutedUntil: null }),
      false,
      false,
    ],
    ['for good, of which there is no end to take away', { muted: true }, () => ({ mutedUntil: null }), true, false],
    ['not, of which there is no end to take away', {}, () => ({ mutedUntil: null }), false, false],
    ['as before, where something else is set', { muted: true }, () => ({ isPinned: true }), true, false],
  ])('is muted %s', async (_, first, then, muted, ends) => {
    const room = await givenGroup(host, 'alice', 'bob')
    const until = inHours(2)
    if (Object.keys(first).length > 0) await set(room, first)
    expect((await set(room, then(until))).status).toBe(200)
    expect(await meIn(room)).toMatchObject({ muted, mutedUntil: ends ? until : null })
  })

  it.each<[what: string, (until: (hours: number) => string) => object, pointer: string]>([
    ['a time that has passed', (until) => ({ mutedUntil: until(0) }), '/mutedUntil'],
    ['what contradicts itself', (until) => ({ muted: false, mutedUntil: until(1) }), '/mutedUntil'],
    ['a word for what to tell that is none', () => ({ notify: 'some' }), '/notify'],
  ])('is not %s', async (_, changes, pointer) => {
    const room = await givenGroup(host, 'alice', 'bob')
    const answer = await set(room, { isPinned: true, ...changes(inHours) })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    expect(await meIn(room)).toMatchObject({ isPinned: false })
  })

  it('is what each of two devices made it that change it at once', async () => {
    for (let n = 0; n < 8; n += 1) {
      const room = await givenGroup(host, 'alice', 'bob')
      const answers = await Promise.all([
        set(room, { isArchived: true }),
        set(room, { isPinned: true }),
        set(room, { muted: true }),
        set(room, { notify: 'mentions' }),
        set(room, { mutedUntil: null }),
      ])
      expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
      const all = { muted: true, isArchived: true, isPinned: true, notify: 'mentions' }
      expect(await meIn(room), `time ${n}`).toMatchObject(all)
    }
  })

  it('is nobody else’s to set or to see', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const all = {
      muted: true,
      mutedUntil: inHours(1),
      notify: 'none',
      isPinned: true,
      isArchived: true,
      isMarkedUnread: true,
    }
    for (const [name, value] of Object.entries(all)) {
      const answer = await room.as('alice').patch('/members/bob', { [name]: value })
      expect(answer, name).toMatchObject({ status: 400, body: { errors: [{ pointer: `/${name}` }] } })
    }
    await set(room, all)
    const { body } = await room.as('alice').get('/members/bob')
    for (const name of Object.keys(all)) expect(body).not.toHaveProperty(name)
  })

  it('is told to the own devices, and to nobody else', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [phone, other] = [await host.socket('bob'), await host.socket('alice')]
    await Promise.all([phone.ready(), other.ready()])
    await set(room, { notify: 'mentions', isPinned: true })
    const told = await phone.next('me.updated')
    expect(told).toMatchObject({ roomId: room.id, me: { notify: 'mentions', isPinned: true, muted: false } })
    expect(told.me).toEqual(await meIn(room))
    await other.settled()
    expect(other.frames.filter(({ type }) => type === 'me.updated')).toEqual([])
    const again = await host.socket('bob')
    const standing = (await again.next('welcome')).rooms[room.id]
    expect(standing).toMatchObject({ notify: 'mentions', isPinned: true })
    // What is as it is for most rooms is left out.
    expect(Object.keys(standing).sort()).toEqual(
      ['isPinned', 'lastMessageSeq', 'lastReadSeq', 'muted', 'notify', 'revision', 'unreadCount'].sort(),
    )
  })

  it('marks it as unread until it is read, whatever there is to read', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const other = await givenGroup(host, 'alice', 'bob')
    const [phone, alice] = [await host.socket('bob'), await host.socket('alice')]
    await Promise.all([phone.ready(), alice.ready()])
    const read: Record<string, (room: GivenRoom) => Promise<unknown>> = {
      PATCH: ({ as }) => as('bob').patch('/members/me', { lastReadSeq: 1 }),
      'POST /rooms/read': ({ id }) => host.as('bob').post('/rooms/read', { rooms: [{ roomId: id, seq: 1 }] }),
      'the command': ({ id }) => phone.command('read', { roomId: id, seq: 1 }),
      'read.many': ({ id }) => phone.command('read.many', { rooms: [{ roomId: id, seq: 1 }] }),
      'the host': ({ id }) => host.chat.members.markRead('bob', id, 1),
      'the host, of many': ({ id }) => host.chat.members.markManyRead('bob', [{ roomId: id, seq: 1 }]),
      writing: (given) => given.say('bob', 'Here I am'),
    }
    await set(other, { isMarkedUnread: true })
    for (const [how, readIn] of Object.entries(read)) {
      await set(room, { isMarkedUnread: true })
      expect(await meIn(room), how).toMatchObject({ isMarkedUnread: true })
      await readIn(room)
      expect(await meIn(room), how).toMatchObject({ isMarkedUnread: false })
    }
    expect(await meIn(other)).toMatchObject({ isMarkedUnread: true, lastSeenAt: null })
    await phone.settled()
    const told = phone.frames.filter(({ type, roomId }) => type === 'me.updated' && roomId === room.id)
    // Writing tells of itself.
    expect(told.map(({ me }) => me.isMarkedUnread)).toEqual([...Array(6).fill([true, false]).flat(), true])
    // To others nothing happened: no marker moved, and whoever was brought in and has read nothing yet is still no reader.
    await set(other, { lastReadSeq: 0 })
    expect(await meIn(other)).toMatchObject({ isMarkedUnread: false })
    expect((await other.as('alice').get('/members/bob')).body).toMatchObject({ lastSeenAt: null })
    await alice.settled()
    expect(alice.frames.filter(({ type }) => type === 'read')).toEqual([])
  })

  it('marks it as unread in the same breath in which it is read', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.say('alice', 'Hello')
    await set(room, { lastReadSeq: 2, isMarkedUnread: true })
    expect(await meIn(room)).toMatchObject({ lastReadSeq: 2, unreadCount: 0, isMarkedUnread: true })
  })

  it('keeps who leaves and comes back as quiet as they were, and nothing else', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const mutedUntil = inHours(3)
    await set(room, { mutedUntil, notify: 'mentions', isPinned: true, isArchived: true, isMarkedUnread: true })
    await room.as('bob').delete('/members/me')
    await room.as('alice').post('/members', { userId: 'bob' })
    const quiet = { muted: true, mutedUntil, notify: 'mentions' }
    expect(await meIn(room)).toMatchObject({ ...quiet, isPinned: false, isArchived: false, isMarkedUnread: false })
  })

  it('is set by the host’s own code as well, in its transaction', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const undone = host.chat.transaction(async (_, chat) => {
      await chat.members.update('bob', room.id, 'bob', { isPinned: true, notify: 'none' })
      expect((await chat.rooms.get('bob', room.id)).me).toMatchObject({ isPinned: true, notify: 'none' })
      throw new Error('No')
    })
    await expect(undone).rejects.toThrow('No')
    expect(await meIn(room)).toMatchObject({ isPinned: false, notify: 'all' })
    await host.chat.transaction((_, chat) => chat.members.update('bob', room.id, 'bob', { isPinned: true }))
    expect(await meIn(room)).toMatchObject({ isPinned: true })
  })

  it('decides what of it counts in the total', async () => {
    const { system } = host.chat
    const before = (await system.unread('carol')).messages
    const room = await givenGroup(host, 'alice', 'carol')
    await room.say('alice', 'One')
    await room.say('alice', { text: '@Carol two', mentions: ['carol'] })
    const total = async (changes: object) => {
      await set(room, changes, 'carol')
      return (await system.unread('carol')).messages - before
    }
    expect(await total({ notify: 'all' })).toBe(2)
    expect(await total({ notify: 'mentions' })).toBe(1)
    expect(await total({ notify: 'none' })).toBe(0)
    expect(await total({ notify: 'all', muted: true })).toBe(0)
    expect(await total({ muted: false, isArchived: true })).toBe(0)
    expect(await total({ isArchived: false })).toBe(2)
    const { rooms } = await system.unread('carol')
    expect(rooms.find(({ roomId }) => roomId === room.id)).toEqual({
      ...{ roomId: room.id, unreadCount: 2, mentionCount: 1, lastReadSeq: 1, lastMessageSeq: 3 },
      ...{ muted: false, notify: 'all', isArchived: false, isMarkedUnread: false },
    })
    await set(room, { lastReadSeq: 3, isMarkedUnread: true }, 'carol')
    const marked = (await system.unread('carol')).rooms.find(({ roomId }) => roomId === room.id)
    expect(marked).toMatchObject({ unreadCount: 0, isMarkedUnread: true })
  })
})

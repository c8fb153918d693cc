import type { Me, Message, Room } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { messageOf, roomOf, userOf } from './state/room-model.js'
import { givenWire, pass } from './wire.js'

const day = 86_400_000
const base = roomOf('room').me as Me
const mine = (id: string, me: Partial<Me> = {}, facts: Partial<Room> = {}): Room =>
  roomOf(id, { lastMessageSeq: 3, revision: 3, me: { ...base, ...me }, ...facts })

async function given(...rooms: Room[]) {
  const wire = givenWire(...rooms)
  const client = wire.client()
  client.connect()
  await pass(50)
  const me = (id = 'room') => client.room(id).getSnapshot().room?.me
  const listed = () => client.rooms.getSnapshot().items.map(({ id }) => id)
  const away = () => client.rooms.archived.getSnapshot().items.map(({ id }) => id)
  const revisions = new Map(rooms.map(({ id, revision }) => [id, revision]))
  /** Something happens to a message of a room, live. */
  const tell = (id: string, type: string, seq: number, facts: Partial<Message> = {}) => {
    const revision = (revisions.get(id) ?? 0) + 1
    revisions.set(id, revision)
    const room = wire.rooms.get(id)
    if (room) wire.rooms.set(id, { ...room, revision, lastMessageSeq: Math.max(seq, room.lastMessageSeq) })
    wire.socket.tell({ type, roomId: id, revision, message: messageOf(id, seq, { revision, ...facts }) })
  }
  /** What the server says of my side of a room. */
  const tellMe = (id: string, changes: Partial<Me>, lastMessageSeq = wire.rooms.get(id)?.lastMessageSeq ?? 0) => {
    const room = wire.rooms.get(id) as Room
    const next = { ...(room.me as Me), ...changes }
    wire.rooms.set(id, { ...room, me: next })
    wire.socket.tell({ type: 'me.updated', roomId: id, me: next, revision: revisions.get(id) ?? 0, lastMessageSeq })
  }
  /** One that is put away is read once somebody looks at it. */
  const look = async () => {
    client.room('room')
    await pass(50)
  }
  return { wire, client, me, listed, away, tell, tellMe, look }
}

const at = (minute: number) => ({ createdAt: `2026-11-26T12:0${minute}:00.000Z` })
const byAlice = { user: userOf('alice') }

describe('my rooms', () => {
  it('stand with those first that I have pinned, and without those that I have put away', async () => {
    const { listed, away, client, tellMe } = await given(
      mine('old', { isPinned: true }, at(1)),
      mine('new', {}, at(4)),
      mine('away', { isArchived: true }, at(5)),
      mine('pinned', { isPinned: true }, at(2)),
      mine('mid', {}, at(3)),
    )
    expect(listed()).toEqual(['pinned', 'old', 'new', 'mid'])
    expect([away(), client.rooms.archived.getSnapshot().status]).toEqual([[], 'idle'])
    tellMe('mid', { isPinned: true })
    tellMe('old', { isPinned: false })
    expect(listed()).toEqual(['mid', 'pinned', 'new', 'old'])
    tellMe('pinned', { isArchived: true })
    expect(listed()).toEqual(['mid', 'new', 'old'])
    expect(away()).toEqual(['pinned'])
  })

  it('are asked for that I have put away once somebody wants to see them, page by page', async () => {
    const { wire, client, away } = await given(mine('room'), mine('away', { isArchived: true }))
    const { archived } = client.rooms
    expect(wire.log.filter((what) => what.includes('archived'))).toEqual([])
    wire.hold(/archived/)
    const loading = archived.load()
    await pass()
    expect(archived.getSnapshot()).toMatchObject({ status: 'loading', items: [] })
    expect(wire.held.at(-1)?.what).toBe('GET /rooms?archived=true&limit=100')
    wire.held.at(-1)?.answer(200, { items: [wire.rooms.get('away')], nextCursor: 'next' })
    await loading
    expect(archived.getSnapshot()).toMatchObject({ status: 'ready', hasMore: true })
    expect(away()).toEqual(['away'])
    const more = archived.loadMore()
    await pass()
    expect(wire.held.at(-1)?.what).toBe('GET /rooms?archived=true&limit=100&cursor=next')
    wire.held.at(-1)?.answer(200, { items: [mine('older', { isArchived: true })], nextCursor: null })
    await more
    expect(archived.getSnapshot()).toMatchObject({ status: 'ready', hasMore: false })
    expect(away()).toHaveLength(2)
    const { length } = wire.log
    await archived.load()
    await archived.loadMore()
    expect(wire.log).toHaveLength(length)
  })

  it('come into the list that they belong to, though no page of it has brought them', async () => {
    const { wire, client, listed, away, tellMe, tell } = await given(mine('room'))
    wire.rooms.set('far', mine('far'))
    wire.rooms.set('hidden', mine('hidden', { isArchived: true }))
    // Both are known from the welcome alone.
    wire.hold(/GET .rooms/)
    wire.socket.end(1006)
    await pass(5_000)
    expect(listed()).toEqual(['room'])
    wire.hold()
    await pass(50)
    expect(listed()).toContain('far')
    // Nobody has asked for what was put away.
    expect([away(), wire.log.filter((what) => what.endsWith('/rooms/hidden'))]).toEqual([[], []])
    await client.rooms.archived.load()
    expect(away()).toEqual(['hidden'])
    tell('hidden', 'message.created', 4)
    expect([listed().includes('hidden'), away()]).toEqual([true, []])
    tellMe('far', { isArchived: true })
    expect(away()).toEqual(['far'])
  })
})

describe('a room that I have put away', () => {
  it('comes back when somebody else writes, and not by what the system says or I do', async () => {
    const { me, tell, look } = await given(mine('room', { isArchived: true }))
    await look()
    tell('room', 'message.created', 4, { kind: 'system', user: null })
    tell('room', 'message.created', 5, byAlice)
    tell('room', 'message.updated', 2, { text: 'Changed' })
    tell('room', 'message.deleted', 3, { deletedAt: 'now' })
    expect(me()?.isArchived).toBe(true)
    tell('room', 'message.created', 6)
    expect(me()?.isArchived).toBe(false)
  })

  it('stays away where it is muted, and comes back when that ends', async () => {
    const until = new Date(Date.now() + 60_000).toISOString()
    const { wire, me, tell, look } = await given(mine('room', { isArchived: true, muted: true, mutedUntil: until }))
    await look()
    tell('room', 'message.created', 4)
    expect(me()).toMatchObject({ isArchived: true, muted: true })
    await pass(61_000)
    expect(me()).toMatchObject({ isArchived: false, muted: false, mutedUntil: null })
    // Somebody may have written before this client came.
    expect(wire.log).toContain('GET /rooms/room')
  })

  it('is away whenever I am told so at a later message, in whatever order both are heard', async () => {
    const { me, tell, tellMe, look } = await given(mine('room', { isArchived: true }))
    await look()
    tell('room', 'message.created', 4)
    expect(me()?.isArchived).toBe(false)
    tellMe('room', { isArchived: true }, 4)
    expect(me()?.isArchived).toBe(true)
    // Told before the message that it already knows of.
    tellMe('room', { isArchived: true }, 5)
    tell('room', 'message.created', 5)
    expect(me()?.isArchived).toBe(true)
    tell('room', 'message.created', 6)
    expect(me()?.isArchived).toBe(false)
    // Being muted does not put it away.
    tellMe('room', { isArchived: false, muted: true }, 6)
    tell('room', 'message.created', 7)
    expect(me()?.isArchived).toBe(false)
  })
})

describe('a room that is muted until a time', () => {
  it('is not muted any more when it has come, and counts again', async () => {
    const until = new Date(Date.now() + 60_000).toISOString()
    const { client, me, tellMe } = await given(mine('room', { muted: true, mutedUntil: until, unreadCount: 2 }))
    expect(client.unread.getSnapshot().messages).toBe(0)
    await pass(59_000)
    expect(me()).toMatchObject({ muted: true, mutedUntil: until })
    await pass(1_100)
    expect(me()).toMatchObject({ muted: false, mutedUntil: null })
    expect(client.unread.getSnapshot().messages).toBe(2)
    // Longer than a timer can wait, and told anew.
    tellMe('room', { muted: true, mutedUntil: new Date(Date.now() + 40 * day).toISOString() })
    await pass(1_000)
    expect(me()?.muted).toBe(true)
    tellMe('room', { muted: true, mutedUntil: new Date(Date.now() + 60_000).toISOString() })
    await pass(61_000)
    expect(me()?.muted).toBe(false)
  })
})

describe('how I keep a room', () => {
  it('is sent as it was asked for, and shown once the server has it', async () => {
    const { wire, client, me } = await given(mine('room'))
    const room = client.room('room')
    wire.hold(/PATCH/)
    const until = new Date(Date.now() + day)
    const asked: [() => Promise<void>, body: object, shown: object][] = [
      [() => room.mute(until), { mutedUntil: until.toISOString() }, { muted: true, mutedUntil: until.toISOString() }],
      [() => room.mute(true), { muted: true }, { muted: true, mutedUntil: null }],
      [() => room.mute(false), { muted: false }, { muted: false, mutedUntil: null }],
      [() => room.updateMe({ notify: 'none' }), { notify: 'none' }, { notify: 'none', isPinned: false }],
      [() => room.updateMe({ isPinned: true }), { isPinned: true }, { isPinned: true, notify: 'none' }],
      [() => room.updateMe({ isMarkedUnread: true }), { isMarkedUnread: true }, { isMarkedUnread: true }],
      [() => room.updateMe({ isArchived: true }), { isArchived: true }, { isArchived: true }],
    ]
    for (const [act, body, shown] of asked) {
      const before = me()
      const done = act()
      await pass()
      expect(wire.held.at(-1)).toMatchObject({ what: 'PATCH /rooms/room/members/me', body })
      expect(me()).toEqual(before)
      wire.held.at(-1)?.answer(200, {})
      await done
      expect(me()).toMatchObject(shown)
    }
  })

  it('is as the socket has told it meanwhile', async () => {
    const { wire, client, me, tellMe } = await given(mine('room'))
    wire.hold(/PATCH/)
    const done = client.room('room').updateMe({ isPinned: true })
    await pass()
    // Pinned by this, and then unpinned by another device.
    tellMe('room', { isPinned: true })
    tellMe('room', { isPinned: false })
    wire.held.at(-1)?.answer(200, {})
    await done
    expect(me()?.isPinned).toBe(false)
  })

  it('is unread by my mark until I read or write, on any device', async () => {
    const { wire, client, me, tell, tellMe } = await given(mine('room', { isMarkedUnread: true, lastReadSeq: 3 }))
    client.room('room').markRead()
    expect(me()?.isMarkedUnread).toBe(false)
    await pass(150)
    expect(wire.said('read.many').at(-1)?.rooms).toEqual([{ roomId: 'room', seq: 3 }])
    // Without a mark there is nothing to tell.
    client.room('room').markRead()
    await pass(150)
    expect(wire.said('read.many')).toHaveLength(1)
    tellMe('room', { isMarkedUnread: true })
    tell('room', 'message.created', 4)
    expect(me()?.isMarkedUnread).toBe(true)
    tell('room', 'message.created', 5, byAlice)
    expect(me()?.isMarkedUnread).toBe(false)
    // Marked after the message of which is heard only now.
    tellMe('room', { isMarkedUnread: true }, 6)
    tell('room', 'message.created', 6, byAlice)
    expect(me()?.isMarkedUnread).toBe(true)
  })
})

describe('what mentions me', () => {
  const mention = { mentions: ['alice'] }

  it('is counted as it comes, by whom I do not block', async () => {
    const { client, tell, wire } = await given(mine('room'))
    const mentions = () => client.room('room').mentions.getSnapshot()
    tell('room', 'message.created', 4, mention)
    tell('room', 'message.created', 5)
    tell('room', 'message.created', 6, { mentionsEveryone: true })
    tell('room', 'message.created', 7, { ...byAlice, ...mention })
    expect(mentions()).toBe(0)
    tell('room', 'message.created', 8, mention)
    expect(mentions()).toBe(1)
    wire.socket.tell({ type: 'block.changed', userId: 'bob', isBlocked: true })
    tell('room', 'message.created', 9, mention)
    expect(mentions()).toBe(1)
    wire.socket.tell({ type: 'block.changed', userId: 'bob', isBlocked: false })
    tell('room', 'message.created', 10, mention)
    expect(mentions()).toBe(2)
  })

  it('is asked for where it is not known what a changed message said before', async () => {
    const { wire, client, tell } = await given(mine('room', { unreadCount: 3, mentionCount: 2 }))
    const asked = () => wire.log.filter((what) => what === 'GET /rooms/room').length
    const before = asked()
    wire.hold(/GET .rooms.room$/)
    tell('room', 'message.deleted', 3, { deletedAt: 'now' })
    await pass()
    expect(asked()).toBe(before + 1)
    const room = wire.rooms.get('room') as Room
    wire.held.at(-1)?.answer(200, { ...room, me: { ...(room.me as Me), unreadCount: 2, mentionCount: 1 } })
    await pass()
    expect(client.room('room').mentions.getSnapshot()).toBe(1)
    expect(asked()).toBe(before + 1)
  })

  it('is asked for again where the answer was overtaken', async () => {
    const { wire, client, tell } = await given(mine('room', { unreadCount: 3, mentionCount: 2 }))
    wire.hold(/GET .rooms.room$/)
    tell('room', 'message.deleted', 3, { deletedAt: 'now' })
    await pass()
    const old = wire.rooms.get('room') as Room
    tell('room', 'message.created', 4)
    wire.held.at(-1)?.answer(200, { ...old, me: { ...(old.me as Me), unreadCount: 2, mentionCount: 1 } })
    await pass()
    expect(wire.held).toHaveLength(2)
    const room = wire.rooms.get('room') as Room
    wire.held.at(-1)?.answer(200, { ...room, me: { ...(room.me as Me), unreadCount: 3, mentionCount: 1 } })
    await pass()
    expect([client.room('room').unread.getSnapshot(), client.room('room').mentions.getSnapshot()]).toEqual([3, 1])
  })

  it('is read anew in the rooms where it counts when I block somebody, or do so no more', async () => {
    const { wire } = await given(
      mine('mentioned', { unreadCount: 2, mentionCount: 1 }),
      mine('unread', { unreadCount: 1 }),
      mine('read'),
    )
    const readOf = () => wire.log.filter((what) => /^GET .rooms.(mentioned|unread|read)$/.test(what))
    const before = readOf().length
    wire.socket.tell({ type: 'block.changed', userId: 'bob', isBlocked: true })
    await pass()
    expect(readOf().slice(before)).toEqual(['GET /rooms/mentioned'])
    wire.socket.tell({ type: 'block.changed', userId: 'bob', isBlocked: false })
    await pass()
    expect(
      readOf()
        .slice(before + 1)
        .sort(),
    ).toEqual(['GET /rooms/mentioned', 'GET /rooms/unread'])
  })
})

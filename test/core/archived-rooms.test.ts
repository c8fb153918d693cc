import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('rooms that somebody put away, or pinned, on $name', (database) => {
  let now = Date.parse('2030-01-01T12:00:00.000Z')
  const host = shareHost(database, { clock: () => new Date(now) })

  const set = (room: GivenRoom, changes: object, userId = 'bob') => room.as(userId).patch('/members/me', changes)
  const listed = async (query: string, userId = 'bob'): Promise<string[]> =>
    (await host.as(userId).get(`/rooms?limit=100${query}`)).body.items.map(({ id }: { id: string }) => id)

  /** Where bob finds a room; every way to ask says the same. */
  async function isArchived(room: GivenRoom, userId = 'bob'): Promise<boolean> {
    const { me } = (await room.as(userId).get('')).body
    const [plain, archived] = [await listed('', userId), await listed('&archived=true', userId)]
    expect([plain.includes(room.id), archived.includes(room.id)]).toEqual([!me.isArchived, me.isArchived])
    const standing = (await (await host.socket(userId)).next('welcome')).rooms[room.id]
    expect(standing.isArchived ?? false).toBe(me.isArchived)
    const { body } = await host.as(userId).post('/rooms/read', { rooms: [{ roomId: room.id, seq: 0 }] })
    expect(body.rooms[room.id].isArchived).toBe(me.isArchived)
    return me.isArchived
  }

  it('come back when somebody else writes, and only then', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.say('alice', 'Before')
    await set(room, { isArchived: true })
    expect(await isArchived(room)).toBe(true)
    // What the system says is nobody's word, and one's own word is not another's.
    await room.as('alice').patch('', { name: 'Another name' })
    await host.chat.system.messages.send(room.id, { text: 'Order 17 was shipped' })
    await room.say('bob', 'To myself')
    await room.as('bob').patch('/members/me', { lastReadSeq: 5 })
    expect(await isArchived(room)).toBe(true)
    const said = await room.say('alice', 'After')
    expect(await isArchived(room)).toBe(false)
    const ofShop = await givenGroup(host, 'alice', 'bob')
    await set(ofShop, { isArchived: true })
    await host.chat.system.messages.send(ofShop.id, { text: 'It was shipped', as: { name: 'Shop' } })
    expect(await isArchived(ofShop)).toBe(false)
    // It does not go away again: neither by being read, nor where what brought it back is deleted.
    await room.say('bob', 'I see')
    expect(await isArchived(room)).toBe(false)
    await room.as('alice').delete(`/messages/${said.id}`)
    expect(await isArchived(room)).toBe(false)
    await set(room, { isArchived: true })
    expect(await isArchived(room)).toBe(true)
    await set(room, { isArchived: false })
    expect(await isArchived(room)).toBe(false)
  })

  it('stay away where they are muted, until that ends', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await set(room, { isArchived: true, mutedUntil: new Date(now + 60_000).toISOString() })
    await room.say('alice', 'Hello')
    expect(await isArchived(room)).toBe(true)
    now += 60_000
    expect(await isArchived(room)).toBe(false)
    // It has come back, and being muted does not put it away.
    await set(room, { muted: true })
    expect(await isArchived(room)).toBe(false)
    await set(room, { isArchived: true })
    await room.say('alice', 'Hello?')
    expect(await isArchived(room)).toBe(true)
    await set(room, { muted: false })
    expect(await isArchived(room)).toBe(false)
  })

  it('stay away for good where nobody but their own user writes, and nothing grows with that', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await set(room, { isArchived: true })
    const seqOf = async () => {
      const where = { roomId_userId: { roomId: room.id, userId: 'bob' } }
      return (await host.prisma.chatRoomUser.findUniqueOrThrow({ where })).archivedAtSeq
    }
    const phone = await host.socket('bob')
    await phone.ready()
    await room.say('bob', 'Two')
    await phone.command('message.send', { roomId: room.id, text: 'Three', clientId: 'three' })
    await host.chat.transaction((_, chat) => chat.messages.send('bob', room.id, { text: 'Four' }))
    // What was gone through is not gone through again.
    expect(await seqOf()).toBe(4)
    expect(await isArchived(room)).toBe(true)
    await room.say('alice', 'Five')
    expect(await seqOf()).toBe(4)
    // Muted, it stays away, and what stands before the first word of others is gone through no more.
    await set(room, { muted: true, isArchived: true })
    await room.say('alice', 'Six')
    await room.say('bob', 'Seven')
    expect([await seqOf(), await isArchived(room)]).toEqual([5, true])
    await set(room, { muted: false, isArchived: true })
    await room.say('alice', 'Eight')
    // It has come back, and then nothing is looked for any more.
    await room.say('bob', 'Nine')
    expect([await seqOf(), await isArchived(room)]).toEqual([null, false])
  })

  it('are looked through once, however much the system says in them', async () => {
    const rooms = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')] as const
    const [quiet, muted] = rooms
    await set(quiet, { isArchived: true })
    await set(muted, { isArchived: true, muted: true })
    for (const { id } of rooms) {
      for (let n = 0; n < 120; n += 1) await host.chat.system.messages.send(id, { text: `Order ${n} was shipped` })
    }
    await muted.say('alice', 'Hello')
    const archivedAt = async ({ id: roomId }: GivenRoom) => {
      const where = { roomId_userId: { roomId, userId: 'bob' } }
      return (await host.prisma.chatRoomUser.findUniqueOrThrow({ where })).archivedAtSeq
    }
    for (let n = 0; n < 2; n += 1) {
      expect([await isArchived(quiet), await isArchived(muted)]).toEqual([true, true])
      expect([await archivedAt(quiet), await archivedAt(muted)]).toEqual([121, 121])
    }
    await set(muted, { muted: false })
    expect(await isArchived(muted)).toBe(false)
    await quiet.say('alice', 'Hello')
    expect(await isArchived(quiet)).toBe(false)
    await host.socket('bob').then((socket) => socket.next('welcome'))
    expect([await archivedAt(quiet), await archivedAt(muted)]).toEqual([null, null])
  })

  it('are put away by each for themselves', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await set(room, { isArchived: true })
    expect([await isArchived(room, 'alice'), await isArchived(room, 'carol')]).toEqual([false, false])
    await set(room, { isArchived: true }, 'carol')
    // Of the others one has written, and of oneself nobody.
    await room.say('carol', 'Anybody here?')
    expect([await isArchived(room), await isArchived(room, 'carol')]).toEqual([false, true])
  })

  it('come back also where many write at once', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    for (const userId of ['bob', 'carol']) await set(room, { isArchived: true }, userId)
    const who = ['bob', 'carol', 'bob', 'carol', 'bob', 'carol']
    await Promise.all(who.map((userId, n) => room.say(userId, `No. ${n}`)))
    expect([await isArchived(room), await isArchived(room, 'carol')]).toEqual([false, false])
  })

  it('stand above the others where they are pinned, page after page', async () => {
    const rooms: GivenRoom[] = []
    for (let n = 0; n < 7; n += 1) {
      now += 1_000
      rooms.push(await givenGroup(host, 'erin', 'dave'))
    }
    const [a, b, c, d, e, f, g] = rooms.map(({ id }) => id)
    const at = (n: number) => rooms[n] as GivenRoom
    for (const n of [1, 4, 5]) await set(at(n), { isPinned: true }, 'dave')
    await set(at(5), { isArchived: true }, 'dave')
    expect(await listed('', 'dave')).toEqual([e, b, g, d, c, a])
    expect(await listed('&pinned=true', 'dave')).toEqual([e, b])
    expect(await listed('&pinned=false', 'dave')).toEqual([g, d, c, a])
    expect(await listed('&archived=true', 'dave')).toEqual([f])
    expect(await listed('&archived=true&pinned=false', 'dave')).toEqual([])
    expect(await listed('&archived=false&type=group', 'dave')).toEqual([e, b, g, d, c, a])
    expect(await listed('', 'erin')).toEqual([g, f, e, d, c, b, a])
    for (const limit of [1, 2, 3]) {
      const seen: string[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await host.chat.rooms.list('dave', { limit, ...(cursor ? { cursor } : {}) })
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.nextCursor
      }
      expect(seen, `in pages of ${limit}`).toEqual([e, b, g, d, c, a])
    }
    expect((await host.chat.rooms.list('dave', { pinned: true, archived: true })).items.map(({ id }) => id)).toEqual([
      f,
    ])
    const inside = await host.chat.transaction((_, chat) => chat.rooms.list('dave', { pinned: true }))
    expect(inside.items.map(({ id }) => id)).toEqual([e, b])
  })

  it('are no requests', async () => {
    for (const [query, pointer] of [
      ['pinned=true', 'pinned'],
      ['archived=false', 'archived'],
    ]) {
      const answer = await host.as('bob').get(`/rooms?requests=true&${query}`)
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    }
  })
})

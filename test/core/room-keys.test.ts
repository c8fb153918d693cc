import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { startHost } from '../host.js'
import { shareHost } from './shared-host.js'

const of = (key: string) => ({ key, type: 'group' as const, name: 'An order' })

describe.each(databases)('a room with a key on $name', (database) => {
  const host = shareHost(database)
  const system = () => host.chat.system.rooms

  it('is made once, and found ever after, as it is', async () => {
    const asked = { ...of('order:1'), userIds: ['alice', 'bob'], data: { number: 1 } }
    const { room, created } = await system().ensure(asked)
    expect({ created, ...room }).toMatchObject({ created: true, key: 'order:1', data: { number: 1 }, memberCount: 2 })
    await host.chat.rooms.update('alice', room.id, { name: 'Renamed' })
    const again = await system().ensure({ ...asked, name: 'Another', userIds: ['carol'], data: {} })
    expect(again).toMatchObject({ created: false, room: { id: room.id, name: 'Renamed', data: { number: 1 } } })
    expect(await system().find({ key: 'order:1' })).toEqual(again.room)
    expect(await system().find({ key: 'order:none' })).toBeNull()
  })

  it('is made once also when forty ask at once, on two servers', async () => {
    const other = await startHost({ prisma: host.database.connect() })
    const asked = { ...of('order:2'), userIds: ['alice', 'bob'] }
    const both = [host, other]
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (both[n % 2] as typeof host).chat.system.rooms.ensure(asked)),
    )
    await other.close()
    expect(new Set(answers.map(({ room }) => room.id)).size).toBe(1)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    expect(await host.prisma.chatRoom.count({ where: { key: 'order:2' } })).toBe(1)
  })

  it('commits with the host’s own rows, or not at all', async () => {
    const make = async (isBroken: boolean) =>
      host.chat.transaction(async (tx, chat) => {
        await tx.user.create({ data: { id: `order-3 ${isBroken}`, name: 'An order' } })
        const { room, created } = await chat.system.rooms.ensure({ ...of('order:3'), userIds: ['alice'] })
        expect(created).toBe(true)
        expect(await chat.system.rooms.find({ key: 'order:3' })).toMatchObject({ id: room.id })
        if (isBroken) throw new Error('not today')
        return room.id
      })
    await expect(make(true)).rejects.toThrow('not today')
    expect(await system().find({ key: 'order:3' })).toBeNull()
    const id = await make(false)
    expect(await system().find({ key: 'order:3' })).toMatchObject({ id })
  })

  it('that is there breaks no transaction of the host’s, nor does one that is asked for twice in it', async () => {
    const { room } = await system().ensure({ ...of('order:4'), userIds: ['alice'] })
    await host.chat.transaction(async (tx, chat) => {
      await expect(chat.system.rooms.create(of('order:4'))).rejects.toMatchObject({ code: 'conflict' })
      const twice = await Promise.all([
        chat.system.rooms.ensure(of('order:5')),
        chat.system.rooms.ensure(of('order:5')),
      ])
      expect(twice.map(({ created }) => created).sort()).toEqual([false, true])
      expect(await chat.system.rooms.ensure(of('order:4'))).toMatchObject({ created: false, room: { id: room.id } })
      await tx.user.create({ data: { id: 'order-4', name: 'An order' } })
    })
    expect(await host.prisma.user.findUnique({ where: { id: 'order-4' } })).toMatchObject({ name: 'An order' })
  })

  it('is free again once it is deleted', async () => {
    const { room } = await system().ensure({ ...of('order:6'), userIds: ['alice'] })
    await expect(system().create(of('order:6'))).rejects.toMatchObject({
      code: 'conflict',
      detail: 'there is a room with this key',
    })
    await host.chat.rooms.delete('alice', room.id)
    expect(await system().find({ key: 'order:6' })).toBeNull()
    const made = await system().create(of('order:6'))
    expect(made.id).not.toBe(room.id)
    expect(await system().ensure(of('order:6'))).toMatchObject({ created: false, room: { id: made.id } })
  })

  it('is called so byte by byte, by 1 to 191 characters', async () => {
    const keys = ['Straße', 'strasse', 'STRASSE', 'é', 'e\u0301', 'e', 'a', 'A', ' a', 'x'.repeat(191), '🦊'.repeat(95)]
    const made = await Promise.all(keys.map((key) => system().ensure(of(key))))
    expect(new Set(made.map(({ room }) => room.id)).size).toBe(keys.length)
    for (const [n, key] of keys.entries()) {
      expect(await system().find({ key })).toMatchObject({ id: made[n]?.room.id, key })
    }
    for (const key of ['', 'x'.repeat(192), 'a ', 'a\0b', '\ud800', undefined, 7]) {
      const wrong = { code: 'invalid_request', errors: [{ pointer: '/key' }] }
      await expect(system().find({ key: key as string }), `${key}`).rejects.toMatchObject(wrong)
      await expect(system().ensure(of(key as string)), `${key}`).rejects.toMatchObject(wrong)
    }
  })

  it('is another one for another tenant', async () => {
    await host.chat.users.save({ id: 'tina', name: 'Tina', tenantId: 't1' })
    await host.chat.users.save({ id: 'uwe', name: 'Uwe', tenantId: 't2' })
    const none = await system().ensure(of('order:7'))
    const ofTina = await system().ensure({ ...of('order:7'), userIds: ['tina'] })
    const ofT2 = await system().ensure({ ...of('order:7'), tenantId: 't2' })
    expect([none, ofTina, ofT2].map(({ created }) => created)).toEqual([true, true, true])
    expect(await system().ensure({ ...of('order:7'), userIds: ['uwe'] })).toMatchObject({ room: { id: ofT2.room.id } })
    expect(await system().find({ key: 'order:7', tenantId: 't1' })).toMatchObject({ id: ofTina.room.id })
    await host.chat.system.members.add(ofT2.room.id, { userId: 'uwe' })
    const { items } = await host.chat.rooms.list('uwe', { key: 'order:7' })
    expect(items.map(({ id }) => id)).toEqual([ofT2.room.id])
  })

  it('is found by its members alone, as a page of one, and no client gives a key', async () => {
    const { room } = await system().ensure({ ...of('order:8'), userIds: ['alice'] })
    const page = async (userId: string, query = '') =>
      (await host.as(userId).get(`/rooms?key=${encodeURIComponent('order:8')}${query}`)).body
    expect(await page('alice')).toEqual({
      items: [(await host.as('alice').get(`/rooms/${room.id}`)).body],
      nextCursor: null,
    })
    expect(await page('bob')).toEqual({ items: [], nextCursor: null })
    expect((await page('alice', '&type=group')).items).toHaveLength(1)
    expect((await page('alice', '&type=channel')).items).toEqual([])
    expect((await page('alice', '&requests=true')).errors).toMatchObject([{ pointer: 'key' }])
    expect((await host.as('alice').get('/rooms?key=a%20')).status).toBe(400)
    const body = { type: 'group', name: 'Mine', key: 'order:9' }
    expect((await host.as('alice').post('/rooms', body)).body.errors).toMatchObject([{ pointer: '/key' }])
    expect((await host.as('alice').patch(`/rooms/${room.id}`, { key: 'order:9' })).status).toBe(400)
    await host.chat.members.add('alice', room.id, { userId: 'bob' })
    await host.chat.members.remove('alice', room.id, 'bob')
    expect(await page('bob')).toEqual({ items: [], nextCursor: null })
  })

  it('is no private one: that is found by its two people', async () => {
    const asked = { key: 'order:10', type: 'private' as const, userIds: ['alice', 'bob'] }
    await expect(system().ensure(asked)).rejects.toMatchObject({ errors: [{ pointer: '/key' }] })
  })
})

describe.each(databases.filter(({ name }) => name !== 'sqlite'))('a key that is being taken on $name', (database) => {
  const host = shareHost(database)
  const system = () => host.chat.system.rooms

  /** Takes the key in a transaction that stays open until it is told how to end. */
  async function taking(key: string) {
    let end: (isKept: boolean) => void = () => undefined
    let taken: () => void = () => undefined
    const isTaken = new Promise<void>((resolve) => {
      taken = resolve
    })
    const ending = new Promise<boolean>((resolve) => {
      end = resolve
    })
    const done = host.chat
      .transaction(async (_, chat) => {
        const { room } = await chat.system.rooms.ensure(of(key))
        taken()
        if (!(await ending)) throw new Error('rolled back')
        return room.id
      })
      .catch(() => null)
    await isTaken
    return { end, done }
  }

  it('is waited for: once that is committed, it is found', async () => {
    const { end, done } = await taking('order:20')
    const waiting = system().ensure(of('order:20'))
    const inside = host.chat.transaction(async (tx, chat) => {
      const { room, created } = await chat.system.rooms.ensure(of('order:20'))
      await tx.user.create({ data: { id: 'order-20', name: 'An order' } })
      return { room, created }
    })
    end(true)
    const id = await done
    expect(await waiting).toMatchObject({ created: false, room: { id } })
    expect(await inside).toMatchObject({ created: false, room: { id } })
    expect(await host.prisma.user.count({ where: { id: 'order-20' } })).toBe(1)
  })

  it('is free where that is rolled back: one of those who wait makes it', async () => {
    const { end, done } = await taking('order:21')
    const waiting = Array.from({ length: 4 }, () => system().ensure(of('order:21')))
    end(false)
    expect(await done).toBeNull()
    const answers = await Promise.all(waiting)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(answers.map(({ room }) => room.id)).size).toBe(1)
  })
})

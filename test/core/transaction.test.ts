import type { ObservedEvent } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('chat.transaction on $name', (database) => {
  const told: ObservedEvent[] = []
  const host = shareHost(database, { on: { event: (event) => void told.push(event) } })

  const textsIn = async (room: GivenRoom, userId = 'alice') =>
    (await room.as(userId).get('/messages?after=1')).body.items.map((message: { text: string }) => message.text)
  const findOrder = (id: string) => host.prisma.user.findUnique({ where: { id } })

  it('commits a message together with a row of the host’s own', async () => {
    const room = await givenGroup(host, 'alice')
    const sent = await host.chat.transaction(async (tx, chat) => {
      await tx.user.create({ data: { id: `order-${room.id}`, name: 'An order' } })
      return chat.messages.send('alice', room.id, { text: 'Your order is placed' })
    })
    expect(sent).toMatchObject({ seq: 2, text: 'Your order is placed' })
    expect(await findOrder(`order-${room.id}`)).toMatchObject({ name: 'An order' })
    expect(await textsIn(room)).toEqual(['Your order is placed'])
  })

  it('commits neither when the host’s own code fails, and what it threw comes out', async () => {
    const room = await givenGroup(host, 'alice')
    const failure = new Error('out of stock')
    const attempt = host.chat.transaction(async (tx, chat) => {
      await tx.user.create({ data: { id: `order-${room.id}`, name: 'An order' } })
      await chat.messages.send('alice', room.id, { text: 'Your order is placed' })
      throw failure
    })
    await expect(attempt).rejects.toBe(failure)
    expect(await findOrder(`order-${room.id}`)).toBeNull()
    expect((await room.as('alice').get('')).body).toMatchObject({ lastMessageSeq: 1, revision: 3 })
  })

  it('commits neither when the chat refuses', async () => {
    const room = await givenGroup(host, 'alice')
    const attempt = host.chat.transaction(async (tx, chat) => {
      await tx.user.create({ data: { id: `order-${room.id}`, name: 'An order' } })
      await chat.messages.send('bob', room.id, { text: 'I am not in here' })
    })
    await expect(attempt).rejects.toMatchObject({ name: 'ChatError', code: 'not_found', status: 404 })
    expect(await findOrder(`order-${room.id}`)).toBeNull()
  })

  it('tells nobody anything before the commit, and everything in order after it', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('bob')
    await socket.ready()
    told.length = 0
    await host.chat.transaction(async (_tx, chat) => {
      const { id } = await chat.messages.send('alice', room.id, { text: 'One' })
      await chat.messages.send('alice', room.id, { text: 'Two', replyToId: id })
      await chat.messages.edit('alice', room.id, id, { text: 'One, edited' })
      await chat.members.add('alice', room.id, { userId: 'carol' })
      await chat.members.markRead('bob', room.id, 3)
      await chat.members.update('bob', room.id, 'bob', { muted: true })
      await socket.settled()
      expect(socket.frames.filter(({ type }) => !['welcome', 'ready', 'ok'].includes(type))).toEqual([])
      expect(told).toEqual([])
    })
    await socket.next('me.updated')
    await socket.until(() => socket.events(room.id).length === 5, 'five events')
    const types = ['message.created', 'message.created', 'message.updated', 'member.added', 'message.created']
    expect(socket.events(room.id).map((event) => event.type)).toEqual(types)
    expect(told.map((event) => event.type)).toEqual(types)
    const { revision } = (await room.as('alice').get('')).body
    expect(told.map((event) => event.revision)).toEqual([4, 3, 2, 1, 0].map((n) => revision - n))
  })

  it('tells nothing of what was rolled back', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { body: message } = await room.as('alice').post('/messages', { text: 'Real' })
    const [alice, bob] = [await host.socket('alice'), await host.socket('bob')]
    await Promise.all([alice.ready(), bob.ready()])
    told.length = 0
    const attempt = host.chat.transaction(async (_tx, chat) => {
      await chat.messages.send('alice', room.id, { text: 'A ghost' })
      await chat.reactions.add('bob', room.id, message.id, '👻')
      await chat.members.markRead('bob', room.id, 2)
      await chat.members.update('bob', room.id, 'bob', { muted: true })
      throw new Error('no')
    })
    await expect(attempt).rejects.toThrow('no')
    const real = await room.say('alice', 'Real, too')
    await Promise.all([alice, bob].map((socket) => socket.next('message.created')))
    await Promise.all([alice.settled(), bob.settled()])
    for (const socket of [alice, bob]) {
      const frames = socket.frames.filter(({ type }) => !['welcome', 'ready', 'ok'].includes(type))
      expect(frames).toMatchObject([{ type: 'message.created', message: { id: real.id, seq: 3 } }])
    }
    expect(told).toHaveLength(1)
  })

  it('holds the room until the commit, so that its messages stand together', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const order = (name: string, userId: string) =>
      host.chat.transaction(async (tx, chat) => {
        for (const step of ['placed', 'paid', 'sent']) {
          await chat.messages.send(userId, room.id, { text: `${name} ${step}` })
          await tx.user.count()
        }
      })
    const single = Promise.all([1, 2, 3, 4].map((n) => room.say('alice', `Between ${n}`)))
    await Promise.all([order('A', 'alice'), order('B', 'bob'), order('C', 'alice')])
    await single
    const texts = (await textsIn(room)).filter((text: string) => !text.startsWith('Between')).join(', ')
    for (const name of ['A', 'B', 'C']) expect(texts).toContain(`${name} placed, ${name} paid, ${name} sent`)
    const all = (await textsIn(room)) as string[]
    for (const name of ['A', 'B', 'C']) {
      const at = all.indexOf(`${name} placed`)
      expect(all.slice(at, at + 3)).toEqual(['placed', 'paid', 'sent'].map((step) => `${name} ${step}`))
    }
    expect((await room.as('alice').get('')).body).toMatchObject({ lastMessageSeq: 14, revision: 17 })
  })

  it('writes to several rooms from several sides without standing in its own way', async () => {
    const rooms = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        host.chat.transaction(async (_tx, chat) => {
          for (const room of n % 2 ? rooms : [...rooms].reverse()) {
            await chat.messages.send('alice', room.id, { text: `Round ${n}` })
          }
        }),
      ),
    )
    for (const room of rooms) {
      expect((await textsIn(room)).sort()).toEqual([0, 1, 2, 3, 4, 5].map((n) => `Round ${n}`))
    }
  })

  it('keeps revisions apart also where the host does not wait for one call before the next', async () => {
    const room = await givenGroup(host, 'alice')
    told.length = 0
    const [first] = await host.chat.transaction((_tx, chat) =>
      Promise.all([
        chat.messages.send('alice', room.id, { text: 'One' }),
        chat.members.add('alice', room.id, { userId: 'bob' }),
        chat.rooms.update('alice', room.id, { name: 'Renamed' }),
        chat.members.add('alice', room.id, { userId: 'carol' }),
        chat.messages.send('alice', room.id, { text: 'Two' }),
      ]),
    )
    expect(first).toMatchObject({ text: 'One', seq: 2 })
    expect(told.map((event) => event.revision)).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
    const { body } = await room.as('carol').get('')
    expect(body).toMatchObject({ name: 'Renamed', memberCount: 3, lastMessageSeq: 6, revision: 11 })
    expect((await textsIn(room)).sort()).toEqual([
      'Alice added Bob',
      'Alice added Carol',
      'Alice renamed the group to “Renamed”',
      'One',
      'Two',
    ])
  })

  it('leaves nothing of a call that was refused where the host goes on', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    told.length = 0
    await host.chat.transaction(async (tx, chat) => {
      await tx.user.create({ data: { id: `order-${room.id}`, name: 'An order' } })
      const refusals = [
        chat.messages.send('erin', room.id, { text: 'I am not in here' }),
        chat.messages.send('alice', room.id, { text: 'With nothing', mediaIds: ['nothing'] }),
        chat.rooms.update('bob', room.id, { name: 'Ours' }),
        chat.members.remove('bob', room.id, 'alice'),
        chat.members.update('alice', room.id, 'alice', { role: 'member' }),
      ]
      for (const refusal of await Promise.allSettled(refusals)) expect(refusal.status).toBe('rejected')
      await chat.messages.send('bob', room.id, { text: 'Never mind' })
    })
    expect(await findOrder(`order-${room.id}`)).not.toBeNull()
    expect(await textsIn(room)).toEqual(['Never mind'])
    expect(told.map((event) => event.revision)).toEqual([5])
    expect((await room.as('alice').get('')).body).toMatchObject({ lastMessageSeq: 2, revision: 5 })
  })

  it('starts a private room once, also when two do it at once', async () => {
    await people(host, 'mia', 'noah')
    const rooms = await Promise.all(
      ['mia', 'noah', 'mia', 'noah'].map((who, n) =>
        host.chat.transaction(async (tx, chat) => {
          await tx.user.create({ data: { id: `invitation-${n}`, name: who } })
          const room = await chat.rooms.create(who, { type: 'private', userIds: [who === 'mia' ? 'noah' : 'mia'] })
          await chat.messages.send(who, room.id, { text: `Hello from ${n}` })
          return room
        }),
      ),
    )
    expect(new Set(rooms.map((room) => room.id)).size).toBe(1)
    const { body } = await host.as('mia').get(`/rooms/${rooms[0]?.id}/messages`)
    expect(body.items).toHaveLength(4)
    expect(await host.prisma.user.count({ where: { id: { startsWith: 'invitation-' } } })).toBe(4)
  })

  it('answers a repeated clientId as outside of it', async () => {
    const room = await givenGroup(host, 'alice')
    const draft = { text: 'Once', clientId: 'x-1' }
    const first = await room.say('alice', draft)
    told.length = 0
    const [again, fresh] = await host.chat.transaction(
      async (_tx, chat) =>
        [
          await chat.messages.send('alice', room.id, draft),
          [
            await chat.messages.send('alice', room.id, { text: 'Twice', clientId: 'x-2' }),
            await chat.messages.send('alice', room.id, { text: 'Twice', clientId: 'x-2' }),
          ],
        ] as const,
    )
    expect(again.id).toBe(first.id)
    expect(new Set(fresh.map((message) => message.seq))).toEqual(new Set([3]))
    expect(told).toHaveLength(1)
  })

  it('refuses at once what would wait for it from inside, and is as if nothing had been', async () => {
    const room = await givenGroup(host, 'alice')
    const { chat } = host
    const past: (() => Promise<unknown>)[] = [
      () => chat.messages.send('alice', room.id, { text: 'Past it' }),
      () => chat.system.messages.send(room.id, { text: 'Past it' }),
      () => chat.rooms.update('alice', room.id, { name: 'Past it' }),
      () => chat.members.markRead('alice', room.id, 1),
      () => chat.transaction(async () => 'in a transaction'),
    ]
    if (database.name === 'sqlite') past.push(() => chat.rooms.get('alice', room.id))
    for (const go of past) {
      const attempt = chat.transaction(async (tx, inside) => {
        await tx.user.create({ data: { id: `order-${room.id}`, name: 'An order' } })
        await inside.messages.send('alice', room.id, { text: 'In it' })
        await go()
      })
      await expect(attempt).rejects.toThrow('use the chat that its function is given')
    }
    expect(await findOrder(`order-${room.id}`)).toBeNull()
    expect(await textsIn(room)).toEqual([])
    // What was begun in it and goes on after it is not in it any more.
    let committed = (): void => undefined
    const commit = new Promise<void>((resolve) => {
      committed = resolve
    })
    const { late } = await chat.transaction(async () => ({
      late: commit.then(() => chat.messages.send('alice', room.id, { text: 'After it' })),
    }))
    committed()
    await late
    expect(await textsIn(room)).toEqual(['After it'])
  })
})

import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { givenChannel, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('reactions on $name', (database) => {
  const host = shareHost(database, { limits: { reactionsPerMessage: 4 } })

  /** A message by Alice in a group with Bob and Carol. */
  async function givenMessage() {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const message = await room.say('alice', 'What do you think?')
    const path = `/messages/${message.id}`
    return {
      room,
      message,
      react: (userId: string, reaction: string) => room.as(userId).post(`${path}/reactions`, { reaction }),
      takeBack: (userId: string, id: string) => room.as(userId).delete(`${path}/reactions/${id}`),
      reactions: async () => (await room.as('alice').get(path)).body.reactions,
      seenBy: async (userId: string) => (await room.as(userId).get(path)).body,
      path,
    }
  }

  it('are counted in the message, with who reacted, and each reader sees the own ones', async () => {
    const { react, seenBy } = await givenMessage()
    const added = await react('bob', '👍')
    expect(added).toMatchObject({ status: 201, body: { user: { id: 'bob', name: 'Bob' }, reaction: '👍' } })
    await react('carol', '👍')
    await react('bob', '🎉')
    const reactions = [
      { reaction: '👍', count: 2, userIds: ['bob', 'carol'] },
      { reaction: '🎉', count: 1, userIds: ['bob'] },
    ]
    expect(await seenBy('alice')).toMatchObject({ reactions, myReactions: [] })
    expect(await seenBy('bob')).toMatchObject({ reactions, myReactions: ['👍', '🎉'] })
    expect(await seenBy('carol')).toMatchObject({ reactions, myReactions: ['👍'] })
  })

  it('are in every place where a message is shown', async () => {
    const { room, message, react, path } = await givenMessage()
    await react('bob', '👍')
    const places = await Promise.all([
      room
        .as('bob')
        .get(path)
        .then(({ body }) => body),
      room
        .as('bob')
        .get('/messages')
        .then(({ body }) => body.items.at(-1)),
      room
        .as('bob')
        .get('/messages?q=think')
        .then(({ body }) => body.items[0]),
      room
        .as('bob')
        .get('')
        .then(({ body }) => body.lastMessage),
    ])
    const expected = { id: message.id, reactions: [{ reaction: '👍', count: 1 }], myReactions: ['👍'] }
    for (const place of places) expect(place).toMatchObject(expected)
  })

  it('stand once, however often they are made', async () => {
    const { room, react, reactions } = await givenMessage()
    const answers = await Promise.all(Array.from({ length: 8 }, () => react('bob', '👍')))
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(7).fill(200), 201])
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    expect(await reactions()).toEqual([{ reaction: '👍', count: 1, userIds: ['bob'] }])
    expect((await room.as('alice').get('')).body.revision).toBe(7)
  })

  it('are told to everyone with what caused it', async () => {
    const { room, message, react, takeBack } = await givenMessage()
    const socket = await host.socket('carol')
    await socket.ready()
    const { body: added } = await react('bob', '👍')
    expect(await socket.next('message.updated')).toMatchObject({
      roomId: room.id,
      revision: message.revision + 1,
      message: { id: message.id, reactions: [{ reaction: '👍', count: 1, userIds: ['bob'] }], editedAt: null },
      cause: { type: 'reaction.added', userId: 'bob', reaction: '👍' },
    })
    await takeBack('bob', added.id)
    expect(await socket.next('message.updated')).toMatchObject({
      revision: message.revision + 2,
      message: { reactions: [] },
      cause: { type: 'reaction.removed', userId: 'bob', reaction: '👍' },
    })
  })

  it('can be read one by one, and taken back by who made them', async () => {
    const { room, message, react, takeBack, path } = await givenMessage()
    const { body: mine } = await react('bob', '👍')
    const { body: other } = await react('carol', '❤️')
    expect(mine).toEqual({
      id: expect.any(String),
      messageId: message.id,
      roomId: room.id,
      user: expect.objectContaining({ id: 'bob' }),
      reaction: '👍',
      createdAt: expect.any(String),
    })
    expect((await room.as('alice').get(`${path}/reactions`)).body).toEqual({ items: [mine, other], nextCursor: null })
    expect((await room.as('alice').get(`${path}/reactions/${mine.id}`)).body).toEqual(mine)
    expect((await takeBack('carol', mine.id)).status).toBe(403)
    expect((await takeBack('alice', mine.id)).status).toBe(403)
    expect((await takeBack('bob', mine.id)).status).toBe(204)
    expect((await takeBack('bob', mine.id)).status).toBe(404)
    expect((await room.as('alice').get(`${path}/reactions/${mine.id}`)).status).toBe(404)
    expect((await room.as('alice').get(`${path}/reactions`)).body.items).toEqual([other])
  })

  it('belong to their message: another one, or another room, does not lead to them', async () => {
    const [{ room, react, path }, other] = [await givenMessage(), await givenMessage()]
    const { body } = await react('bob', '👍')
    const second = await room.say('alice', 'Another')
    expect((await room.as('bob').get(`/messages/${second.id}/reactions/${body.id}`)).status).toBe(404)
    expect((await room.as('bob').delete(`/messages/${second.id}/reactions/${body.id}`)).status).toBe(404)
    for (const below of [`${path}/reactions`, `${path}/reactions/${body.id}`]) {
      expect((await other.room.as('bob').get(below)).status).toBe(404)
      expect((await room.as('erin').get(below)).status).toBe(404)
    }
    expect((await other.room.as('bob').delete(`${path}/reactions/${body.id}`)).status).toBe(404)
    expect((await room.as('erin').post(`${path}/reactions`, { reaction: '👍' })).status).toBe(404)
  })

  it('are for every member, also for one who may not write', async () => {
    const room = await givenChannel(host, 'alice', 'bob')
    const { id } = await room.say('alice', 'News')
    expect((await room.as('bob').post(`/messages/${id}/reactions`, { reaction: '👍' })).status).toBe(201)
  })

  it('are of so many kinds and bytes and no more', async () => {
    const { react, reactions } = await givenMessage()
    for (const reaction of ['👍', '🎉', '😀', '😢']) expect((await react('bob', reaction)).status).toBe(201)
    expect(await react('carol', '🚀')).toMatchObject({ status: 409, body: { code: 'conflict' } })
    // One of the four is still everyone's to join.
    expect((await react('carol', '😢')).status).toBe(201)
    const tooLong = await react('bob', '👍'.repeat(17))
    expect(tooLong).toMatchObject({ status: 413, body: { code: 'too_large', errors: [{ pointer: '/reaction' }] } })
    expect(await reactions()).toHaveLength(4)
  })

  it('are of no more kinds than that, however many come at once', async () => {
    const { room, react, reactions } = await givenMessage()
    const kinds = ['👍', '🎉', '😀', '😢', '🚀', '👀', '🙏', '🔥', '💯']
    const outcomes = await Promise.all(kinds.flatMap((kind) => ['alice', 'bob', 'carol'].map((id) => react(id, kind))))
    for (const { status } of outcomes) expect([201, 409]).toContain(status)
    const counted = await reactions()
    expect(counted).toHaveLength(4)
    const made = outcomes.filter(({ status }) => status === 201).length
    const counts = counted.map(({ count }: { count: number }) => count)
    expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(made)
    expect(await host.prisma.chatMessageReaction.count({ where: { roomId: room.id } })).toBe(made)
  })

  it('are counted right under thirty adds and removes at once', async () => {
    const { message, react, takeBack, reactions } = await givenMessage()
    const standing = await Promise.all([react('alice', '🎉'), react('bob', '🎉'), react('carol', '🎉')])
    const others = Array.from({ length: 8 }, (_, n) => `reactor${n}`)
    await people(host, ...others)
    for (const userId of others) await host.chat.system.members.add(message.roomId, { userId })
    const outcomes = await Promise.all([
      ...others.flatMap((userId) => [react(userId, '👍'), react(userId, '🎉'), react(userId, '😀')]),
      ...['alice', 'bob', 'carol'].map((userId, n) => takeBack(userId, standing[n]?.body.id)),
      ...['alice', 'bob', 'carol'].map((userId) => react(userId, '👍')),
    ])
    for (const { status } of outcomes) expect([201, 204]).toContain(status)
    const rows = await host.prisma.chatMessageReaction.findMany({ where: { messageId: message.id } })
    const counted = await reactions()
    expect(counted.map((one: { reaction: string }) => one.reaction).sort()).toEqual(['🎉', '👍', '😀'].sort())
    for (const { reaction, count, userIds } of counted) {
      const reactors = rows.filter((row) => row.reaction === reaction).map((row) => row.userId)
      expect(count, reaction).toBe(reaction === '👍' ? 11 : 8)
      expect([...userIds].sort()).toEqual(reactors.sort())
    }
  })

  it('name the first twenty, and the next in line when one of those goes', async () => {
    const crowd = Array.from({ length: 22 }, (_, n) => `fan${String(n).padStart(2, '0')}`)
    await people(host, ...crowd)
    const room = await givenGroup(host, 'alice')
    const { id } = await room.say('alice', 'Who is here?')
    const ids: string[] = []
    for (const userId of crowd) {
      await host.chat.system.members.add(room.id, { userId })
      ids.push((await host.chat.reactions.add(userId, room.id, id, '👋')).id)
    }
    const reactions = async () => (await room.as('alice').get(`/messages/${id}`)).body.reactions
    expect(await reactions()).toEqual([{ reaction: '👋', count: 22, userIds: crowd.slice(0, 20) }])
    await host.chat.reactions.remove('fan03', room.id, id, ids[3] as string)
    const rest = crowd.filter((userId) => userId !== 'fan03')
    expect(await reactions()).toEqual([{ reaction: '👋', count: 21, userIds: rest.slice(0, 20) }])
  })

  it('of mine are listed newest first, as long as I am in the room', async () => {
    await people(host, 'frida')
    const rooms = [await givenGroup(host, 'alice', 'frida'), await givenGroup(host, 'alice', 'frida')] as const
    for (const [n, room] of rooms.entries()) {
      const { id } = await room.say('alice', 'React!')
      await room.as('frida').post(`/messages/${id}/reactions`, { reaction: n === 0 ? '👍' : '🎉' })
      await room.as('alice').post(`/messages/${id}/reactions`, { reaction: '👎' })
    }
    const mine = async () => {
      const { body } = await host.as('frida').get('/reactions')
      return body.items.map((one: { roomId: string; reaction: string }) => [one.roomId, one.reaction])
    }
    const [first, second] = [
      [rooms[0].id, '👍'],
      [rooms[1].id, '🎉'],
    ]
    expect(await mine()).toEqual([second, first])
    await rooms[1].as('frida').delete('/members/me')
    expect(await mine()).toEqual([first])
    await rooms[0].as('alice').delete('')
    expect(await mine()).toEqual([])
  })
})

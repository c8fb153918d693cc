import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

const mostPins = 3

describe.each(databases)('pins on $name', (database) => {
  const host = shareHost(database, { limits: { pinsPerRoom: mostPins } })

  const pin = (room: GivenRoom, userId: string, id: string) => room.as(userId).put(`/pins/${id}`)
  const unpin = (room: GivenRoom, userId: string, id: string) => room.as(userId).delete(`/pins/${id}`)
  const pinned = async (room: GivenRoom, userId = 'bob'): Promise<string[]> =>
    (await room.as(userId).get('/pins')).body.items.map(({ text }: { text: string }) => text)
  const said = async (room: GivenRoom): Promise<(string | undefined)[]> =>
    (await room.as('bob').get('/messages')).body.items.map(
      ({ system }: { system: { type: string } | null }) => system?.type,
    )

  it('are told once as a change of the message, and in the room', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const message = await room.say('bob', 'The key is under the mat')
    const socket = await host.socket('bob')
    await socket.ready()
    const { status, body } = await pin(room, 'alice', message.id)
    expect(status).toBe(201)
    expect(body).toMatchObject({ id: message.id, pinnedAt: expect.any(String), pinnedById: 'alice' })
    const { myReactions: _, ...told } = body
    expect(await socket.next('message.updated')).toEqual({
      ...{ type: 'message.updated', roomId: room.id, revision: body.revision, message: told },
      cause: { type: 'message.pinned', userId: 'alice' },
    })
    expect((await socket.next('message.created')).message).toMatchObject({
      kind: 'system',
      text: 'Alice pinned a message',
      system: { type: 'message.pinned', actorId: 'alice' },
      replyTo: { id: message.id, seq: message.seq, userId: 'bob', userName: 'Bob', text: message.text },
      createdAt: body.pinnedAt,
    })
    expect((await room.as('bob').get('/pins')).body).toEqual({ items: [body], nextCursor: null })

    // Said again, nothing happens.
    const again = await pin(room, 'alice', message.id)
    expect(again).toMatchObject({ status: 200, body })
    expect((await unpin(room, 'alice', message.id)).status).toBe(204)
    expect(await socket.next('message.updated')).toMatchObject({
      message: { id: message.id, pinnedAt: null, pinnedById: null },
      cause: { type: 'message.unpinned', userId: 'alice' },
    })
    expect((await unpin(room, 'alice', message.id)).status).toBe(204)
    expect(await pinned(room)).toEqual([])
    expect((await room.as('bob').get('')).body).toMatchObject({ revision: body.revision + 2, me: { unreadCount: 0 } })
  })

  it('are listed newest first, page by page, whatever becomes of them since', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const ids = [
      (await room.say('alice', '1')).id,
      (await room.say('alice', '2')).id,
      (await room.say('alice', '3')).id,
    ]
    for (const n of [1, 0, 2]) await pin(room, 'alice', ids[n] as string)
    await room.as('alice').patch(`/messages/${ids[0]}`, { text: 'One' })
    expect(await pinned(room)).toEqual(['3', 'One', '2'])
    const first = (await room.as('bob').get('/pins?limit=2')).body
    expect(first.items.map(({ text }: { text: string }) => text)).toEqual(['3', 'One'])
    const { body } = await room.as('bob').get(`/pins?limit=2&cursor=${first.nextCursor}`)
    expect(body).toMatchObject({ items: [{ text: '2' }], nextCursor: null })
  })

  it('are never more than the limit, however many are pinned at once', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const messages = []
    for (let n = 0; n < 8; n += 1) messages.push(await room.say('alice', `${n}`))
    const answers = await Promise.all(messages.map(({ id }) => pin(room, 'alice', id)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409, 409, 409, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body).toMatchObject({ code: 'conflict', detail: expect.stringContaining('unpin one first') })
    expect(await pinned(room)).toHaveLength(mostPins)
    expect((await said(room)).filter((type) => type === 'message.pinned')).toHaveLength(mostPins)

    const inn = messages.filter((_, n) => answers[n]?.status === 201)
    const out = messages.filter((_, n) => answers[n]?.status === 409)
    await unpin(room, 'alice', inn[0].id)
    expect((await pin(room, 'alice', out[0].id)).status).toBe(201)
    // One that is deleted makes room, too.
    await room.as('alice').delete(`/messages/${inn[1].id}`)
    expect((await pin(room, 'alice', out[1].id)).status).toBe(201)
  })

  it('stand once, however many pin the same message at once', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('alice', 'Once')
    const answers = await Promise.all(Array.from({ length: 6 }, () => pin(room, 'alice', id)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201])
    expect(await pinned(room)).toEqual(['Once'])
    expect((await said(room)).filter((type) => type === 'message.pinned')).toHaveLength(1)
  })

  it('go with a message that is deleted, which is not pinned any more', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('bob', 'Gone soon')
    await pin(room, 'alice', id)
    await room.as('bob').delete(`/messages/${id}`)
    expect(await pinned(room)).toEqual([])
    const tombstone = (await room.as('bob').get(`/messages/${id}`)).body
    expect(tombstone).toMatchObject({ pinnedAt: null, pinnedById: null })
    expect(await host.prisma.chatPin.count({ where: { roomId: room.id } })).toBe(0)
    expect(await pin(room, 'alice', id)).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect((await unpin(room, 'alice', id)).status).toBe(204)
    await pin(room, 'alice', (await room.say('bob', 'Gone with the room')).id)
    await room.as('alice').delete('')
    expect(await host.prisma.chatPin.count({ where: { roomId: room.id } })).toBe(0)
  })

  it('are what people and the host say, not what the system says of the room', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [created] = (await room.as('bob').get('/messages')).body.items
    expect(await pin(room, 'alice', created.id)).toMatchObject({ status: 409, body: { code: 'conflict' } })
    const { id } = await host.chat.system.messages.send(room.id, { text: 'Closed on Monday' })
    expect(await host.chat.system.pins.pin(room.id, id)).toMatchObject({
      pinnedAt: expect.any(String),
      pinnedById: null,
    })
    expect((await room.as('bob').get('')).body.lastMessage).toMatchObject({
      text: 'A message was pinned',
      system: { type: 'message.pinned', actorId: null },
    })
    expect((await host.chat.system.pins.list(room.id)).items.map(({ text }) => text)).toEqual(['Closed on Monday'])
    await host.chat.system.pins.unpin(room.id, id)
    expect(await host.chat.pins.list('bob', room.id)).toEqual({ items: [], nextCursor: null })
  })

  it('are for both in a private room, unless one blocks the other', async () => {
    const room = await givenRoom(host, 'alice', { type: 'private', userIds: ['bob'] })
    const { id } = await room.say('alice', 'Ours')
    expect((await pin(room, 'bob', id)).body).toMatchObject({ pinnedById: 'bob' })
    expect(await said(room)).toEqual([undefined, 'message.pinned'])
    expect((await unpin(room, 'alice', id)).status).toBe(204)
    await host.as('alice').put('/users/me/blocks/bob')
    for (const answer of [await pin(room, 'bob', id), await unpin(room, 'alice', id)]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'blocked' } })
    }
    await host.as('alice').delete('/users/me/blocks/bob')
  })

  it('are not for those who may not edit the room, nor for those who are silenced', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const { id } = await room.say('alice', 'Mine')
    expect(await pin(room, 'bob', id)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    await room.as('alice').patch('/members/bob', { role: 'admin' })
    await room.as('alice').patch('/members/bob', { silencedUntil: '2999-01-01T00:00:00.000Z' })
    expect(await pin(room, 'bob', id)).toMatchObject({ status: 403, body: { code: 'silenced' } })
  })

  it('reach those who were away, as the message is now', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id, revision } = await room.say('alice', 'Read me')
    const { body } = await pin(room, 'alice', id)
    const missed = (await room.as('bob').get(`/changes?since=${revision}`)).body.events
    expect(missed.map(({ type, message }: { type: string; message: { id: string } }) => [type, message.id])).toEqual([
      ['message.updated', id],
      ['message.created', expect.any(String)],
    ])
    expect(missed[0]).toMatchObject({ revision: body.revision, message: { pinnedAt: body.pinnedAt } })
    const socket = await host.socket('bob', { hello: { rooms: { [room.id]: revision } } })
    await socket.ready()
    expect(socket.events(room.id)).toEqual(missed)
  })

  it('commit with the host’s own rows, or not at all', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('alice', 'Never pinned')
    const failing = host.chat.transaction(async (_, chat) => {
      await chat.pins.pin('alice', room.id, id)
      expect((await chat.pins.list('alice', room.id)).items).toHaveLength(1)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await pinned(room)).toEqual([])
    await host.chat.transaction((_, chat) => chat.pins.pin('alice', room.id, id))
    expect(await pinned(room)).toEqual(['Never pinned'])
  })
})

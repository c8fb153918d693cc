import type { Message, Room } from 'express-chat'
import { afterAll, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import type { Answer } from '../host.js'
import { givenStorage } from '../media/given-storage.js'
import { indexAll } from './given-history.js'
import { givenPicture } from './given-picture.js'
import { type GivenRoom, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

const statusesOf = (answers: Answer[]) => answers.map(({ status }) => status)

describe.each(databases)('a room whose history begins for new members when they join, on $name', (database) => {
  const { storage, remove } = givenStorage()
  const host = shareHost(database, { editHistory: 'members', storage })
  afterAll(remove)

  const given = (...userIds: string[]) =>
    givenRoom(host, 'alice', { type: 'group', name: 'From now on', historyFrom: 'joined', userIds })
  const add = (room: GivenRoom, userId: string) => room.as('alice').post('/members', { userId })
  const read = async (room: GivenRoom, userId: string, path: string) => (await room.as(userId).get(path)).body
  const texts = async (room: GivenRoom, userId: string, path = '/messages'): Promise<string[]> =>
    (await read(room, userId, path)).items.map(({ text }: Message) => text)

  /** What was said, with everything that a message can have, before Carol came; she is in the room. */
  async function givenBefore() {
    const room = await given('bob')
    const mediaIds = [await givenPicture(host, 'bob')]
    const old = await room.say('bob', { text: 'An old secret', mediaIds, mentions: ['alice'] })
    await room.as('bob').patch(`/messages/${old.id}`, { text: 'The old secret' })
    await room.as('alice').put(`/pins/${old.id}`)
    const reaction = (await room.as('alice').post(`/messages/${old.id}/reactions`, { reaction: '👍' })).body
    const reply = await room.say('bob', {
      text: 'A secret reply',
      threadId: old.id,
      mediaIds: [await givenPicture(host, 'bob')],
    })
    await add(room, 'carol')
    return { room, old, mediaIds, reaction, reply }
  }

  it('shows who joins what is written from their joining on, which says so first', async () => {
    const { room } = await givenBefore()
    await room.say('bob', 'Hello, Carol')
    expect(await texts(room, 'carol')).toEqual(['Alice added Carol', 'Hello, Carol'])
    expect(await texts(room, 'bob')).toHaveLength(5)
    const { me, historyFrom, lastMessageSeq, lastMessage } = await read(room, 'carol', '')
    expect(historyFrom).toBe('joined')
    expect(me).toMatchObject({ firstSeq: lastMessageSeq - 1, unreadCount: 1, lastReadSeq: lastMessageSeq - 1 })
    expect(lastMessage.text).toBe('Hello, Carol')
    expect((await read(room, 'bob', '')).me.firstSeq).toBe(1)
    expect((await read(room, 'alice', '')).me.firstSeq).toBe(1)
  })

  it('pages as if it began there', async () => {
    const { room } = await givenBefore()
    for (const text of ['1', '2', '3']) await room.say('bob', text)
    const { firstSeq } = (await read(room, 'carol', '')).me
    const page = async (query: string) => {
      const { items, ...sides } = await read(room, 'carol', `/messages?${query}`)
      return { texts: items.map(({ text }: Message) => text), ...sides }
    }
    const all = ['Alice added Carol', '1', '2', '3']
    expect(await page('')).toEqual({ texts: all, hasBefore: false, hasAfter: false })
    expect(await page('limit=2')).toEqual({ texts: ['2', '3'], hasBefore: true, hasAfter: false })
    expect(await page('after=0&limit=2')).toEqual({ texts: all.slice(0, 2), hasBefore: false, hasAfter: true })
    expect(await page(`before=${firstSeq + 1}`)).toEqual({ texts: all.slice(0, 1), hasBefore: false, hasAfter: true })
    expect(await page(`before=${firstSeq}`)).toEqual({ texts: [], hasBefore: false, hasAfter: true })
    expect(await page('around=1&limit=2')).toEqual({ texts: all.slice(0, 2), hasBefore: false, hasAfter: true })
    expect(await page(`around=${firstSeq}&limit=2`)).toMatchObject({ texts: all.slice(0, 2), hasBefore: false })
    expect(await page(`after=${firstSeq + 3}`)).toEqual({ texts: [], hasBefore: true, hasAfter: false })
  })

  it('has no older message for them, whatever they ask of it', async () => {
    const { room, old, mediaIds, reaction, reply } = await givenBefore()
    await add(room, 'dave')
    await room.as('alice').patch('/members/dave', { role: 'owner' })
    for (const userId of ['carol', 'dave']) {
      const as = room.as(userId)
      const unknown = await as.get('/messages/0190a5c8-0000-7000-8000-000000000000')
      for (const { id } of [old, reply]) {
        const path = `/messages/${id}`
        const answers = [
          await as.get(path),
          await as.get(`${path}/edits`),
          await as.get(`${path}/readers`),
          await as.get(`${path}/reactions`),
          await as.get(`${path}/reactions/${reaction.id}`),
          await as.get(`${path}/thread`),
          await as.get(`${path}/thread/me`),
          await as.patch(`${path}/thread/me`, { lastReadSeq: 1 }),
          await as.put(`${path}/thread/following`),
          await as.delete(`${path}/thread/following`),
          await as.patch(path, { text: 'Mine' }),
          await as.delete(path),
          await as.post(`${path}/reactions`, { reaction: '👍' }),
          await as.delete(`${path}/reactions/${reaction.id}`),
          await as.post(`${path}/reports`, { reason: 'spam' }),
        ]
        expect(statusesOf(answers)).toEqual(answers.map(() => 404))
        const ofIds = ({ body: { requestId: _, ...body } }: Answer) => body
        expect(ofIds(answers[0] as Answer)).toEqual(ofIds(unknown))
      }
      const media = [...mediaIds, reply.media[0].id]
      for (const id of media) expect((await host.as(userId).get(`/media/${id}`)).status).toBe(404)
    }
    expect((await host.as('alice').get(`/media/${mediaIds[0]}`)).status).toBe(200)
    expect(
      statusesOf([await room.as('dave').put(`/pins/${old.id}`), await room.as('dave').delete(`/pins/${old.id}`)]),
    ).toEqual([404, 404])
    expect(await texts(room, 'carol', '/pins')).toEqual([])
    expect(await texts(room, 'bob', '/pins')).toEqual(['The old secret'])
    // Only the host's own code still reads it all.
    expect((await host.chat.system.messages.list(room.id)).items.length).toBeGreaterThan(2)
  })

  it('lets nobody refer to what they cannot read', async () => {
    const { room, old, reply } = await givenBefore()
    const send = (body: object) => room.as('carol').post('/messages', { text: 'Why?', ...body })
    const refusal = ({ status, body }: Answer) => [status, body.errors?.[0].pointer]
    expect(refusal(await send({ replyToId: old.id }))).toEqual([400, '/replyToId'])
    expect(refusal(await send({ replyToId: reply.id }))).toEqual([400, '/replyToId'])
    expect(refusal(await send({ threadId: old.id }))).toEqual([400, '/threadId'])
    expect(refusal(await send({ threadId: old.id, alsoInRoom: true }))).toEqual([400, '/threadId'])
    expect((await send({ replyToId: old.id, lenient: true })).body).toMatchObject({ replyTo: null, text: 'Why?' })
    const inside = host.chat.transaction((tx) =>
      host.chat.within(tx).messages.send('carol', room.id, { text: 'Why?', replyToId: old.id }),
    )
    await expect(inside).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('leaves quotes of older messages out, and the message that was pinned', async () => {
    const { room, old, reply } = await givenBefore()
    const quoting = await room.say('bob', { text: 'As I said', replyToId: old.id })
    const deeper = await room.say('bob', { text: 'As I replied', replyToId: reply.id })
    await room.as('alice').delete(`/pins/${old.id}`)
    await room.as('alice').put(`/pins/${old.id}`)
    expect(quoting.replyTo.text).toBe('The old secret')
    const seen = async (userId: string) =>
      (await read(room, userId, '/messages')).items.slice(-3).map(({ replyTo }: Message) => replyTo?.text ?? null)
    expect(await seen('carol')).toEqual([null, null, null])
    expect(await seen('bob')).toEqual(['The old secret', 'A secret reply', 'The old secret'])
    expect((await read(room, 'carol', `/messages/${deeper.id}`)).replyTo).toBeNull()
    expect((await read(room, 'carol', '')).lastMessage.replyTo).toBeNull()
    const found = await texts(room, 'carol', '/messages?q=As I')
    expect(found).toEqual(['As I replied', 'As I said'])
    const { items } = await read(room, 'carol', '/messages?q=As I')
    expect(items.map(({ replyTo }: Message) => replyTo)).toEqual([null, null])
  })

  it('is searched from there on alone, indexed or not', async () => {
    const { room } = await givenBefore()
    await room.say('bob', 'No secret')
    const everywhere = async (userId: string, query: string) => {
      const { body } = await host.as(userId).get(`/messages/search?roomId=${room.id}&${query}`)
      return body.items.map(({ message }: { message: Message }) => message.text)
    }
    for (const index of [async () => undefined, () => indexAll(host.prisma)]) {
      await index()
      expect(await texts(room, 'carol', '/messages?q=secret')).toEqual(['No secret'])
      expect(await everywhere('carol', 'q=secret')).toEqual(['No secret'])
      expect(await everywhere('carol', 'userId=bob')).toEqual(['No secret'])
      expect(await everywhere('carol', 'has=media')).toEqual([])
      expect(await texts(room, 'bob', '/messages?q=secret')).toHaveLength(3)
      expect(await everywhere('bob', 'q=secret')).toHaveLength(3)
    }
  })

  it('tells in its changes that something is hidden, and not what', async () => {
    const { room, old, reply } = await givenBefore()
    const { revision } = await read(room, 'carol', '')
    await room.as('bob').patch(`/messages/${old.id}`, { text: 'Another secret' })
    await room.say('bob', { text: 'One more reply', threadId: old.id })
    await room.as('bob').delete(`/messages/${reply.id}`)
    const last = await room.say('bob', { text: 'As I said', replyToId: old.id })
    const changes = await read(room, 'carol', `/changes?since=${revision}`)
    expect(changes.events.map(({ type }: { type: string }) => type)).toEqual([
      ...['message.hidden', 'message.hidden', 'message.hidden', 'message.created'],
    ])
    expect(Object.keys(changes.events[0])).toEqual(['type', 'roomId', 'revision'])
    expect(changes).toMatchObject({ revision: last.revision, hasMore: false })
    expect(changes.events.at(-1).message).toMatchObject({ id: last.id, replyTo: null })
    const all = await read(room, 'carol', '/changes?since=0')
    expect(JSON.stringify(all)).not.toContain('ecret')
    expect(JSON.stringify(await read(room, 'bob', `/changes?since=${revision}`))).toContain('Another secret')
  })

  it('counts as unread and as a mention what came since, and an older message never', async () => {
    const { room, old, reply } = await givenBefore()
    await room.as('bob').patch(`/messages/${old.id}`, { mentions: ['carol'] })
    await room.as('bob').patch(`/messages/${reply.id}`, { mentions: ['carol'] })
    await room.say('bob', { text: 'Carol?', threadId: old.id, mentions: ['carol'] })
    const me = async () => (await read(room, 'carol', '')).me
    expect(await me()).toMatchObject({ unreadCount: 0, mentionCount: 0 })
    const threads = async (userId: string) => (await host.as(userId).get('/threads')).body.items
    expect(await threads('carol')).toEqual([])
    expect(
      (await host.chat.system.threads.followers(room.id, old.id)).items.map(({ id }: { id: string }) => id),
    ).toEqual(['alice', 'bob'])
    await room.say('bob', { text: 'Here, too', threadId: old.id, alsoInRoom: true, mentions: ['carol'] })
    expect(await me()).toMatchObject({ unreadCount: 1, mentionCount: 1 })
    expect(await texts(room, 'carol')).toEqual(['Alice added Carol', 'Here, too'])
  })

  it('has no last message for who came after all that was not deleted', async () => {
    const { room } = await givenBefore()
    const [joining] = (await read(room, 'carol', '/messages')).items
    await room.as('alice').delete(`/messages/${joining.id}`)
    const listed = async (userId: string): Promise<Room> =>
      (await host.as(userId).get('/rooms?limit=100')).body.items.find(({ id }: Room) => id === room.id)
    expect((await listed('carol')).lastMessage).toBeNull()
    expect((await listed('bob')).lastMessage?.text).toBe('Alice pinned a message')
  })

  it('begins again for who comes back, by whichever way', async () => {
    const room = await given('bob', 'carol')
    const mine = await room.say('carol', { text: 'Mine', mediaIds: [] })
    await room.as('carol').post(`/messages/${mine.id}/reactions`, { reaction: '👍' })
    await room.say('bob', { text: 'A reply', threadId: mine.id })
    await room.as('carol').delete('/members/me')
    await room.say('bob', 'Behind her back')
    await add(room, 'carol')
    expect(await texts(room, 'carol')).toEqual(['Alice added Carol'])
    expect((await room.as('carol').patch(`/messages/${mine.id}`, { text: 'Still mine' })).status).toBe(404)
    const reactions = (await host.as('carol').get('/reactions')).body.items
    expect(reactions.filter(({ roomId }: { roomId: string }) => roomId === room.id)).toEqual([])
    expect((await host.as('carol').get('/threads')).body.items).toEqual([])

    const { code } = (await room.as('alice').post('/invites', {})).body
    await room.as('carol').delete('/members/me')
    await room.say('bob', 'Again')
    expect((await host.as('carol').post(`/invites/${code}/join`, {})).status).toBe(201)
    expect(await texts(room, 'carol')).toEqual(['Carol joined'])

    await room.as('alice').patch('', { isPublic: true })
    await room.as('carol').delete('/members/me')
    expect((await room.as('carol').post('/members', { userId: 'me' })).status).toBe(201)
    expect(await texts(room, 'carol')).toEqual(['Carol joined'])
    // Whoever inherits the room inherits what they see with it.
    for (const userId of ['bob', 'alice']) await room.as(userId).delete('/members/me')
    expect((await read(room, 'carol', '')).me).toMatchObject({ role: 'owner' })
    expect((await texts(room, 'carol'))[0]).toBe('Carol joined')
  })

  it('can be told later, which takes nothing from who is there', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.say('alice', 'For all')
    await add(room, 'carol')
    expect((await read(room, 'carol', '')).me.firstSeq).toBe(1)
    expect((await room.as('bob').patch('', { historyFrom: 'joined' })).status).toBe(403)
    expect((await room.as('alice').patch('', { historyFrom: 'joined' })).body.historyFrom).toBe('joined')
    await add(room, 'dave')
    expect(await texts(room, 'carol')).toContain('For all')
    expect(await texts(room, 'dave')).toEqual(['Alice added Dave'])

    // Said again, it changes nothing, also not for who came meanwhile.
    const { revision } = (await room.as('alice').patch('', { historyFrom: 'joined' })).body
    expect((await read(room, 'alice', '')).revision).toBe(revision)
    expect(await texts(room, 'dave')).toEqual(['Alice added Dave'])

    await room.as('alice').patch('', { historyFrom: 'start' })
    expect(await texts(room, 'dave')).toContain('For all')
    expect((await read(room, 'dave', '')).me.firstSeq).toBe(1)
    await room.as('alice').patch('', { historyFrom: 'joined' })
    expect(await texts(room, 'dave')).toContain('For all')
  })

  it('is opened by nobody who does not see all of it', async () => {
    const { room } = await givenBefore()
    await room.as('alice').patch('/members/carol', { role: 'owner' })
    const refused = await room.as('carol').patch('', { historyFrom: 'start' })
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    expect((await room.as('carol').patch('', { historyFrom: 'joined', name: 'Ours' })).status).toBe(200)
    expect(await texts(room, 'carol')).toHaveLength(3)
    await host.chat.rooms.update('alice', room.id, { historyFrom: 'start' })
    expect(await texts(room, 'carol')).toContain('The old secret')
    await host.chat.system.rooms.update(room.id, { historyFrom: 'joined' })
    expect((await read(room, 'carol', '')).historyFrom).toBe('joined')
  })

  it('is none of a private room, where nobody joins later', async () => {
    const body = { type: 'private', userIds: ['erin'], historyFrom: 'joined' }
    const refused = await host.as('alice').post('/rooms', body)
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/historyFrom'])
    const { id, historyFrom } = (await host.as('alice').post('/rooms', { ...body, historyFrom: 'start' })).body
    expect(historyFrom).toBe('start')
    await expect(host.chat.system.rooms.update(id, { historyFrom: 'joined' })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

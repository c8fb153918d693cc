import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenPicture } from './given-picture.js'
import { givenChannel, givenGroup, givenRoom } from './given-room.js'
import { listening } from './reading-back.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('messages on $name', (database) => {
  const host = shareHost(database)

  it('number 1, 2, 3 … in their room, without a hole, however many are sent at once', async () => {
    const rooms = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'bob', 'alice')]
    const sends = rooms.flatMap((room) =>
      Array.from({ length: 15 }, (_, n) => room.say(n % 2 ? 'alice' : 'bob', `Message ${n}`)),
    )
    await Promise.all(sends)
    for (const room of rooms) {
      const { items } = (await room.as('alice').get('/messages')).body
      expect(items.map((message: { seq: number }) => message.seq)).toEqual(Array.from({ length: 16 }, (_, n) => n + 1))
      // A revision each for the room, two members and the message of who made it: seq 1 took the fourth.
      for (const { seq, revision } of items) expect(revision).toBe(seq + 3)
    }
  })

  it('take neither a number nor a revision where they are refused', async () => {
    const room = await givenChannel(host, 'alice', 'bob')
    const sends = Array.from({ length: 12 }, (_, n) =>
      room.as(n % 3 === 0 ? 'alice' : n % 3 === 1 ? 'bob' : 'erin').post('/messages', { text: `${n}` }),
    )
    const statuses = (await Promise.all(sends)).map((answer) => answer.status)
    expect(statuses).toEqual(Array.from({ length: 4 }, () => [201, 403, 404]).flat())
    const { body } = await room.as('alice').get('')
    expect(body).toMatchObject({ lastMessageSeq: 5, revision: 8, lastMessage: { seq: 5 } })
    expect(await room.as('bob').get('/messages')).toMatchObject({
      body: { items: [1, 2, 3, 4, 5].map((seq) => ({ seq })) },
    })
  })

  it('come back as they were sent, letter for letter', async () => {
    const room = await givenGroup(host, 'alice')
    const texts = [
      '  spaces before and behind  ',
      'lines\r\nand\ttabs\n',
      `quotes ' " \` and \\ backslashes \\' -- ; $1 ? :name`,
      '👩‍👩‍👧‍👦 é é ﷽ 漢字 עברית ½ \u{10ffff}',
      '<b>not</b> &amp; {"json":true}',
    ]
    for (const text of texts) {
      const sent = await room.say('alice', text)
      expect(sent.text).toBe(text)
      expect((await room.as('alice').get(`/messages/${sent.id}`)).body.text).toBe(text)
    }
  })

  it('are the same for who sends, who reads and who listens', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('bob')
    await socket.ready()
    const sent = await room.say('alice', { text: 'To all', mentions: ['bob'], clientId: 'x1' })
    expect(sent).toEqual({
      id: expect.any(String),
      roomId: room.id,
      seq: 2,
      revision: 5,
      clientId: 'x1',
      kind: 'user',
      user: { id: 'alice', name: 'Alice', description: '', avatarUrl: null, lastSeenAt: null },
      as: null,
      text: 'To all',
      system: null,
      data: null,
      media: [],
      replyTo: null,
      ...{ threadId: null, threadSeq: null, alsoInRoom: false, thread: null },
      mentions: ['bob'],
      mentionsEveryone: false,
      reactions: [],
      createdAt: expect.any(String),
      editedAt: null,
      forwardedFrom: null,
      deletedAt: null,
      pinnedAt: null,
      pinnedById: null,
    })
    expect((await socket.next('message.created')).message).toEqual(sent)
    const read = (await room.as('bob').get(`/messages/${sent.id}`)).body
    expect(read).toEqual({ ...sent, myReactions: [] })
    expect((await room.as('bob').get('/messages')).body.items.at(-1)).toEqual(read)
  })

  it('hold up to their limit, counted in characters, and are never blank', async () => {
    const room = await givenGroup(host, 'alice')
    const longest = '🙂'.repeat(8000)
    expect((await room.say('alice', longest)).text).toBe(longest)
    const tooLong = await room.as('alice').post('/messages', { text: 'x'.repeat(8001) })
    expect(tooLong).toMatchObject({ status: 413, body: { code: 'too_large', errors: [{ pointer: '/text' }] } })
    for (const body of [{}, { text: '' }, { text: ' \n\t ' }, { text: '', mediaIds: [] }]) {
      const blank = await room.as('alice').post('/messages', body)
      expect(blank).toMatchObject({ status: 400, body: { errors: [{ pointer: '/text' }] } })
    }
    expect((await room.as('alice').get('')).body.lastMessageSeq).toBe(2)
  })

  it('are found in their own room only', async () => {
    const [room, other] = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    const { id } = await room.say('alice', 'Here')
    expect((await room.as('alice').get(`/messages/${id}`)).status).toBe(200)
    expect((await other.as('alice').get(`/messages/${id}`)).status).toBe(404)
    expect((await other.as('alice').patch(`/messages/${id}`, { text: 'There' })).status).toBe(404)
    expect((await other.as('alice').delete(`/messages/${id}`)).status).toBe(404)
  })

  it('mention members and nobody else, nobody twice', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.as('carol').delete('/members/me')
    const send = (mentions: unknown[]) => room.as('alice').post('/messages', { text: '@all', mentions })
    expect(await send(['bob', 'alice'])).toMatchObject({ status: 201, body: { mentions: ['bob', 'alice'] } })
    for (const stranger of ['carol', 'erin', 'nobody']) {
      expect(await send(['bob', stranger])).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/mentions/1' }] },
      })
    }
    expect(await send(['bob', 'bob'])).toMatchObject({ status: 400, body: { errors: [{ pointer: '/mentions' }] } })
  })

  it('of the system stay as they are; who may delete messages may delete them', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [system] = (await room.as('alice').get('/messages')).body.items
    expect(system).toMatchObject({ kind: 'system', text: 'Alice created the group' })
    const conflict = { status: 409, body: { code: 'conflict' } }
    expect(await room.as('alice').patch(`/messages/${system.id}`, { text: 'Bob did' })).toMatchObject(conflict)
    expect((await room.as('bob').delete(`/messages/${system.id}`)).status).toBe(403)
    expect((await room.as('alice').delete(`/messages/${system.id}`)).status).toBe(204)
  })
})

describe.each(databases)('replies on $name', (database) => {
  const host = shareHost(database)

  it('show what they answer, as it is now', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const question = await room.say('alice', 'Tee?')
    const reply = await room.say('bob', { text: 'Yes', replyToId: question.id })
    const quote = {
      ...{ id: question.id, seq: question.seq, threadId: null, userId: 'alice', userName: 'Alice', as: null },
      ...{ text: 'Tee?', firstMedia: null },
    }
    expect(reply.replyTo).toEqual(quote)
    const quoted = async () => (await room.as('alice').get(`/messages/${reply.id}`)).body.replyTo
    await room.as('alice').patch(`/messages/${question.id}`, { text: 'Tea?' })
    expect(await quoted()).toEqual({ ...quote, text: 'Tea?' })
    await room.as('alice').delete(`/messages/${question.id}`)
    expect(await quoted()).toEqual({ ...quote, text: '' })
  })

  it('show the first file of what they answer, until that is deleted', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const mediaIds = [await givenPicture(host, 'alice', 'cat.png'), await givenPicture(host, 'alice', 'dog.png')]
    const picture = await room.say('alice', { mediaIds })
    const bob = await listening(host, 'bob')
    const reply = await room.say('bob', { text: 'A cat!', replyToId: picture.id })
    const quoted = { id: mediaIds[0], filename: 'cat.png', url: expect.stringContaining(`/media/${mediaIds[0]}/`) }
    const told = (await bob.next('message.created')).message
    const read = async () => (await room.as('alice').get(`/messages/${reply.id}`)).body
    for (const { replyTo } of [reply, told, await read()]) {
      expect(replyTo).toMatchObject({ userId: 'alice', userName: 'Alice', firstMedia: quoted })
    }
    await room.as('alice').delete(`/messages/${picture.id}`)
    expect((await read()).replyTo).toMatchObject({ userName: 'Alice', text: '', firstMedia: null })
  })

  it('show the beginning of a long text, whole characters only', async () => {
    const room = await givenGroup(host, 'alice')
    const long = await room.say('alice', '🙂'.repeat(400))
    expect((await room.say('alice', { text: 'tl;dr', replyToId: long.id })).replyTo.text).toBe('🙂'.repeat(280))
  })

  it('answer no message that was deleted, is in another room, or never was', async () => {
    const [room, other] = [
      await givenGroup(host, 'alice'),
      await givenRoom(host, 'alice', { type: 'group', name: 'O' }),
    ]
    const [deleted, foreign] = [await room.say('alice', 'Gone'), await other.say('alice', 'Elsewhere')]
    await room.as('alice').delete(`/messages/${deleted.id}`)
    const reply = (replyToId: string) => room.as('alice').post('/messages', { text: 'Re', replyToId })
    expect(await reply(deleted.id)).toMatchObject({ status: 409, body: { code: 'conflict' } })
    for (const id of [foreign.id, '01890000-0000-7000-8000-000000000000', 'x']) {
      expect(await reply(id)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/replyToId' }] } })
    }
    expect((await room.as('alice').get('')).body.lastMessageSeq).toBe(2)
  })
})

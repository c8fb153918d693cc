import type { SendMessage } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenPicture } from './given-picture.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('a message with a clientId on $name', (database) => {
  const host = shareHost(database)

  it('is one message, however often it is sent', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const question = await room.say('bob', 'Well?')
    const mediaIds = [await givenPicture(host, 'alice')]
    const draft = { text: 'Once', clientId: 'a-1', replyToId: question.id, mentions: ['bob'], mediaIds }
    const first = await room.say('alice', draft)
    await room.as('bob').post(`/messages/${first.id}/reactions`, { reaction: '👍' })
    const again = await room.as('alice').post('/messages', draft)
    expect(again.status).toBe(200)
    expect(again.body).toEqual((await room.as('alice').get(`/messages/${first.id}`)).body)
    expect((await room.as('alice').get('')).body).toMatchObject({ lastMessageSeq: 3, revision: first.revision + 1 })
  })

  it('is one message also when it is sent twenty times at once', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('bob')
    await socket.ready()
    const sends = Array.from({ length: 20 }, () =>
      room.as('alice').post('/messages', { text: 'Once', clientId: 'a-1' }),
    )
    const answers = await Promise.all(sends)
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(19).fill(200), 201])
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    const last = await room.say('alice', 'Twice')
    expect(last.seq).toBe(3)
    await socket.until(() => socket.events(room.id).some((event) => event.message?.id === last.id), 'the last message')
    expect(socket.events(room.id).map((event) => event.message.text)).toEqual(['Once', 'Twice'])
  })

  it('is one message also when several of it go into one commit, whoever speaks', async () => {
    const room = await givenGroup(host, 'alice')
    const { messages, system } = host.chat
    const draft = { text: 'Once', clientId: 'x-1' }
    const speakers = [
      (message: SendMessage) => messages.send('alice', room.id, message),
      (message: SendMessage) => system.messages.send(room.id, message),
    ]
    for (const send of speakers) {
      // The first one is under way alone, the others wait and go together.
      const sent = await Promise.all([send({ text: 'Before' }), ...Array.from({ length: 4 }, () => send(draft))])
      const first = sent[0]?.seq ?? 0
      expect(sent.map((message) => message.seq - first)).toEqual([0, 1, 1, 1, 1])
      // And once that commit is over.
      expect((await send(draft)).seq - first).toBe(1)
    }
    expect((await room.as('alice').get('')).body).toMatchObject({ lastMessageSeq: 5, revision: 7 })
  })

  it('over the socket and over HTTP is the same message', async () => {
    const room = await givenGroup(host, 'alice')
    const socket = await host.socket('alice')
    await socket.ready()
    const { result } = await socket.command('message.send', { roomId: room.id, text: 'Once', clientId: 's-1' })
    const again = await room.as('alice').post('/messages', { text: 'Once', clientId: 's-1' })
    expect(again).toMatchObject({ status: 200, body: { id: result.id } })
  })

  it('takes it from the Idempotency-Key header as well', async () => {
    const room = await givenGroup(host, 'alice')
    const send = (body: object, key: string) => room.as('alice').post('/messages', body, { 'idempotency-key': key })
    const first = await send({ text: 'Once' }, 'k-1')
    expect(first).toMatchObject({ status: 201, body: { clientId: 'k-1' } })
    expect(await send({ text: 'Once' }, 'k-1')).toMatchObject({ status: 200, body: { id: first.body.id } })
    expect(await send({ text: 'Once', clientId: 'k-1' }, 'k-1')).toMatchObject({
      status: 200,
      body: { id: first.body.id },
    })
    expect(await send({ text: 'Once', clientId: 'k-2' }, 'k-1')).toMatchObject({ status: 400 })
  })

  it('is refused with another body: a slip of the client, not a retry', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const question = await room.say('bob', 'Well?')
    await room.say('alice', { text: 'Once', clientId: 'a-1' })
    const others = [{ text: 'Twice' }, { text: 'Once', mentions: ['bob'] }, { text: 'Once', replyToId: question.id }]
    for (const body of others) {
      const answer = await room.as('alice').post('/messages', { ...body, clientId: 'a-1' })
      expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    }
    expect((await room.as('alice').get('')).body.lastMessageSeq).toBe(3)
  })

  it('is refused with another body also when both come at once', async () => {
    const room = await givenGroup(host, 'alice')
    const sends = Array.from({ length: 10 }, (_, n) =>
      room.as('alice').post('/messages', { text: `Body ${n % 2}`, clientId: 'a-1' }),
    )
    const statuses = (await Promise.all(sends)).map((answer) => answer.status)
    expect(statuses.sort()).toEqual([200, 200, 200, 200, 201, 409, 409, 409, 409, 409])
    expect((await room.as('alice').get('')).body.lastMessageSeq).toBe(2)
  })

  it('is another message in another room, and by another sender', async () => {
    const [room, other] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice')]
    const draft = { text: 'Hello', clientId: 'same' }
    const sent = [await room.say('alice', draft), await room.say('bob', draft), await other.say('alice', draft)]
    expect(new Set(sent.map((message) => message.id)).size).toBe(3)
  })

  it.each([
    ['alice', 'bob'],
    ['bob', 'alice'],
  ])('is two messages when %s and %s give theirs the same clientId in one moment', async (first, second) => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { messages } = host.chat
    const socket = await host.socket('alice')
    await socket.ready()
    // The same words, and others: neither is the other's, nor a clash with it.
    for (const texts of [
      ['Hello', 'Hello'],
      ['Good morning', 'Good evening'],
    ]) {
      const clientId = texts.join()
      const send = (userId: string, n: number) => messages.send(userId, room.id, { text: texts[n] as string, clientId })
      // The first one is under way alone, the others wait and go together, each twice.
      const [before, ...sent] = await Promise.all([
        messages.send(first, room.id, { text: 'Before' }),
        ...[send(first, 0), send(second, 1), send(first, 0), send(second, 1)],
      ])
      expect(sent.map(({ seq, user, text }) => [seq - before.seq, user?.id, text])).toEqual([
        [1, first, texts[0]],
        [2, second, texts[1]],
        [1, first, texts[0]],
        [2, second, texts[1]],
      ])
      // And again once they are stored.
      const again = await Promise.all([send(second, 1), send(first, 0)])
      expect(again.map(({ id }) => id)).toEqual([sent[1]?.id, sent[0]?.id])
    }
    const last = await room.say('alice', 'The end')
    expect(last.seq).toBe(8)
    await socket.until(() => socket.events(room.id).some((event) => event.message?.id === last.id), 'the last message')
    const told = socket.events(room.id).map(({ message }) => [message.user.id, message.text])
    const both = [first, second]
    expect(told).toEqual([
      ...[[first, 'Before'], ...both.map((userId) => [userId, 'Hello'])],
      ...[
        [first, 'Before'],
        [first, 'Good morning'],
        [second, 'Good evening'],
      ],
      ['alice', 'The end'],
    ])
  })

  it('is itself after it was edited: as it is now, and not sent anew', async () => {
    const room = await givenGroup(host, 'alice')
    const draft = { text: 'Helo', clientId: 'a-1' }
    const { id } = await room.say('alice', draft)
    await room.as('alice').patch(`/messages/${id}`, { text: 'Hello' })
    expect(await room.as('alice').post('/messages', draft)).toMatchObject({ status: 200, body: { id, text: 'Hello' } })
    const other = await room.as('alice').post('/messages', { text: 'Hello', clientId: 'a-1' })
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
  })

  it('does not rise again after it was deleted', async () => {
    const room = await givenGroup(host, 'alice')
    const draft = { text: 'Regretted', clientId: 'a-1' }
    const { id } = await room.say('alice', draft)
    await room.as('alice').delete(`/messages/${id}`)
    const again = await room.as('alice').post('/messages', draft)
    expect(again).toMatchObject({ status: 200, body: { id, text: '', deletedAt: expect.any(String) } })
    expect((await room.as('alice').get('')).body.lastMessageSeq).toBe(2)
  })

  it('of which the answer was lost is not sent for somebody who may not write any more', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const draft = { text: 'Once', clientId: 'b-1' }
    await room.say('bob', draft)
    await room.as('alice').delete('/members/bob')
    expect((await room.as('bob').post('/messages', draft)).status).toBe(404)
  })
})

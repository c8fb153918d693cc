import type { Message } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenPicture } from './given-picture.js'
import { type GivenRoom, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

const of = (room: GivenRoom, { id }: Pick<Message, 'id'>) => ({ roomId: room.id, messageId: id })

describe.each(databases)('a message that is forwarded on $name', (database) => {
  const asked: { text?: string | undefined }[] = []
  const host = shareHost(database, {
    before: { message: (draft) => void asked.push(draft) },
  })

  it('says the same again, with its media, and who said it, and mentions nobody', async () => {
    const [from, to] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'bob', 'carol', 'alice')]
    const mediaIds = [await givenPicture(host, 'alice', 'b.png'), await givenPicture(host, 'alice', 'a.png')]
    const original = await from.say('alice', { text: 'Look, @Bob', mediaIds, mentions: ['bob'] })
    asked.length = 0
    const sent = await to.say('bob', { forward: of(from, original) })
    const { createdAt, media } = original
    expect(sent).toMatchObject({
      text: 'Look, @Bob',
      mentions: [],
      mentionsEveryone: false,
      media,
      user: { id: 'bob' },
    })
    expect(sent.forwardedFrom).toEqual({ roomId: null, messageId: null, userId: 'alice', name: 'Alice', createdAt })
    expect(asked).toMatchObject([{ text: 'Look, @Bob', mediaIds }])
    expect((await to.as('carol').get('')).body.me).toMatchObject({ unreadCount: 1, mentionCount: 0 })
    for (const { id } of media) expect(await host.chat.media.get('carol', id)).toMatchObject({ id })
    // Forwarded once more, it is still the first who said it.
    const again = await from.say('alice', { forward: of(to, sent) })
    expect(again).toMatchObject({ media, forwardedFrom: sent.forwardedFrom })
  })

  it('names the room where it was said if that is public, and the name under which the application spoke', async () => {
    const from = await givenRoom(host, 'alice', { type: 'group', name: 'Square', isPublic: true })
    const to = await givenGroup(host, 'alice')
    const said = await host.chat.system.messages.send(from.id, { text: 'Ten o’clock', as: { name: 'Tower' } })
    const { createdAt } = said
    expect((await to.say('alice', { forward: of(from, said) })).forwardedFrom).toEqual({
      ...{ roomId: from.id, messageId: said.id, userId: null, name: 'Tower', createdAt },
    })
  })

  it('is one that its sender sees: else there is nothing', async () => {
    const [closed, open] = [
      await givenGroup(host, 'alice'),
      await givenRoom(host, 'alice', { type: 'group', name: 'Open', isPublic: true }),
    ]
    const to = await givenGroup(host, 'bob', 'alice')
    const nothing = { status: 404, body: { code: 'not_found', errors: [{ pointer: '/forward' }] } }
    for (const room of [closed, open]) {
      const said = await room.say('alice', 'Between us')
      expect(await to.as('bob').post('/messages', { forward: of(room, said) })).toMatchObject(nothing)
      const elsewhere = { forward: { roomId: to.id, messageId: said.id } }
      expect(await to.as('bob').post('/messages', elsewhere)).toMatchObject(nothing)
      expect(await to.as('bob').post('/messages', { forward: of(to, { id: 'none' }) })).toMatchObject(nothing)
    }
    await open.as('bob').post('/members', { userId: 'me' })
    const said = await open.say('alice', 'Now you hear it')
    expect(await to.say('bob', { forward: of(open, said) })).toMatchObject({ text: 'Now you hear it' })
    // Who may not write there is told that, and nothing of the original.
    expect(await closed.as('bob').post('/messages', { forward: of(closed, said) })).toMatchObject({
      body: { code: 'not_found' },
    })
    expect((await to.as('bob').get('')).body).toMatchObject({ lastMessageSeq: 2 })
  })

  it('is neither a deleted one nor one of the system, brings all with it, and stays as it was said', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const send = (body: object) => room.as('alice').post('/messages', body)
    const said = await room.say('alice', 'Once')
    const system = await host.chat.system.messages.send(room.id, { text: 'It rains' })
    expect(await send({ forward: of(room, system) })).toMatchObject({ status: 409, body: { code: 'conflict' } })
    for (const [key, value] of Object.entries({ text: 'I add', mentions: ['bob'], mentionsEveryone: true })) {
      const refusal = { status: 400, body: { errors: [{ pointer: `/${key}` }] } }
      expect(await send({ forward: of(room, said), [key]: value })).toMatchObject(refusal)
    }
    const forwarded = await room.say('alice', { forward: of(room, said), text: '', mediaIds: [], mentions: [] })
    expect(await room.as('alice').patch(`/messages/${forwarded.id}`, { text: 'Never said' })).toMatchObject({
      ...{ status: 409, body: { code: 'conflict' } },
    })
    await room.as('alice').delete(`/messages/${said.id}`)
    expect(await send({ forward: of(room, said) })).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect((await room.as('bob').get('')).body.lastMessage).toMatchObject({ id: forwarded.id, text: 'Once' })
  })

  it('is one message under its clientId, also once the original is gone, and another body is refused', async () => {
    const [from, to] = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    const [one, other] = [await from.say('alice', 'One'), await from.say('alice', 'Other')]
    const send = (body: object) => to.as('alice').post('/messages', { clientId: 'c1', ...body })
    const sent = await send({ forward: of(from, one) })
    expect(sent.status).toBe(201)
    expect(await send({ forward: of(from, one) })).toMatchObject({ status: 200, body: { id: sent.body.id } })
    for (const body of [{ forward: of(from, other) }, { text: 'One' }]) {
      expect(await send(body)).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    }
    await from.as('alice').delete('')
    expect(await send({ forward: of(from, one) })).toMatchObject({ status: 200, body: { id: sent.body.id } })
  })

  it('keeps the files for as long as one message carries them', async () => {
    const [from, to] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'bob', 'carol')]
    const id = await givenPicture(host, 'alice')
    const original = await from.say('alice', { mediaIds: [id] })
    const sent = await to.say('bob', { forward: of(from, original) })
    await from.as('alice').delete(`/messages/${original.id}`)
    expect((await to.as('carol').get(`/messages/${sent.id}`)).body.media).toMatchObject([{ id }])
    // It is not new any more, so nobody sends it as their own.
    expect(await from.as('alice').post('/messages', { mediaIds: [id] })).toMatchObject({ status: 400 })
    await from.as('alice').delete('')
    expect(await host.chat.media.get('carol', id)).toMatchObject({ id })
    await to.as('bob').delete(`/messages/${sent.id}`)
    await expect(host.chat.media.get('carol', id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is forwarded by the application: as it sees, under a name, and inside a transaction of its own', async () => {
    const [from, to] = [await givenGroup(host, 'alice'), await givenGroup(host, 'bob', 'carol')]
    const said = await from.say('alice', { text: 'Sold', mediaIds: [await givenPicture(host, 'alice')] })
    const forward = of(from, said)
    const as = { name: 'Clerk', avatarUrl: null }
    const sent = await host.chat.system.messages.send(to.id, { forward, as })
    expect(sent).toMatchObject({ text: 'Sold', as, user: null, media: said.media, forwardedFrom: { userId: 'alice' } })
    await expect(host.chat.messages.send('bob', to.id, { forward })).rejects.toMatchObject({ code: 'not_found' })
    const inside = await host.chat.transaction((_tx, chat) => chat.messages.send('alice', from.id, { forward }))
    expect(inside).toMatchObject({ text: 'Sold', media: said.media })
  })
})

// Where no hook looks at messages, each of them is sent as it comes.
describe.each(databases)('a message that is forwarded, without hooks, on $name', (database) => {
  const host = shareHost(database)

  it('keeps its place before what its sender writes at once after it', async () => {
    const room = await givenGroup(host, 'alice')
    const said = await room.say('alice', 'Listen')
    const sends = [host.chat.messages.send('alice', room.id, { forward: of(room, said) })]
    for (const text of ['And', 'then']) sends.push(host.chat.messages.send('alice', room.id, { text }))
    const [first, second, third] = await Promise.all(sends)
    expect([first?.seq, second?.seq, third?.seq]).toEqual([3, 4, 5])
  })
})

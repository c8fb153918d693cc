import type { SendMessage } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('a lenient message on $name', (database) => {
  const host = shareHost(database)

  /** A room of Alice and Bob, and what a message cannot refer to any more. */
  async function givenWhatIsGone() {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const { id: replyToId } = await room.say('bob', 'Regretted')
    await room.as('bob').delete(`/messages/${replyToId}`)
    await room.as('carol').delete('/members/me')
    return { room, replyToId }
  }

  /** All ways to send. */
  const ways: Record<string, (room: GivenRoom, message: SendMessage & { clientId: string }) => Promise<unknown>> = {
    'over HTTP': async (room, message) => (await room.as('alice').post('/messages', message)).body,
    'over the socket': async (room, message) => {
      const socket = await host.socket('alice')
      await socket.ready()
      const { result, problem } = await socket.command('message.send', { roomId: room.id, ...message })
      return result ?? problem
    },
    'from the host’s code': (room, message) => host.chat.messages.send('alice', room.id, message),
    'in the host’s transaction': (room, message) =>
      host.chat.transaction((_, chat) => chat.messages.send('alice', room.id, message)),
    'by the host itself': (room, message) => host.chat.system.messages.send(room.id, message),
  }

  it.each(Object.entries(ways))('is sent without what is gone: %s', async (_, send) => {
    const { room, replyToId } = await givenWhatIsGone()
    const sent = await send(room, {
      ...{ text: 'Anyway', clientId: 'l-1', lenient: true },
      ...{ replyToId, mentions: ['carol', 'bob', 'nobody'] },
    })
    expect(sent).toMatchObject({ text: 'Anyway', replyTo: null, mentions: ['bob'] })
    const [last] = (await room.as('bob').get('/messages?limit=1')).body.items
    expect(last).toMatchObject({ text: 'Anyway', replyTo: null, mentions: ['bob'] })
  })

  it('keeps what is there', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const question = await room.say('bob', 'Well?')
    const reply = await room.say('alice', { text: 'Yes', replyToId: question.id, mentions: ['bob'], lenient: true })
    expect(reply).toMatchObject({ replyTo: { id: question.id, text: 'Well?' }, mentions: ['bob'] })
  })

  it('quotes nothing of another room, or of none', async () => {
    const [room, other] = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    const { id: elsewhere } = await other.say('alice', 'Elsewhere')
    for (const replyToId of [elsewhere, 'x'])
      expect(await room.say('alice', { text: 'Re', replyToId, lenient: true })).toMatchObject({ replyTo: null })
  })

  it('is the same message as one that is not lenient', async () => {
    const { room, replyToId } = await givenWhatIsGone()
    const draft = { text: 'Once', clientId: 'a-1', replyToId, mentions: ['carol'] }
    const first = await room.as('alice').post('/messages', { ...draft, lenient: true })
    expect(first.status).toBe(201)
    for (const lenient of [true, false, undefined]) {
      const again = await room.as('alice').post('/messages', { ...draft, lenient })
      expect(again).toMatchObject({ status: 200, body: { id: first.body.id } })
    }
    const other = await room.as('alice').post('/messages', { ...draft, text: 'Twice', lenient: true })
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
  })

  it('is still refused to who may not write, without words, and with a file of somebody else’s', async () => {
    const { room } = await givenWhatIsGone()
    const send = async (userId: string, message: object) =>
      (await room.as(userId).post('/messages', { ...message, lenient: true })).status
    expect(await send('carol', { text: 'Hi' })).toBe(404)
    expect(await send('alice', { text: ' ' })).toBe(400)
    expect(await send('alice', { text: 'Hi', mediaIds: ['nobody’s'] })).toBe(400)
    expect(await send('alice', { text: 'Hi', lenient: true, unknown: 1 })).toBe(400)
  })

  it('beside others in one commit takes nothing from them', async () => {
    const { room, replyToId } = await givenWhatIsGone()
    const send = (message: object) => host.chat.messages.send('alice', room.id, message)
    const [, lenient, refused, plain] = await Promise.allSettled([
      send({ text: 'Before' }),
      send({ text: 'Lenient', replyToId, lenient: true }),
      send({ text: 'Strict', replyToId }),
      send({ text: 'Plain', mentions: ['bob'] }),
    ])
    expect(lenient).toMatchObject({ value: { text: 'Lenient', replyTo: null } })
    expect(refused).toMatchObject({ reason: { code: 'conflict' } })
    expect(plain).toMatchObject({ value: { text: 'Plain', mentions: ['bob'] } })
  })

  it('quotes a message either whole or not at all while it is being deleted', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    for (let n = 0; n < 8; n += 1) {
      const { id: replyToId } = await room.say('bob', 'Going')
      const [reply] = await Promise.all([
        host.chat.messages.send('alice', room.id, { text: `Re ${n}`, replyToId, lenient: true }),
        host.chat.messages.delete('bob', room.id, replyToId),
      ])
      // Written before the deletion, it quotes; written after it, it does not.
      const { body: tombstone } = await room.as('alice').get(`/messages/${replyToId}`)
      expect(reply.replyTo !== null).toBe(reply.revision < tombstone.revision)
    }
  })
})

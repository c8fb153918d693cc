import type { Message } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { modelNames } from '../../src/store/client.js'
import { databases } from '../databases.js'
import { givenDatabase, givenHost } from '../realtime/given.js'
import { holding } from '../realtime/holding.js'
import { fillRoom, indexAll } from './given-history.js'
import { givenPicture } from './given-picture.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

/** What a test needs of any model. */
interface Model {
  fields: object
  count(args: { where: object }): Promise<number>
}

/** Of what it keeps, a durable subscription is told that the room was deleted. */
const outlive = ['chatSubscriptionPosition']

/** By one of these a row belongs to a room, or to a message; what is kept of a thread has the id of its message for that of a room. */
const keys = ['roomId', 'messageId', 'threadId']

describe.each(databases)('a deleted room on $name', (database) => {
  const host = shareHost(database)

  /** How many rows each model has that belong to any of these, but for models that belong to no room. */
  async function rowsOf(ids: string[]): Promise<Record<string, number>> {
    const counts = modelNames.map(async (name) => {
      const model = host.prisma[name] as unknown as Model
      const by = keys.filter((key) => key in model.fields)
      if (by.length === 0 || outlive.includes(name)) return []
      return [[name, await model.count({ where: { OR: by.map((key) => ({ [key]: { in: ids } })) } })]]
    })
    return Object.fromEntries((await Promise.all(counts)).flat())
  }

  it('leaves what was said and done there, which nobody can see, and nothing else', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol', 'dave')
    const mediaIds = [await givenPicture(host, 'bob')]
    const root = (await room.say('bob', { text: '@Carol', mentions: ['carol'], mediaIds })) as Message
    const quiet = await room.say('bob', 'Nobody replies to this')
    const reply = async (text: string, more = {}): Promise<Message> =>
      room.say('alice', { text, threadId: root.id, mentions: ['bob'], ...more })
    const replies = [await reply('One'), await reply('Two'), await reply('Three', { alsoInRoom: true })]
    const answers = await Promise.all([
      room.as('alice').delete(`/messages/${replies[0]?.id}`),
      room.as('carol').put(`/messages/${quiet.id}/thread/following`),
      room.as('bob').patch(`/messages/${root.id}`, { text: '@Carol!' }),
      room.as('bob').post(`/messages/${root.id}/reactions`, { reaction: '👍' }),
      room.as('carol').post(`/messages/${root.id}/reports`, { reason: 'spam', text: '' }),
      room.as('alice').put(`/pins/${root.id}`),
      room.as('alice').post('/invites', {}),
      room.as('alice').put('/bans/dave', {}),
      room.as('bob').post('/messages', { text: 'Later', sendAt: new Date(Date.now() + 3_600_000).toISOString() }),
    ])
    expect(answers.map(({ status }) => Math.floor(status / 100))).toEqual(answers.map(() => 2))
    // The index of the search has whole blocks of messages.
    const said = Array.from({ length: 130 }, (_, n) => ({ userId: 'bob', text: `${n}`, at: Date.now() }))
    await fillRoom(host.prisma, room.id, said)
    await indexAll(host.prisma)
    // Where people are notified, it is known up to where they were, in the room and in its threads.
    await host.prisma.chatNotified.createMany({
      data: [room.id, root.id].map((roomId) => ({ roomId, userId: 'dave', seq: 1 })),
    })
    const ids = [room.id, ...[root, quiet, ...replies].map(({ id }) => id)]
    const before = await rowsOf(ids)
    // Whatever a room has, this one has: a new model is to be here as well.
    expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([])
    expect((await room.as('alice').delete('')).status).toBe(204)
    const left = Object.entries(await rowsOf(ids)).filter(([, count]) => count > 0)
    // What was to be sent later fails at its time, and its author is told.
    expect(left.map(([name]) => name).sort()).toEqual([
      ...['chatAuditEntry', 'chatBan', 'chatMessage', 'chatMessageEdit', 'chatMessageReaction', 'chatReport'],
      ...['chatRoomUser', 'chatScheduledMessage'],
    ])
  })
})

describe.each(databases)('a room that is deleted meanwhile on $name', (database) => {
  it.each([true, false])('has nobody who follows its threads, or does no more (%s)', async (isFollowing) => {
    const client = holding((await givenDatabase(database)).prisma)
    const host = await givenHost({}, client)
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('alice', 'Hello')
    const path = `/messages/${id}/thread/following`
    const held = client.hold('ChatMessage.find')
    const asked = isFollowing ? room.as('bob').put(path) : room.as('bob').delete(path)
    await held.reached
    expect((await room.as('alice').delete('')).status).toBe(204)
    held.release()
    expect((await asked).status).toBe(404)
    expect(await host.prisma.chatThreadFollower.count()).toBe(0)
  })
})

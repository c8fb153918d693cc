import type { Message, ThreadMe } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'
import { isWaitedFor } from './waited-for.js'

const meIn = async (room: GivenRoom, userId: string, id: string): Promise<ThreadMe> =>
  (await room.as(userId).get(`/messages/${id}/thread/me`)).body

// SQLite is left out: it has one writer at a time, so nothing is beside a transaction there.
const manyWriters = databases.filter(({ name }) => name !== 'sqlite')

describe.each(manyWriters)('somebody’s reply, while they begin or stop to follow its thread, on $name', (database) => {
  const host = shareHost(database)

  it.each(['follow', 'unfollow'] as const)('is read by them, and makes them follow, after they %s', async (change) => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const root = await room.say('alice', 'Now')
    let replied: Promise<Message> | undefined
    await host.chat.transaction(async (tx, chat) => {
      await chat.threads[change]('bob', room.id, root.id)
      replied = room.say('bob', { text: 'Now', threadId: root.id })
      await isWaitedFor(tx, host)
    })
    expect(await replied).toMatchObject({ threadSeq: 1 })
    expect(await meIn(room, 'bob', root.id)).toMatchObject({ isFollowing: true, lastReadSeq: 1, unreadCount: 0 })
  })

  it('is followed by whom it mentions, though they are just stopping', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const root = await room.say('alice', 'Now')
    let replied: Promise<Message> | undefined
    await host.chat.transaction(async (tx, chat) => {
      await chat.threads.unfollow('bob', room.id, root.id)
      replied = room.say('carol', { text: '@Bob', mentions: ['bob'], threadId: root.id })
      await isWaitedFor(tx, host)
    })
    await replied
    expect(await meIn(room, 'bob', root.id)).toMatchObject({ isFollowing: true, lastReadSeq: 0, mentionCount: 1 })
  })
})

describe.each(databases)('many who follow, stop and reply at once on $name', (database) => {
  const host = shareHost(database)

  it('are all heard, and each has read what they wrote', async () => {
    const people = ['alice', 'bob', 'carol', 'dave', 'erin']
    const room = await givenGroup(host, 'alice', 'bob', 'carol', 'dave', 'erin')
    for (let round = 0; round < 5; round += 1) {
      const root = await room.say('alice', `Round ${round}`)
      const following = `/messages/${root.id}/thread/following`
      const answers = await Promise.all(
        people.flatMap((userId, n) => {
          const mentions = [people[(n + 1) % people.length] ?? '']
          const reply = () => room.as(userId).post('/messages', { text: 'Me', threadId: root.id, mentions })
          return [room.as(userId).put(following), reply(), room.as(userId).delete(following), reply()]
        }),
      )
      expect(answers.map(({ status }) => status)).toEqual(people.flatMap(() => [200, 201, 204, 201]))
      const { items } = (await room.as('alice').get(`/messages/${root.id}/thread`)).body
      expect(items).toHaveLength(2 * people.length)
      for (const userId of people) {
        const own = items.filter(({ user }: Message) => user?.id === userId).map(({ threadSeq }: Message) => threadSeq)
        expect((await meIn(room, userId, root.id)).lastReadSeq, userId).toBeGreaterThanOrEqual(Math.max(...own))
      }
    }
  })
})

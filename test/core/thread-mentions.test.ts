import type { Message, SendMessage, ThreadMe } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { listening } from './reading-back.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('whom a mention makes follow a thread on $name', (database) => {
  const host = shareHost(database)

  const reply = (room: GivenRoom, userId: string, threadId: string, text: string, more: SendMessage = {}) =>
    room.say(userId, { text, threadId, ...more }) as Promise<Message>
  const meIn = async (room: GivenRoom, userId: string, id: string): Promise<ThreadMe> =>
    (await room.as(userId).get(`/messages/${id}/thread/me`)).body
  const unfollow = (room: GivenRoom, userId: string, id: string) => host.chat.threads.unfollow(userId, room.id, id)

  /** Bob blocks Alice while a test does something. */
  async function whileBobBlocksAlice(work: () => Promise<void>): Promise<void> {
    await host.as('bob').put('/users/me/blocks/alice')
    await work().finally(() => host.as('bob').delete('/users/me/blocks/alice'))
  }

  it('is nobody who blocks whoever mentions them', () =>
    whileBobBlocksAlice(async () => {
      const room = await givenGroup(host, 'carol', 'alice', 'bob')
      const of = ['bob', 'carol']
      const root = (await room.say('alice', { text: '@Bob @Carol', mentions: of })) as Message
      await reply(room, 'alice', root.id, '@Bob @Carol', { mentions: of })
      await reply(room, 'alice', root.id, '@Bob @Carol', { mentions: of, alsoInRoom: true })
      await host.chat.system.messages.send(room.id, { text: 'Quiet', threadId: root.id })
      expect(await meIn(room, 'bob', root.id)).toMatchObject({ isFollowing: false, unreadCount: 0, mentionCount: 0 })
      expect(await meIn(room, 'carol', root.id)).toMatchObject({ isFollowing: true, unreadCount: 2, mentionCount: 2 })
      // Another one may still call him.
      await reply(room, 'carol', root.id, '@Bob', { mentions: ['bob'] })
      expect(await meIn(room, 'bob', root.id)).toMatchObject({ isFollowing: true, unreadCount: 1, mentionCount: 1 })
      await reply(room, 'alice', root.id, '@Bob', { mentions: ['bob'] })
      expect(await meIn(room, 'bob', root.id)).toMatchObject({ unreadCount: 2, mentionCount: 1 })
      // Nor does one bring him back who wants no more of it.
      await unfollow(room, 'bob', root.id)
      const last = await reply(room, 'alice', root.id, '@Bob', { mentions: ['bob'] })
      expect((await meIn(room, 'bob', root.id)).isFollowing).toBe(false)
      for (const { id } of [last, root]) {
        await room.as('alice').patch(`/messages/${id}`, { mentions: [] })
        await room.as('alice').patch(`/messages/${id}`, { mentions: of })
        expect((await meIn(room, 'bob', root.id)).isFollowing).toBe(false)
      }
      await reply(room, 'carol', root.id, '@Bob', { mentions: ['bob'] })
      expect((await meIn(room, 'bob', root.id)).isFollowing).toBe(true)
    }))

  it('is nobody who blocks them, where a word of the application is sent at the same moment', () =>
    whileBobBlocksAlice(async () => {
      const room = await givenGroup(host, 'carol', 'alice', 'bob')
      const root = await room.say('carol', 'All at once')
      await Promise.all([
        host.chat.system.messages.send(room.id, { text: 'Quiet', threadId: root.id }),
        reply(room, 'alice', root.id, '@Bob @Carol', { mentions: ['bob', 'carol'] }),
        reply(room, 'alice', root.id, '@Bob @Carol', { mentions: ['bob', 'carol'] }),
      ])
      expect((await meIn(room, 'bob', root.id)).isFollowing).toBe(false)
      expect((await meIn(room, 'carol', root.id)).mentionCount).toBe(2)
    }))

  it('is whom an edit mentions anew, of a reply and of the message that the thread is of, and they are told', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol', 'dave', 'erin')
    const root = await room.say('alice', { text: '@Bob', mentions: ['bob'] })
    const [one, two] = [await reply(room, 'alice', root.id, 'One'), await reply(room, 'alice', root.id, 'Two')]
    const [bob, carol, dave] = [
      await listening(host, 'bob'),
      await listening(host, 'carol'),
      await listening(host, 'dave'),
    ]
    await room.as('alice').patch(`/messages/${root.id}`, { mentions: ['bob', 'carol'] })
    // As for whom it mentioned from the beginning, all replies are unread.
    expect(await meIn(room, 'carol', root.id)).toMatchObject({ isFollowing: true, lastReadSeq: 0, unreadCount: 2 })
    expect(await carol.next('thread.updated')).toMatchObject({ messageId: root.id, me: { unreadCount: 2 } })
    await room.as('alice').patch(`/messages/${two.id}`, { mentions: ['dave'] })
    expect(await meIn(room, 'dave', root.id)).toMatchObject({ isFollowing: true, unreadCount: 1, mentionCount: 1 })
    expect(await dave.next('thread.updated')).toMatchObject({ messageId: root.id, me: { mentionCount: 1 } })
    // Whoever had stopped follows again, and nobody does whom it mentioned before.
    for (const userId of ['bob', 'carol', 'dave']) await unfollow(room, userId, root.id)
    for (const name of [bob, carol, dave]) expect((await name.next('thread.updated')).me.isFollowing).toBe(false)
    await room.as('alice').patch(`/messages/${root.id}`, { mentions: ['bob', 'dave'] })
    await room.as('alice').patch(`/messages/${one.id}`, { mentions: ['carol'] })
    const isFollowing = async (userId: string) => (await meIn(room, userId, root.id)).isFollowing
    expect(await Promise.all(['bob', 'carol', 'dave', 'erin'].map(isFollowing))).toEqual([false, true, true, false])
    await host.chat.system.messages.send(room.id, { text: 'The end' })
    for (const name of [bob, carol, dave]) {
      await name.until(() => name.events(room.id).some(({ message }) => message?.text === 'The end'), 'the end')
    }
    expect(bob.frames.filter(({ type }) => type === 'thread.updated')).toHaveLength(1)
  })

  it('is whom an edit mentions before the first reply, from that one on', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const root = await room.say('alice', 'Nobody yet')
    await unfollow(room, 'carol', root.id)
    await room.as('alice').patch(`/messages/${root.id}`, { mentions: ['bob', 'carol'] })
    expect((await meIn(room, 'bob', root.id)).isFollowing).toBe(false)
    expect((await meIn(room, 'carol', root.id)).isFollowing).toBe(true)
    await reply(room, 'alice', root.id, 'One')
    for (const userId of ['bob', 'carol']) {
      expect(await meIn(room, userId, root.id), userId).toMatchObject({ isFollowing: true, unreadCount: 1 })
    }
  })
})

import type { ChatClient } from 'express-chat/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { givenGroup, sharedHost } from '../realtime/given.js'
import { liveClient, textsOf, until } from './given.js'
import { givenLine } from './line.js'

describe('a thread, in a client', () => {
  const host = sharedHost()

  const send = (userId: string, roomId: string, text: string, more = {}) =>
    host.chat.messages.send(userId, roomId, { text, ...more })
  const repliesOf = (client: ChatClient, roomId: string, messageId: string) =>
    client
      .room(roomId)
      .thread(messageId)
      .messages.getSnapshot()
      .items.map(({ text, seq, state }) => [text, seq, state].join(' '))
  const shows = (client: ChatClient, roomId: string, messageId: string, ...texts: string[]) =>
    until(
      client.room(roomId).thread(messageId).messages,
      ({ items }) => items.map(({ text }) => text).join() === texts.join(),
      `${texts}`,
    )

  it('shows its replies, and the room shows how many there are, and none of them', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const root = await send('alice', roomId, 'Who brings what?')
    await send('bob', roomId, 'Bread', { threadId: root.id })
    const [alice, bob] = [await liveClient(host, 'alice'), await liveClient(host, 'bob')]
    await Promise.all([alice.room(roomId).messages.load(), bob.room(roomId).messages.load()])
    const thread = alice.room(roomId).thread(root.id)
    expect(alice.room(roomId).thread(root.id)).toBe(thread)
    await thread.load()
    expect(thread.root.getSnapshot()).toMatchObject({ id: root.id, thread: { count: 1 } })
    expect(thread.me.getSnapshot()).toMatchObject({ isFollowing: true, unreadCount: 1 })
    expect(repliesOf(alice, roomId, root.id)).toEqual(['Bread 1 sent'])

    const sent = thread.messages.send({ text: 'Wine', clientId: 'c1' })
    expect(repliesOf(alice, roomId, root.id)).toEqual(['Bread 1 sent', 'Wine 0 sending'])
    expect(textsOf(alice, roomId)).toEqual(['Who brings what?'])
    expect(await sent).toMatchObject({ threadId: root.id, threadSeq: 2 })
    expect(repliesOf(alice, roomId, root.id)).toEqual(['Bread 1 sent', 'Wine 2 sent'])
    // More of them than the room has messages.
    for (const text of ['Water', 'Salt', 'Oil']) await send('alice', roomId, text, { threadId: root.id })
    const { messages } = bob.room(roomId)
    const shown = await until(messages, ({ items }) => items.at(-1)?.thread?.count === 5, 'the last reply')
    expect(shown.items.at(-1)?.thread?.userIds).toEqual(['bob', 'alice'])
    expect(textsOf(bob, roomId)).toEqual(['Who brings what?'])
    // Neither unread nor the last message, and nothing that the server would count otherwise.
    const { body } = await host.as('bob').get(`/rooms/${roomId}`)
    expect(bob.room(roomId).unread.getSnapshot()).toBe(body.me.unreadCount)
    const listed = bob.rooms.getSnapshot().items.find(({ id }) => id === roomId)
    expect(listed).toMatchObject({ lastMessageSeq: root.seq, lastMessage: { id: root.id } })
  })

  it('has a reply that is shown in the room as well, where it stands in both', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const root = await send('alice', roomId, 'When?')
    const bob = await liveClient(host, 'bob')
    const thread = bob.room(roomId).thread(root.id)
    await Promise.all([bob.room(roomId).messages.load(), thread.load()])
    await thread.messages.send({ text: 'Ten?' })
    await thread.messages.send({ text: 'Nine!', alsoInRoom: true })
    expect(repliesOf(bob, roomId, root.id)).toEqual(['Ten? 1 sent', 'Nine! 2 sent'])
    expect(textsOf(bob, roomId)).toEqual(['When?', 'Nine!'])
    expect(bob.room(roomId).messages.getSnapshot().items.at(-1)).toMatchObject({ seq: root.seq + 1, threadSeq: 2 })
    await host.chat.messages.edit('bob', roomId, bob.room(roomId).messages.getSnapshot().items.at(-1)?.id ?? '', {
      text: 'Eight!',
    })
    await shows(bob, roomId, root.id, 'Ten?', 'Eight!')
    expect(textsOf(bob, roomId)).toEqual(['When?', 'Eight!'])
  })

  it('is edited, reacted to and deleted at once, and as others do it', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const root = await send('alice', roomId, 'Change')
    const reply = await send('bob', roomId, 'One', { threadId: root.id })
    const [alice, bob] = [await liveClient(host, 'alice'), await liveClient(host, 'bob')]
    const [hers, his] = [alice.room(roomId).thread(root.id), bob.room(roomId).thread(root.id)]
    await Promise.all([hers.load(), his.load()])
    const edited = his.messages.edit(reply.id, 'Two')
    expect(repliesOf(bob, roomId, root.id)).toEqual(['Two 1 sent'])
    await edited
    await shows(alice, roomId, root.id, 'Two')
    await hers.messages.react(reply.id, '👍')
    await until(his.messages, ({ items }) => items[0]?.reactions[0]?.count === 1, 'the reaction')
    await his.messages.delete(reply.id)
    await until(hers.messages, ({ items }) => items[0]?.deletedAt, 'the tombstone')
    await until(hers.root, (message) => message?.thread?.count === 0, 'the summary')
  })

  it('is read on at both ends', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const root = await send('alice', roomId, 'Long')
    for (let n = 1; n <= 60; n += 1) await send('bob', roomId, `${n}`, { threadId: root.id })
    const { messages } = (await liveClient(host, 'alice')).room(roomId).thread(root.id)
    await messages.load()
    const ends = () => {
      const { items, hasBefore, hasAfter } = messages.getSnapshot()
      return [items[0]?.text, items.at(-1)?.text, hasBefore, hasAfter]
    }
    expect(ends()).toEqual(['11', '60', true, false])
    await messages.loadBefore()
    expect(ends()).toEqual(['1', '60', false, false])
  })

  it('comes back whole after the connection was lost, however far the room has moved on', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const root = await send('alice', roomId, 'Away')
    await send('bob', roomId, '1', { threadId: root.id })
    const line = await givenLine(host.origin)
    const alice = await liveClient(line, 'alice')
    const thread = alice.room(roomId).thread(root.id)
    onTestFinished(thread.messages.subscribe(() => undefined))
    await thread.load()
    for (const count of [3, 300]) {
      const before = thread.messages.getSnapshot().items.at(-1)?.seq ?? 0
      line.isUp = false
      line.cut()
      await until(alice.connection, ({ status }) => status === 'reconnecting')
      const texts = Array.from({ length: count }, (_, n) => `${before + n + 1}`)
      await Promise.all(texts.map((text) => send('bob', roomId, text, { threadId: root.id })))
      line.isUp = true
      alice.wake()
      await until(thread.messages, ({ items }) => items.at(-1)?.seq === before + count, `${count} more`)
      const { items } = thread.messages.getSnapshot()
      expect(items.map(({ seq }) => seq)).toEqual(items.map((_, n) => (items[0]?.seq ?? 0) + n))
    }
  })

  it('is followed, and listed with what is unread, as it changes here and elsewhere', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [one, two] = [await send('alice', roomId, 'One'), await send('bob', roomId, 'Two')]
    await send('bob', roomId, 'a', { threadId: one.id })
    const alice = await liveClient(host, 'alice')
    expect(alice.threads.getSnapshot()).toMatchObject({ status: 'idle', items: [] })
    await alice.threads.load()
    const listed = () =>
      alice.threads
        .getSnapshot()
        .items.filter(({ room }) => room.id === roomId)
        .map(({ message, me }) => [message.text, me.unreadCount, me.mentionCount].join(' '))
    const becomes = (...wanted: string[]) => until(alice.threads, () => listed().join() === wanted.join(), `${wanted}`)
    expect(listed()).toEqual(['One 1 0'])
    await send('bob', roomId, 'b', { threadId: one.id })
    await becomes('One 2 0')
    await send('bob', roomId, '@Alice', { threadId: two.id, mentions: ['alice'] })
    await becomes('Two 1 1', 'One 2 0')
    await host.chat.threads.markRead('alice', roomId, one.id, 1)
    await becomes('Two 1 1', 'One 1 0')
    const thread = alice.room(roomId).thread(one.id)
    await thread.load()
    await thread.markRead()
    expect(listed()).toEqual(['Two 1 1', 'One 0 0'])
    expect(await host.chat.threads.me('alice', roomId, one.id)).toMatchObject({ lastReadSeq: 2, unreadCount: 0 })
    await alice.room(roomId).thread(two.id).messages.send({ text: 'Here' })
    await becomes('Two 0 0', 'One 0 0')
    const three = await send('alice', roomId, 'Three')
    await send('bob', roomId, 'd', { threadId: three.id })
    await becomes('Three 1 0', 'Two 0 0', 'One 0 0')
    await host.chat.threads.unfollow('alice', roomId, three.id)
    await becomes('Two 0 0', 'One 0 0')
    await thread.follow(false)
    expect(listed()).toEqual(['Two 0 0'])
    await send('bob', roomId, 'c', { threadId: one.id })
    await host.chat.threads.follow('alice', roomId, one.id)
    await becomes('One 0 0', 'Two 0 0')
  })
})

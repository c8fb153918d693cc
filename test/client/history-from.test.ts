import { describe, expect, it } from 'vitest'
import { sharedHost } from '../realtime/given.js'
import { liveClient, until } from './given.js'

describe('a room of which I see what was written since I joined', () => {
  const host = sharedHost()

  async function given() {
    const { id } = await host.chat.rooms.create('alice', {
      ...{ type: 'group', name: 'From now on', historyFrom: 'joined', userIds: ['bob'] },
    })
    const old = await host.chat.messages.send('bob', id, { text: 'Old' })
    const carol = await liveClient(host, 'carol')
    await host.chat.members.add('alice', id, { userId: 'carol' })
    await host.chat.messages.send('bob', id, { text: 'New', replyToId: old.id })
    const { messages, ...room } = carol.room(id)
    await messages.load()
    await until(messages, ({ items }) => items.at(-1)?.text === 'New')
    const texts = () => messages.getSnapshot().items.map(({ text }) => text)
    return { id, old, carol, room, messages, texts }
  }

  it('begins there, and stays as it is whatever becomes of older messages', async () => {
    const { id, old, carol, room, messages, texts } = await given()
    expect(texts()).toEqual(['Alice added Carol', 'New'])
    expect(messages.getSnapshot()).toMatchObject({ status: 'ready', hasBefore: false, hasAfter: false })
    expect(messages.getSnapshot().items[1]?.replyTo).toBeNull()
    expect(room.getSnapshot().room?.me?.firstSeq).toBe(messages.getSnapshot().items[0]?.seq)

    const before = carol.unread.getSnapshot()
    const heard: string[] = []
    carol.onEvent(({ type }) => heard.push(type))
    await host.chat.messages.edit('bob', id, old.id, { text: 'Older' })
    await host.chat.messages.delete('bob', id, old.id)
    await host.chat.messages.send('bob', id, { text: 'Newer' })
    await until(messages, ({ items }) => items.at(-1)?.text === 'Newer')
    expect(heard).toEqual(['message.hidden', 'message.hidden', 'message.created'])
    expect(texts()).toEqual(['Alice added Carol', 'New', 'Newer'])
    expect(room.getSnapshot().room?.me?.unreadCount).toBe(2)
    expect(carol.unread.getSnapshot()).toEqual({ ...before, messages: before.messages + 1 })
  })

  it('is read again once its history is shown to all', async () => {
    const { id, messages, texts } = await given()
    await host.chat.rooms.update('alice', id, { historyFrom: 'start' })
    await until(messages, ({ items }) => items.some(({ text }) => text === 'Old'))
    expect(texts().slice(-3)).toEqual(['Old', 'Alice added Carol', 'New'])
    expect(messages.getSnapshot().items.at(-1)?.replyTo?.text).toBe('Old')
  })
})

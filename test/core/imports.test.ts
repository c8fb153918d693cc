import { setTimeout as delay } from 'node:timers/promises'
import type { ImportMessage } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { nameOf, startHost } from '../host.js'
import { givenImport, givenMessages, itemsOf, start } from './given-import.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('an import on $name', (database) => {
  const host = shareHost(database)
  const { importInto, roomOf } = givenImport(host)

  it('keeps times, authors, quotes, threads, reactions, mentions, data, edits and tombstones', async () => {
    const room = await roomOf('alice', 'bob')
    const said: ImportMessage[] = [
      {
        key: '1',
        userId: 'alice',
        text: 'Who brings "cake"?\n{a, \\b}',
        createdAt: start(0),
        mentions: ['bob', 'erin'],
      },
      { key: '2', userId: 'erin', text: 'I do', createdAt: start(1), replyTo: '1', editedAt: start(9) },
      { key: '3', as: { name: 'Bot', avatarUrl: '/bot.svg' }, data: { cake: [1] }, createdAt: start(1) },
      { key: '4', kind: 'system', text: 'erin has left', createdAt: start(2) },
      { key: '5', userId: 'bob', text: 'Plum', thread: '1', createdAt: start(3) },
      { key: '6', userId: 'erin', text: 'No, cherry', thread: '1', alsoInRoom: true, createdAt: start(4) },
      { key: '7', userId: 'bob', text: 'forgotten', deletedAt: start(6), createdAt: start(5) },
      { key: '8', userId: 'alice', text: 'Apple', thread: '7', createdAt: start(6) },
      {
        ...{ key: '9', userId: 'bob', text: 'See you', createdAt: '2020-01-01T00:00:07.000+00:00' },
        reactions: [
          { reaction: '❤', userIds: ['alice', 'erin'] },
          { reaction: '👍', userIds: ['erin'] },
        ],
      },
    ]
    expect(await importInto(room, said)).toEqual({ imported: 9, skipped: 0 })
    const items = await itemsOf(host, 'alice', room)
    expect(items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(items.map(({ user, as, text }) => [user?.name ?? as?.name ?? null, text])).toEqual([
      ['Alice', 'Who brings "cake"?\n{a, \\b}'],
      ['Erin', 'I do'],
      ['Bot', ''],
      [null, 'erin has left'],
      ['Erin', 'No, cherry'],
      ['Bob', ''],
      ['Bob', 'See you'],
    ])
    expect(items.map(({ createdAt }) => Date.parse(createdAt))).toEqual([0, 1, 1, 2, 4, 5, 7].map((n) => +start(n)))
    const [first, second, third, fourth, fifth, sixth, last] = items
    expect(first).toMatchObject({
      ...{ mentions: ['bob', 'erin'], clientId: null },
      thread: { count: 2, lastSeq: 2, lastAt: start(4).toISOString(), userIds: ['bob', 'erin'] },
    })
    expect(second).toMatchObject({ replyTo: { id: first?.id, text: first?.text }, editedAt: start(9).toISOString() })
    expect(third).toMatchObject({ data: { cake: [1] }, as: { name: 'Bot', avatarUrl: '/bot.svg' }, kind: 'user' })
    expect(fourth).toMatchObject({ kind: 'system', system: { type: 'host' } })
    expect(fifth).toMatchObject({ threadId: first?.id, threadSeq: 2, alsoInRoom: true })
    expect(sixth).toMatchObject({ deletedAt: start(6).toISOString(), thread: { count: 1 } })
    expect(last?.reactions).toEqual([
      { reaction: '❤️', count: 2, userIds: ['alice', 'erin'] },
      { reaction: '👍', count: 1, userIds: ['erin'] },
    ])
    const thread = await host.chat.threads.list('bob', room, first?.id ?? '')
    expect(thread.items.map(({ text, createdAt }) => [text, createdAt])).toEqual([
      ['Plum', start(3).toISOString()],
      ['No, cherry', start(4).toISOString()],
    ])
    const reactions = await host.chat.reactions.list('alice', room, last?.id ?? '')
    expect(reactions.items.map(({ user, reaction, createdAt }) => [user.name, reaction, createdAt])).toEqual([
      ['Alice', '❤️', start(7).toISOString()],
      ['Erin', '❤️', start(7).toISOString()],
      ['Erin', '👍', start(7).toISOString()],
    ])
    const shown = await host.chat.rooms.get('bob', room)
    expect(shown).toMatchObject({ lastMessage: { id: last?.id }, me: { unreadCount: 0, mentionCount: 0 } })

    const { lastMessageAt, lastReplyAt } = await host.prisma.chatRoom.findUniqueOrThrow({ where: { id: room } })
    expect([lastMessageAt, lastReplyAt]).toEqual([start(7), start(6)])

    // What is said here goes on behind it, and can be done with it what can be done with all else.
    const reply = { text: 'I come too', replyToId: last?.id ?? '', threadId: first?.id ?? '', alsoInRoom: true }
    expect(await host.chat.messages.send('bob', room, reply)).toMatchObject({ seq: 8, threadSeq: 3 })
    expect(Date.parse((await host.chat.rooms.get('bob', room)).lastMessage?.createdAt ?? '')).toBeGreaterThan(+start(9))
    await host.chat.messages.edit('alice', room, first?.id ?? '', { text: 'Who brings it?', mentions: ['bob'] })
    await host.chat.reactions.add('bob', room, last?.id ?? '', '❤')
    await host.chat.messages.delete('erin', room, second?.id ?? '').catch(() => undefined)
    expect((await itemsOf(host, 'alice', room))[6]?.reactions[0]).toMatchObject({ reaction: '❤️', count: 3 })
  })

  it('adds nothing that is there already, whatever became of it', async () => {
    const room = await roomOf('alice')
    const said = givenMessages(1_200)
    expect(await importInto(room, said.slice(0, 700))).toEqual({ imported: 700, skipped: 0 })
    const [first] = await itemsOf(host, 'alice', room, { after: 0, limit: 1 })
    await host.chat.messages.delete('alice', room, first?.id ?? '')
    const { seq } = await host.chat.messages.send('alice', room, { text: 'Meanwhile' })
    const again = [...said, ...said.slice(0, 1).map((one) => ({ ...one, createdAt: start(1_300), text: 'Other' }))]
    expect(await importInto(room, again)).toEqual({ imported: 500, skipped: 701 })
    expect(await importInto(room, again)).toEqual({ imported: 0, skipped: 1_201 })
    const all = await host.prisma.chatMessage.findMany({ where: { roomId: room }, orderBy: { seq: 'asc' } })
    expect(all.map((row) => row.seq)).toEqual(Array.from({ length: 1_201 }, (_, n) => n + 1))
    expect(all[0]?.text).toBe('')
    expect([seq, all[700]?.text, all[701]?.text]).toEqual([701, 'Meanwhile', 'message 700'])
    // A room in which people write now does not become as old as what is imported into it.
    const { lastMessageAt } = await host.prisma.chatRoom.findUniqueOrThrow({ where: { id: room } })
    expect(lastMessageAt).toEqual(all[700]?.createdAt)
    // The same key in another room is another message, and in one that is not there none.
    expect(await importInto(await roomOf('bob'), said.slice(0, 3))).toEqual({ imported: 3, skipped: 0 })
    await expect(importInto('nowhere', said)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is done once by two servers at the same time, while people write', async () => {
    const room = await roomOf('alice', 'bob')
    const said = givenMessages(1_500, (n) => (n % 10 === 9 ? { thread: `k${n - 9}` } : {}))
    const other = await startHost(host.database)
    const sending = (async () => {
      for (let n = 0; n < 20; n += 1) await host.chat.messages.send('bob', room, { text: `live ${n}` })
    })()
    const results = await Promise.all([importInto(room, said), other.chat.importMessages(room, said), sending])
    await other.close()
    expect(results.slice(0, 2).reduce((sum, done) => sum + (done?.imported ?? 0), 0)).toBe(1_500)
    const rows = await host.prisma.chatMessage.findMany({ where: { roomId: room }, orderBy: { seq: 'asc' } })
    const inRoom = rows.filter(({ seq }) => seq > 0)
    expect(inRoom.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_370 }, (_, n) => n + 1))
    const order = inRoom.flatMap(({ text }) => (text.startsWith('message') ? [Number(text.slice(8))] : []))
    expect(order).toEqual(Array.from({ length: 1_500 }, (_, n) => n).filter((n) => n % 10 !== 9))
    const { revision } = await host.prisma.chatRoom.findUniqueOrThrow({ where: { id: room } })
    expect(Math.max(...rows.map((row) => row.revision))).toBe(revision)
    expect(new Set(rows.map((row) => row.revision)).size).toBe(rows.length)
    const root = rows.find(({ text }) => text === 'message 0')
    expect(JSON.parse(root?.thread ?? '{}')).toMatchObject({ count: 1, lastSeq: 1 })
  })

  it('keeps what comes before a message that cannot be, and names it', async () => {
    const said = givenMessages(10)
    const bad: [Partial<ImportMessage>, string, string][] = [
      [{ userId: 'nobody' }, '/userId', 'the chat knows nobody by the id nobody: chat.users.save first'],
      [
        { createdAt: start(2) },
        '/createdAt',
        `is before that of the message before, ${start(6).toISOString()}: sort them first`,
      ],
      [{ createdAt: new Date(Date.now() + 3_600_000) }, '/createdAt', 'lies in the future'],
      [{ text: ' ' }, '/text', 'a message needs text, media or data'],
      [
        { mentions: ['alice', 'nobody'] },
        '/mentions/1',
        'the chat knows nobody by the id nobody: chat.users.save first',
      ],
      [{ replyTo: 'k9' }, '/replyTo', 'no message with this key was imported before'],
      [{ thread: 'none' }, '/thread', 'no message with this key was imported before'],
      [{ alsoInRoom: true }, '/alsoInRoom', 'is for a reply in a thread: give thread'],
      [
        { reactions: [{ reaction: 'ok', userIds: ['bob'] }] },
        '/reactions/0/reaction',
        'is not one of those allowed here',
      ],
      [
        { reactions: [{ reaction: '👍', userIds: ['x'] }] },
        '/reactions/0/userIds/0',
        'the chat knows nobody by the id x: chat.users.save first',
      ],
      [{ mediaIds: ['x'] }, '/mediaIds/0', 'is not media of its author that is still unattached'],
      [{ userId: undefined }, '/userId', "give userId, or as for a bot, or kind: 'system'"],
      [{ kind: 'system' }, '/kind', 'what tells what happened is by nobody: give neither userId nor as'],
      [{ thread: 'k1', deletedAt: start(9) }, '/deletedAt', 'leave out a reply that was deleted: nothing hangs on it'],
    ]
    for (const [change, pointer, detail] of bad) {
      const room = await roomOf('alice')
      const broken = said.map((one, n) => (n === 7 ? { ...one, ...change } : one))
      const error = await importInto(room, broken).then(
        () => undefined,
        (thrown) => thrown,
      )
      expect([pointer, error?.message, error?.errors]).toEqual([
        pointer,
        `message 8 ("k7"): ${detail}`,
        [{ pointer, detail }],
      ])
      expect((await itemsOf(host, 'alice', room)).map(({ text }) => text)).toEqual(
        said.slice(0, 7).map((one) => one.text),
      )
      expect(await importInto(room, said)).toEqual({ imported: 3, skipped: 7 })
    }
    const room = await roomOf('alice')
    const unknown = { ...said[2], emoji: ':)' } as unknown as ImportMessage
    await expect(importInto(room, [...said.slice(0, 2), unknown])).rejects.toThrow(/^message 3 \("k2"\): \/emoji/)
    await expect(importInto(room, [null as unknown as ImportMessage])).rejects.toThrow(/^message 1: /)
  })

  it('leaves out what it refers to and is not there, where that may be', async () => {
    const room = await roomOf('alice')
    const [said] = givenMessages(1)
    const lenient = {
      ...{ ...said, lenient: true, replyTo: 'none', mentions: ['nobody', 'bob'] },
      reactions: [
        { reaction: 'ok', userIds: ['bob'] },
        { reaction: '👍', userIds: ['x', 'bob'] },
      ],
    } as ImportMessage
    expect(await importInto(room, [lenient])).toEqual({ imported: 1, skipped: 0 })
    expect(await itemsOf(host, 'alice', room)).toMatchObject([
      { replyTo: null, mentions: ['bob'], reactions: [{ reaction: '👍', count: 1, userIds: ['bob'] }] },
    ])
  })

  it('reads no more of a stream ahead than it writes at once', async () => {
    const room = await roomOf('alice')
    let [read, ahead, isClosed] = [0, 0, false]
    async function* endless() {
      try {
        for (const said of givenMessages(3_000)) {
          if (read % 100 === 0) {
            await delay(0)
            ahead = Math.max(ahead, read - (await host.prisma.chatMessage.count({ where: { roomId: room } })))
          }
          read += 1
          yield said
        }
        throw new Error('the file ends in the middle of a line')
      } finally {
        isClosed = true
      }
    }
    await expect(host.chat.importMessages(room, endless())).rejects.toThrow('in the middle of a line')
    expect([read, isClosed, await host.prisma.chatMessage.count({ where: { roomId: room } })]).toEqual([
      3_000,
      true,
      3_000,
    ])
    expect(ahead).toBeLessThanOrEqual(500)
  })

  it('is written down in the audit, once', async () => {
    const room = await roomOf('alice')
    await importInto(room, givenMessages(3))
    await importInto(room, givenMessages(3))
    await importInto(room, givenMessages(4))
    const { items } = await host.chat.system.audit.list({ roomId: room, action: 'messages.imported' })
    expect(items.map(({ actorId, details }) => [actorId, details])).toEqual([
      [null, { from: 'k3' }],
      [null, { from: 'k0' }],
    ])
  })

  it('is told to subscriptions, found by a search, and in an export of its author', async () => {
    const room = await roomOf('alice', 'bob')
    await importInto(
      room,
      givenMessages(30, (n) => ({ userId: n % 2 ? 'alice' : 'erin', text: `sparrow ${n}` })),
    )
    const told: string[] = []
    const subscription = host.chat.subscribe(
      `index-${room}`,
      (events) =>
        void told.push(...events.map((event) => (event.type === 'message.created' ? event.message.text : ''))),
      { from: 'start', rooms: { ids: [room] }, types: ['message.created'] },
    )
    await expect.poll(() => told.length).toBe(30)
    await subscription.close()
    expect(told).toEqual(Array.from({ length: 30 }, (_, n) => `sparrow ${n}`))
    const { items } = await host.chat.messages.search('bob', room, { q: 'sparrow 2' })
    expect(items.map(({ text }) => text)[0]).toBe('sparrow 29')
    expect(items).toHaveLength(11)
    expect(items[0]?.user).toMatchObject({ name: nameOf('alice') })
    const lines: string[] = []
    for await (const line of host.chat.exportUser('erin')) lines.push(line)
    expect(lines.filter((line) => line.includes('sparrow'))).toHaveLength(15)
  })

  it('is taken back by the erasure of an author who was never in the room', async () => {
    const room = await roomOf('alice')
    await host.chat.users.save({ id: 'frank', name: 'Frank' })
    await importInto(
      room,
      givenMessages(20, (n) => ({ userId: n % 2 ? 'frank' : 'alice', mentions: n % 2 ? [] : ['frank'] })),
    )
    expect(await host.chat.eraseUser('frank', { messages: 'delete' })).toMatchObject({ finishedAt: expect.any(String) })
    const rows = await host.prisma.chatMessage.findMany({ where: { roomId: room } })
    expect(rows.filter((row) => JSON.stringify(row).includes('frank'))).toEqual([])
    expect(rows.filter(({ deletedAt }) => deletedAt)).toHaveLength(10)
  })
})

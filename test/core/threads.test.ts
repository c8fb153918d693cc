import type { DurableEvent, Message, MessagePage, ObservedEvent, SendMessage } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import type { Answer } from '../host.js'
import { indexAll } from './given-history.js'
import { givenPicture } from './given-picture.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { listening } from './reading-back.js'
import { shareHost } from './shared-host.js'

const textsOf = ({ items }: Pick<MessagePage, 'items'>) => items.map(({ text }) => text)

describe.each(databases)('threads on $name', (database) => {
  const told: ObservedEvent[] = []
  const host = shareHost(database, { on: { event: (event) => void told.push(event) } })

  const reply = (room: GivenRoom, userId: string, threadId: string, text: string, more: SendMessage = {}) =>
    room.say(userId, { text, threadId, ...more }) as Promise<Message>
  const read = async (room: GivenRoom, path: string, userId = 'bob') => (await room.as(userId).get(path)).body
  const rootOf = (room: GivenRoom, id: string): Promise<Message> => read(room, `/messages/${id}`)
  const thread = (room: GivenRoom, id: string, query = ''): Promise<MessagePage> =>
    read(room, `/messages/${id}/thread${query}`)
  const refusal = ({ status, body }: Answer) => [status, body.code, body.errors?.[0]?.pointer]

  it('have replies of their own, which are none of the room’s messages', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const root = await room.say('alice', 'Who brings what?')
    const before = await read(room, '')
    const first = await reply(room, 'bob', root.id, 'Bread')
    const second = await reply(room, 'carol', root.id, 'Wine', { replyToId: first.id, mentions: ['bob'] })

    expect(first).toMatchObject({ seq: 1, threadId: root.id, threadSeq: 1, alsoInRoom: false, thread: null })
    expect(second).toMatchObject({ seq: 2, threadSeq: 2, mentions: ['bob'] })
    const byBob = { userId: 'bob', userName: 'Bob', as: null, firstMedia: null }
    expect(second.replyTo).toEqual({ id: first.id, seq: 1, threadId: root.id, ...byBob, text: 'Bread' })
    // Each takes a revision, and so does the message that it answers.
    expect([first.revision, second.revision]).toEqual([root.revision + 1, root.revision + 3])
    expect(await rootOf(room, root.id)).toMatchObject({
      ...{ threadId: null, threadSeq: null, alsoInRoom: false, revision: root.revision + 4 },
      thread: { count: 2, lastSeq: 2, lastAt: second.createdAt, userIds: ['bob', 'carol'] },
    })
    const after = await read(room, '')
    expect(after).toMatchObject({
      ...{ lastMessageSeq: before.lastMessageSeq, revision: root.revision + 4 },
      lastMessage: { id: root.id, thread: { count: 2 } },
      me: { lastReadSeq: before.me.lastReadSeq, unreadCount: before.me.unreadCount },
    })
    expect(textsOf(await read(room, '/messages?after=1'))).toEqual(['Who brings what?'])
    expect(textsOf(await read(room, '/messages?around=1'))).toEqual([expect.any(String), 'Who brings what?'])
    expect(await read(room, '/messages?before=1')).toEqual({ items: [], hasBefore: false, hasAfter: true })
    const next = await room.say('alice', 'Good')
    expect(next.seq).toBe(root.seq + 1)
    expect((await thread(room, root.id)).items).toEqual(
      [first, second].map((message) => ({ ...message, myReactions: [] })),
    )
  })

  it('are not what the list of rooms is ordered by', async () => {
    const [one, two] = [await givenGroup(host, 'erin', 'bob'), await givenGroup(host, 'erin', 'bob')]
    const root = await one.say('erin', 'First')
    const last = await two.say('erin', 'Second')
    await reply(one, 'bob', root.id, 'Late')
    const listed = async (): Promise<{ id: string; lastMessage: Message }[]> => {
      const { body } = await host.as('erin').get('/rooms?limit=100')
      return body.items.filter(({ id }: { id: string }) => id === one.id || id === two.id)
    }
    expect((await listed()).map(({ id }) => id)).toEqual([two.id, one.id])
    // Nor is a reply the last message when all others were deleted.
    await two.as('erin').delete(`/messages/${last.id}`)
    await one.as('erin').delete(`/messages/${root.id}`)
    const rooms = await listed()
    expect(rooms.map(({ lastMessage }) => lastMessage.kind)).toEqual(['system', 'system'])
    const { lastMessageAt } = await host.prisma.chatRoom.findUniqueOrThrow({ where: { id: one.id } })
    expect(lastMessageAt.toISOString()).toBe(rooms.find(({ id }) => id === one.id)?.lastMessage.createdAt)
    // Not even when there is nothing else.
    await one.as('erin').delete(`/messages/${rooms.find(({ id }) => id === one.id)?.lastMessage.id}`)
    const empty = await host.prisma.chatRoom.findUniqueOrThrow({ where: { id: one.id } })
    expect(empty.lastMessageAt).toEqual(empty.createdAt)
  })

  it('may be answered in the room as well', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'When?')
    await reply(room, 'alice', root.id, 'At nine?')
    const both = await reply(room, 'alice', root.id, 'At ten!', { alsoInRoom: true })
    expect(both).toMatchObject({ seq: root.seq + 1, threadId: root.id, threadSeq: 2, alsoInRoom: true })
    expect(await read(room, '')).toMatchObject({
      ...{ lastMessageSeq: both.seq, lastMessage: { id: both.id } },
      me: { unreadCount: 2 },
    })
    expect(textsOf(await read(room, '/messages?after=1'))).toEqual(['When?', 'At ten!'])
    expect(textsOf(await thread(room, root.id))).toEqual(['At nine?', 'At ten!'])
    const quoting = await reply(room, 'bob', root.id, 'Fine', { replyToId: both.id })
    expect(quoting.replyTo).toMatchObject({ seq: both.seq, threadId: null })
    // A tombstone stays in both places, and nobody has to read it.
    await room.as('alice').delete(`/messages/${both.id}`)
    expect(await read(room, '')).toMatchObject({ lastMessage: { id: root.id }, me: { unreadCount: 1 } })
    expect(textsOf(await thread(room, root.id))).toEqual(['At nine?', '', 'Fine'])
    expect(await rootOf(room, root.id)).toMatchObject({ thread: { count: 2, lastSeq: 3, userIds: ['alice', 'bob'] } })
  })

  it('are paged like a history, by their own numbers', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'Count')
    expect(await thread(room, root.id)).toEqual({ items: [], hasBefore: false, hasAfter: false })
    for (let n = 1; n <= 7; n += 1) await reply(room, 'bob', root.id, `${n}`, { alsoInRoom: n % 3 === 0 })
    const page = async (query: string) => {
      const { items, hasBefore, hasAfter } = await thread(room, root.id, `?${query}`)
      return [items.map(({ text }) => text).join(''), hasBefore, hasAfter]
    }
    expect(await page('limit=3')).toEqual(['567', true, false])
    expect(await page('limit=3&before=5')).toEqual(['234', true, true])
    expect(await page('limit=3&after=0')).toEqual(['123', false, true])
    expect(await page('limit=3&around=4')).toEqual(['345', true, true])
    expect(await page('after=7')).toEqual(['', true, false])
    expect(await host.chat.threads.list('bob', room.id, root.id, { limit: 3 })).toMatchObject({
      items: [{ text: '5' }, { text: '6' }, { text: '7' }],
    })
    expect((await host.chat.system.threads.list(room.id, root.id, { after: 6 })).items).toHaveLength(1)
    expect(refusal(await room.as('bob').get(`/messages/${root.id}/thread?before=1&after=1`))).toEqual([
      ...[400, 'invalid_request', 'before'],
    ])
  })

  it('are only of messages of people that are in the room itself', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const other = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'One')
    const answer = await reply(room, 'bob', root.id, 'Two', { alsoInRoom: true })
    const [madeBySystem] = (await read(room, '/messages')).items
    const elsewhere = await other.say('alice', 'Elsewhere')
    const gone = await room.say('alice', 'Gone')
    await room.as('alice').delete(`/messages/${gone.id}`)
    const send = async (threadId: string | undefined, more = {}) =>
      refusal(await room.as('bob').post('/messages', { text: 'No', threadId, ...more }))
    for (const id of [answer.id, madeBySystem.id, elsewhere.id, 'nowhere']) {
      expect(await send(id, { lenient: true }), id).toEqual([400, 'invalid_request', '/threadId'])
    }
    expect(await send(gone.id)).toEqual([409, 'conflict', undefined])
    expect(await send(undefined, { alsoInRoom: true })).toEqual([400, 'invalid_request', '/alsoInRoom'])
    for (const id of [answer.id, elsewhere.id, 'nowhere']) {
      expect((await room.as('bob').get(`/messages/${id}/thread`)).status, id).toBe(404)
    }
    // What was refused took no number.
    expect(await reply(room, 'bob', root.id, 'Three')).toMatchObject({ threadSeq: 2 })
    expect(await room.say('bob', 'Four')).toMatchObject({ seq: gone.seq + 1 })
  })

  it('outlive the message that they are of, and go on', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'A rumour')
    await reply(room, 'bob', root.id, 'Really?')
    await room.as('alice').delete(`/messages/${root.id}`)
    expect(await rootOf(room, root.id)).toMatchObject({ text: '', thread: { count: 1, userIds: ['bob'] } })
    expect(await reply(room, 'alice', root.id, 'No')).toMatchObject({ threadSeq: 2 })
    expect(textsOf(await thread(room, root.id))).toEqual(['Really?', 'No'])
  })

  it('count replies that stand, and show those who wrote them first', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol', 'dave', 'erin')
    const root = await room.say('alice', 'Hello')
    const replies: Message[] = []
    for (const userId of ['bob', 'bob', 'carol', 'dave', 'erin', 'alice']) {
      replies.push(await reply(room, userId, root.id, 'Hi'))
    }
    const summary = async () => (await rootOf(room, root.id)).thread
    expect(await summary()).toMatchObject({ count: 6, lastSeq: 6, userIds: ['bob', 'carol', 'dave', 'erin', 'alice'] })
    await room.as('bob').delete(`/messages/${replies[0]?.id}`)
    expect(await summary()).toMatchObject({ count: 5, userIds: ['bob', 'carol', 'dave', 'erin', 'alice'] })
    await room.as('bob').delete(`/messages/${replies[1]?.id}`)
    const { revision } = await read(room, '')
    // Deleted again, nothing is less.
    await room.as('bob').delete(`/messages/${replies[1]?.id}`)
    expect(await summary()).toMatchObject({ count: 4, lastSeq: 6, userIds: ['carol', 'dave', 'erin', 'alice'] })
    expect((await read(room, '')).revision).toBe(revision)
    const word = await host.chat.system.messages.send(room.id, { text: 'Closed', threadId: root.id })
    expect(word).toMatchObject({ kind: 'system', user: null, threadSeq: 7, seq: 7 })
    expect(await summary()).toMatchObject({ count: 5, lastSeq: 7, userIds: ['carol', 'dave', 'erin', 'alice'] })
  })

  it('are told live and later: a reply, and with it the message that it answers', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'Live')
    const socket = await listening(host, 'bob')
    told.length = 0
    const answer = await reply(room, 'alice', root.id, 'Now')
    await room.as('bob').patch(`/messages/${answer.id}`, { text: 'No' })
    await room.as('alice').patch(`/messages/${answer.id}`, { text: 'Now!' })
    await room.as('bob').post(`/messages/${answer.id}/reactions`, { reaction: '👍' })
    await room.as('alice').delete(`/messages/${answer.id}`)
    await socket.until(() => socket.events(room.id).length === 6, 'all of it')
    const live = socket.events(room.id)
    const kinds = (events: DurableEvent[]) =>
      events.map((event) => {
        if (!('message' in event)) return [event.type]
        const { threadSeq, thread } = event.message
        const cause = 'cause' in event ? event.cause?.type : undefined
        return [event.type, event.message.id === root.id ? 'root' : threadSeq, thread?.count, cause]
      })
    expect(kinds(live)).toEqual([
      ['message.created', 1, undefined, undefined],
      ['message.updated', 'root', 1, 'thread.reply'],
      ['message.updated', 1, undefined, undefined],
      ['message.updated', 1, undefined, 'reaction.added'],
      ['message.deleted', 1, undefined, undefined],
      ['message.updated', 'root', 0, 'thread.reply'],
    ])
    expect(live.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6].map((n) => root.revision + n))
    expect(kinds(told as DurableEvent[])).toEqual(kinds(live))
    const missed = await read(room, `/changes?since=${root.revision}`)
    expect(kinds(missed.events)).toEqual([
      ['message.deleted', 1, undefined, undefined],
      ['message.updated', 'root', 0, undefined],
    ])
    const resumed = await listening(host, 'bob', { [room.id]: root.revision })
    expect(resumed.events(room.id)).toEqual(missed.events)
  })

  it('give the same reply once, and refuse another under its clientId', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'Once')
    const draft = { text: 'Me', threadId: root.id, clientId: 'mine' }
    const sent = await room.as('bob').post('/messages', draft)
    const again = await room.as('bob').post('/messages', draft)
    expect([sent.status, again.status, again.body.id]).toEqual([201, 200, sent.body.id])
    const other = await room.as('bob').post('/messages', { text: 'Me', clientId: 'mine' })
    expect(refusal(other)).toEqual([409, 'idempotency_conflict', undefined])
    expect(await rootOf(room, root.id)).toMatchObject({ thread: { count: 1, lastSeq: 1 } })
  })

  it('have no hole and no number twice, whoever writes at once in several threads and in the room', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const roots: Message[] = [await room.say('alice', 'One'), await room.say('alice', 'Two')]
    const socket = await listening(host, 'bob')
    const from = (await read(room, '')).revision
    const sends = Array.from({ length: 60 }, (_, n) => {
      const userId = ['alice', 'bob', 'carol'][n % 3] as string
      const [threadId, alsoInRoom] = [roots[n % 4]?.id, n % 5 === 0]
      return host.chat.messages.send(userId, room.id, {
        text: `${n}`,
        ...(threadId === undefined ? {} : { threadId, alsoInRoom }),
      })
    })
    const sent = await Promise.all(sends)
    const replies = sent.filter(({ threadId }) => threadId !== null)
    const upTo = (n: number) => Array.from({ length: n }, (_, each) => each + 1)
    for (const { id } of roots) {
      const own = replies.filter(({ threadId }) => threadId === id)
      expect(own.map(({ threadSeq }) => threadSeq).sort((a, b) => Number(a) - Number(b))).toEqual(upTo(own.length))
      expect((await rootOf(room, id)).thread).toMatchObject({ count: own.length, lastSeq: own.length })
    }
    const inRoom = sent.filter(({ threadId, alsoInRoom }) => threadId === null || alsoInRoom)
    const { revision, lastMessageSeq } = await read(room, '')
    expect(lastMessageSeq).toBe(3 + inRoom.length)
    expect(inRoom.map(({ seq }) => seq - 3).sort((a, b) => a - b)).toEqual(upTo(inRoom.length))
    // The messages that they answer change with each of them, or with several at once.
    expect(revision).toBeGreaterThanOrEqual(from + sent.length + roots.length)
    expect(revision).toBeLessThanOrEqual(from + sent.length + replies.length)
    await socket.until(() => socket.events(room.id).at(-1)?.revision === revision, 'the last')
    expect(socket.events(room.id).map((event) => event.revision - from)).toEqual(upTo(revision - from))
  })

  it('are found by searches, between what was said in the room, in the order of time', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'walrus 1')
    const said = ['walrus 1']
    for (let n = 2; n <= 50; n += 1) {
      if (n % 2 === 0) await reply(room, 'bob', root.id, `walrus ${n}`, { alsoInRoom: n % 10 === 0 })
      else await room.say('bob', `walrus ${n}`)
      said.push(`walrus ${n}`)
    }
    const odd = await reply(room, 'bob', root.id, 'a narwhal')
    const newestFirst = said.reverse()
    const all = async (path: string, textOf: (item: { text: string; message: Message }) => string) => {
      const texts: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const { body }: Answer = await host.as('alice').get(`${path}${cursor && `&cursor=${cursor}`}`)
        texts.push(...body.items.map(textOf))
        cursor = body.nextCursor
      }
      return texts
    }
    for (const indexed of [false, true]) {
      if (indexed) await indexAll(host.prisma)
      expect(await all(`/rooms/${room.id}/messages?q=walrus&limit=20`, ({ text }) => text)).toEqual(newestFirst)
      const everywhere = `/messages/search?q=walrus&roomId=${room.id}&limit=20`
      expect(await all(everywhere, ({ message }) => message.text)).toEqual(newestFirst)
      const { body } = await host.as('alice').get('/messages/search?q=narwhal')
      expect(body.items[0]?.message).toMatchObject({ id: odd.id, threadId: root.id })
      const { createdAt } = (await read(room, `/messages/${odd.id}`)) as Message
      const before = await host.as('alice').get(`/messages/search?q=narwhal&before=${createdAt}`)
      expect(before.body.items).toEqual([])
      const rest = new Date(Date.parse(createdAt) + 1).toISOString()
      expect(await all(`${everywhere}&before=${rest}`, ({ message }) => message.text)).toEqual(newestFirst)
    }
    const blocks = await host.prisma.chatSearchBlock.findMany({
      where: { roomId: room.id },
      orderBy: { number: 'asc' },
    })
    expect(blocks.map(({ number }) => Math.sign(number))).toEqual([-1, 0])
    // Changed, its block is made anew, and until then it is gone through.
    await room.as('bob').patch(`/messages/${odd.id}`, { text: 'a dolphin' })
    const { body } = await host.as('alice').get('/messages/search?q=dolphin')
    expect(body.items).toHaveLength(1)
    expect(await host.prisma.chatSearchBlock.count({ where: { roomId: room.id } })).toBe(1)
  })

  it('keep to slow mode and to silence, as messages do', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'Slowly')
    await room.as('alice').patch('', { slowModeSeconds: 600 })
    await reply(room, 'bob', root.id, 'One')
    const send = async (body: SendMessage) => refusal(await room.as('bob').post('/messages', body))
    expect((await send({ text: 'Two', threadId: root.id }))[0]).toBe(429)
    expect((await send({ text: 'Two' }))[0]).toBe(429)
    await room.as('alice').patch('/members/bob', { silencedUntil: '2100-01-01T00:00:00.000Z' })
    await room.as('alice').patch('', { slowModeSeconds: 0 })
    expect((await send({ text: 'Two', threadId: root.id }))[1]).toBe('silenced')
  })

  it('take part in a transaction of the host', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'An order')
    told.length = 0
    const failed = host.chat.transaction(async (_tx, chat) => {
      await chat.messages.send('bob', room.id, { text: 'Lost', threadId: root.id })
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    await host.chat.transaction(async (_tx, chat) => {
      await chat.messages.send('bob', room.id, { text: 'Shipped', threadId: root.id })
      await chat.messages.send('bob', room.id, { text: 'Here', threadId: root.id, alsoInRoom: true })
    })
    expect(textsOf(await thread(room, root.id))).toEqual(['Shipped', 'Here'])
    expect(told.map(({ type }) => type)).toEqual([
      ...['message.created', 'message.updated', 'message.created', 'message.updated'],
    ])
    expect((await rootOf(room, root.id)).thread).toMatchObject({ count: 2, lastSeq: 2 })
  })

  it('carry media, for the people of the room', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'Pictures?')
    const mediaId = await givenPicture(host, 'bob')
    const sent = await reply(room, 'bob', root.id, '', { mediaIds: [mediaId] })
    expect(sent.media).toMatchObject([{ id: mediaId }])
    expect(await host.chat.media.get('alice', mediaId)).toMatchObject({ id: mediaId })
    await expect(host.chat.media.get('carol', mediaId)).rejects.toMatchObject({ code: 'not_found' })
    expect(await rootOf(room, root.id)).toMatchObject({ thread: { count: 1 } })
  })
})

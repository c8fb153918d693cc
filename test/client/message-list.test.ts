import type { Message } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { givenLive } from './connecting.js'
import { messageOf, roomOf, userOf } from './state/room-model.js'
import { pass } from './wire.js'

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)
const pageOf = (from: number, to: number) => ({
  items: numbers(from, to).map((seq) => messageOf('room', seq)),
  hasBefore: from > 1,
  hasAfter: false,
})

async function given() {
  const all = await givenLive()
  const { messages } = all.client.room('room')
  const { wire } = all
  wire.hold(/messages|say message|say reaction/)
  const shown = () => messages.getSnapshot()
  const seqs = () => shown().items.map(({ seq }) => seq)
  /** Answers what was asked for last, and gives what that was. */
  async function answer(...answer: Parameters<(typeof wire.held)[number]['answer']>) {
    await pass()
    wire.held.at(-1)?.answer(...answer)
    await pass()
    return wire.held.at(-1)?.what
  }
  async function load(from: number, to: number) {
    const loaded = messages.load()
    await answer(200, pageOf(from, to))
    await loaded
  }
  const hear = (seq: number, facts: Partial<Message> = {}) =>
    wire.socket.tell({
      ...{ type: 'message.created', roomId: 'room', revision: seq },
      message: messageOf('room', seq, facts),
    })
  return { ...all, messages, seqs, answer, load, hear, window: shown }
}

const none = {
  items: [],
  failedMutations: [],
  error: null,
  hasBefore: false,
  hasAfter: false,
  isLoadingBefore: false,
  isLoadingAfter: false,
}

describe('the messages of a room', () => {
  it('are shown once they were asked for, the newest of them', async () => {
    const { wire, messages, window, seqs, answer } = await given()
    expect(window()).toEqual({ ...none, status: 'idle' })
    const loaded = Promise.all([messages.load(), messages.load()])
    expect(window()).toEqual({ ...none, status: 'loading' })
    expect(await answer(200, pageOf(1, 3))).toBe('GET /rooms/room/messages')
    await loaded
    expect(window()).toMatchObject({ status: 'ready', hasBefore: false, hasAfter: false })
    expect(seqs()).toEqual([1, 2, 3])
    const before = wire.log.length
    await messages.load()
    expect(wire.log).toHaveLength(before)
  })

  it('that cannot be loaded say why, and can be asked for again', async () => {
    const { messages, window, seqs, answer } = await given()
    const loaded = messages.load()
    await answer(403, { code: 'forbidden', status: 403 })
    await loaded
    expect(window()).toMatchObject({ status: 'failed', error: { code: 'forbidden' } })
    const again = messages.load()
    expect(window()).toMatchObject({ status: 'loading', error: null })
    await answer(200, pageOf(1, 3))
    await again
    expect(seqs()).toEqual([1, 2, 3])
  })

  it('of a room that is not mine any more are not asked for', async () => {
    const { wire, messages, window } = await given()
    wire.socket.tell({ type: 'room.left', roomId: 'room', reason: 'removed' })
    await messages.load()
    expect(wire.held).toEqual([])
    expect(window()).toMatchObject({ status: 'failed', error: { code: 'aborted' } })
  })

  it('before those that are shown come fifty at a time, or as many as are wanted', async () => {
    const { wire, messages, window, seqs, answer, load, hear } = await given()
    await messages.loadBefore()
    expect(wire.held).toEqual([])
    hear(10)
    await load(8, 10)
    const loaded = Promise.all([messages.loadBefore(), messages.loadBefore()])
    expect(window().isLoadingBefore).toBe(true)
    expect(await answer(200, pageOf(5, 7))).toBe('GET /rooms/room/messages?before=8&limit=50')
    await loaded
    expect(wire.held).toHaveLength(2)
    expect(window()).toMatchObject({ isLoadingBefore: false, hasBefore: true })
    expect(seqs()).toEqual(numbers(5, 10))
    const refused = messages.loadBefore(2)
    expect(await answer(500, { code: 'internal', status: 500 })).toBe('GET /rooms/room/messages?before=5&limit=2')
    await refused
    expect(window()).toMatchObject({ status: 'ready', error: { code: 'internal' }, isLoadingBefore: false })
    const rest = messages.loadBefore(4)
    await answer(200, pageOf(1, 4))
    await rest
    expect(window()).toMatchObject({ error: null, hasBefore: false })
    const asked = wire.held.length
    await messages.loadBefore()
    expect(wire.held).toHaveLength(asked)
  })

  it('around one are shown there, and lead to those after them and back to the newest', async () => {
    const { wire, messages, window, seqs, answer, load, hear } = await given()
    hear(30)
    await load(28, 30)
    const jumped = messages.jumpTo(10)
    expect(await answer(200, pageOf(9, 11))).toBe('GET /rooms/room/messages?around=10')
    await jumped
    expect(seqs()).toEqual([9, 10, 11])
    expect(window()).toMatchObject({ hasBefore: true, hasAfter: true })
    const loaded = Promise.all([messages.loadAfter(), messages.loadAfter()])
    expect(window().isLoadingAfter).toBe(true)
    expect(await answer(200, pageOf(12, 14))).toBe('GET /rooms/room/messages?after=11&limit=50')
    await loaded
    expect(window().isLoadingAfter).toBe(false)
    expect(seqs()).toEqual(numbers(9, 14))
    const more = messages.loadAfter(1)
    expect(await answer(200, pageOf(15, 15))).toBe('GET /rooms/room/messages?after=14&limit=1')
    await more
    const asked = wire.held.length
    // One that is here already is not asked for.
    await messages.jumpTo(12)
    await messages.jumpToLatest()
    expect(wire.held).toHaveLength(asked)
    expect(seqs()).toEqual([28, 29, 30])
    await messages.loadAfter()
    await messages.jumpTo(29)
    expect(wire.held).toHaveLength(asked)
    expect(seqs()).toEqual([28, 29, 30])
  })

  it('to which somebody has moved stay in view, though of those after them only the last is known', async () => {
    const { messages, seqs, load, hear } = await given()
    hear(30)
    await load(28, 30)
    await messages.jumpTo(29)
    hear(32)
    expect(seqs()).toEqual([28, 29, 30])
    await messages.jumpToLatest()
    expect(seqs()).toEqual([32])
  })

  it('around one are shown once the newest were, should those not be here yet', async () => {
    const { wire, messages, seqs, answer } = await given()
    const jumped = messages.jumpTo(1)
    expect(await answer(200, pageOf(1, 3))).toBe('GET /rooms/room/messages')
    await jumped
    expect(wire.held).toHaveLength(1)
    expect(seqs()).toEqual([1, 2, 3])
  })

  it('are asked for one by one, with who reacted, and searched', async () => {
    const { messages, answer } = await given()
    const got = messages.get('room-2')
    expect(await answer(200, messageOf('room', 2))).toBe('GET /rooms/room/messages/room-2')
    expect(await got).toEqual(messageOf('room', 2))
    const reactions = messages.reactions('room-2', { limit: 3 })
    expect(await answer(200, { items: [], nextCursor: null })).toBe('GET /rooms/room/messages/room-2/reactions?limit=3')
    expect(await reactions).toEqual({ items: [], nextCursor: null })
    const found = messages.search('No.', { limit: 1 })
    const page = { items: [messageOf('room', 2)], nextCursor: 'more' }
    expect(await answer(200, page)).toBe('GET /rooms/room/messages?q=No.&limit=1')
    expect(await found).toEqual(page)
  })

  it('of mine that are found have arrived', async () => {
    const { messages, answer } = await given()
    const outcomes = ['one', 'two'].map((clientId) => messages.send({ text: clientId, clientId }))
    const message = messageOf('room', 4, { user: userOf('alice'), clientId: 'one' })
    const found = messages.search('one')
    await answer(200, { items: [message], nextCursor: null })
    await found
    expect(await outcomes[0]).toMatchObject({ seq: 4 })
    const got = messages.get('room-5')
    await answer(200, { ...message, id: 'room-5', seq: 5, clientId: 'two' })
    await got
    expect(await outcomes[1]).toMatchObject({ seq: 5 })
  })
})

describe('of a room that nobody watches', () => {
  const kept = 100

  it('the newest messages are kept, a moment after the last one who did', async () => {
    const { messages, seqs, load, hear } = await given()
    const ends = [messages.subscribe(() => undefined), messages.subscribe(() => undefined)]
    await load(1, 130)
    ends[0]?.()
    await pass(2_000)
    expect(seqs()).toHaveLength(130)
    ends[1]?.()
    await pass(999)
    expect(seqs()).toHaveLength(130)
    await pass(1)
    expect(seqs()).toEqual(numbers(31, 130))
    hear(131)
    expect(seqs()).toEqual(numbers(32, 131))
    expect(seqs()).toHaveLength(kept)
  })

  it('the newest messages are kept, where they were only asked for', async () => {
    const { seqs, load, hear } = await given()
    await load(1, 130)
    hear(131)
    expect(seqs()).toEqual(numbers(32, 131))
  })

  it('all are kept for who watches anew at once, and while somebody reads on by hand', async () => {
    const { messages, seqs, answer, load, hear } = await given()
    messages.subscribe(() => undefined)()
    await pass(500)
    const end = messages.subscribe(() => undefined)
    await load(61, 160)
    hear(161)
    await pass(5_000)
    expect(seqs()).toHaveLength(101)
    end()
    await pass(1_000)
    expect(seqs()).toHaveLength(kept)
    const more = messages.loadBefore()
    await answer(200, pageOf(12, 61))
    await more
    hear(162)
    expect(seqs()).toHaveLength(151)
    // Whoever watches, and watches no more, is done with it.
    messages.subscribe(() => undefined)()
    await pass(1_000)
    expect(seqs()).toEqual(numbers(63, 162))
  })

  it('all are kept where they were asked for at another place', async () => {
    const { messages, seqs, answer, load, hear } = await given()
    hear(200)
    await load(101, 200)
    const jumped = messages.jumpTo(150)
    await jumped
    hear(201)
    expect(seqs()).toEqual(numbers(101, 201))
    const elsewhere = messages.jumpTo(50)
    await answer(200, pageOf(40, 60))
    await elsewhere
    hear(202)
    expect(seqs()).toEqual(numbers(40, 60))
    messages.subscribe(() => undefined)()
    await pass(1_000)
    // And the newest are shown.
    expect(seqs()).toEqual(numbers(103, 202))
  })
})

describe('what is done to a message', () => {
  async function loaded() {
    const all = await given()
    await all.load(1, 3)
    const first = () => all.window().items[0]
    /** How the server answers what was said last. */
    async function settle(frame: object) {
      const { id } = all.wire.socket.said.at(-1) ?? {}
      all.wire.socket.tell({ type: 'ok', id, ...frame })
      await pass()
    }
    return { ...all, first, settle, said: () => all.wire.socket.said.at(-1) }
  }

  it('shows at once, and stays', async () => {
    const { messages, first, settle, said } = await loaded()
    const edited = messages.edit('room-1', 'Better')
    expect(first()).toMatchObject({ text: 'Better', mentions: [] })
    await pass()
    const { id: _, ...frame } = said() ?? {}
    expect(frame).toEqual({ type: 'message.edit', roomId: 'room', messageId: 'room-1', text: 'Better' })
    await settle({ result: messageOf('room', 1, { text: 'Better', revision: 4 }) })
    expect(await edited).toMatchObject({ text: 'Better' })
    expect(first()).toMatchObject({ text: 'Better', editedAt: expect.any(String) })
  })

  it('may be whom it mentions, or both', async () => {
    const { messages, first, said } = await loaded()
    messages.edit('room-1', { mentions: ['bob'] }).catch(() => undefined)
    await pass()
    expect(said()).toMatchObject({ type: 'message.edit', mentions: ['bob'] })
    expect(said()).not.toHaveProperty('text')
    expect(first()).toMatchObject({ text: 'No. 1', mentions: ['bob'] })
    messages.edit('room-1', { text: 'Both', mentions: [] }).catch(() => undefined)
    expect(first()).toMatchObject({ text: 'Both', mentions: [] })
  })

  it('may be that it is deleted, or what I react', async () => {
    const { messages, window, first, settle, said } = await loaded()
    const reacted = messages.react('room-1', '👍')
    expect(first()).toMatchObject({
      myReactions: ['👍'],
      reactions: [{ reaction: '👍', count: 1, userIds: ['alice'] }],
    })
    await pass()
    expect(said()).toMatchObject({ type: 'reaction.add', messageId: 'room-1', reaction: '👍' })
    await settle({ result: { reaction: '👍' } })
    expect(await reacted).toEqual({ reaction: '👍' })
    expect(first()).toMatchObject({
      myReactions: ['👍'],
      reactions: [{ reaction: '👍', count: 1, userIds: ['alice'] }],
    })
    const taken = messages.unreact('room-1', '👍')
    expect(first()?.myReactions).toEqual([])
    await pass()
    expect(said()).toMatchObject({ type: 'reaction.remove', messageId: 'room-1', reaction: '👍' })
    await settle({ result: null })
    await taken
    const deleted = messages.delete('room-2')
    expect(window().items[1]?.deletedAt).not.toBeNull()
    await pass()
    expect(said()).toMatchObject({ type: 'message.delete', messageId: 'room-2' })
    await settle({ result: null })
    await deleted
    expect(window().items.map(({ deletedAt }) => deletedAt === null)).toEqual([true, false, true])
  })

  it('is taken back where the server refuses, and that alone', async () => {
    const { messages, window, first, settle } = await loaded()
    const refused = messages.edit('room-1', 'Worse').catch((error) => error)
    await pass()
    const reacted = messages.react('room-2', '👍')
    await settle({ type: 'error', problem: { code: 'forbidden', status: 403 } })
    expect(await refused).toMatchObject({ code: 'forbidden' })
    expect(first()).toMatchObject({ text: 'No. 1', editedAt: null })
    expect(window().items[1]?.myReactions).toEqual(['👍'])
    await settle({ result: null })
    await reacted
  })

  it('is as the server tells, where that has told of the message meanwhile', async () => {
    const { wire, messages, first, settle } = await loaded()
    const reacted = messages.react('room-1', '👍')
    await pass()
    const message = messageOf('room', 1, { revision: 4, text: 'Edited by Bob' })
    wire.socket.tell({ type: 'message.updated', roomId: 'room', revision: 4, message })
    expect(first()).toMatchObject({ text: 'Edited by Bob', myReactions: ['👍'] })
    await settle({ result: null })
    await reacted
    // The reaction was taken away since.
    expect(first()).toMatchObject({ text: 'Edited by Bob', myReactions: [] })
  })

  it('is refused before it is said where it is too large for the server', async () => {
    const { wire, messages, first } = await loaded()
    const before = wire.socket.said.length
    await expect(messages.edit('room-1', 'x'.repeat(8_001))).rejects.toMatchObject({
      code: 'too_large',
      errors: [{ pointer: '/text' }],
    })
    expect(first()?.text).toBe('No. 1')
    expect(wire.socket.said).toHaveLength(before)
  })

  it('is done also to one that is not shown', async () => {
    const { client, settle, said } = await loaded()
    const { messages } = client.room('other')
    const edited = messages.edit('other-1', 'Better')
    await pass()
    expect(said()).toMatchObject({ type: 'message.edit', roomId: 'other', messageId: 'other-1' })
    await settle({ result: null })
    await edited
    expect(messages.getSnapshot().items).toEqual([])
  })
})

describe('what is written', () => {
  it('can be revised, tried again and discarded where it has failed', async () => {
    const { wire, messages, window } = await given()
    const { load } = messages
    wire.hold(/say message/)
    await load()
    const refused = messages.send({ text: 'Hello', clientId: 'mine' }).catch((error) => error)
    const refuse = async () => {
      const { id } = wire.said('message.send').at(-1) ?? {}
      wire.socket.tell({ type: 'error', id, problem: { code: 'forbidden', status: 403 } })
      await pass()
    }
    await refuse()
    expect(await refused).toMatchObject({ code: 'forbidden' })
    expect(window().items.at(-1)).toMatchObject({ state: 'failed', text: 'Hello' })
    messages.retry('mine')
    expect(window().items.at(-1)).toMatchObject({ state: 'sending', text: 'Hello' })
    await refuse()
    const revised = messages.revise('mine', { text: 'Better', clientId: 'other' }).catch((error) => error)
    expect(window().items.at(-1)).toMatchObject({ state: 'sending', text: 'Better', key: 'other' })
    messages.discard('other')
    expect(await revised).toMatchObject({ code: 'aborted' })
    expect(window().items).toHaveLength(3)
  })

  it('uses a client that others have taken the place of', async () => {
    const { wire, client, shown } = await givenLive()
    wire.rooms.set('room', roomOf('room', { lastMessageSeq: 3, revision: 3 }))
    wire.socket.end(4409)
    expect(shown().status).toBe('replaced')
    const sent = client.room('room').messages.send({ text: 'Hello' })
    await pass(50)
    expect(shown().status).toBe('live')
    expect(await sent).toMatchObject({ text: 'Hello' })
  })
})

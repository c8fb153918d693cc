import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import type { TestHost } from '../host.js'
import type { Frame, TestSocket } from '../socket.js'
import { givenDatabase, givenGroup, givenHost, ready, revisionOf, sharedHost } from './given.js'
import { holding } from './holding.js'

const times = 40

/** The ids of the answers, in the order in which they came. */
const answered = (socket: TestSocket): string[] =>
  socket.frames.flatMap((frame) => (frame.type === 'ok' || frame.type === 'error' ? [frame.id] : []))

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => `${n + 1}`)

async function givenMessage(host: TestHost) {
  const roomId = await givenGroup(host, 'alice', 'bob')
  const { id: messageId } = await host.chat.messages.send('alice', roomId, { text: 'first' })
  return { roomId, messageId }
}

describe.each(databases)('commands of one socket to one room, on $name', (on) => {
  const host = sharedHost({}, on)

  it('take effect in their order: a reaction that is taken back at once is gone', async () => {
    const { roomId, messageId } = await givenMessage(host)
    const alice = await ready(host, 'alice')
    let left = 0
    for (let n = 0; n < times; n += 1) {
      const reaction = { roomId, messageId, reaction: '👍' }
      const [added, removed] = await Promise.all([
        alice.command('reaction.add', reaction),
        alice.command('reaction.remove', reaction),
      ])
      expect([added.type, removed.type]).toEqual(['ok', 'ok'])
      left += (await host.chat.messages.get('alice', roomId, messageId)).reactions.length
    }
    expect(left).toBe(0)
  })

  it('take effect in their order: of two edits the second stands', async () => {
    const { roomId, messageId } = await givenMessage(host)
    const alice = await ready(host, 'alice')
    const texts: string[] = []
    for (let n = 0; n < times; n += 1) {
      await Promise.all(['before', 'after'].map((text) => alice.command('message.edit', { roomId, messageId, text })))
      texts.push((await host.chat.messages.get('alice', roomId, messageId)).text)
    }
    expect(texts).toEqual(texts.map(() => 'after'))
  })

  it('whatever they are, take their revisions in their order, and are answered in it', async () => {
    const { roomId, messageId } = await givenMessage(host)
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const known = await revisionOf(host, roomId)
    const ofMessage = { roomId, messageId }
    const kinds: [string, object, string][] = [
      ['message.send', { roomId, text: 'hi' }, 'message.created'],
      ['message.edit', ofMessage, 'message.updated'],
      ['read', { roomId, seq: 1 }, ''],
      ['reaction.add', { ...ofMessage, reaction: '👍' }, 'message.updated'],
      ['message.send', { roomId, text: 'ho' }, 'message.created'],
      ['typing', { roomId, isTyping: true }, ''],
      ['message.send', { roomId, text: 'ha' }, 'message.created'],
      ['reaction.remove', { ...ofMessage, reaction: '👍' }, 'message.updated'],
    ]
    const sent = numbers(8 * kinds.length)
    const expected: string[] = []
    for (const [n, id] of sent.entries()) {
      const [type, input, event] = kinds[n % kinds.length] as (typeof kinds)[number]
      // An edit that changes nothing would tell nothing.
      const own = { 'message.send': { clientId: id }, 'message.edit': { text: `edited ${n}` } }[type]
      alice.send({ type, id, ...input, ...own })
      if (event) expected.push(event)
    }
    await alice.until(() => answered(alice).length === sent.length, 'all answers')
    expect(answered(alice)).toEqual(sent)
    expect(alice.frames.filter((frame) => frame.type === 'error')).toEqual([])
    await bob.until(() => bob.events(roomId).length === expected.length, 'all events')
    expect(bob.events(roomId).map((event) => event.type)).toEqual(expected)
    expect(bob.events(roomId).map((event) => event.revision)).toEqual(expected.map((_, n) => known + n + 1))
  })

  it('64 messages sent without waiting keep their order, while others hold the room now and then', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    let isDone = false
    const hold = () =>
      host.chat.transaction(async (_tx, chat) => {
        await chat.messages.send('bob', roomId, { text: 'in between' })
        await new Promise((resolve) => setTimeout(resolve, 5))
      })
    const holds = (async () => {
      while (!isDone) {
        const before = answered(alice).length
        await hold()
        await alice.until(() => isDone || answered(alice).length > before, 'an answer')
      }
    })()
    for (let round = 0; round < 5; round += 1) {
      const ids = numbers(64).map((n) => `${round} ${n}`)
      for (const id of ids) alice.send({ type: 'message.send', id, roomId, clientId: id, text: id })
      await alice.until(() => answered(alice).length === 64 * (round + 1), 'all answers')
      expect(answered(alice).slice(-64)).toEqual(ids)
    }
    isDone = true
    await holds
    const seqs = alice.frames.flatMap((frame) => (frame.type === 'ok' ? [frame.result.seq] : []))
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  })

  it('a message that is refused is answered in its place, between those that are not', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    const ids = numbers(30)
    for (const [n, id] of ids.entries()) {
      const mentions = n % 3 === 1 ? ['stranger'] : n % 3 === 2 ? ['bob'] : []
      alice.send({ type: 'message.send', id, roomId, clientId: id, text: id, mentions })
    }
    await alice.until(() => answered(alice).length === 30, 'all answers')
    expect(answered(alice)).toEqual(ids)
    const { items } = await host.chat.messages.list('alice', roomId, {})
    expect(items.slice(1).map((message) => message.text)).toEqual(ids.filter((_, n) => n % 3 !== 1))
  })
})

describe('commands of one socket', () => {
  const lateHost = async (options = {}) => {
    const database = await givenDatabase()
    const client = holding(database.prisma)
    return { client, host: await givenHost(options, client) }
  }

  it('to one room wait for each other, and for no other room', async () => {
    const { client, host } = await lateHost()
    const [{ roomId, messageId }, other] = [await givenMessage(host), await givenGroup(host, 'alice')]
    const alice = await ready(host, 'alice')
    const { reached, release } = client.hold('ChatRoom.findUnique', { before: true })
    alice.send({ type: 'typing', id: 'slow', roomId, isTyping: true })
    await reached
    alice.send({ type: 'read', id: 'behind it', roomId, seq: 1 })
    alice.send({ type: 'message.edit', id: 'behind both', roomId, messageId, text: 'edited' })
    alice.send({ type: 'message.send', id: 'elsewhere', roomId: other, clientId: '1', text: 'hi' })
    await alice.until(() => answered(alice).length === 1, 'the answer from elsewhere')
    await alice.settled()
    expect(answered(alice)).toEqual(['elsewhere', 'c1'])
    release()
    await alice.until(() => answered(alice).length === 5, 'all answers')
    expect(answered(alice).slice(2)).toEqual(['slow', 'behind it', 'behind both'])
  })

  it('to several rooms wait in each of them, and are waited for', async () => {
    const { client, host } = await lateHost()
    const [first, second] = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    const alice = await ready(host, 'alice')
    const { reached, release } = client.hold('ChatRoom.findUnique', { before: true })
    alice.send({ type: 'typing', id: 'slow', roomId: first, isTyping: true })
    await reached
    const rooms = [first, second].map((roomId) => ({ roomId, seq: 1 }))
    alice.send({ type: 'read.many', id: 'both', rooms })
    alice.send({ type: 'read', id: 'behind', roomId: second, seq: 1 })
    await alice.settled()
    expect(answered(alice)).toEqual(['c1'])
    release()
    await alice.until(() => answered(alice).length === 4, 'all answers')
    expect(answered(alice)).toEqual(['c1', 'slow', 'both', 'behind'])
  })

  it('that send messages to one room go together: 64 in few commits', async () => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    const commits = () => client.count('INSERT INTO chat_messages')
    const before = commits()
    const { reached, release } = client.hold('INSERT INTO chat_messages')
    for (const id of numbers(64)) alice.send({ type: 'message.send', id, roomId, clientId: id, text: id })
    await reached
    await alice.settled()
    release()
    await alice.until(() => answered(alice).length === 65, 'all answers')
    expect(commits() - before).toBeLessThanOrEqual(3)
  })

  it('that watch for presence leave the last watch standing, and are answered in their order', async () => {
    const { client, host } = await lateHost()
    await givenGroup(host, 'alice', 'bob', 'carol')
    const alice = await ready(host, 'alice')
    const { reached, release } = client.hold('ChatPresence.findMany', { before: true })
    alice.send({ type: 'presence.watch', id: 'first', userIds: ['bob'] })
    await reached
    alice.send({ type: 'presence.watch', id: 'second', userIds: ['carol'] })
    release()
    await alice.until(() => answered(alice).length === 2, 'both answers')
    expect(answered(alice)).toEqual(['first', 'second'])
    await ready(host, 'bob')
    await ready(host, 'carol')
    expect(await alice.next('presence')).toMatchObject({ userId: 'carol', online: true })
    expect(alice.frames.filter((frame: Frame) => frame.type === 'presence')).toHaveLength(1)
  })

  it('that come too fast are refused in their place', async () => {
    const { client, host } = await lateHost({ limits: { rates: { sends: { points: 2, seconds: 60 } } } })
    const roomId = await givenGroup(host, 'alice')
    const alice = await ready(host, 'alice')
    const { reached, release } = client.hold('INSERT INTO chat_messages')
    for (const id of numbers(4)) alice.send({ type: 'message.send', id, roomId, clientId: id, text: id })
    await reached
    await alice.settled()
    expect(answered(alice)).toEqual(['c1'])
    release()
    await alice.until(() => answered(alice).length === 5, 'all answers')
    expect(answered(alice)).toEqual(['c1', ...numbers(4)])
    const types = alice.frames.filter(({ id }) => id && id !== 'c1').map(({ type }) => type)
    expect(types).toEqual(['ok', 'ok', 'error', 'error'])
  })

  it('wait for one that has no answer no longer than for their own', async () => {
    const { client, host } = await lateHost({ limits: { answerMs: 300 } })
    const { roomId, messageId } = await givenMessage(host)
    const alice = await ready(host, 'alice')
    const { reached, release } = client.hold('ChatRoom.findUnique', { before: true })
    alice.send({ type: 'typing', id: '1', roomId, isTyping: true })
    await reached
    for (const id of ['2', '3', '4']) alice.send({ type: 'message.edit', id, roomId, messageId, text: id })
    await alice.until(() => answered(alice).length === 4, 'all answers')
    expect(answered(alice)).toEqual(['1', '2', '3', '4'])
    for (const frame of alice.frames) if (frame.type === 'error') expect(frame.problem.code).toBe('unavailable')
    release()
    // What had not begun when that was said is not done any more.
    expect(await alice.command('message.edit', { roomId, messageId, text: 'at last' })).toMatchObject({ type: 'ok' })
    const edits = alice.events(roomId).filter((event) => event.type === 'message.updated')
    expect(edits.map((event) => event.message.text)).toEqual(['at last'])
  })
})

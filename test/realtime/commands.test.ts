import { defaultLimits } from 'express-chat'
import { describe, expect, it } from 'vitest'
import type { commands } from '../../src/contract/frames.js'
import { message } from '../../src/contract/messages.js'
import { reaction } from '../../src/contract/reactions.js'
import { databases } from '../databases.js'
import { givenGroup, ready, sharedHost } from './given.js'

describe('every command is answered under its id', () => {
  const host = sharedHost()

  it('with its result', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    const sent = await alice.command('message.send', { roomId, clientId: 'c1', text: 'hi' })
    expect(sent).toEqual({ type: 'ok', id: 'c1', result: expect.anything() })
    const messageId = message.parse(sent.result).id
    const edited = await alice.command('message.edit', { roomId, messageId, text: 'hi!' })
    expect(message.parse(edited.result)).toMatchObject({ id: messageId, text: 'hi!' })
    const reacted = await alice.command('reaction.add', { roomId, messageId, reaction: '👍' })
    expect(reaction.parse(reacted.result)).toMatchObject({ messageId, roomId, user: { id: 'alice' }, reaction: '👍' })
    expect(await alice.command('reaction.remove', { roomId, messageId, reaction: '👍' })).toHaveProperty('result', null)
    const pinned = await alice.command('message.pin', { roomId, messageId })
    expect(message.parse(pinned.result)).toMatchObject({ id: messageId, pinnedById: 'alice' })
    expect(await alice.command('message.unpin', { roomId, messageId })).toHaveProperty('result', null)
    expect((await alice.command('read', { roomId, seq: 1 })).result).toMatchObject({ lastReadSeq: 2, role: 'owner' })
    expect(await alice.command('typing', { roomId, isTyping: true })).toHaveProperty('result', null)
    expect((await alice.command('presence.watch', { userIds: ['alice'] })).result).toEqual(['alice'])
    expect(await alice.command('message.delete', { roomId, messageId })).toHaveProperty('result', null)
  })

  it('once: a message that is sent again is the same, and another under its clientId a conflict', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const send = (text: string) => alice.command('message.send', { roomId, clientId: 'same', text })
    const [first, again] = [await send('hi'), await send('hi')]
    expect(again.result.id).toBe(first.result.id)
    expect(await send('something else')).toMatchObject({ type: 'error', problem: { code: 'idempotency_conflict' } })
    await bob.settled()
    expect(bob.frames.filter((frame) => frame.type === 'message.created')).toHaveLength(1)
  })

  it('with a problem where it is refused', async () => {
    const roomId = await givenGroup(host, 'alice')
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const strange = await bob.command('message.send', { roomId, clientId: '1', text: 'hi' })
    expect(strange).toMatchObject({ type: 'error', problem: { code: 'not_found', status: 404 } })
    expect(strange.problem.requestId).toMatch(/:c1$/)
    const long = await alice.command('message.send', { roomId, clientId: '1', text: 'x'.repeat(8001) })
    expect(long.problem).toMatchObject({ code: 'too_large', errors: [{ pointer: '/text' }] })
    const empty = await alice.command('message.send', { roomId, clientId: '1', text: ' ' })
    expect(empty.problem).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/text' }] })
  })

  it('also when it is not a command', async () => {
    const alice = await ready(host, 'alice')
    for (const type of ['nonsense', 'constructor', '__proto__', 'toString', 'hello', 'ready', '']) {
      expect(await alice.command(type, {})).toMatchObject({ type: 'error', problem: { code: 'invalid_request' } })
    }
  })
})

describe('a command that is wrong', () => {
  const host = sharedHost()
  const ofRoom = { roomId: 'r' }
  const ofMessage = { ...ofRoom, messageId: 'm' }

  const wrong: Record<keyof typeof commands, [input: object, pointer: string][]> = {
    'message.send': [
      [{ roomId: 'r', text: 'hi' }, '/clientId'],
      [{ roomId: 'r', clientId: '', text: 'hi' }, '/clientId'],
      [{ roomId: 'r', clientId: 'c'.repeat(101), text: 'hi' }, '/clientId'],
      [{ clientId: 'c', text: 'hi' }, '/roomId'],
      [{ roomId: { not: null }, clientId: 'c', text: 'hi' }, '/roomId'],
      [{ roomId: 'r', clientId: 'c', text: 5 }, '/text'],
      [{ roomId: 'r', clientId: 'c', text: 'NUL \0' }, '/text'],
      [{ roomId: 'r', clientId: 'c', text: 'half \ud83d' }, '/text'],
      [{ roomId: 'r', clientId: 'c', text: 'hi', mentions: ['a', 'a'] }, '/mentions'],
      [{ roomId: 'r', clientId: 'c', text: 'hi', mediaIds: 'm' }, '/mediaIds'],
      [{ roomId: 'r', clientId: 'c', text: 'hi', lenient: 'yes' }, '/lenient'],
      [{ roomId: 'r', clientId: 'c', text: 'hi', kind: 'system' }, '/kind'],
      [{ roomId: 'r', clientId: 'c', text: 'hi', userId: 'bob' }, '/userId'],
    ],
    'message.edit': [
      [ofMessage, '/text'],
      [{ ...ofMessage, text: null }, '/text'],
      [{ ...ofMessage, mentions: ['a', 'a'] }, '/mentions'],
    ],
    'message.delete': [
      [ofRoom, '/messageId'],
      [{ ...ofMessage, seq: 1 }, '/seq'],
    ],
    'message.pin': [
      [ofRoom, '/messageId'],
      [{ ...ofMessage, seq: 1 }, '/seq'],
    ],
    'message.unpin': [[{ messageId: 'm' }, '/roomId']],
    'reaction.add': [
      [{ ...ofMessage, reaction: '' }, '/reaction'],
      [{ ...ofMessage, reaction: ['👍'] }, '/reaction'],
    ],
    'reaction.remove': [[ofMessage, '/reaction']],
    read: [
      [{ ...ofRoom, seq: -1 }, '/seq'],
      [{ ...ofRoom, seq: 1.5 }, '/seq'],
      [{ ...ofRoom, seq: 2 ** 53 }, '/seq'],
      [{ ...ofRoom, seq: '1' }, '/seq'],
    ],
    typing: [
      [{ ...ofRoom, isTyping: 'true' }, '/isTyping'],
      [ofRoom, '/isTyping'],
    ],
    'read.many': [
      [{ rooms: 'r' }, '/rooms'],
      [{ rooms: [{ roomId: 'r' }] }, '/rooms/0/seq'],
      [{ rooms: [{ roomId: '', seq: 1 }] }, '/rooms/0/roomId'],
    ],
    'presence.watch': [
      [{ userIds: 'bob' }, '/userIds'],
      [{ userIds: [''] }, '/userIds/0'],
    ],
    'presence.set': [
      [{}, '/inFront'],
      [{ inFront: 'no' }, '/inFront'],
    ],
  }

  it.each(Object.entries(wrong))('is told where: %s', async (type, inputs) => {
    const alice = await ready(host, 'alice')
    for (const [input, pointer] of inputs) {
      const answer = await alice.command(type, input)
      expect(answer, JSON.stringify(input)).toMatchObject({ type: 'error', problem: { code: 'invalid_request' } })
      expect(answer.problem.errors.map((part: { pointer: string }) => part.pointer)).toContain(pointer)
    }
  })

  it.each([
    ['no JSON', '{"type":'],
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '1'],
    ['an array', '[]'],
    ['no id', '{"type":"typing","roomId":"r","isTyping":true}'],
    ['an id that is no text', '{"type":"typing","id":5,"roomId":"r","isTyping":true}'],
    ['an id that is too long', JSON.stringify({ type: 'presence.watch', id: 'x'.repeat(101), userIds: [] })],
    ['100,000 brackets', '['.repeat(60_000)],
  ])('is answered without an id where it has none: %s', async (_, frame) => {
    const alice = await ready(host, 'alice')
    alice.send(frame)
    const answer = await alice.next('error')
    expect(answer).not.toHaveProperty('id')
    expect(answer.problem).toMatchObject({ code: 'invalid_request', status: 400 })
    await alice.settled()
  })

  it.each([
    '{"type":"presence.watch","id":"1","userIds":[],"__proto__":{"admin":true}}',
    '{"type":"presence.watch","id":"1","userIds":[],"constructor":{"prototype":{}}}',
  ])('pollutes nothing: %s', async (frame) => {
    const alice = await ready(host, 'alice')
    alice.send(frame)
    expect(await alice.next('error')).toMatchObject({ id: '1', problem: { code: 'invalid_request' } })
    expect({}).not.toHaveProperty('admin')
  })
})

describe('a frame that is too large', () => {
  const host = sharedHost()
  const { frameBytes } = defaultLimits

  it.each([
    ['at its beginning', (text: string) => ({ type: 'message.send', id: '1', roomId: 'r', clientId: 'c', text })],
    ['at its end', (text: string) => ({ type: 'message.send', text, mentions: ['",{"id":"x"'], roomId: 'r', id: '1' })],
  ])('is answered with too_large under its id, which stands %s, and the socket stays', async (_, frame) => {
    const alice = await ready(host, 'alice')
    alice.send(frame('"id":"no",\n'.repeat(frameBytes / 10)))
    const answer = await alice.next('error')
    expect(answer).toMatchObject({ id: '1', problem: { code: 'too_large', status: 413 } })
    expect(answer.problem.detail).toMatch(new RegExp(`the limit is ${frameBytes}$`))
    await alice.settled()
    expect(alice.closed).toBeUndefined()
  })

  it.each([
    ['has none', { type: 'typing', pad: 'x'.repeat(frameBytes) }],
    ['has it in the middle', { pad: 'x'.repeat(frameBytes), id: '1', more: 'x'.repeat(frameBytes) }],
    ['has one of more than 100 characters', { id: 'x'.repeat(101), pad: 'x'.repeat(frameBytes) }],
    ['has one that is no text', { id: 1, pad: 'x'.repeat(frameBytes) }],
    ['has it in a text only', { pad: `${'x'.repeat(frameBytes)},"id":"1"` }],
  ])('is answered without an id where it %s', async (_, frame) => {
    const alice = await ready(host, 'alice')
    alice.send(frame)
    const answer = await alice.next('error')
    expect(answer).not.toHaveProperty('id')
    expect(answer.problem).toMatchObject({ code: 'too_large' })
    await alice.settled()
  })

  it('and of the largest message that may be sent is none: whatever it is made of, it arrives', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    const escaped = '\\ud83d\\ude00'.repeat(defaultLimits.textLength)
    alice.send(`{"type":"message.send","id":"1","roomId":"${roomId}","clientId":"1","text":"${escaped}"}`)
    expect(await alice.next('ok')).toMatchObject({ result: { text: '😀'.repeat(defaultLimits.textLength) } })
    const { status } = await host.as('alice').post(`/rooms/${roomId}/messages`, `{"text":"${escaped}"}`)
    expect(status).toBe(201)
  })

  it('ends the socket when it is many times as large as it may be', async () => {
    const alice = await ready(host, 'alice')
    alice.send({ type: 'presence.watch', id: '1', userIds: ['x'.repeat(8 * frameBytes)] })
    expect(await alice.ended()).toMatchObject({ code: 1009 })
  })
})

describe.each(databases)('over a socket, on $name', (on) => {
  const host = sharedHost({}, on)

  it('ok means committed: whoever reads then over HTTP finds it', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    for (const clientId of ['1', '2', '3']) {
      const { result } = await alice.command('message.send', { roomId, clientId, text: clientId })
      const found = await host.as('bob').get(`/rooms/${roomId}/messages/${result.id}`)
      expect(found.body).toMatchObject({ id: result.id, text: clientId, revision: result.revision })
    }
  })

  it('messages that are sent without waiting keep their order', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const texts = Array.from({ length: 100 }, (_, n) => `${n}`)
    const answers = await Promise.all(
      texts.map((text) => alice.command('message.send', { roomId, clientId: text, text })),
    )
    expect(answers.map(({ result }) => result.seq)).toEqual(texts.map((_, n) => n + 2))
    await bob.until(() => bob.events(roomId).length === 100, 'all of them')
    expect(bob.events(roomId).map((event) => event.message.text)).toEqual(texts)
  })
})

import { ChatClientError } from 'express-chat/client'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { givenCommands, rate } from './given-commands.js'

beforeEach(() => void vi.useFakeTimers())

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

describe('commands that may be refused', () => {
  it('are never under way in such a number that the server could lose its patience with all of them', async () => {
    const { said, ask, ok, refuse } = givenCommands()
    for (let n = 0; n < 60; n += 1) ask(`${n}`, 'message.delete', { roomId: `${n}`, messageId: 'm' })
    expect(said).toHaveLength(20)
    ok(0)
    expect(said).toHaveLength(21)
    for (let n = 1; n <= 30; n += 1) refuse(n, { code: 'invalid_request', status: 400 })
    // Ten more mistakes are borne.
    expect(said).toHaveLength(41)
    for (let n = 31; n <= 40; n += 1) refuse(n, { code: 'invalid_request', status: 400 })
    expect(said).toHaveLength(41)
    await pass(1_249)
    expect(said).toHaveLength(41)
    await pass(1)
    expect(said).toHaveLength(42)
  })

  it('are held up by their mistakes and by their haste alone, and by none of another socket', async () => {
    const { commands, said, ask, refuse } = givenCommands()
    const many = (code: string) => {
      for (let n = 0; n < 60; n += 1) ask(`${n}`, 'message.delete', { roomId: `${n}`, messageId: code })
      for (let n = 0; n < said.length; n += 1) refuse(n, { code, status: 400 })
      return said.splice(0).length
    }
    expect(many('forbidden')).toBe(60)
    await pass(10_500)
    expect(many('invalid_request')).toBe(40)
    commands.lost(new ChatClientError('disconnected'), false)
    commands.limit({})
    await pass(10_500)
    expect(many('invalid_request')).toBe(40)
  })

  it('are held up by their haste as by mistakes, since the server loses its patience with both', async () => {
    const { said, ask, limits, refuse } = givenCommands()
    limits({ frames: rate(10_000, 1), sends: rate(10_000, 1), reactions: rate(10_000, 1) })
    for (let n = 0; n < 20; n += 1) ask(`${n}`, 'message.delete', { roomId: `${n}`, messageId: 'm' })
    for (const most of [20, 40, 41]) {
      expect(said).toHaveLength(most)
      for (let n = most - 20; n < most; n += 1) refuse(n, { code: 'rate_limited', status: 429, retryAfter: 1 })
      await pass(1_000)
    }
  })

  it('are said again where it was for haste, first of their kind, once the server lets them', async () => {
    const { said, ends, ask, limits, ok, refuse } = givenCommands()
    limits({ frames: rate(8), sends: rate(8), reactions: rate(2) })
    const react = (roomId: string) => ask(roomId, 'reaction.add', { roomId, messageId: 'm', reaction: '👍' })
    for (const roomId of ['a', 'b', 'c', 'd']) react(roomId)
    ask('who', 'presence.watch', { userIds: [] })
    for (const seq of [1, 2, 3, 4, 5]) ask(`read ${seq}`, 'read', { roomId: 'a', seq })
    await pass()
    const before = said.length
    expect(said.slice(0, 2).map(({ roomId }) => roomId)).toEqual(['a', 'b'])
    refuse(0, { code: 'rate_limited', status: 429, retryAfter: 3 })
    refuse(1, { code: 'forbidden', status: 403 })
    await pass(2_999)
    expect(said).toHaveLength(before)
    for (let n = 0; n < 200; n += 1) {
      await pass(1_000)
      for (let done = 0; done < said.length; done += 1) ok(done, 'done')
    }
    const reactions = said.filter(({ type }) => type === 'reaction.add').map(({ roomId }) => roomId)
    expect(reactions).toEqual(['a', 'b', 'a', 'c', 'd'])
    expect(ends).toMatchObject({ a: 'done', b: 'forbidden', c: 'done', d: 'done', 'read 5': 'done', who: 'done' })
  })

  it('do not go before what is more urgent when they are said again', async () => {
    const { said, ask, limits, refuse } = givenCommands()
    limits({ frames: rate(1), sends: rate(1), reactions: rate(1) })
    ask('read', 'read.many', { rooms: [] })
    ask('do', 'message.delete', { roomId: 'a', messageId: 'm' })
    ask('who', 'presence.watch', { userIds: [] })
    refuse(0, { code: 'rate_limited', status: 429, retryAfter: 3 })
    for (let n = 0; n < 3; n += 1) await pass(10_500)
    expect(said.slice(1).map(({ type }) => type)).toEqual(['message.delete', 'read.many', 'presence.watch'])
  })

  it('wait for two seconds where the server does not say how long, ten times at most', async () => {
    const { said, ends, ask, refuse } = givenCommands()
    ask('hasty', 'message.delete', { roomId: 'a', messageId: 'm' })
    for (let n = 0; n < 10; n += 1) {
      refuse(n, { code: 'rate_limited', status: 429 })
      await pass(1_999)
      expect(said).toHaveLength(n + 1)
      await pass(1)
      expect(said).toHaveLength(n + 2)
    }
    expect(ends).toEqual({})
    refuse(10, { code: 'rate_limited', status: 429 })
    await pass(60_000)
    expect([said.length, ends]).toEqual([11, { hasty: 'rate_limited' }])
  })

  it('are not said later where they say who types: by then it would not be so', async () => {
    const { commands, said, ends, ask, limits, refuse } = givenCommands()
    limits({ frames: rate(2), sends: rate(2), reactions: rate(2) })
    ask('refused', 'typing', { roomId: 'a', isTyping: true })
    refuse(0, { code: 'rate_limited', status: 429, retryAfter: 1 })
    ask('read', 'read', { roomId: 'b', seq: 1 })
    await pass(5_000)
    const late = commands.command('typing', { roomId: 'a', isTyping: true })
    await expect(late).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 5_500 })
    await pass(60_000)
    expect(said.map(({ type }) => type)).toEqual(['typing', 'read'])
    expect(ends).toEqual({ refused: 'rate_limited' })
  })

  it('are found where they close the socket whenever they are said, and said no more', async () => {
    const { commands, said, ends, ask, ok } = givenCommands()
    const closed = new ChatClientError('disconnected', { closeCode: 1009 })
    const edit = (name: string, text: string) => ask(name, 'message.edit', { roomId: text, messageId: 'm', text })
    edit('good', 'good')
    edit('bad', 'bad')
    await pass()
    commands.lost(closed, true)
    await pass()
    expect(ends).toEqual({ good: 'disconnected', bad: 'disconnected' })
    // The next time each of them is alone.
    edit('bad again', 'bad')
    edit('good again', 'good')
    await pass()
    expect(said.slice(2).map(({ text }) => text)).toEqual(['bad'])
    commands.lost(closed, true)
    await pass()
    expect(ends).toMatchObject({ 'bad again': 'too_large', 'good again': 'disconnected' })
    edit('bad for the third time', 'bad')
    edit('good for the third time', 'good')
    await pass()
    expect(said.slice(3).map(({ text }) => text)).toEqual(['good'])
    ok(3, 'done')
    await pass()
    expect(ends).toMatchObject({ 'bad for the third time': 'too_large', 'good for the third time': 'done' })
  })

  it.each([
    [1009, 'too_large'],
    [4400, 'invalid_request'],
  ])('fail with the code of the close, once they have closed the socket alone: %i', async (closeCode, code) => {
    const { commands, said, ask } = givenCommands()
    const closed = new ChatClientError('disconnected', { closeCode })
    const say = () => {
      const refused = expect(commands.command('read', { roomId: 'a', seq: 1 })).rejects
      return { refused, close: () => commands.lost(closed, true) }
    }
    const [first] = [say()]
    first.close()
    // Once is chance.
    await first.refused.toMatchObject({ code: 'disconnected', closeCode })
    const second = say()
    expect(said).toHaveLength(2)
    second.close()
    await second.refused.toMatchObject({ code, closeCode })
    await say().refused.toMatchObject({ code, closeCode })
    expect(said).toHaveLength(2)
    ask('another', 'read', { roomId: 'a', seq: 2 })
    expect(said).toHaveLength(3)
  })

  it('are not found by what closes the socket while two that look alike are under way', async () => {
    const { commands, said, ends, ask } = givenCommands()
    const watch = (name: string) => ask(name, 'presence.watch', { userIds: [] })
    watch('one')
    watch('other')
    commands.lost(new ChatClientError('disconnected', { closeCode: 4400 }), true)
    await pass()
    expect(ends).toEqual({ one: 'disconnected', other: 'disconnected' })
    watch('once more')
    expect(said).toHaveLength(3)
  })

  it('are not suspected where the line broke, nor found where it breaks while they are tried alone', async () => {
    const { commands, said, ends, ask } = givenCommands()
    const read = (seq: number) => ask(`${seq}`, 'read', { roomId: 'a', seq })
    const broken = new ChatClientError('disconnected', { closeCode: 1006 })
    for (const seq of [1, 2]) read(seq)
    commands.lost(broken, false)
    for (const seq of [1, 2]) read(seq)
    expect(said.splice(0)).toHaveLength(4)
    commands.lost(new ChatClientError('disconnected', { closeCode: 4400 }), true)
    for (const seq of [1, 2]) read(seq)
    expect(said.splice(0).map(({ seq }) => seq)).toEqual([1])
    commands.lost(broken, false)
    read(1)
    expect(said.map(({ seq }) => seq)).toEqual([1])
    await pass()
    expect(ends).toEqual({ 1: 'disconnected', 2: 'disconnected' })
  })

  it('are said alone once they are suspected, after those that are under way, and hold up no others before that', async () => {
    const { commands, said, ask, ok } = givenCommands()
    const read = (seq: number) => ask(`${seq}`, 'read', { roomId: 'a', seq })
    read(1)
    commands.lost(new ChatClientError('disconnected', { closeCode: 4400 }), true)
    said.splice(0)
    for (const seq of [2, 3, 1, 4]) read(seq)
    expect(said.map(({ seq }) => seq)).toEqual([2, 3, 4])
    for (const n of [0, 1, 2]) ok(n)
    expect(said.map(({ seq }) => seq)).toEqual([2, 3, 4, 1])
    read(5)
    expect(said).toHaveLength(4)
    ok(3)
    expect(said.at(-1)).toMatchObject({ seq: 5 })
  })
})

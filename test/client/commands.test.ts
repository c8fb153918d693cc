import { ChatClientError } from 'express-chat/client'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { givenCommands, rate } from './given-commands.js'

beforeEach(() => {
  vi.useFakeTimers()
  return () => void vi.restoreAllMocks()
})

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

describe('commands', () => {
  it('are answered, each by its own answer, in whatever order those come', async () => {
    const { said, ends, ask, ok, refuse } = givenCommands()
    ask('one', 'read', { roomId: 'a', seq: 1 })
    ask('two', 'read', { roomId: 'b', seq: 2 })
    await pass()
    expect(said).toMatchObject([
      { type: 'read', roomId: 'a', seq: 1 },
      { type: 'read', roomId: 'b', seq: 2 },
    ])
    refuse(1, { code: 'forbidden', status: 403 })
    ok(0, 'yes')
    ok(0, 'again')
    await pass()
    expect(ends).toEqual({ one: 'yes', two: 'forbidden' })
  })

  it('that change one room wait for each other, and those of other rooms and what only tells do not', async () => {
    const { said, ask, ok } = givenCommands()
    ask('1', 'message.edit', { roomId: 'a', messageId: 'm', text: 'one' })
    ask('2', 'reaction.add', { roomId: 'a', messageId: 'm', reaction: '👍' })
    ask('3', 'message.edit', { roomId: 'b', messageId: 'n', text: 'elsewhere' })
    ask('4', 'read', { roomId: 'a', seq: 1 })
    await pass()
    expect(said.map(({ type, roomId }) => `${type} ${roomId}`)).toEqual(['message.edit a', 'message.edit b', 'read a'])
    ok(0)
    await pass()
    expect(said.at(-1)).toMatchObject({ type: 'reaction.add', roomId: 'a' })
  })

  it('are not said where nobody hears, nor where they are too large to be heard', async () => {
    const { said, wire, ends, ask, limits } = givenCommands()
    limits({ frames: rate(100), sends: rate(100), reactions: rate(100) }, 200)
    ask('large', 'message.edit', { roomId: 'a', messageId: 'm', text: '字'.repeat(60) })
    ask('small', 'message.edit', { roomId: 'b', messageId: 'm', text: '字'.repeat(20) })
    wire.isLive = false
    ask('late', 'read', { roomId: 'a', seq: 1 })
    await pass()
    expect([said.length, ends]).toEqual([1, { large: 'too_large', late: 'disconnected' }])
  })

  it('are measured to the byte, as frames', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { commands, said, ask, limits, ok } = givenCommands()
    const rates = { frames: rate(100), sends: rate(100), reactions: rate(100) }
    const read = { roomId: '字', seq: 1 }
    ask('first', 'read', read)
    ok(0)
    const bytes = Buffer.byteLength(JSON.stringify(said[0]))
    limits(rates, bytes)
    ask('second', 'read', read)
    ok(1)
    limits(rates, bytes - 1)
    const refused = commands.command('read', read)
    await expect(refused).rejects.toMatchObject({
      message: `has ${bytes} bytes; the limit is ${bytes - 1}`,
      errors: [{ pointer: '' }],
    })
    expect(said).toHaveLength(2)
  })

  it('that nobody answers for 10 s mean that the line is dead', async () => {
    const { wire, ask, ok } = givenCommands()
    ask('one', 'read', { roomId: 'a', seq: 1 })
    ask('two', 'read', { roomId: 'b', seq: 1 })
    await pass(9_999)
    ok(0)
    expect(wire.lost).toBe(0)
    await pass(1)
    expect(wire.lost).toBe(1)
  })

  it('are rejected when the line is lost, those that were not said yet too, and their time ends with it', async () => {
    const { commands, wire, ends, ask, limits } = givenCommands()
    limits({ frames: rate(1), sends: rate(1), reactions: rate(1) })
    ask('said', 'read', { roomId: 'a', seq: 1 })
    ask('waiting', 'read', { roomId: 'b', seq: 1 })
    await pass()
    commands.lost(new ChatClientError('disconnected'), false)
    await pass(60_000)
    expect([ends, wire.lost]).toEqual([{ said: 'disconnected', waiting: 'disconnected' }, 0])
  })

  it('keep to the rates of the server, whatever is asked for, and say all in the end', async () => {
    const { said, ask, ok, limits } = givenCommands()
    limits({ frames: rate(8), sends: rate(3), reactions: rate(3) })
    const times: number[] = []
    for (let n = 0; n < 30; n += 1) ask(`${n}`, 'message.send', { roomId: `r${n}`, clientId: `${n}` })
    for (let at = 0; at < 200; at += 1) {
      await pass(1_000)
      for (; times.length < said.length; ) {
        ok(times.length)
        times.push(Date.now())
      }
    }
    expect(said).toHaveLength(30)
    for (const [n, at] of times.entries()) {
      expect(times.filter((other) => other > at - 10_000 && other <= at).length, `${n}`).toBeLessThanOrEqual(3)
    }
  })

  it('keep to the rates that a server usually has, where it does not say its own', async () => {
    const most = async (type: string) => {
      const { commands, said, ask, limits, ok } = givenCommands()
      limits({ frames: rate(1), sends: rate(1), reactions: rate(1) })
      // This one says none.
      commands.limit({})
      for (let n = 0; n < 100; n += 1) ask(`${n}`, type, { roomId: `${n}` })
      for (let n = 0; n < said.length; n += 1) ok(n)
      await pass(10_499)
      return said.length
    }
    expect(await most('message.send')).toBe(20)
    expect(await most('reaction.add')).toBe(30)
    expect(await most('message.delete')).toBe(60)
  })

  it('count as what the server counts them as: each as a frame, and some as a message or a reaction, too', async () => {
    const most = (type: string) => {
      const { said, ask, limits } = givenCommands()
      limits({ frames: rate(8), sends: rate(3), reactions: rate(5) })
      for (let n = 0; n < 10; n += 1) ask(`${n}`, type, { roomId: `${n}` })
      return said.length
    }
    expect(['message.send', 'message.edit', 'message.delete'].map(most)).toEqual([3, 3, 8])
    expect(['reaction.add', 'reaction.remove'].map(most)).toEqual([5, 5])
    // A part of the frames is left to what people do.
    expect(['read', 'read.many', 'presence.watch', 'typing'].map(most)).toEqual([7, 7, 6, 6])
  })

  it('that wait are said as they were asked for, where none of them is more urgent', async () => {
    const { said, ask, limits } = givenCommands()
    limits({ frames: rate(1, 1), sends: rate(1, 1), reactions: rate(1, 1) })
    for (const seq of [1, 2, 3, 4, 5]) ask(`${seq}`, 'read', { roomId: 'a', seq })
    await pass(9_000)
    expect(said.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
  })

  it('hear nothing from an answer that is not theirs', async () => {
    const { commands, ends, ask } = givenCommands()
    ask('one', 'read', { roomId: 'a', seq: 1 })
    commands.answer({ type: 'error', problem: { code: 'invalid_request', status: 400 } } as never)
    commands.answer({ type: 'ok', id: 'unknown', result: null })
    await pass()
    expect(ends).toEqual({})
  })

  it('say first what people do, then what they have read, and then who is here', async () => {
    const { said, ask, limits, ok } = givenCommands()
    limits({ frames: rate(20), sends: rate(20), reactions: rate(20) })
    for (let n = 0; n < 20; n += 1) ask(`${n}`, 'message.send', { roomId: `${n}`, clientId: `${n}` })
    ask('who', 'presence.watch', { userIds: [] })
    ask('read', 'read.many', { rooms: [] })
    ask('react', 'reaction.add', { roomId: 'x', messageId: 'm', reaction: '👍' })
    await pass()
    expect(said).toHaveLength(20)
    for (let n = 0; n < 20; n += 1) ok(n)
    await pass(60_000)
    expect(said.slice(20).map(({ type }) => type)).toEqual(['reaction.add', 'read.many', 'presence.watch'])
  })
})

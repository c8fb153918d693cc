import { defaultLimits } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import { givenGroup, givenHost, ready } from './given.js'

describe('a user who does too much', () => {
  it('is told when to try again, and that is counted for all sockets together', async () => {
    const host = await givenHost({ limits: { rates: { frames: { points: 5, seconds: 60 } } } })
    const [phone, laptop] = [await ready(host, 'alice'), await ready(host, 'alice')]
    const bob = await ready(host, 'bob')
    const watch = { userIds: [] }
    for (let n = 0; n < 3; n += 1) expect(await phone.command('presence.watch', watch)).toMatchObject({ type: 'ok' })
    for (let n = 0; n < 2; n += 1) expect(await laptop.command('presence.watch', watch)).toMatchObject({ type: 'ok' })
    for (const socket of [phone, laptop]) {
      expect(await socket.command('presence.watch', watch)).toMatchObject({
        type: 'error',
        problem: {
          code: 'rate_limited',
          status: 429,
          detail: expect.stringMatching(/too many frames; try again in \d+ s/),
        },
      })
    }
    expect(await bob.command('presence.watch', watch)).toMatchObject({ type: 'ok' })
  })

  it('sends no more messages for a while, over whatever transport, and does the rest as before', async () => {
    const host = await givenHost({ limits: { rates: { sends: { points: 2, seconds: 60 } } } })
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    const send = (clientId: string) => alice.command('message.send', { roomId, clientId, text: clientId })
    expect(await send('1')).toMatchObject({ type: 'ok' })
    expect(await send('2')).toMatchObject({ type: 'ok' })
    expect(await send('3')).toMatchObject({ type: 'error', problem: { code: 'rate_limited' } })
    const overHttp = await host.as('alice').post(`/rooms/${roomId}/messages`, { text: '4' })
    expect(overHttp.status).toBe(429)
    expect(await alice.command('typing', { roomId, isTyping: true })).toMatchObject({ type: 'ok' })
    expect(await alice.command('read', { roomId, seq: 1 })).toMatchObject({ type: 'ok' })
  })

  it('reacts no more for a while', async () => {
    const host = await givenHost({ limits: { rates: { reactions: { points: 2, seconds: 60 } } } })
    const roomId = await givenGroup(host, 'alice', 'bob')
    const { id: messageId } = await host.chat.messages.send('alice', roomId, { text: 'hi' })
    const alice = await ready(host, 'alice')
    const reaction = { roomId, messageId, reaction: '👍' }
    expect(await alice.command('reaction.add', reaction)).toMatchObject({ type: 'ok' })
    expect(await alice.command('reaction.remove', reaction)).toMatchObject({ type: 'ok' })
    expect(await alice.command('reaction.add', reaction)).toMatchObject({ problem: { code: 'rate_limited' } })
  })

  it('and does not stop is closed with 4429', async () => {
    const host = await givenHost({ limits: { rates: { frames: { points: 5, seconds: 60 } } } })
    const alice = await ready(host, 'alice')
    for (let n = 0; n < 100; n += 1) alice.send({ type: 'presence.watch', id: `${n}`, userIds: [] })
    expect(await alice.ended()).toEqual({ code: 4429, reason: 'too many frames' })
    expect(alice.frames.filter((frame) => frame.type === 'error').length).toBeLessThanOrEqual(50)
  })

  it('with frames that are no commands is closed with 4400', async () => {
    const host = await givenHost()
    const alice = await ready(host, 'alice')
    for (let n = 0; n < 100; n += 1) alice.send('{')
    expect(await alice.ended()).toMatchObject({ code: 4400 })
    expect(alice.frames.filter((frame) => frame.type === 'error').length).toBeLessThanOrEqual(50)
  })

  it('now and then, over days, is not closed: what was wrong is forgotten after a while', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const host = await givenHost()
    const alice = await ready(host, 'alice')
    for (let hour = 0; hour < 10; hour += 1) {
      for (let n = 0; n < 40; n += 1) alice.send('{')
      await alice.settled()
      vi.advanceTimersByTime(3_600_000)
    }
    expect(alice.closed).toBeUndefined()
    expect(alice.frames.filter((frame) => frame.type === 'error')).toHaveLength(400)
  })

  it('is told the seconds to wait in a way that a program reads', async () => {
    const host = await givenHost({ limits: { rates: { frames: { points: 1, seconds: 7 } } } })
    const alice = await ready(host, 'alice')
    await alice.settled()
    const { problem } = await alice.command('presence.watch', { userIds: [] })
    expect(problem).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) })
    expect(problem.retryAfter).toBeGreaterThanOrEqual(1)
    expect(problem.retryAfter).toBeLessThanOrEqual(7)
  })

  it('with frames that are too large has each counted as often as it is larger, and is closed if it goes on', async () => {
    const host = await givenHost({ limits: { rates: { frames: { points: 10, seconds: 60 } } } })
    const alice = await ready(host, 'alice')
    const large = (times: number) => 'x'.repeat(defaultLimits.frameBytes * times - 100)
    const answers = async (count: number) => {
      await alice.until(() => alice.frames.filter((frame) => frame.type === 'error').length === count, 'the answers')
      return alice.frames.filter((frame) => frame.type === 'error').map((frame) => frame.problem.code)
    }
    for (const times of [6, 4, 2]) alice.send(large(times))
    expect(await answers(3)).toEqual(['too_large', 'too_large', 'rate_limited'])
    for (let n = 0; n < 60; n += 1) alice.send(large(2))
    expect((await alice.ended()).code).toBe(4429)
  })

  it('with refused commands is not: a member without a permission may ask as often as the rate allows', async () => {
    const host = await givenHost()
    const { id: roomId } = await host.chat.rooms.create('alice', { type: 'channel', name: 'News', userIds: ['bob'] })
    const bob = await ready(host, 'bob')
    for (let n = 0; n < 100; n += 1) {
      const { problem } = await bob.command('message.send', { roomId, clientId: `${n}`, text: 'hi' })
      expect(problem.code).toBe('forbidden')
    }
    expect(bob.closed).toBeUndefined()
  })
})

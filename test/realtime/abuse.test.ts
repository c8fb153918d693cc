import { describe, expect, it } from 'vitest'
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

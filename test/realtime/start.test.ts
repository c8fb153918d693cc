import { describe, expect, it } from 'vitest'
import { givenGroup, givenHost, ready } from './given.js'

describe('limits that depend on others follow them', () => {
  it.each([30_000, 40_000])('so that a text of %i characters may be sent, whatever they are', async (textLength) => {
    const host = await givenHost({ limits: { textLength: 40_000 } })
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    expect(alice.frames[0].limits).toMatchObject({ textLength: 40_000, frameBytes: 509_072 })
    for (const character of ['a', '漢', '😀', '\n']) {
      const text = `x${character.repeat(textLength - 2)}x`
      const sent = await alice.command('message.send', { roomId, clientId: character, text })
      expect(sent).toMatchObject({ type: 'ok', result: { text } })
      expect(await alice.command('message.edit', { roomId, messageId: sent.result.id, text })).toMatchObject({
        type: 'ok',
      })
      expect(await host.as('alice').post(`/rooms/${roomId}/messages`, { text })).toMatchObject({ status: 201 })
    }
  })

  it('and a room that more people are added to than by default may be made', async () => {
    const host = await givenHost({ limits: { addsPerCall: 1_000, invitesPerDay: 1_000 } })
    const userIds = Array.from({ length: 1_000 }, (_, n) => `${n}`.padEnd(190, 'x'))
    const { status, body } = await host.as('alice').post('/rooms', { type: 'group', name: 'All', userIds })
    // Told that they are unknown: the body was read.
    expect([status, body.code]).toEqual([404, 'not_found'])
  })
})

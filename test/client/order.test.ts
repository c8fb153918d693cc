import type { ChatEvent } from 'express-chat/client'
import { describe, expect, it } from 'vitest'
import { longMs } from '../patience.js'
import { givenGroup, givenHost } from '../realtime/given.js'
import { liveClient, until } from './given.js'
import { givenRelay } from './relay.js'

const rounds = Array.from({ length: 40 }, (_, n) => n)

/** A client of Alice's on a line on which everything takes another time to arrive. */
async function givenSlow() {
  const host = await givenHost()
  const relay = await givenRelay(host.origin)
  const roomId = await givenGroup(host, 'alice', 'bob')
  const alice = await liveClient(relay, 'alice')
  relay.delayMs = () => Math.random() * 30
  return { host, relay, roomId, alice, room: alice.room(roomId) }
}

describe('what is said back to back of one room', () => {
  it(
    'ends as it was said last: whether it is muted, what it is called, and who may what',
    async () => {
      const { host, roomId, room } = await givenSlow()
      const ends = await Promise.all(
        rounds.map(async (n) => {
          const isMuted = n % 2 === 0
          const last = await Promise.all([
            room.mute(!isMuted),
            room.mute(isMuted),
            room.update({ name: `${n} first` }),
            room.update({ name: `${n} last` }),
            room.members.update('bob', { role: 'admin' }),
            room.members.update('bob', { role: 'member' }),
          ])
          return [last[3].name, last[5].role]
        }),
      )
      expect(ends).toEqual(rounds.map((n) => [`${n} last`, 'member']))
      const { body } = await host.as('alice').get(`/rooms/${roomId}`)
      expect(body).toMatchObject({ name: '39 last', me: { muted: false } })
      expect(room.getSnapshot()).toMatchObject({ room: { name: '39 last', me: { muted: false } } })
    },
    longMs,
  )

  it(
    'happens in its order over the socket and over HTTP alike, 40 of 40 times',
    async () => {
      const { alice, room } = await givenSlow()
      const { id } = await room.messages.send({ text: 'Hello' })
      const heard: string[] = []
      alice.onEvent((event: ChatEvent) => {
        if (event.type === 'message.updated') heard.push(event.message.text)
        if (event.type === 'room.updated') heard.push(String(event.room.name))
      })
      const said = rounds.flatMap((n) => [`${n} edited`, `${n} named`, `${n} edited again`])
      await Promise.all(
        rounds.flatMap((n) => [
          room.messages.edit(id, `${n} edited`),
          room.update({ name: `${n} named` }),
          room.messages.edit(id, `${n} edited again`),
        ]),
      )
      await expect.poll(() => heard.length).toBe(said.length)
      expect(heard).toEqual(said)
    },
    longMs,
  )

  it('does not wait for other rooms, nor do readers', async () => {
    const { host, relay, room, alice } = await givenSlow()
    const other = alice.room(await givenGroup(host, 'alice'))
    await until(other, ({ status }) => status === 'joined')
    let isHeld = true
    relay.delayMs = () => 0
    relay.answer = ({ method, url }) =>
      isHeld && method === 'PATCH' && url?.includes(room.id)
        ? { status: 503, headers: { 'retry-after': '1' } }
        : undefined
    const slow = room.update({ name: 'Slow' }).catch(({ code }) => code)
    await other.update({ name: 'Quick' })
    await room.messages.load()
    expect(await slow).toBe('unreachable')
    isHeld = false
    await room.update({ name: 'After a failure' })
  })

  it('goes on after the line broke', async () => {
    const { relay, room, alice } = await givenSlow()
    const { id } = await room.messages.send({ text: 'Hello' })
    relay.delayMs = () => 200
    const edits = ['one', 'two', 'three'].map((text) => room.messages.edit(id, text).catch(({ code }) => code))
    relay.closeWith(1012)
    expect(await Promise.all(edits)).toEqual(['disconnected', 'disconnected', 'disconnected'])
    relay.delayMs = () => 0
    await until(alice.connection, ({ status }) => status === 'live')
    await room.messages.edit(id, 'four')
    await room.update({ name: 'five' })
  })
})

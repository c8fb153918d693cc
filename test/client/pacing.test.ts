import { defaultLimits } from 'express-chat'
import { describe, expect, it, onTestFinished } from 'vitest'
import { longMs } from '../patience.js'
import { givenGroup, givenHost } from '../realtime/given.js'
import { liveClient, until } from './given.js'
import { givenRelay, type Relay } from './relay.js'

/** Short windows, so that a test sees several. */
const rates = {
  ...defaultLimits.rates,
  frames: { points: 60, seconds: 1 },
  sends: { points: 20, seconds: 1 },
  reactions: { points: 30, seconds: 1 },
}

/** A client on a server with rates, and a proxy that hears what it is refused. */
async function givenPaced() {
  const host = await givenHost({ limits: { rates } })
  const relay = await givenRelay(host.origin)
  const refusals: unknown[] = []
  relay.alter = (frame) => {
    if (frame.type === 'error') refusals.push(frame.problem)
    return frame
  }
  const alice = await liveClient(relay, 'alice')
  const lost: unknown[] = []
  onTestFinished(
    alice.connection.subscribe(() => {
      const { status, error } = alice.connection.getSnapshot()
      lost.push([status, error?.code, error?.closeCode])
    }),
  )
  return { host, relay, alice, refusals, lost }
}

const saidOf = ({ said }: Relay, type: string) => said.flat().filter((frame) => frame.type === type)

describe('what a client says by its own methods never gets it thrown out', () => {
  it(
    '120 reactions in a loop',
    async () => {
      const { host, alice, refusals, lost } = await givenPaced()
      const room = alice.room(await givenGroup(host, 'alice'))
      await until(room, ({ status }) => status === 'joined')
      const { id } = await room.messages.send({ text: 'Hello' })
      await Promise.all(
        Array.from({ length: 60 }, () => [room.messages.react(id, '👍'), room.messages.unreact(id, '👍')]).flat(),
      )
      expect(refusals).toEqual([])
      expect(lost).toEqual([])
      expect((await host.chat.system.messages.list(room.id, {})).items.at(-1)?.reactions).toEqual([])
    },
    longMs,
  )

  it(
    '55 mistakes in a loop, beside which others are heard',
    async () => {
      const { host, alice, lost } = await givenPaced()
      const [one, other] = [alice.room(await givenGroup(host, 'alice')), alice.room(await givenGroup(host, 'alice'))]
      await until(other, ({ status }) => status === 'joined')
      const { id } = await one.messages.send({ text: 'Hello' })
      const mistakes = Array.from({ length: 55 }, () => one.messages.react(id, '').catch(({ code }) => code))
      await other.messages.send({ text: 'Meanwhile' })
      expect(new Set(await Promise.all(mistakes))).toEqual(new Set(['invalid_request']))
      expect(lost).toEqual([])
    },
    longMs,
  )

  it(
    '100 messages to 100 rooms, which go before what was read and who is here',
    async () => {
      const { host, relay, alice, refusals, lost } = await givenPaced()
      const ids: string[] = []
      for (let n = 0; n < 100; n += 1) ids.push(await givenGroup(host, 'alice', 'bob'))
      await until(alice.rooms, ({ items }) => items.length === 100)
      const ends: (() => void)[] = []
      for (let n = 0; n < 200; n += 1) ends.push(alice.presence.watch([`user-${n}`]))
      await Promise.all(ids.map((id) => alice.room(id).messages.send({ text: 'To all' })))
      for (const end of ends) end()
      expect(refusals).toEqual([])
      expect(lost).toEqual([])
      expect(saidOf(relay, 'message.send')).toHaveLength(100)
      expect(saidOf(relay, 'presence.watch').length).toBeLessThan(30)
    },
    longMs,
  )

  it(
    '150 rooms marked as read',
    async () => {
      const { host, alice, refusals, lost } = await givenPaced()
      const ids: string[] = []
      for (let n = 0; n < 150; n += 1) ids.push(await givenGroup(host, 'bob', 'alice'))
      await Promise.all(ids.map((id) => host.chat.messages.send('bob', id, { text: 'Unread' })))
      await until(alice.unread, ({ rooms }) => rooms === 150)
      for (const id of ids) alice.room(id).markRead()
      await expect
        .poll(async () => (await host.as('alice').get('/rooms?limit=100')).body.items.filter(unread).length, {
          timeout: 30_000,
        })
        .toBe(0)
      expect(refusals).toEqual([])
      expect(lost).toEqual([])
    },
    longMs,
  )

  it(
    'as much as is allowed, in two tabs at once: what is refused is said again after a while',
    async () => {
      const { host, relay, alice } = await givenPaced()
      const other = await liveClient(relay, 'alice')
      const lost: string[] = []
      const rooms = await Promise.all([0, 1].map(() => givenGroup(host, 'alice')))
      const done = [alice, other].map(async (client, n) => {
        onTestFinished(client.connection.subscribe(() => lost.push(client.connection.getSnapshot().status)))
        const { messages } = client.room(rooms[n] as string)
        const { id } = await messages.send({ text: 'Hello' })
        await Promise.all(
          Array.from({ length: 20 }, () => [messages.react(id, '👍'), messages.unreact(id, '👍')]).flat(),
        )
      })
      await Promise.all(done)
      expect(lost).toEqual([])
    },
    longMs,
  )
})

const unread = ({ me }: { me: { unreadCount: number } }) => me.unreadCount > 0

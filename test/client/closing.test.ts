import { describe, expect, it } from 'vitest'
import { givenGroup, givenHost } from '../realtime/given.js'
import { live, liveClient, shows, until } from './given.js'
import { givenRelay } from './relay.js'
import { givenWire, pass } from './wire.js'

const isHello = ({ type }: { type: string }) => type === 'hello'

/** How often the client said something that a test has poisoned. */
const poisonIn = (said: readonly object[][]): number =>
  said.flat().filter((frame) => JSON.stringify(frame).includes('poison')).length

describe('a client whose socket is closed', () => {
  it('tells with what code, of the connection and of what was under way', async () => {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice')
    const alice = await liveClient(relay, 'alice')
    const { id } = await alice.room(roomId).messages.send({ text: 'Hello' })
    relay.refuse = ({ type }) => (type === 'message.edit' ? 1009 : undefined)
    const refused = alice.room(roomId).messages.edit(id, 'Far too long')
    await expect(refused).rejects.toMatchObject({ code: 'disconnected', closeCode: 1009 })
    const { error } = await until(alice.connection, ({ status }) => status === 'reconnecting')
    expect(error).toMatchObject({ code: 'disconnected', closeCode: 1009 })
    await live(alice)
    expect(relay.said.flat().filter(({ type }) => type === 'message.edit')).toHaveLength(1)
  })

  it.each([1009, 4400, 4413])(
    'for its hello (%i) says another one, which names nothing, and shows all that was missed',
    async (code) => {
      const host = await givenHost()
      const relay = await givenRelay(host.origin)
      const roomId = await givenGroup(host, 'alice', 'bob')
      const alice = await liveClient(relay, 'alice')
      await alice.room(roomId).messages.load()
      relay.refuse = (frame) => (isHello(frame) && JSON.stringify(frame.rooms) !== '{}' ? code : undefined)
      relay.closeWith(1012)
      await until(alice.connection, ({ error }) => error?.closeCode === code)
      await host.chat.messages.send('bob', roomId, { text: 'Meanwhile' })
      await live(alice)
      await shows(alice, roomId, 'Meanwhile')
      const hellos = relay.said.flat().filter(isHello)
      expect(hellos.map(({ rooms }) => Object.keys(rooms as object))).toEqual([[], [roomId], []])
      expect(alice.room(roomId).unread.getSnapshot()).toBe(1)
    },
  )

  it.each([1009, 4400])(
    'for something that it says by itself (%i) says that once more, alone, and never again',
    async (code) => {
      const host = await givenHost()
      const relay = await givenRelay(host.origin)
      const roomId = await givenGroup(host, 'alice')
      const alice = await liveClient(relay, 'alice')
      relay.refuse = (frame) => (JSON.stringify(frame).includes('poison') ? code : undefined)
      alice.presence.watch(['poison'])
      await until(alice.connection, ({ error }) => error?.closeCode === code)
      await until(alice.connection, ({ status }) => status === 'live')
      await expect.poll(() => poisonIn(relay.said)).toBe(2)
      await live(alice)
      // What others say goes through, and nothing closes the socket any more.
      await alice.room(roomId).messages.send({ text: 'Still here' })
      relay.closeWith(1012)
      await until(alice.connection, ({ error }) => error?.closeCode === 1012)
      await live(alice)
      await alice.room(roomId).messages.send({ text: 'And here' })
      relay.closeWith(1012)
      await until(alice.connection, ({ error }) => error?.closeCode === 1012)
      await live(alice)
      await alice.room(roomId).messages.send({ text: 'And here' })
      expect(poisonIn(relay.said)).toBe(2)
      expect(alice.connection.getSnapshot().status).toBe('live')
    },
  )

  it.each([4408, 4413])(
    'for what it was slow at (%i) says again whatever was under way, however often',
    async (code) => {
      const wire = givenWire()
      const client = wire.client()
      client.connect()
      await pass(50)
      wire.hold(/say (message.send|presence.watch)/)
      client.presence.watch(['bob'])
      const sent = client.room('room').messages.send({ text: 'Hello' })
      for (let times = 1; times <= 4; times += 1) {
        while (wire.said('message.send').length < times) await pass(500)
        wire.socket.end(code)
      }
      wire.hold()
      wire.present = ['bob']
      await pass(60_000)
      await expect(sent).resolves.toMatchObject({ text: 'Hello' })
      expect(client.presence.of('bob').getSnapshot()).toMatchObject({ online: true })
    },
  )

  it('because it may not be here does not come back by itself', async () => {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const alice = await liveClient(relay, 'alice')
    relay.closeWith(4403)
    const { error, retryAt } = await until(alice.connection, ({ status }) => status === 'signed-out')
    expect({ error, retryAt }).toMatchObject({ error: { code: 'forbidden', closeCode: 4403 }, retryAt: null })
  })

  it('because it said too much waits for long, whoever comes back meanwhile', async () => {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const alice = await liveClient(relay, 'alice')
    relay.closeWith(4429)
    const { retryAt } = await until(alice.connection, ({ error, retryAt }) => error?.closeCode === 4429 && retryAt)
    expect(retryAt).toBeGreaterThan(Date.now() + 2_000)
    alice.wake()
    expect(alice.connection.getSnapshot()).toMatchObject({ status: 'reconnecting', retryAt })
  })

  it('never says what is too large to be heard', async () => {
    const host = await givenHost({ limits: { textLength: 100 } })
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice')
    const alice = await liveClient(relay, 'alice')
    const { frameBytes } = alice.limits.getSnapshot() ?? {}
    expect(frameBytes).toBeGreaterThan(0)
    const { id } = await alice.room(roomId).messages.send({ text: 'Hello' })
    const before = relay.said.flat().length
    const long = '字'.repeat((frameBytes ?? 0) / 3)
    await expect(alice.room(roomId).messages.react(id, long)).rejects.toMatchObject({ code: 'too_large' })
    await expect(alice.room(roomId).messages.edit(id, long)).rejects.toMatchObject({ code: 'too_large' })
    expect(relay.said.flat()).toHaveLength(before)
    expect(alice.connection.getSnapshot().status).toBe('live')
  })
})

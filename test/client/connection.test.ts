import { describe, expect, it } from 'vitest'
import { given, givenLive, tickets } from './connecting.js'
import { stub, stubChance } from './page.js'
import { givenWire, pass, WireSocket } from './wire.js'

describe('connecting', () => {
  it('asks for a ticket, and shows it to the chat at the place where its requests go', async () => {
    const { wire, client, shown } = given({ url: 'http://chat.test/chat//' })
    expect(shown()).toEqual({ status: 'idle', error: null, retryAt: null })
    wire.hold(/say/)
    client.connect()
    expect(shown()).toEqual({ status: 'connecting', error: null, retryAt: null })
    await pass()
    expect(wire.log.slice(0, 3)).toEqual(['POST /ws-ticket', 'socket ws://chat.test/chat/ws', 'say hello'])
    expect(wire.socket.protocols).toEqual(['chat.v1', 'ticket.t'])
    expect(wire.socket.said).toEqual([{ type: 'hello', rooms: {} }])
    wire.socket.tell(wire.welcome())
    expect(shown()).toEqual({ status: 'connecting', error: null, retryAt: null })
    wire.socket.tell({ type: 'ready' })
    expect(shown()).toEqual({ status: 'live', error: null, retryAt: null })
  })

  it('keeps to TLS where the chat has it', async () => {
    const { wire, client } = given({ url: 'HTTPS://chat.test/chat' })
    client.connect()
    await pass()
    expect(wire.socket.url).toBe('wss://chat.test/chat/ws')
  })

  it('once connected asks for nothing more, whoever else connects', async () => {
    const { wire, client } = await givenLive()
    client.connect()
    await pass(50)
    expect(tickets(wire)).toBe(1)
  })

  it('uses the WebSocket of the browser where it was given none', async () => {
    const wire = givenWire()
    class Native extends WireSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, wire)
        queueMicrotask(() => this.open())
      }
    }
    stub('WebSocket', Native)
    const client = wire.client({ WebSocket: undefined })
    client.connect()
    await pass(50)
    expect(client.connection.getSnapshot().status).toBe('live')
  })

  it('says what is missing where there is no WebSocket, and where its URL leads nowhere', async () => {
    stub('WebSocket', undefined)
    const none = given({ WebSocket: undefined })
    expect(() => none.client.connect()).toThrow(
      new TypeError('express-chat: no WebSocket here: give it that of `npm install ws`'),
    )
    const nowhere = given({ url: '/chat' })
    expect(() => nowhere.client.connect()).toThrow('url needs its origin')
    for (const { shown } of [none, nowhere]) expect(shown().status).toBe('idle')
  })
})

describe('a connection that nobody wants any more', () => {
  it('is not tried again when its ticket does not come, nor is that of the next one', async () => {
    const { wire, client, shown } = given()
    wire.hold(/ws-ticket/)
    client.connect()
    await pass()
    client.close()
    wire.held[0]?.fail()
    await pass(60_000)
    expect(shown()).toEqual({ status: 'idle', error: null, retryAt: null })
    expect(tickets(wire)).toBe(1)
  })

  it('rejects what was under way with `aborted`', async () => {
    const { wire, client } = await givenLive()
    wire.hold(/say/)
    const edited = client.room('room').messages.edit('room-1', 'Better')
    const error = edited.catch((error) => error)
    client.close()
    expect(await error).toMatchObject({ code: 'aborted' })
  })
})

describe('a connection that fails', () => {
  it('is tried again, after twice the time each time and ten seconds at most, half of it by chance', async () => {
    for (const [chance, first] of [
      [0, 150],
      [1, 300],
    ] as const) {
      stubChance(chance)
      const { wire, client, shown, waitMs } = given()
      wire.hold(/ws-ticket/)
      client.connect()
      const waits: number[] = []
      for (let times = 0; times < 8; times += 1) {
        await pass()
        expect(shown()).toMatchObject({ status: 'connecting', retryAt: null })
        wire.held.at(-1)?.fail()
        await pass()
        expect(shown()).toMatchObject({ status: 'connecting', error: { code: 'unreachable' } })
        waits.push(waitMs())
        await pass(waitMs() - 1)
        expect(tickets(wire)).toBe(times + 1)
        await pass(1)
        expect(tickets(wire)).toBe(times + 2)
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 100 / 3, 100 / 3].map((times) => times * first))
      client.close()
    }
  })

  it('waits as long as the server asks for, whoever comes back meanwhile', async () => {
    const { wire, client, shown, waitMs } = given()
    wire.hold(/ws-ticket/)
    client.connect()
    await pass()
    wire.held.at(-1)?.answer(429, { code: 'rate_limited', status: 429, retryAfter: 30 })
    await pass()
    expect(shown().error).toMatchObject({ code: 'rate_limited' })
    expect(waitMs()).toBe(30_000)
    client.wake()
    await pass(29_999)
    expect(tickets(wire)).toBe(1)
    await pass(1)
    expect(tickets(wire)).toBe(2)
  })

  it('is given up where its socket says nothing for ten seconds, and ten more each time, a minute at most', async () => {
    stubChance(0)
    const { wire, client, shown, waitMs } = given()
    wire.hold(/open/)
    client.connect()
    await pass()
    for (const patienceMs of [10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 60_000]) {
      await pass(patienceMs - 1)
      expect(wire.socket.isClosed).toBe(false)
      expect(shown()).toMatchObject({ status: 'connecting', retryAt: null })
      await pass(1)
      expect(wire.socket.isClosed).toBe(true)
      expect(shown()).toMatchObject({ status: 'connecting', error: { code: 'unreachable' } })
      await pass(waitMs())
    }
    expect(wire.sockets).toHaveLength(8)
  })

  it('lasts for as long as its socket goes on telling', async () => {
    const { wire, client, shown } = given()
    wire.hold(/say hello/)
    client.connect()
    await pass(9_000)
    wire.socket.tell(wire.welcome())
    await pass(9_999)
    expect(wire.socket.isClosed).toBe(false)
    await pass(1)
    expect(wire.socket.isClosed).toBe(true)
    expect(shown()).toMatchObject({ status: 'connecting', error: { code: 'unreachable' } })
  })
})

describe('a connection that is lost', () => {
  it('comes back by itself, and tells when', async () => {
    stubChance(0)
    const { wire, shown, waitMs } = await givenLive()
    const { socket } = wire
    socket.isClosed = false
    socket.onclose?.({ code: 1006, reason: '' })
    expect(shown()).toMatchObject({ status: 'reconnecting', error: { code: 'disconnected', closeCode: 1006 } })
    expect(waitMs()).toBe(150)
    // Not left open, and deaf from now on.
    expect(socket).toMatchObject({ isClosed: true, onopen: null, onmessage: null, onclose: null })
    expect(wire.sockets).toHaveLength(1)
    await pass(150)
    expect(wire.sockets).toHaveLength(2)
    expect(shown()).toEqual({ status: 'live', error: null, retryAt: null })
  })

  it('shows why while it is tried again', async () => {
    const { wire, shown, waitMs } = await givenLive()
    wire.socket.end(1006)
    wire.hold(/ws-ticket|open/)
    await pass(waitMs())
    expect(tickets(wire)).toBe(2)
    const reconnecting = { status: 'reconnecting', error: { closeCode: 1006 }, retryAt: null }
    expect(shown()).toMatchObject(reconnecting)
    wire.held.at(-1)?.answer(201, { ticket: 't', expiresAt: '' })
    await pass()
    expect(wire.sockets).toHaveLength(2)
    expect(shown()).toMatchObject(reconnecting)
  })

  it('is told of once it is, and what only a live one knows is known no more', async () => {
    const { wire, client } = await givenLive()
    wire.socket.tell({ type: 'presence', userId: 'bob', online: true, lastSeenAt: null })
    const bob = client.presence.of('bob')
    expect(bob.getSnapshot()).toMatchObject({ online: true })
    const statuses = new Set<string>()
    client.connection.subscribe(() => statuses.add(client.connection.getSnapshot().status))
    wire.socket.end(1006)
    expect([...statuses]).toEqual(['reconnecting'])
    expect(bob.getSnapshot()).toBeUndefined()
  })

  it('comes back later and later, until one has lasted for more than ten seconds', async () => {
    stubChance(0)
    const { wire, waitMs } = await givenLive()
    const waits: number[] = []
    for (const lastsMs of [0, 0, 10_000, 0, 10_001, 0]) {
      await pass(lastsMs)
      wire.socket.end(1006)
      waits.push(waitMs())
      await pass(waitMs())
    }
    expect(waits).toEqual([150, 300, 600, 1_200, 150, 300])
  })

  it('comes back no sooner than the reason of its end asks for', async () => {
    const { wire, waitMs } = await givenLive()
    wire.socket.end(1012, '5000')
    expect(waitMs()).toBe(5_000)
  })

  it.each([1002, 1003, 1007, 1008, 1009, 4400, 4408, 4413])(
    'for what it was told (%i) comes back four times as late, whoever comes back meanwhile',
    async (code) => {
      stubChance(0)
      const { wire, client, waitMs } = await givenLive()
      wire.socket.end(code)
      expect(waitMs()).toBe(600)
      client.wake()
      await pass()
      expect(tickets(wire)).toBe(1)
      await pass(600)
      expect(tickets(wire)).toBe(2)
    },
  )

  it('for saying too much (4429) comes back after five seconds at the soonest, and a minute at the latest', async () => {
    stubChance(0)
    const { wire, client, waitMs } = await givenLive()
    const waits: number[] = []
    for (let times = 0; times < 5; times += 1) {
      wire.socket.end(4429)
      waits.push(waitMs())
      client.wake()
      await pass(waitMs())
    }
    expect(waits).toEqual([4_800, 9_600, 19_200, 30_000, 30_000])
    expect(wire.sockets).toHaveLength(6)
  })

  it('for being one too many (4409) does not come back before somebody uses it', async () => {
    const { wire, client, shown } = await givenLive()
    wire.socket.end(4409)
    expect(shown()).toMatchObject({ status: 'replaced', error: { closeCode: 4409 }, retryAt: null })
    await pass(600_000)
    expect(tickets(wire)).toBe(1)
    wire.hold(/ws-ticket/)
    client.connect()
    await pass()
    expect(shown()).toMatchObject({ status: 'reconnecting', error: { closeCode: 4409 }, retryAt: null })
    wire.hold()
    await pass(50)
    expect(shown().status).toBe('live')
  })

  it('for not being allowed (4403) is signed out, and stays so', async () => {
    const { wire, shown } = await givenLive()
    wire.socket.end(4403)
    expect(shown()).toMatchObject({
      status: 'signed-out',
      error: { code: 'forbidden', closeCode: 4403 },
      retryAt: null,
    })
    await pass(600_000)
    expect(tickets(wire)).toBe(1)
  })

  it('is begun anew by the next who connects after the last has gone', async () => {
    stubChance(0)
    const { wire, client, shown, waitMs } = await givenLive()
    wire.socket.end(1006)
    client.close()
    expect(shown()).toEqual({ status: 'idle', error: null, retryAt: null })
    wire.hold(/ws-ticket/)
    client.connect()
    expect(shown()).toEqual({ status: 'connecting', error: null, retryAt: null })
    await pass()
    wire.held.at(-1)?.fail()
    await pass()
    expect(shown().status).toBe('connecting')
    expect(waitMs()).toBe(150)
  })
})

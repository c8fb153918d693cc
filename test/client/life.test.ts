import type { ChatClient } from 'express-chat/client'
import { describe, expect, it } from 'vitest'
import { longMs } from '../patience.js'
import { userOf } from './state/room-model.js'
import { givenWire, pass, type Wire } from './wire.js'

const minute = 60_000
const ignore = () => undefined

/** Uses everything that a page uses of a client, and waits for none of it. */
function doEverything(client: ChatClient): void {
  client.connect()
  const room = client.room('room')
  room.messages.subscribe(ignore)
  room.members.load().catch(ignore)
  room.load().catch(ignore)
  room.messages
    .load()
    .then(() => {
      if (client.me.getSnapshot()?.id !== 'alice') return undefined
      room.markRead()
      room.typing.start()
      return Promise.all([
        room.messages.send({ text: 'Hello' }),
        room.messages.edit('room-1', 'Better'),
        room.messages.react('room-2', '👍'),
        room.members.add({ userId: 'carol' }),
        client.users.search('b'),
      ])
    })
    .catch(ignore)
  client.presence.watch(['bob'])
}

/** What the client does by itself: a request of its user's goes out in any case, and needs no socket. */
const isItsOwn = (what: string) => what !== 'GET /users?q=b' && what !== 'POST /rooms/room/members'

/** How many things a client does while it is used; `then` is called at the `count`th of them. */
async function usedUntil(count: number, then: (client: ChatClient, wire: Wire) => void) {
  const wire = givenWire()
  wire.present = ['bob']
  const client = wire.client()
  let seen = 0
  wire.onHappened = () => {
    seen += 1
    if (seen === count) then(client, wire)
  }
  doEverything(client)
  for (let turn = 0; turn < 12; turn += 1) await pass(50)
  return { wire, client, seen }
}

describe('a client that is closed', () => {
  it(
    'at whatever moment says, asks and opens nothing from then on, and knows nothing any more',
    async () => {
      const all = await usedUntil(Number.POSITIVE_INFINITY, ignore)
      expect(all.client.connection.getSnapshot().status).toBe('live')
      // Of each thing at least once: else this would prove little.
      for (const what of ['ticket', 'socket', 'hello', 'GET /rooms', 'messages', 'members', 'send', 'edit', 'read']) {
        expect(
          all.wire.log.some((each) => each.includes(what)),
          what,
        ).toBe(true)
      }
      all.client.close()
      for (let count = 1; count <= all.seen; count += 1) {
        let before = 0
        let what = ''
        const { wire, client } = await usedUntil(count, (closing, { log }) => {
          closing.close()
          before = log.length
          what = `closed at no. ${count}, ${log.at(-1)}`
        })
        await pass(10 * minute)
        expect(wire.log.slice(before).filter(isItsOwn), what).toEqual([])
        expect(
          wire.sockets.every(({ isClosed }) => isClosed),
          what,
        ).toBe(true)
        expect(client.connection.getSnapshot(), what).toEqual({ status: 'idle', error: null, retryAt: null })
        expect(client.me.getSnapshot(), what).toBeNull()
        expect(client.rooms.getSnapshot().items, what).toEqual([])
        expect(client.room('room').messages.getSnapshot().items, what).toEqual([])
      }
    },
    longMs,
  )

  it('while its ticket is asked for opens no socket once that comes', async () => {
    const wire = givenWire()
    const client = wire.client()
    wire.hold(/ws-ticket/)
    client.connect()
    await pass()
    expect(wire.log).toEqual(['POST /ws-ticket'])
    client.close()
    wire.hold()
    await pass(10 * minute)
    expect(wire.log).toEqual(['POST /ws-ticket'])
  })

  it('while it is asked who the user is asks the server nothing', async () => {
    const wire = givenWire()
    let tell = (_token: string): void => undefined
    const client = wire.client({ auth: () => new Promise<string>((resolve) => (tell = resolve)) })
    client.connect()
    await pass()
    client.close()
    tell('a token')
    await pass(10 * minute)
    expect(wire.sockets).toEqual([])
    expect(client.connection.getSnapshot().status).toBe('idle')
  })

  it('before its socket is open says nothing when it opens', async () => {
    const wire = givenWire()
    const client = wire.client()
    wire.hold(/open/)
    client.connect()
    await pass()
    client.close()
    expect(wire.socket.isClosed).toBe(true)
    wire.socket.isClosed = false
    wire.socket.onopen?.()
    wire.hold()
    await pass(10 * minute)
    expect(wire.socket.said).toEqual([])
  })

  it('while it waits to come back does not come back', async () => {
    const wire = givenWire()
    const client = wire.client()
    client.connect()
    await pass(50)
    wire.socket.end(1006)
    expect(client.connection.getSnapshot().status).toBe('reconnecting')
    client.close()
    const before = wire.log.length
    await pass(10 * minute)
    expect(wire.log).toHaveLength(before)
  })

  it('rejects what was under way with `aborted`', async () => {
    const wire = givenWire()
    const client = wire.client()
    client.connect()
    await pass(50)
    wire.hold(/say/)
    const sent = client
      .room('room')
      .messages.send({ text: 'Hello' })
      .catch((error) => error)
    const edited = client
      .room('other')
      .messages.edit('other-1', 'Better')
      .catch((error) => error)
    await pass(50)
    client.close()
    expect(await sent).toMatchObject({ code: 'aborted' })
    expect(await edited).toMatchObject({ code: 'aborted' })
  })

  it('can be connected again, and begins anew', async () => {
    const wire = givenWire()
    const client = wire.client()
    client.connect()
    await client.room('room').messages.load()
    await pass(50)
    client.close()
    client.connect()
    await pass(50)
    expect(client.connection.getSnapshot().status).toBe('live')
    expect(wire.sockets).toHaveLength(2)
    expect(client.rooms.getSnapshot()).toMatchObject({ status: 'ready', items: [{ id: 'room' }] })
    await pass(50)
    // What was asked for once still is.
    expect(client.room('room').messages.getSnapshot().items).toHaveLength(3)
  })
})

describe('a client whose user changes', () => {
  it(
    'at whatever moment shows and says nothing of the one before',
    async () => {
      const all = await usedUntil(Number.POSITIVE_INFINITY, ignore)
      all.client.close()
      for (let count = 1; count <= all.seen; count += 1) {
        let at = ''
        const { wire, client } = await usedUntil(count, (_client, changing) => {
          at = `changed at no. ${count}, ${changing.log.at(-1)}`
          changing.user = userOf('mallory')
          changing.rooms.clear()
          changing.sockets.at(-1)?.end(1006)
        })
        await pass(minute)
        expect(client.connection.getSnapshot().status, at).toBe('live')
        expect(client.me.getSnapshot()?.id, at).toBe('mallory')
        expect(client.rooms.getSnapshot().items, at).toEqual([])
        expect(client.room('room').messages.getSnapshot().items, at).toEqual([])
        expect(client.unread.getSnapshot(), at).toEqual({ rooms: 0, messages: 0, mentions: 0 })
        // Nothing that Alice wrote is said in the name of another.
        expect(
          wire.socket.said.filter(({ type }) => type.startsWith('message.')),
          at,
        ).toEqual([])
      }
    },
    longMs,
  )
})

describe('a client that is signed out', () => {
  it(
    'at whatever moment asks for nothing more, and says so',
    async () => {
      const all = await usedUntil(Number.POSITIVE_INFINITY, ignore)
      all.client.close()
      for (let count = 1; count <= all.seen; count += 1) {
        let at = ''
        const { wire, client } = await usedUntil(count, (_client, changing) => {
          at = `signed out at no. ${count}, ${changing.log.at(-1)}`
          changing.isSignedIn = false
          changing.sockets.at(-1)?.end(4401)
        })
        await pass(minute)
        expect(client.connection.getSnapshot(), at).toMatchObject({
          status: 'signed-out',
          error: { code: 'unauthenticated' },
        })
        const before = wire.log.length
        await pass(10 * minute)
        expect(wire.log.slice(before), at).toEqual([])
      }
    },
    longMs,
  )
})

describe('the socket', () => {
  it('stays for what mounts anew at once, and ends when nobody wants it any more', async () => {
    const wire = givenWire()
    const client = wire.client()
    const first = client.connect()
    await pass(50)
    first()
    await pass(199)
    const second = client.connect()
    await pass(minute)
    expect(wire.sockets).toHaveLength(1)
    expect(client.connection.getSnapshot().status).toBe('live')
    second()
    second()
    await pass(199)
    expect(client.connection.getSnapshot().status).toBe('live')
    await pass(1)
    expect(client.connection.getSnapshot().status).toBe('idle')
    expect(wire.socket.isClosed).toBe(true)
  })

  it('is asked whether it is alive after a silence, and given up where it is not', async () => {
    const wire = givenWire()
    const client = wire.client()
    client.connect()
    await pass(50)
    const said = wire.said('presence.watch').length
    await pass(24_000)
    expect(wire.said('presence.watch')).toHaveLength(said)
    wire.hold(/presence/)
    await pass(1_000)
    expect(wire.said('presence.watch')).toHaveLength(said + 1)
    await pass(9_900)
    expect(client.connection.getSnapshot().status).toBe('live')
    await pass(100)
    expect(client.connection.getSnapshot()).toMatchObject({ status: 'reconnecting', error: { code: 'unreachable' } })
    wire.hold()
    await pass(1_000)
    expect(client.connection.getSnapshot().status).toBe('live')
  })

  it('hears nothing of one that was given up', async () => {
    const wire = givenWire()
    const client = wire.client()
    client.connect()
    await pass(50)
    const old = wire.socket
    const hear = old.onmessage
    old.end(1006)
    await pass(10_000)
    expect(wire.sockets).toHaveLength(2)
    const { getSnapshot } = client.room('room').messages
    hear?.({ data: JSON.stringify({ type: 'presence', userId: 'bob', online: true, lastSeenAt: null }) })
    old.onmessage?.({ data: JSON.stringify({ type: 'ready' }) })
    expect(old.onmessage).toBeNull()
    expect(getSnapshot().items).toEqual([])
  })
})

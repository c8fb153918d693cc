import { describe, expect, it } from 'vitest'
import { given, givenLive, tickets } from './connecting.js'
import { stubChance, stubPage } from './page.js'
import { pass } from './wire.js'

describe('a session that ends', () => {
  it('goes on as another where there is one, and tells meanwhile that it comes back', async () => {
    const tokens = ['first', 'second']
    const { wire, shown, waitMs } = await givenLive({ auth: async () => tokens[0] ?? null })
    tokens.shift()
    wire.hold(/ws-ticket/)
    wire.socket.end(4401)
    expect(shown()).toEqual({ status: 'reconnecting', error: null, retryAt: null })
    await pass()
    expect(shown()).toMatchObject({ status: 'reconnecting', error: { code: 'unauthenticated', closeCode: 4401 } })
    await pass(waitMs())
    expect(wire.held.at(-1)?.headers).toEqual({ authorization: 'Bearer second' })
    wire.hold()
    await pass(50)
    expect(shown().status).toBe('live')
  })

  it('is over where what signs in stayed the same', async () => {
    const { wire, shown } = await givenLive({ auth: () => 'token' })
    wire.socket.end(4401)
    await pass()
    expect(shown()).toMatchObject({ status: 'signed-out', error: { code: 'unauthenticated' }, retryAt: null })
    await pass(600_000)
    expect(tickets(wire)).toBe(1)
  })

  it('comes back where nobody could be asked what signs in', async () => {
    let isDown = false
    const auth = () => {
      if (isDown) throw new Error('no network')
      return isDown === undefined ? null : 'token'
    }
    const { wire, shown, waitMs } = await givenLive({ auth })
    isDown = true
    wire.socket.end(4401)
    await pass()
    expect(shown()).toMatchObject({ status: 'reconnecting', error: { code: 'unreachable' } })
    isDown = false
    await pass(waitMs())
    await pass(50)
    expect(shown().status).toBe('live')
  })

  it('asks the server where cookies sign in', async () => {
    const { wire, shown, waitMs } = await givenLive()
    wire.isSignedIn = false
    wire.socket.end(4401)
    expect(shown()).toMatchObject({ status: 'reconnecting', error: { code: 'unauthenticated', closeCode: 4401 } })
    await pass(waitMs())
    expect(tickets(wire)).toBe(2)
    expect(shown()).toMatchObject({ status: 'signed-out', error: { code: 'unauthenticated' } })
  })

  it('while nobody wants it any more is not gone on with', async () => {
    let tell = (_token: string): void => undefined
    let isAsked = false
    const auth = () => (isAsked ? new Promise<string>((resolve) => (tell = resolve)) : 'token')
    const { wire, client, shown } = await givenLive({ auth })
    isAsked = true
    wire.socket.end(4401)
    client.close()
    tell('another')
    await pass(60_000)
    expect(shown()).toEqual({ status: 'idle', error: null, retryAt: null })
    expect(tickets(wire)).toBe(1)
  })
})

describe('a client that is signed out', () => {
  async function givenSignedOut() {
    const page = stubPage()
    const all = await givenLive()
    all.wire.isSignedIn = false
    all.wire.socket.end(4401)
    await pass(1_000)
    expect(all.shown().status).toBe('signed-out')
    return { ...all, page, before: tickets(all.wire) }
  }

  it('looks for a session when the page comes back, in silence and every five seconds at most', async () => {
    const { wire, page, before, shown } = await givenSignedOut()
    await pass(3_000)
    page.fire('focus')
    await pass()
    expect(tickets(wire)).toBe(before)
    await pass(2_000)
    page.fire('online')
    expect(shown()).toMatchObject({ status: 'signed-out', error: { code: 'unauthenticated' } })
    await pass(4_999)
    page.fire('online')
    await pass()
    expect(tickets(wire)).toBe(before + 1)
    await pass(1)
    wire.hold(/ws-ticket/)
    page.fire('online')
    await pass()
    expect(tickets(wire)).toBe(before + 2)
    wire.held.at(-1)?.fail()
    await pass(60_000)
    expect(shown()).toMatchObject({ status: 'signed-out', retryAt: null })
    expect(tickets(wire)).toBe(before + 2)
  })

  it('is connected as soon as there is a session again', async () => {
    const { wire, client, page, shown } = await givenSignedOut()
    await pass(10_000)
    wire.isSignedIn = true
    wire.hold(/open/)
    page.fire('pageshow')
    await pass()
    expect(shown()).toEqual({ status: 'connecting', error: null, retryAt: null })
    wire.hold()
    await pass(50)
    expect(shown().status).toBe('live')
    client.close()
    expect(page.listenedTo).toEqual([])
  })

  it('looks at once when its host knows that somebody is back', async () => {
    const { wire, client, before } = await givenSignedOut()
    client.wake()
    await pass()
    client.wake()
    await pass()
    expect(tickets(wire)).toBe(before + 2)
  })

  it('goes on looking though something else is refused meanwhile', async () => {
    const { wire, client, shown } = await givenSignedOut()
    wire.hold(/ws-ticket/)
    client.wake()
    await client.users.get('bob').catch(() => undefined)
    wire.isSignedIn = true
    wire.hold()
    await pass(50)
    expect(shown().status).toBe('live')
  })

  it('connects at once for whoever connects, and listens to the page once', async () => {
    const { wire, client, page, shown } = await givenSignedOut()
    const { listenedTo } = page
    wire.isSignedIn = true
    client.connect()
    expect(shown()).toEqual({ status: 'connecting', error: null, retryAt: null })
    expect(page.listenedTo).toEqual(listenedTo)
    await pass(50)
    expect(shown().status).toBe('live')
  })

  it('stays so, and looks no more, once nobody wants to be connected', async () => {
    const { wire, client, page, before, shown } = await givenSignedOut()
    wire.hold(/ws-ticket/)
    client.wake()
    await pass()
    client.close()
    wire.isSignedIn = true
    wire.hold()
    await pass(10_000)
    page.fire('online')
    await pass(10_000)
    expect(shown()).toMatchObject({ status: 'signed-out', error: { code: 'unauthenticated' } })
    expect(tickets(wire)).toBe(before + 1)
    expect(wire.sockets).toHaveLength(1)
  })
})

describe('a client whose page or network comes and goes', () => {
  it('is offline for as long as the device has no network', async () => {
    stubChance(0)
    const page = stubPage()
    const { wire, shown, waitMs } = await givenLive()
    page.navigator.onLine = false
    page.fire('offline')
    expect(shown()).toMatchObject({ status: 'offline', error: { code: 'disconnected' } })
    expect(shown().error?.closeCode).toBeUndefined()
    wire.hold(/ws-ticket/)
    for (let times = 0; times < 3; times += 1) {
      await pass(waitMs())
      wire.held.at(-1)?.fail()
      await pass()
      expect(shown()).toMatchObject({ status: 'offline', error: { code: 'unreachable' } })
    }
    page.navigator.onLine = true
    page.fire('online')
    expect(shown()).toMatchObject({ status: 'offline', retryAt: null })
    await pass()
    // As if nothing had failed yet.
    wire.held.at(-1)?.fail()
    await pass()
    expect(shown().status).toBe('reconnecting')
    expect(waitMs()).toBe(150)
  })

  it('does not lose a connection that it does not have', async () => {
    const page = stubPage()
    const { wire, client, shown } = given()
    wire.hold(/ws-ticket/)
    client.connect()
    page.fire('offline')
    await pass()
    expect(shown()).toEqual({ status: 'connecting', error: null, retryAt: null })
    wire.hold()
    await pass(50)
    expect(shown().status).toBe('live')
  })

  it('does not begin anew what is under way', async () => {
    const page = stubPage()
    const { wire, client } = given()
    wire.hold(/ws-ticket/)
    client.connect()
    for (const what of ['online', 'focus']) page.fire(what)
    client.wake()
    await pass()
    expect(tickets(wire)).toBe(1)
    page.fire('keydown')
    await pass()
    expect(tickets(wire)).toBe(1)
  })

  it('asks whether its line is alive, unless that has said something within two seconds', async () => {
    const page = stubPage()
    const { wire } = await givenLive()
    await pass(100)
    const asked = wire.said('presence.watch').length
    await pass(1_900)
    wire.socket.tell({ type: 'typing', roomId: 'room', userIds: [] })
    await pass(2_000)
    page.fire('focus')
    await pass()
    expect(wire.said('presence.watch')).toHaveLength(asked)
    await pass(1)
    page.fire('focus')
    await pass()
    expect(wire.said('presence.watch')).toHaveLength(asked + 1)
  })

  it('is used by whoever clicks, types, asks for something or reads, but not by a hidden page that reads', async () => {
    const page = stubPage()
    const { wire, client, shown } = await givenLive()
    async function isBack(use: () => unknown): Promise<boolean> {
      wire.socket.end(4409)
      expect(shown().status).toBe('replaced')
      await use()
      await pass(50)
      return shown().status === 'live'
    }
    const search = () => void client.users.search('b')
    const create = () => void client.rooms.create({ type: 'group', name: 'A room', userIds: [] })
    const read = () => void client.room('room').messages.load()
    expect(await isBack(() => page.fire('pointerdown'))).toBe(true)
    expect(await isBack(() => page.fire('visibilitychange'))).toBe(true)
    expect(await isBack(() => client.wake())).toBe(true)
    expect(await isBack(search)).toBe(true)
    expect(await isBack(read)).toBe(true)
    expect(await isBack(create)).toBe(true)
    page.document.visibilityState = 'hidden'
    expect(await isBack(create)).toBe(true)
    expect(await isBack(() => void client.room('room').messages.send({ text: 'Hello' }))).toBe(true)
    expect(await isBack(() => void client.room('other').load())).toBe(false)
    page.document.visibilityState = 'visible'
    expect(await isBack(() => void client.room('third').load())).toBe(true)
    page.document.visibilityState = 'hidden'
    expect(await isBack(search)).toBe(false)
  })
})

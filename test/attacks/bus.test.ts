import { type Bus, memoryBus } from 'express-chat'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Signer } from '../../src/core/signatures.js'
import { BusPublisher } from '../../src/realtime/bus-publisher.js'
import type { BusHint } from '../../src/realtime/hints.js'
import { secret } from '../host.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, ready } from '../realtime/given.js'

/** A bus whose every word a test keeps, and may say again. */
function tappedBus() {
  const inner = memoryBus()
  const said: string[] = []
  return {
    said,
    replay: (hint: string) => inner.publish(hint),
    bus: {
      subscribe: (listen) => inner.subscribe(listen),
      publish(hint) {
        said.push(hint)
        return inner.publish(hint)
      },
    } satisfies Bus,
  }
}

const signer = new Signer(secret, 'bus')
const signed = (body: string): string => signer.sign(body) + body

describe('what was heard on the bus once', () => {
  async function twoServers() {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const tapped = tappedBus()
    const database = await givenDatabase()
    const here = await givenHost({ bus: tapped.bus }, { prisma: database.prisma })
    const there = await givenHost({ bus: tapped.bus }, { prisma: database.connect() })
    return { ...tapped, here, there }
  }

  it('signs nobody out again', async () => {
    const { here, there, said, replay } = await twoServers()
    const first = await ready(there, 'alice')
    await here.chat.disconnect('alice')
    expect((await first.ended()).code).toBe(4401)
    const again = await ready(there, 'alice')
    const [hint = ''] = said.filter((each) => each.includes('signedOut'))
    expect(hint).not.toBe('')
    for (let n = 0; n < 3; n += 1) await replay(hint)
    await again.settled()
    await again.settled()
    expect(again.closed).toBeUndefined()
  })

  it('tells of nobody again that they type, or had read', async () => {
    const { here, there, said, replay } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob', 'carol')
    await here.chat.messages.send('alice', roomId, { text: 'hello' })
    const [alice, bob] = [await ready(there, 'alice'), await ready(here, 'bob')]
    await bob.command('typing', { roomId, isTyping: true })
    expect((await alice.next('typing')).userIds).toEqual(['bob'])
    await bob.command('read', { roomId, seq: 100 })
    await alice.next('read')
    await here.chat.members.remove('alice', roomId, 'bob')
    await alice.next('member.removed')
    const before = alice.frames.length
    for (const hint of [...said]) await replay(hint)
    await alice.settled()
    await alice.settled()
    expect(alice.frames.slice(before).map(({ type }) => type)).not.toContain('typing')
    expect(alice.frames.slice(before).map(({ type }) => type)).not.toContain('read')
  })
})

describe('a server hears', () => {
  const relays: BusPublisher[] = []
  afterEach(async () => {
    for (const relay of relays.splice(0)) await relay.close()
  })
  const turn = async () => {
    for (let n = 0; n < 8; n += 1) await new Promise((resolve) => setImmediate(resolve))
  }

  const end = (bus: Bus, hear: (hint: BusHint) => void, logger = quietLogger()) => {
    const relay = new BusPublisher(bus, secret, logger, hear)
    relays.push(relay)
    return { relay, logger }
  }

  async function given() {
    const tapped = tappedBus()
    const heard: BusHint[] = []
    const { relay } = end(tapped.bus, () => undefined)
    const other = end(tapped.bus, (hint) => heard.push(hint))
    await turn()
    return { ...tapped, heard, relay, logger: other.logger }
  }

  it('each parcel once, in whatever order they come', async () => {
    const { said, replay, heard, relay } = await given()
    for (const userId of ['alice', 'bob', 'carol']) {
      relay.publish({ type: 'user', userId })
      await turn()
    }
    expect(heard.map((hint) => 'userId' in hint && hint.userId)).toEqual(['alice', 'bob', 'carol'])
    for (const hint of [...said].reverse()) await replay(hint)
    await turn()
    expect(heard).toHaveLength(3)
  })

  it('all that one user did in the same moment', async () => {
    const { heard, relay } = await given()
    relay.publish({ type: 'block', userId: 'alice', blockedId: 'mallory' })
    relay.publish({ type: 'block', userId: 'alice', blockedId: 'trudy' })
    relay.publish({ type: 'block', userId: 'alice', blockedId: 'trudy' })
    await turn()
    expect(heard.map((hint) => hint.type === 'block' && hint.blockedId)).toEqual(['mallory', 'trudy'])
  })

  it('what comes late, once, and nothing that is minutes old, as after a start', async () => {
    const { said, relay } = await given()
    relay.publish({ type: 'user', userId: 'alice' })
    await turn()
    const hint = said.filter((each) => each.includes('alice')).at(-1) ?? ''
    const fresh = memoryBus()
    const heard: BusHint[] = []
    end(fresh, (each) => heard.push(each))
    await turn()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * 60_000 })
    await fresh.publish(hint)
    await turn()
    expect(heard).toEqual([])
    vi.useRealTimers()
    await fresh.publish(hint)
    await turn()
    expect(heard).toHaveLength(1)
  })

  it.each([
    'nonsense',
    '',
    'null',
    '{}',
    '[]',
    '["node"]',
    '["node",1,2,"no list"]',
    '["node",[{"type":"user","userId":"alice"}]]',
    '["node",1e400,1,[]]',
    `["node",1,${Date.now()},[null,1,"x",[],{},{"type":"user"},{"type":"typing","roomId":{},"userId":1}]]`,
    `${'['.repeat(5000)}`,
  ])('nothing in what is signed and no parcel, and goes on: %s', async (body) => {
    const { bus, replay, heard, relay } = await given()
    // One that calls back at once shows that nothing is thrown at it.
    let listen: (hint: string) => void = () => undefined
    const subscribe: Bus['subscribe'] = (given) => {
      listen = given
      return () => undefined
    }
    end({ ...bus, subscribe }, (hint) => heard.push(hint))
    await turn()
    expect(() => listen(signed(body))).not.toThrow()
    await replay(signed(body))
    await turn()
    expect(heard).toEqual([])
    relay.publish({ type: 'user', userId: 'alice' })
    await turn()
    expect(heard).toHaveLength(1)
  })

  it('nothing worse of a hint that cannot be followed, which is logged', async () => {
    const { bus, relay } = await given()
    const { logger } = end(bus, () => {
      throw new Error('cannot be followed')
    })
    await turn()
    relay.publish({ type: 'user', userId: 'alice' })
    await turn()
    expect(logger.said).toEqual([[expect.stringContaining('bus'), expect.any(Error)]])
  })

  it.each<[string, Bus['subscribe']]>([
    [
      'throws at once',
      () => {
        throw new Error('no')
      },
    ],
    [
      'calls back before anything is ready',
      (listen) => {
        for (const text of ['', signed('nonsense'), signed('["x",1,1,[{"type":"signedOut","userId":"alice"}]]')])
          listen(text)
        listen(undefined as never)
        return () => undefined
      },
    ],
    ['gives nothing that ends it', (() => undefined) as never],
  ])('nothing of a bus whose subscribe %s, and the host lives', async (_, subscribe) => {
    const logger = quietLogger()
    const host = await givenHost({ bus: { subscribe, publish: () => undefined }, logger })
    const alice = await ready(host, 'alice')
    await alice.settled()
  })
})

import { memoryBus } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { givenDatabase, givenGroup, givenHost, type Options } from '../realtime/given.js'
import { liveClient, until } from './given.js'

/** The clients of Alice and Bob, who are strangers, each on another server, and who watch each other. */
async function given(options: Options = {}) {
  const database = await givenDatabase()
  const both = { bus: memoryBus(), ...options }
  const here = await givenHost(both, database)
  const there = await givenHost(both, { prisma: database.connect() })
  const [alice, bob] = [await liveClient(here, 'alice'), await liveClient(there, 'bob')]
  alice.presence.watch(['bob'])
  bob.presence.watch(['alice'])
  await until(alice.presence.of('bob'), (seen) => seen?.online === false)
  await until(bob.presence.of('alice'), (seen) => seen?.online === false)
  const sees = {
    alice: (online: boolean) => until(alice.presence.of('bob'), (seen) => seen?.online === online, `${online} of Bob`),
    bob: (online: boolean) => until(bob.presence.of('alice'), (seen) => seen?.online === online, `${online} of Alice`),
  }
  return { here, there, alice, bob, sees }
}

describe('two people who watch each other', () => {
  it('see each other from the moment on at which they share a room, until they share none', async () => {
    const { here, alice, bob, sees } = await given()
    const roomId = await givenGroup(here, 'carol', 'alice')
    await here.chat.members.add('carol', roomId, { userId: 'bob' })
    await Promise.all([sees.alice(true), sees.bob(true)])
    await bob.room(roomId).leave()
    await Promise.all([sees.alice(false), sees.bob(false)])
    const { id } = await alice.rooms.create({ type: 'private', userIds: ['bob'] })
    await Promise.all([sees.alice(true), sees.bob(true)])
    await bob.blocks.add('alice')
    await Promise.all([sees.alice(false), sees.bob(false)])
    await bob.blocks.remove('alice')
    await Promise.all([sees.alice(true), sees.bob(true)])
    await until(alice.room(id), ({ room }) => room?.isBlocked === false)
  })

  it('see each other once one has let the other in, and until then whoever is asked alone sees', async () => {
    const { alice, bob, sees } = await given({ contact: 'ask' })
    const { id } = await alice.rooms.create({ type: 'private', userIds: ['bob'] })
    await sees.bob(true)
    expect(alice.presence.of('bob').getSnapshot()?.online).toBe(false)
    await bob.requests.accept(id)
    await sees.alice(true)
  })
})

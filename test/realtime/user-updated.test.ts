import { memoryBus } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import type { Frame, TestSocket } from '../socket.js'
import { givenDatabase, givenGroup, givenHost, type Options, ready } from './given.js'
import { holding, nextPoll } from './holding.js'

/** Two servers, whose polls come when the test says so; with a bus, nothing waits for them. */
async function twoServers(on: TestDatabase, options: Options = {}) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const database = await givenDatabase(on)
  const clients = [holding(database.prisma), holding(database.connect())]
  const [here, there] = [await givenHost(options, clients[0]), await givenHost(options, clients[1])]
  return { here, there, poll: async () => options.bus ?? (await nextPoll(...clients)) }
}

const told = ({ frames }: TestSocket): Frame[] => frames.filter(({ type }) => type === 'user.updated')

describe.each(databases)('who is called or looks otherwise, on $name', (on) => {
  it.each([
    ['with a bus', () => ({ bus: memoryBus() })],
    ['without one, with the next poll', () => ({})],
  ])('is told of once to those who share a room, and to their own devices, on every server: %s', async (_, options) => {
    const { here, there, poll } = await twoServers(on, options())
    for (const name of ['1', '2']) await givenGroup(here, name === '1' ? 'alice' : 'bob', 'alice', 'bob', 'carol')
    const shared = [await ready(here, 'bob'), await ready(there, 'carol')]
    const own = [await ready(here, 'alice'), await ready(there, 'alice')]
    const strangers = [await ready(here, 'dave'), await ready(there, 'dave')]
    await here.chat.users.save({ id: 'alice', name: 'Alicia' })
    await poll()
    const all = [...shared, ...own]
    await Promise.all(all.map((socket) => socket.until(() => told(socket).length > 0, 'the new name')))
    const user = { id: 'alice', name: 'Alicia', description: '', avatarUrl: null, lastSeenAt: null }
    for (const socket of all) expect(told(socket)).toEqual([{ type: 'user.updated', user }])
    // What they say of themselves, and again nothing where nothing changes.
    await there.chat.users.update('alice', { description: 'Back on Monday' })
    await there.chat.users.update('alice', { description: 'Back on Monday' })
    await poll()
    await Promise.all(all.map((socket) => socket.until(() => told(socket).length > 1, 'the description')))
    await poll()
    for (const socket of [...all, ...strangers]) await socket.settled()
    for (const socket of all) expect(told(socket).slice(1)).toMatchObject([{ user: { description: 'Back on Monday' } }])
    for (const socket of strangers) expect(told(socket)).toEqual([])
  })

  it.each([
    ['with a bus', () => ({ bus: memoryBus() })],
    ['without one, after the next poll', () => ({})],
  ])('is as the host said last, be it what another server had heard long before: %s', async (_, options) => {
    const { here, there, poll } = await twoServers(on, options())
    await givenGroup(here, 'alice', 'bob')
    const sockets = [await ready(here, 'bob'), await ready(there, 'bob')]
    const isTold = async (name: string) => {
      await poll()
      for (const socket of sockets) {
        await socket.until(() => (told(socket).at(-1)?.user as { name?: string })?.name === name, name)
      }
    }
    await there.chat.users.save({ id: 'alice', name: 'Alicia' })
    await isTold('Alicia')
    // What this server wrote at its beginning.
    await here.chat.users.save({ id: 'alice', name: 'Alice' })
    await isTold('Alice')
    await there.chat.transaction((_, chat) => chat.users.save({ id: 'alice', name: 'Alina' }))
    await isTold('Alina')
    await there.chat.users.save({ id: 'alice', name: 'Alice' })
    await isTold('Alice')
    expect(await here.chat.users.get('alice')).toMatchObject({ name: 'Alice' })
  })

  it('is not told to who was removed just before', async () => {
    const { here, there, poll } = await twoServers(on)
    const roomId = await givenGroup(here, 'alice', 'bob', 'carol')
    const [bob, carol] = [await ready(here, 'bob'), await ready(here, 'carol')]
    // A server without sockets does not poll.
    await ready(there, 'dave')
    await there.chat.members.remove('alice', roomId, 'bob')
    await here.chat.users.save({ id: 'alice', name: 'Alicia' })
    await poll()
    await carol.next('user.updated')
    await bob.next('room.left')
    await bob.settled()
    expect(told(bob)).toEqual([])
  })

  it('is told of once a second at most, as they are by then, however often they change', async () => {
    const { here } = await twoServers(on)
    await givenGroup(here, 'alice', 'bob')
    const bob = await ready(here, 'bob')
    const names = Array.from({ length: 40 }, (_, n) => `Alice ${n}`)
    const startedAt = performance.now()
    for (const name of names) await here.chat.users.save({ id: 'alice', name })
    await bob.until(() => told(bob).at(-1)?.user.name === names.at(-1), 'the last name')
    const seconds = (performance.now() - startedAt) / 1_000
    expect(told(bob).length).toBeLessThanOrEqual(2 + seconds)
  })

  it('is told of after the host’s transaction, or not at all', async () => {
    const { here } = await twoServers(on)
    await givenGroup(here, 'alice', 'bob')
    const bob = await ready(here, 'bob')
    const failing = here.chat.transaction(async (_, chat) => {
      await chat.users.update('alice', { description: 'Never' })
      throw new Error('of the host')
    })
    await expect(failing).rejects.toThrow('of the host')
    await here.chat.transaction((_, chat) => chat.users.update('alice', { description: 'Now' }))
    await bob.next('user.updated')
    await bob.settled()
    expect(told(bob)).toMatchObject([{ user: { description: 'Now' } }])
  })
})

import { describe, expect, it } from 'vitest'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'
import { givenDatabase, givenGroup, givenHost } from '../realtime/given.js'

/** A client that counts what it is asked. */
function counting(prisma: Awaited<ReturnType<typeof givenDatabase>>['prisma']) {
  let queries = 0
  const counted = prisma.$extends({
    query: {
      async $allOperations({ args, query }) {
        queries += 1
        return query(args)
      },
    },
  })
  return { prisma: counted as unknown as typeof prisma, count: () => queries }
}

describe.each(databases)('on $name', (database) => {
  it('a hello with 7,000 unknown rooms is answered with a handful of queries', async () => {
    const { prisma } = await givenDatabase(database)
    const { prisma: counted, count } = counting(prisma)
    const host = await givenHost({}, { prisma: counted })
    const left = await givenGroup(host, 'alice', 'bob')
    await host.chat.members.remove('bob', left, 'bob')
    const unknown = Array.from({ length: 7_000 }, (_, n): [string, number] => [`no-room-${n}`, 1])
    const socket = await host.socket('bob', { hello: { rooms: Object.fromEntries([[left, 1], ...unknown]) } })
    const before = count()
    await socket.ready()
    const told = socket.frames.filter(({ type }) => type === 'room.left')
    expect(told).toHaveLength(7_001)
    expect(told[0]).toEqual({ type: 'room.left', roomId: left, reason: 'left' })
    expect(count() - before).toBeLessThan(30)
  })
})

describe.each(databases)('reactions to a message on $name', (database) => {
  const host = shareHost(database)

  it('are never all one member’s', async () => {
    const roomId = (await host.chat.rooms.create('alice', { type: 'group', name: 'A group', userIds: ['bob'] })).id
    const { id } = await host.chat.messages.send('alice', roomId, { text: 'Hello' })
    const path = `/rooms/${roomId}/messages/${id}/reactions`
    const all = ['👍', '❤️', '😂', '😮', '😢', '🙏', '🔥']
    const statuses: number[] = []
    for (const reaction of all) statuses.push((await host.as('alice').post(path, { reaction })).status)
    expect(statuses).toEqual([201, 201, 201, 201, 201, 409, 409])
    const refused = await host.as('alice').post(path, { reaction: '🔥' })
    expect(refused.body.detail).toBe('one user has 5 different reactions to a message at most')
    // One that stands is not another one, and others still may.
    expect((await host.as('alice').post(path, { reaction: '👍' })).status).toBe(200)
    expect((await host.as('bob').post(path, { reaction: '🔥' })).status).toBe(201)
  })
})

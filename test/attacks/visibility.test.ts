import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, ready } from '../realtime/given.js'

const seenAt = new Date('2026-01-02T03:04:05.678Z')

/** Bob sees nobody but himself; everybody else sees everybody. */
const canSee = async (viewerId: string, userId: string) => {
  if (userId === 'dave') throw new Error('the host’s own mistake')
  return viewerId !== 'bob'
}

describe.each(databases)('whom the host lets nobody see, on $name', (database) => {
  async function given() {
    const host = await givenHost({ canSee, logger: quietLogger() }, await givenDatabase(database))
    await host.prisma.chatUser.updateMany({ data: { lastSeenAt: seenAt } })
    return host
  }

  it('has no profile and is in no search, and for others is as before', async () => {
    const host = await given()
    const never = await host.as('bob').get('/users/nobody')
    const hidden = await host.as('bob').get('/users/alice')
    expect({ ...hidden.body, requestId: '' }).toEqual({ ...never.body, requestId: '' })
    expect((await host.as('bob').get('/users/me')).body.lastSeenAt).toBe(seenAt.toISOString())
    expect((await host.as('bob').get('/users?q=bob')).body.items).toMatchObject([{ id: 'bob' }])
    expect((await host.as('bob').get('/users?q=a&limit=1')).body.items).toEqual([])
    expect((await host.as('alice').get('/users/bob')).body.lastSeenAt).toBe(seenAt.toISOString())
    expect((await host.as('alice').get('/users?q=bob')).body.items).toMatchObject([{ id: 'bob' }])
    // Not true and not false.
    expect((await host.as('alice').get('/users/dave')).status).toBe(500)
  })

  it('is never online and was never seen, in a room with them either', async () => {
    const host = await given()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const pair = await host.chat.rooms.create('alice', { type: 'private', userIds: ['bob'] })
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    expect((await bob.command('presence.watch', { userIds: ['alice', 'bob'] })).result).toEqual(['bob'])
    expect((await alice.command('presence.watch', { userIds: ['bob'] })).result).toEqual(['bob'])
    expect(await alice.command('presence.watch', { userIds: ['dave'] })).toMatchObject({ problem: { status: 500 } })
    const members = async (who: string) => (await host.as(who).get(`/rooms/${roomId}/members`)).body.items
    const told = (items: { user: { id: string; lastSeenAt: string | null } }[]) =>
      Object.fromEntries(items.map(({ user }) => [user.id, user.lastSeenAt]))
    expect(told(await members('bob'))).toEqual({ alice: null, bob: seenAt.toISOString() })
    expect(told(await members('alice'))).toEqual({ alice: seenAt.toISOString(), bob: seenAt.toISOString() })
    expect((await host.as('bob').get(`/rooms/${pair.id}`)).body.peer.lastSeenAt).toBeNull()
    expect((await host.as('alice').get(`/rooms/${pair.id}`)).body.peer.lastSeenAt).toBe(seenAt.toISOString())
    expect((await host.as('bob').get(`/rooms/${roomId}/members/alice`)).body).toMatchObject({
      lastSeenAt: null,
      user: { lastSeenAt: null },
    })
    await host.chat.system.members.add(roomId, { userId: 'carol' })
    await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'Hello' })
    await host.chat.users.save({ id: 'alice', name: 'Alicia' })
    await bob.next('user.updated')
    expect(JSON.stringify(bob.frames.filter(({ type }) => type !== 'welcome'))).not.toContain(seenAt.toISOString())
    await alice.close()
    await bob.settled()
    expect(bob.frames.filter(({ type }) => type === 'presence')).toEqual([])
  })
})

describe.each(databases)('what a directory gives to one, on $name', (database) => {
  it('is not there for another, whoever looked before', async () => {
    const asked: unknown[] = []
    const find = (ids: string[], { viewer }: { viewer: { userId: string; tenantId: string } | null }) => {
      asked.push(viewer)
      return viewer?.userId === 'alice' && ids.includes('zoe') ? [{ id: 'zoe', name: 'Zoë' }] : []
    }
    const search = (_: string, { viewer }: { viewer: { userId: string } | null }) =>
      viewer?.userId === 'alice' ? [{ id: 'zoe', name: 'Zoë' }] : []
    const host = await givenHost({ directory: { find, search } }, await givenDatabase(database))
    const statuses = async () => [
      (await host.as('alice').get('/users/zoe')).status,
      (await host.as('bob').get('/users/zoe')).status,
      (await host.as('bob').post('/rooms', { type: 'private', userIds: ['zoe'] })).status,
      (await host.as('alice').get('/users')).body.items.length,
      (await host.as('bob').get('/users')).body.items.length,
    ]
    const expected = [200, 404, 404, 1, 0]
    expect([await statuses(), await statuses()]).toEqual([expected, expected])
    expect(asked).toContainEqual({ userId: 'bob', tenantId: '' })
  })
})

import { reject, roomPresets } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

const [sqlite] = databases as [TestDatabase]

describe('before.leave', () => {
  const asked: object[] = []
  const orders = new Set<string>()
  const host = shareHost(sqlite, {
    before: {
      async leave({ prisma, ...about }) {
        asked.push(about)
        if (orders.has(about.roomId) && (await prisma.user.count()) === 0) throw reject('the order is not done')
      },
    },
  })

  it('keeps the buyer and the seller in the room of their order', async () => {
    const [order, other] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')]
    orders.add(order.id)
    expect(await order.as('bob').delete('/members/me')).toMatchObject({
      status: 422,
      body: { code: 'rejected', detail: 'the order is not done' },
    })
    await expect(host.chat.members.remove('bob', order.id, 'bob')).rejects.toMatchObject({ code: 'rejected' })
    expect((await order.as('bob').get('/members/me')).status).toBe(200)
    expect((await other.as('bob').delete('/members/me')).status).toBe(204)
    const about = (roomId: string) => ({ userId: 'bob', roomId })
    expect(asked).toEqual([about(order.id), about(order.id), about(other.id)])
  })

  it('is asked about nobody who is removed, and nothing of rooms that are not one’s own', async () => {
    const [room, pair] = [
      await givenGroup(host, 'alice', 'bob', 'carol'),
      await givenRoom(host, 'alice', { type: 'private', userIds: ['bob'] }),
    ]
    asked.length = 0
    expect((await room.as('alice').delete('/members/bob')).status).toBe(204)
    await host.chat.system.members.remove(room.id, 'carol')
    expect((await room.as('erin').delete('/members/me')).status).toBe(404)
    expect((await pair.as('bob').delete('/members/me')).status).toBe(409)
    expect(asked).toEqual([])
  })
})

describe('a preset with canLeave: false', () => {
  const group = { ...roomPresets.group, member: { ...roomPresets.group.member, canLeave: false } }
  const host = shareHost(sqlite, { permissions: { ...roomPresets, group } })

  it('keeps those of that type of room and role in it until they are removed', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const refused = { status: 403, body: { code: 'forbidden', detail: 'needs the permission canLeave' } }
    expect(await room.as('bob').delete('/members/me')).toMatchObject(refused)
    expect((await room.as('alice').delete('/members/bob')).status).toBe(204)
    expect((await room.as('alice').patch('/members/carol', { role: 'admin' })).status).toBe(200)
    expect((await room.as('carol').delete('/members/me')).status).toBe(204)
    expect((await room.as('alice').post('/members', { userId: 'dave' })).status).toBe(201)
    expect(await room.as('dave').delete('/members/me')).toMatchObject(refused)
    const channel = await givenRoom(host, 'alice', { type: 'channel', name: 'News', userIds: ['bob'] })
    expect((await channel.as('bob').delete('/members/me')).status).toBe(204)
  })

  it('shows nothing of that among the nine permissions', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    expect(Object.keys((await room.as('bob').get('/members/me')).body.permissions)).toHaveLength(9)
  })
})

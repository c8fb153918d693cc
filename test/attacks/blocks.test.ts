import { describe, expect, it } from 'vitest'
import { givenGroup, givenRoom, roomOf } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { schema } from '../databases/engines.js'
import { databases } from '../databases.js'
import { type Answer, people, type TestHost } from '../host.js'

let pairs = 0
/** Two people whom nobody else in this file knows. */
async function givenPair(host: TestHost): Promise<[string, string]> {
  pairs += 1
  const pair: [string, string] = [`ann-${pairs}`, `ben-${pairs}`]
  await people(host, ...pair)
  return pair
}

const privateRoom = (host: TestHost, userId: string, peerId: string) =>
  givenRoom(host, userId, { type: 'private', userIds: [peerId] })

/** All that a refusal says, but for which request it was. */
const said = ({ status, body: { requestId: _, ...problem } }: Answer) => JSON.stringify([status, problem])

/** How many statements wait for a lock, on PostgreSQL. */
async function waitingIn({ prisma }: TestHost): Promise<number> {
  const [row] = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`
  return row?.count ?? 0
}

describe.each(databases)('blocking on $name', (database) => {
  const host = shareHost(database, { limits: { blocksPerUser: 3 } })
  const block = (userId: string, blockedId: string) => host.as(userId).put(`/users/me/blocks/${blockedId}`)

  it('ends what either writes in their private room, by the same words for both', async () => {
    const [ann, ben] = await givenPair(host)
    const room = await privateRoom(host, ann, ben)
    const { id } = await room.say(ann, 'Hello')
    const own = await room.say(ben, 'Hello you')
    expect((await block(ann, ben)).status).toBe(201)
    for (const userId of [ann, ben]) {
      const mine = userId === ann ? id : own.id
      const refused = await Promise.all([
        room.as(userId).post('/messages', { text: 'Still there?' }),
        room.as(userId).patch(`/messages/${mine}`, { text: 'Changed' }),
        room.as(userId).post(`/messages/${id}/reactions`, { reaction: '👍' }),
      ])
      for (const answer of refused) expect(answer).toMatchObject({ status: 403, body: { code: 'blocked' } })
      expect(new Set(refused.map(said)).size).toBe(1)
      const socket = await host.socket(userId)
      await socket.ready()
      expect((await socket.command('typing', { roomId: room.id, isTyping: true })).problem.code).toBe('blocked')
      expect(
        (await socket.command('message.send', { roomId: room.id, text: 'Hey', clientId: 'hey' })).problem.code,
      ).toBe('blocked')
      await socket.close()
    }
    const asked = [ann, ben].map((userId) => room.as(userId).post('/messages', { text: 'Who was it?' }))
    const [one, other] = await Promise.all(asked)
    expect(said(one as Answer)).toBe(said(other as Answer))
    const shown = await Promise.all([ann, ben].map(async (userId) => (await room.as(userId).get('')).body.isBlocked))
    expect(shown).toEqual([true, true])
    expect((await room.as(ann).get('')).body.lastMessageSeq).toBe(2)
    // What one said oneself may still go.
    expect((await room.as(ben).delete(`/messages/${own.id}`)).status).toBe(204)
  })

  it('is told to the room as a change of it, and to the one who blocks on all devices, but not by whom', async () => {
    const [ann, ben] = await givenPair(host)
    const room = await privateRoom(host, ann, ben)
    const [phone, peer] = [await host.socket(ann), await host.socket(ben)]
    await Promise.all([phone.ready(), peer.ready()])
    await block(ann, ben)
    expect(await phone.next('block.changed')).toEqual({ type: 'block.changed', userId: ben, isBlocked: true })
    expect((await peer.next('room.updated')).room).toMatchObject({ id: room.id, isBlocked: true })
    expect((await host.as(ann).delete(`/users/me/blocks/${ben}`)).status).toBe(204)
    expect(await phone.next('block.changed')).toEqual({ type: 'block.changed', userId: ben, isBlocked: false })
    expect((await peer.next('room.updated')).room).toMatchObject({ id: room.id, isBlocked: false })
    await room.say(ben, 'Sorry')
    expect(peer.frames.filter(({ type }) => type === 'block.changed')).toEqual([])
  })

  it('ends with the last of the two blocks', async () => {
    const [ann, ben] = await givenPair(host)
    const room = await privateRoom(host, ann, ben)
    await Promise.all([block(ann, ben), block(ben, ann)])
    await host.as(ann).delete(`/users/me/blocks/${ben}`)
    expect((await room.as(ben).post('/messages', { text: 'Now?' })).body.code).toBe('blocked')
    await host.as(ben).delete(`/users/me/blocks/${ann}`)
    await room.say(ann, 'Now')
  })

  it('keeps either from making their private room, also anew after it was deleted, and shows the one that stands', async () => {
    const [ann, ben] = await givenPair(host)
    const room = await privateRoom(host, ann, ben)
    await block(ann, ben)
    const standing = await host.as(ben).post('/rooms', { type: 'private', userIds: [ann] })
    expect(standing).toMatchObject({ status: 200, body: { id: room.id, isBlocked: true } })
    expect((await room.as(ben).delete('')).status).toBe(204)
    const asked = [host.as(ann).post('/rooms', { type: 'private', userIds: [ben] })]
    asked.push(host.as(ben).post('/rooms', { type: 'private', userIds: [ann] }))
    const answers = await Promise.all(asked)
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [403, 'blocked'],
      [403, 'blocked'],
    ])
    expect(said(answers[0] as Answer)).toBe(said(answers[1] as Answer))
  })

  it('is not missed where the room is being made meanwhile', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [ann, ben] = await givenPair(host)
      const [made] = await Promise.all([
        host.as(ben).post('/rooms', { type: 'private', userIds: [ann] }),
        block(ann, ben),
      ])
      if (made.status === 403) continue
      const room = roomOf(host, made.body.id)
      expect((await room.as(ben).post('/messages', { text: 'Quick' })).body.code, `round ${round}`).toBe('blocked')
    }
  })

  it.runIf(database.name === 'postgresql')('waits for a room of the two that is being made', async () => {
    const [ann, ben] = await givenPair(host)
    const waitFor = (count: number) => expect.poll(() => waitingIn(host)).toBe(count)
    const [made, blocked] = await host.prisma.$transaction(async (tx) => {
      // No room comes into the table before this ends.
      await tx.$executeRawUnsafe(`LOCK TABLE "${schema}".chat_rooms IN SHARE MODE`)
      const making = host.as(ben).post('/rooms', { type: 'private', userIds: [ann] })
      await waitFor(1)
      const blocking = block(ann, ben)
      await Promise.race([blocking, waitFor(2)])
      return [making, blocking] as const
    })
    expect([(await made).status, (await blocked).status]).toEqual([201, 201])
    const room = roomOf(host, (await made).body.id)
    expect((await room.as(ben).post('/messages', { text: 'Quick' })).body.code).toBe('blocked')
  })

  it('lets nothing through that is sent after it was answered, however fast', async () => {
    const [ann, ben] = await givenPair(host)
    const room = await privateRoom(host, ann, ben)
    await room.say(ben, 'So that it is remembered here')
    const early = room.as(ben).post('/messages', { text: 'Meanwhile' })
    await block(ann, ben)
    const late = await Promise.all(Array.from({ length: 5 }, () => room.as(ben).post('/messages', { text: 'Late' })))
    await early
    expect(late.map(({ body }) => body.code)).toEqual(Array(5).fill('blocked'))
  })

  it('keeps either from adding the other to a room, at its making and later', async () => {
    const [ann, ben] = await givenPair(host)
    await block(ann, ben)
    for (const [actor, other] of [[ann, ben] as const, [ben, ann] as const]) {
      const made = await host.as(actor).post('/rooms', { type: 'group', name: 'Us', userIds: ['carol', other] })
      expect(made).toMatchObject({ status: 403, body: { code: 'blocked', errors: [{ pointer: '/userIds/1' }] } })
      const room = await givenGroup(host, actor, 'carol')
      expect((await room.as(actor).post('/members', { userId: other })).body.code).toBe('blocked')
      expect((await room.as('carol').post('/members', { userId: other })).status).toBe(201)
    }
  })

  it('takes the host’s own code as it finds it, and shows a room that it makes of them as blocked', async () => {
    const [ann, ben] = await givenPair(host)
    await block(ann, ben)
    const room = await host.chat.system.rooms.create({ type: 'private', userIds: [ann, ben] })
    expect(room.isBlocked).toBe(true)
    await host.chat.system.messages.send(room.id, { text: 'Your order has arrived' })
    await expect(host.chat.messages.send(ben, room.id, { text: 'Hi' })).rejects.toMatchObject({ code: 'blocked' })
  })

  it('lists whom one blocks to nobody else, is done once, and has a limit', async () => {
    const [ann, ben] = await givenPair(host)
    expect((await block(ann, ben)).body).toMatchObject({ user: { id: ben } })
    expect((await block(ann, ben)).status).toBe(200)
    await block(ann, 'carol')
    const first = await host.as(ann).get('/users/me/blocks?limit=1')
    expect(first.body.items.map(({ user }: { user: { id: string } }) => user.id)).toEqual([ben])
    const next = await host.as(ann).get(`/users/me/blocks?cursor=${first.body.nextCursor}`)
    expect(next.body.items.map(({ user }: { user: { id: string } }) => user.id)).toEqual(['carol'])
    expect((await host.as(ben).get('/users/me/blocks')).body.items).toEqual([])
    expect((await block(ann, ann)).status).toBe(409)
    expect((await block(ann, 'nobody-at-all')).status).toBe(404)
    expect((await host.as(ann).delete('/users/me/blocks/dave')).status).toBe(204)
    expect((await host.as(ann).delete('/users/me/blocks/nobody-at-all')).status).toBe(404)
    expect((await block(ann, 'dave')).status).toBe(201)
    expect(await block(ann, 'erin')).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })
})

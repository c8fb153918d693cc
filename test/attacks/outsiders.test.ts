import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

/** What needs a room's lock, each asked by somebody who may not. */
const attacks = (roomId: string, messageId: string, reactionId: string) => {
  const room = `/rooms/${roomId}`
  const message = `${room}/messages/${messageId}`
  return [
    ['patch', room, { name: 'Mine' }],
    ['delete', room],
    ['patch', `${room}/members/alice`, { role: 'member' }],
    ['delete', `${room}/members/alice`],
    ['delete', `${room}/members/me`],
    ['post', `${room}/members`, { userId: 'dave' }],
    ['patch', message, { text: 'Mine' }],
    ['delete', message],
    ['post', `${message}/reactions`, { reaction: '👍' }],
    ['delete', `${message}/reactions/${reactionId}`],
    ['patch', `${room}/members/me`, { lastReadSeq: 1 }],
  ] as const
}

describe.each(databases)('somebody who is not in a room, on $name', (database) => {
  const host = shareHost(database, { limits: { answerMs: 5_000 } })
  let asked: ReturnType<typeof attacks>
  let roomId: string
  let release: () => Promise<void>

  beforeAll(async () => {
    const { chat } = host
    const room = { name: 'A group', userIds: ['bob', 'carol'] }
    roomId = (await chat.rooms.create('alice', { type: 'group', ...room })).id
    const message = await chat.messages.send('alice', roomId, { text: 'Hello' })
    const reaction = await chat.reactions.add('alice', roomId, message.id, '👍')
    await chat.members.remove('alice', roomId, 'bob')
    asked = attacks(roomId, message.id, reaction.id)
    // Another server has the room's lock for as long as the test takes.
    const other = host.database.connect()
    let end: () => void = () => undefined
    let locked: () => void = () => undefined
    const [ended, isLocked] = [new Promise<void>((resolve) => (end = resolve)), new Promise<void>((r) => (locked = r))]
    const holding = other.$transaction(
      async (tx) => {
        await tx.chatRoom.updateMany({ where: { id: roomId }, data: { revision: { increment: 1 } } })
        locked()
        await ended
      },
      { timeout: 60_000 },
    )
    await isLocked
    release = async () => {
      end()
      await holding
    }
  })
  afterAll(() => release())

  it.each(['bob', 'erin'])('is refused without the lock that others need: %s', async (userId) => {
    const caller = host.as(userId)
    const statuses: number[] = []
    for (const [method, path, body] of asked) statuses.push((await caller[method](path, body as never)).status)
    expect(statuses).toEqual(asked.map(() => 404))
  })

  it('and so is a member without the permission', async () => {
    const [rename, remove] = asked
    expect((await host.as('carol').patch(rename[1], rename[2])).status).toBe(403)
    expect((await host.as('carol').delete(remove[1])).status).toBe(403)
  })
})

import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

// SQLite is left out: it has one writer at a time, so nothing is beside a transaction there.
const manyWriters = databases.filter(({ name }) => name !== 'sqlite')

describe.each(manyWriters)('a transaction of the host’s, beside others, on $name', (database) => {
  const host = shareHost(database)

  it('holds up those who write to the same room, and nobody else', async () => {
    const [held, free] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice')]
    let waiting: Promise<{ seq: number }> | undefined
    await host.chat.transaction(async (_tx, chat) => {
      await chat.messages.send('alice', held.id, { text: 'First' })
      waiting = held.say('bob', 'Second')
      expect(await free.say('alice', 'Not held')).toMatchObject({ seq: 2 })
      await chat.messages.send('alice', held.id, { text: 'First, and more' })
    })
    expect(await waiting).toMatchObject({ seq: 4 })
    const { items } = (await held.as('alice').get('/messages?after=1')).body
    expect(items.map((message: { text: string }) => message.text)).toEqual(['First', 'First, and more', 'Second'])
  })

  it('sees who was removed while it was open already', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const inOurs = host.chat.transaction(async (tx, chat) => {
      await tx.chatRoomUser.count({ where: { roomId: room.id } })
      await room.as('alice').delete('/members/bob')
      await chat.messages.send('bob', room.id, { text: 'Still here' })
    })
    await expect(inOurs).rejects.toMatchObject({ code: 'not_found' })
    // As `within` asks of hosts on MySQL; the client is typed for SQLite, which has but one level.
    const readCommitted: object = { isolationLevel: 'ReadCommitted' }
    const inTheirs = host.prisma.$transaction(async (tx) => {
      await tx.chatRoomUser.count({ where: { roomId: room.id } })
      await room.as('alice').delete('/members/carol')
      await host.chat.within(tx).messages.send('carol', room.id, { text: 'Still here' })
    }, readCommitted)
    await expect(inTheirs).rejects.toMatchObject({ code: 'not_found' })
    expect((await room.as('alice').get('')).body.lastMessageSeq).toBe(3)
  })
})

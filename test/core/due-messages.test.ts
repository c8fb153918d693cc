import { reject } from 'express-chat'
import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenPicture } from './given-picture.js'
import { givenGroup, givenRoom } from './given-room.js'
import { day, givenScheduling, minute, textsIn } from './given-scheduled.js'
import { listening } from './reading-back.js'

describe.each(databases)('a message that is due, on $name', (database) => {
  const { host, asked, clock, inOne, keep, kept, pass, sendLater, said, server } = givenScheduling(database)
  afterEach(() => asked.mockReset())

  it('is sent as it was written, with its files, and is to be sent no more', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const mediaIds = [await givenPicture(host, 'alice')]
    await keep(room, 'alice', { text: 'Now', mediaIds, mentions: ['bob'], clientId: 'c1', data: undefined })
    const [alice, bob] = [await listening(host, 'alice'), await listening(host, 'bob')]
    await host.chat.sendDue()
    expect(await textsIn(room, 'bob')).toEqual([])
    await sendLater()
    const { message } = await bob.next('message.created')
    const whole = {
      text: 'Now',
      clientId: 'c1',
      mentions: ['bob'],
      media: [{ id: mediaIds[0] }],
      user: { id: 'alice' },
    }
    expect(message).toMatchObject(whole)
    expect(await alice.next('me.updated')).toMatchObject({ me: { scheduledRevision: 2, lastReadSeq: message.seq } })
    expect(await kept(room, 'alice')).toEqual([])
    await sendLater()
    expect(await textsIn(room, 'bob')).toEqual(['Now'])
    await alice.close()
    await bob.close()
  })

  it('is sent by one of three servers that look at once, each of many once and in the order of its room', async () => {
    const room = await givenGroup(host, 'alice')
    const other = await givenGroup(host, 'bob')
    const texts = Array.from({ length: 12 }, (_, n) => `${n}`)
    for (const [n, text] of texts.entries()) {
      for (const [of, userId] of [
        [room, 'alice'],
        [other, 'bob'],
      ] as const)
        await keep(of, userId, { text, sendAt: inOne(minute + n) })
    }
    const servers = [server(), server(), server()]
    pass(2 * minute)
    await Promise.all(servers.map((one) => one.sendDue()))
    await said(room, 'alice', texts)
    await said(other, 'bob', texts)
    expect([await kept(room, 'alice'), await kept(other, 'bob')]).toEqual([[], []])
    for (const one of servers) await one.close()
  })

  it('is left to the server that has taken it: the host is asked about it once', async () => {
    const room = await givenGroup(host, 'alice')
    await keep(room, 'alice', { text: 'Once' })
    const other = server()
    asked.mockImplementationOnce(async () => void (await other.sendDue()))
    await sendLater()
    await said(room, 'alice', ['Once'])
    expect(asked).toHaveBeenCalledTimes(1)
    await other.close()
  })

  it('that a server has taken which then died is left to it for a minute, and sent by another then', async () => {
    const room = await givenGroup(host, 'alice')
    const { id } = await keep(room, 'alice', { text: 'Mine' })
    pass(2 * minute)
    const dueAt = new Date(clock().getTime() + minute)
    await host.prisma.chatScheduledMessage.update({ where: { id }, data: { dueAt, revision: { increment: 1 } } })
    await host.chat.sendDue()
    expect(await textsIn(room, 'alice')).toEqual([])
    await sendLater()
    await said(room, 'alice', ['Mine'])
  })

  it('is sent as it is once nothing delays it: who cancels or changes it meanwhile is not too late', async () => {
    const room = await givenGroup(host, 'alice')
    const [one, two] = [await keep(room, 'alice', { text: 'One' }), await keep(room, 'alice', { text: 'Two' })]
    const acts = [
      () => room.as('alice').delete(`/scheduled/${one.id}`),
      () => room.as('alice').patch(`/scheduled/${two.id}`, { text: 'Three' }),
    ]
    const statuses: number[] = []
    asked.mockImplementation(async () => {
      const act = acts.shift()
      if (act) statuses.push((await act()).status)
    })
    await sendLater()
    await host.chat.sendDue()
    await host.chat.sendDue()
    await said(room, 'alice', ['Three'])
    expect(statuses).toEqual([204, 200])
  })

  it('stays, with the reason, where its author may not write by then, and goes out after all with another time', async () => {
    const [group, ended, left] = [
      await givenGroup(host, 'alice', 'bob'),
      await givenGroup(host, 'bob'),
      await givenGroup(host, 'alice', 'bob'),
    ]
    const pair = await givenRoom(host, 'bob', { type: 'private', userIds: ['carol'] })
    const refused = await givenGroup(host, 'bob')
    const good = await givenGroup(host, 'bob')
    for (const room of [group, ended, left, pair, refused, good]) await keep(room, 'bob', { text: 'Hello' })
    await group.as('alice').patch('/members/bob', { silencedUntil: inOne(day) })
    await ended.as('bob').delete('')
    await left.as('alice').delete('/members/bob')
    await host.as('carol').put('/users/me/blocks/bob')
    asked.mockImplementation((_, { roomId }) => {
      if (roomId === refused.id) throw reject('not at night')
    })
    const bob = await listening(host, 'bob')
    await sendLater()
    await said(good, 'bob', ['Hello'])
    const reason = async (roomId: string) => {
      const { items } = (await host.as('bob').get('/scheduled')).body
      return items.find((item: { roomId: string }) => item.roomId === roomId)?.failure
    }
    await expect.poll(() => reason(group.id)).toMatchObject({ code: 'silenced' })
    await expect.poll(() => reason(ended.id)).toMatchObject({ code: 'not_found' })
    await expect.poll(() => reason(left.id)).toMatchObject({ code: 'not_found' })
    await expect.poll(() => reason(pair.id)).toMatchObject({ code: 'blocked' })
    await expect.poll(() => reason(refused.id)).toEqual({ code: 'rejected', detail: 'not at night' })
    await bob.until(
      () =>
        bob.frames.some(
          ({ type, roomId, me }) => type === 'me.updated' && roomId === group.id && me.scheduledRevision === 2,
        ),
      'that it failed',
    )
    expect(await kept(ended, 'bob')).toMatchObject([{ text: 'Hello' }])
    expect(await kept(left, 'bob')).toMatchObject([{ text: 'Hello' }])
    const [{ id }] = await kept(group, 'bob')
    await group.as('bob').patch(`/scheduled/${id}`, { text: 'Hello again' })
    await group.as('alice').patch('/members/bob', { silencedUntil: null })
    await sendLater()
    expect(await kept(group, 'bob')).toMatchObject([{ text: 'Hello again', failure: { code: 'silenced' } }])
    await group.as('bob').patch(`/scheduled/${id}`, { sendAt: inOne() })
    expect(await kept(group, 'bob')).toMatchObject([{ failure: null }])
    await sendLater()
    await said(group, 'alice', ['Hello again'])
    await bob.close()
  })

  it('goes without its quote and the mentions of who has gone', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('bob', 'Quote me')
    await keep(room, 'alice', { text: 'I do', replyToId: id, mentions: ['bob'] })
    await room.as('bob').delete(`/messages/${id}`)
    await room.as('bob').delete('/members/me')
    await sendLater()
    await said(room, 'alice', ['', 'I do'])
    const { items } = (await room.as('alice').get('/messages')).body
    expect(items.at(-1)).toMatchObject({ text: 'I do', replyTo: null, mentions: [] })
  })

  it('waits for its turn in slow mode', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('alice').patch('', { slowModeSeconds: 300 })
    await keep(room, 'bob', { text: 'One', sendAt: inOne(minute) })
    await keep(room, 'bob', { text: 'Two', sendAt: inOne(minute + 1) })
    await sendLater()
    await said(room, 'bob', ['One'])
    await expect
      .poll(async () => (await kept(room, 'bob')).map(({ text, failure }) => [text, failure]))
      .toEqual([['Two', null]])
    await sendLater()
    expect(await textsIn(room, 'bob')).toEqual(['One'])
    await sendLater(5 * minute)
    await said(room, 'bob', ['One', 'Two'])
  })

  it('that a broken hook cannot answer stays with that reason, and makes no other wait', async () => {
    const [broken, good] = [await givenGroup(host, 'dave'), await givenGroup(host, 'dave')]
    for (const room of [broken, good]) await keep(room, 'dave', { text: 'Hello' })
    asked.mockImplementation((_, { roomId }) => {
      if (roomId === broken.id) throw new Error('broken')
    })
    await sendLater()
    await said(good, 'dave', ['Hello'])
    await expect.poll(() => kept(broken, 'dave')).toMatchObject([{ failure: { code: 'internal', detail: null } }])
  })

  it('is sent after all servers were down', async () => {
    const room = await givenGroup(host, 'erin')
    const one = server()
    await one.scheduled.create('erin', room.id, { text: 'Good morning', sendAt: inOne() })
    await one.close()
    pass(2 * day)
    const two = server()
    await two.sendDue()
    await said(room, 'erin', ['Good morning'])
    await two.close()
  })
})

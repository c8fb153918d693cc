import { createChatRouter } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { secret, userOfHeader } from '../host.js'
import { givenPicture } from './given-picture.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { listening } from './reading-back.js'
import { shareHost } from './shared-host.js'

const [minute, day] = [60_000, 86_400_000]

describe.each(databases)('a message that is to be sent later on $name', (database) => {
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const limits = { scheduledPerUser: 3, scheduledDays: 2 }
  const host = shareHost(database, { clock, limits })
  const inOne = (ms = minute) => new Date(clock().getTime() + ms).toISOString()
  const write = (room: GivenRoom, userId: string, body: object) => room.as(userId).post('/messages', body)
  const keep = async (room: GivenRoom, userId: string, body: object) => {
    const kept = await write(room, userId, { sendAt: inOne(), ...body })
    expect(kept.status, JSON.stringify(kept.body)).toBe(202)
    return kept.body
  }
  const textsIn = async (room: GivenRoom, userId: string) =>
    (await room.as(userId).get('/messages')).body.items.flatMap((item: { kind: string; text: string }) =>
      item.kind === 'user' ? [item.text] : [],
    )
  const kept = async (room: GivenRoom, userId: string) => (await room.as(userId).get('/scheduled')).body.items

  it('is kept for its author alone, and sent when it is time: once, with its files, as what it became says', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const alice = await listening(host, 'alice')
    const mediaIds = [await givenPicture(host, 'alice')]
    const body = { text: 'Happy birthday', mediaIds, mentions: ['bob'], clientId: 'c1', sendAt: inOne() }
    const scheduled = await keep(room, 'alice', body)
    expect(scheduled).toMatchObject({
      text: body.text,
      media: [{ id: mediaIds[0] }],
      sendAt: body.sendAt,
      failure: null,
    })
    expect(await alice.next('scheduled.updated')).toMatchObject({ roomId: room.id, scheduled })
    expect(await keep(room, 'alice', body)).toEqual(scheduled)
    expect([await kept(room, 'alice'), await kept(room, 'bob')]).toEqual([[scheduled], []])
    expect([await host.chat.sendDue(), await textsIn(room, 'bob')]).toEqual([0, []])
    ahead += 2 * minute
    expect(await host.chat.sendDue()).toBe(1)
    const { message } = await alice.next('message.created')
    expect(message).toMatchObject({ text: body.text, clientId: 'c1', mentions: ['bob'], media: [{ id: mediaIds[0] }] })
    expect(await alice.next('scheduled.updated')).toMatchObject({ scheduledId: scheduled.id, scheduled: null })
    expect([await host.chat.sendDue(), await kept(room, 'alice')]).toEqual([0, []])
  })

  it('is sent once although three servers look, and one has died before it could say that it had sent it', async () => {
    const room = await givenGroup(host, 'alice')
    const { prisma } = host
    const servers = [1, 2, 3].map(() =>
      createChatRouter({ resolveUser: userOfHeader, prisma, secret, path: '/chat', clock, limits }),
    )
    const [one, two] = [await keep(room, 'alice', { text: 'One' }), await keep(room, 'alice', { text: 'Two' })]
    ahead += 2 * minute
    // What a server leaves that was killed after the commit of the message.
    const { id, text, clientId } = one
    const lease = { claimedAt: clock(), dueAt: new Date(clock().getTime() + minute) }
    await prisma.chatScheduledMessage.update({ where: { id }, data: lease })
    await host.chat.messages.send('alice', room.id, { text, clientId })
    expect(await room.as('alice').patch(`/scheduled/${id}`, { text: 'Late' })).toMatchObject({ status: 409 })
    expect(await room.as('alice').delete(`/scheduled/${id}`)).toMatchObject({ status: 409 })
    await Promise.all(servers.map((server) => server.sendDue()))
    expect((await kept(room, 'alice')).map((each: { id: string }) => each.id)).toEqual([id])
    ahead += 2 * minute
    await Promise.all(servers.map((server) => server.sendDue()))
    expect([await textsIn(room, 'alice'), await kept(room, 'alice')]).toEqual([['One', 'Two'], []])
    expect(two.clientId).not.toBe(clientId)
    for (const server of servers) await server.close()
  })

  it('is changed and cancelled by its author until then', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [one, two] = [await keep(room, 'alice', { text: 'One' }), await keep(room, 'alice', { text: 'Two' })]
    const changed = await room.as('alice').patch(`/scheduled/${one.id}`, { text: 'More', mentions: ['bob'] })
    expect(changed).toMatchObject({ status: 200, body: { text: 'More', mentions: ['bob'], sendAt: one.sendAt } })
    expect(await room.as('alice').patch(`/scheduled/${one.id}`, { text: ' ' })).toMatchObject({ status: 400 })
    expect(await room.as('bob').patch(`/scheduled/${one.id}`, { text: 'No' })).toMatchObject({ status: 404 })
    expect(await room.as('alice').delete(`/scheduled/${two.id}`)).toMatchObject({ status: 204 })
    await room.as('alice').patch(`/scheduled/${one.id}`, { sendAt: inOne(10 * minute) })
    ahead += 2 * minute
    expect(await host.chat.sendDue()).toBe(0)
    ahead += 10 * minute
    await host.chat.sendDue()
    expect(await textsIn(room, 'bob')).toEqual(['More'])
  })

  it('stays, with the reason, where its author may not write by then, and is sent after all with another time', async () => {
    const [group, ended] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'bob')]
    await keep(group, 'bob', { text: 'I am silenced' })
    await keep(ended, 'bob', { text: 'It is gone' })
    await group.as('alice').patch('/members/bob', { silencedUntil: inOne(day) })
    await ended.as('bob').delete('')
    const bob = await listening(host, 'bob')
    ahead += 2 * minute
    await host.chat.sendDue()
    const told = [await bob.next('scheduled.updated'), await bob.next('scheduled.updated')]
    expect(told.map(({ scheduled }) => scheduled.failure.code).sort()).toEqual(['not_found', 'silenced'])
    expect(await kept(ended, 'bob')).toMatchObject([{ text: 'It is gone', failure: { code: 'not_found' } }])
    const [silenced] = await kept(group, 'bob')
    expect(silenced).toMatchObject({ failure: { code: 'silenced' } })
    await group.as('alice').patch('/members/bob', { silencedUntil: null })
    await group.as('bob').patch(`/scheduled/${silenced.id}`, { sendAt: inOne() })
    ahead += 2 * minute
    await host.chat.sendDue()
    expect(await textsIn(group, 'alice')).toEqual(['I am silenced'])
  })

  it('lies ahead, not too far, and there are not too many', async () => {
    const room = await givenGroup(host, 'carol')
    for (const sendAt of [inOne(-minute), inOne(3 * day)]) {
      const refusal = { status: 400, body: { errors: [{ pointer: '/sendAt' }] } }
      expect(await write(room, 'carol', { text: 'When?', sendAt })).toMatchObject(refusal)
    }
    for (const text of ['1', '2', '3']) await keep(room, 'carol', { text })
    expect(await write(room, 'carol', { text: '4', sendAt: inOne() })).toMatchObject({ status: 409 })
    const theirs = [await givenPicture(host, 'alice')]
    expect(await write(room, 'dave', { text: '1', sendAt: inOne() })).toMatchObject({ status: 404 })
    const other = await givenGroup(host, 'dave')
    expect(await write(other, 'dave', { mediaIds: theirs, sendAt: inOne() })).toMatchObject({
      ...{ status: 400, body: { errors: [{ pointer: '/mediaIds/0' }] } },
    })
  })

  it('is written by the host’s code, also inside a transaction, and is not if that is rolled back', async () => {
    const room = await givenGroup(host, 'erin')
    const later = { text: 'By code', sendAt: inOne() }
    await host.chat.transaction((_tx, chat) => chat.scheduled.create('erin', room.id, later))
    const attempt = host.chat.transaction(async (_tx, chat) => {
      await chat.scheduled.create('erin', room.id, { ...later, text: 'Never' })
      throw new Error('no')
    })
    await expect(attempt).rejects.toThrow('no')
    expect((await host.chat.scheduled.list('erin', room.id)).items).toMatchObject([{ text: 'By code' }])
  })
})

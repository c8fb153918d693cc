import { describe, expect, it } from 'vitest'
import { scheduledMessage } from '../../src/contract/scheduled.js'
import { databases } from '../databases.js'
import { givenPicture } from './given-picture.js'
import { givenGroup } from './given-room.js'
import { day, givenScheduling, minute, textsIn } from './given-scheduled.js'
import { expectWhole, listening } from './reading-back.js'

describe.each(databases)('what somebody is to send later, on $name', (database) => {
  const { host, inOne, keep, kept, sendLater, said } = givenScheduling(database, {
    scheduledPerUser: 3,
    scheduledDays: 2,
  })

  it('is kept for its author alone, as it was written, and their devices hear that there is something to read', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = [await listening(host, 'alice'), await listening(host, 'bob')]
    const mediaIds = [await givenPicture(host, 'alice')]
    const [answered] = [(await room.say('bob', 'When?')).id]
    const refers = { replyToId: answered, mentions: ['bob'], mentionsEveryone: true }
    const body = { text: 'Happy birthday', mediaIds, ...refers, clientId: 'c1', sendAt: inOne() }
    const scheduled = await keep(room, 'alice', body)
    expectWhole(scheduled, scheduledMessage)
    const { mediaIds: _, ...same } = body
    expect(scheduled).toMatchObject({ ...same, roomId: room.id, media: [{ id: mediaIds[0] }], failure: null })
    expect(await alice.next('me.updated')).toMatchObject({ roomId: room.id, me: { scheduledRevision: 1 } })
    expect(await kept(room, 'alice')).toEqual([scheduled])
    expect((await host.as('alice').get('/scheduled')).body.items).toContainEqual(scheduled)
    expect([await kept(room, 'bob'), (await host.as('bob').get('/scheduled')).body.items]).toEqual([[], []])
    expect(await room.as('bob').patch(`/scheduled/${scheduled.id}`, { text: 'No' })).toMatchObject({ status: 404 })
    expect(await room.as('bob').delete(`/scheduled/${scheduled.id}`)).toMatchObject({ status: 404 })
    await bob.settled()
    expect(bob.frames.filter(({ type }) => type === 'me.updated')).toEqual([])
    const { scheduledRevision } = (await listening(host, 'alice')).frames[0].rooms[room.id]
    expect(scheduledRevision).toBe(1)
    await room.as('alice').delete(`/scheduled/${scheduled.id}`)
    expect(await alice.next('me.updated')).toMatchObject({ me: { scheduledRevision: 2 } })
    await alice.close()
    await bob.close()
  })

  it('is one however often the same is asked for, and another message under its clientId is refused', async () => {
    const room = await givenGroup(host, 'alice')
    const body = { text: 'Once', clientId: 'c2', sendAt: inOne() }
    const scheduled = await keep(room, 'alice', body)
    const changed = await room.as('alice').patch(`/scheduled/${scheduled.id}`, { text: 'Changed' })
    expect(await keep(room, 'alice', body)).toEqual(changed.body)
    const others = [
      { ...body, text: 'Twice' },
      { ...body, sendAt: inOne(2 * minute) },
    ]
    for (const other of others) {
      const refused = await room.as('alice').post('/messages', other)
      expect(refused).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    }
    await sendLater()
    await said(room, 'alice', ['Changed'])
  })

  it('is taken over the socket too', async () => {
    const room = await givenGroup(host, 'carol')
    const carol = await listening(host, 'carol')
    const draft = { roomId: room.id, text: 'Later', clientId: 'c3', sendAt: inOne() }
    const { result } = await carol.command('message.send', draft)
    expect(await kept(room, 'carol')).toEqual([result])
    await room.as('carol').delete(`/scheduled/${result.id}`)
    await carol.close()
  })

  it('is changed and cancelled by its author until then', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [one, two] = [await keep(room, 'alice', { text: 'One' }), await keep(room, 'alice', { text: 'Two' })]
    const alice = await listening(host, 'alice')
    const changed = await room.as('alice').patch(`/scheduled/${one.id}`, { text: 'More', mentions: ['bob'] })
    expect(changed).toMatchObject({ status: 200, body: { text: 'More', mentions: ['bob'], sendAt: one.sendAt } })
    expect(await alice.next('me.updated')).toMatchObject({ me: { scheduledRevision: 3 } })
    expect(await room.as('alice').patch(`/scheduled/${one.id}`, { text: ' ' })).toMatchObject({ status: 400 })
    expect(await room.as('alice').patch(`/scheduled/${one.id}`, {})).toMatchObject({ status: 400 })
    expect(await room.as('alice').delete(`/scheduled/${two.id}`)).toMatchObject({ status: 204 })
    expect(await room.as('alice').delete(`/scheduled/${two.id}`)).toMatchObject({ status: 404 })
    await room.as('alice').patch(`/scheduled/${one.id}`, { sendAt: inOne(10 * minute) })
    await sendLater()
    expect(await textsIn(room, 'bob')).toEqual([])
    await sendLater(10 * minute)
    await said(room, 'bob', ['More'])
    expect(await room.as('alice').patch(`/scheduled/${one.id}`, { text: 'Late' })).toMatchObject({ status: 404 })
    await alice.close()
  })

  it('is listed in the order in which it is to be sent, by pages', async () => {
    const room = await givenGroup(host, 'dave')
    for (const n of [3, 1, 2]) await keep(room, 'dave', { text: `${n}`, sendAt: inOne(n * minute) })
    const first = (await room.as('dave').get('/scheduled?limit=2')).body
    const second = (await room.as('dave').get(`/scheduled?limit=2&cursor=${first.nextCursor}`)).body
    const texts = [first, second].map(({ items }) => items.map(({ text }: { text: string }) => text))
    expect(texts).toEqual([['1', '2'], ['3']])
    expect(second.nextCursor).toBeNull()
    for (const { id } of await kept(room, 'dave')) await room.as('dave').delete(`/scheduled/${id}`)
  })

  it('lies ahead, not too far, and there is not too much of it', async () => {
    const room = await givenGroup(host, 'carol')
    for (const sendAt of [inOne(-minute), inOne(3 * day)]) {
      const refusal = { status: 400, body: { errors: [{ pointer: '/sendAt' }] } }
      expect(await room.as('carol').post('/messages', { text: 'When?', sendAt })).toMatchObject(refusal)
    }
    for (const text of ['1', '2', '3']) await keep(room, 'carol', { text })
    const [{ id }] = await kept(room, 'carol')
    expect(await room.as('carol').patch(`/scheduled/${id}`, { sendAt: inOne(3 * day) })).toMatchObject({ status: 400 })
    expect(await room.as('carol').post('/messages', { text: '4', sendAt: inOne() })).toMatchObject({ status: 409 })
    const all = Array.from({ length: 6 }, (_, n) => ({ text: `${n}`, sendAt: inOne() }))
    const other = await givenGroup(host, 'dave')
    const made = await Promise.all(all.map((body) => other.as('dave').post('/messages', body)))
    expect(made.map(({ status }) => status).sort()).toEqual([202, 202, 202, 409, 409, 409])
    expect(await room.as('dave').post('/messages', { text: '1', sendAt: inOne() })).toMatchObject({ status: 404 })
    const mediaIds = [await givenPicture(host, 'alice')]
    const third = await givenGroup(host, 'erin')
    expect(await third.as('erin').post('/messages', { mediaIds, sendAt: inOne() })).toMatchObject({
      ...{ status: 400, body: { errors: [{ pointer: '/mediaIds/0' }] } },
    })
  })

  it('is refused at once where it refers to what is not there, or says what its author may not', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const elsewhere = await givenGroup(host, 'alice')
    const { id } = await elsewhere.say('alice', 'Elsewhere')
    const refusals: [string, object, number][] = [
      ['alice', { text: 'x', mentions: ['carol'] }, 400],
      ['alice', { text: 'x', replyToId: id }, 400],
      ['alice', { text: 'x', threadId: id }, 400],
      ['bob', { forward: { roomId: elsewhere.id, messageId: id } }, 404],
      ['bob', { text: 'x', mentionsEveryone: true }, 403],
      ['bob', { text: ' ' }, 400],
    ]
    for (const [userId, body, status] of refusals) {
      expect(await room.as(userId).post('/messages', { ...body, sendAt: inOne() }), JSON.stringify(body)).toMatchObject(
        { status },
      )
    }
    expect(await kept(room, 'bob')).toEqual([])
    const { id: forwarded } = await keep(room, 'alice', { forward: { roomId: elsewhere.id, messageId: id } })
    expect(await room.as('alice').patch(`/scheduled/${forwarded}`, { text: 'Not as it was said' })).toMatchObject({
      status: 400,
    })
    await sendLater()
    await said(room, 'bob', ['Elsewhere'])
  })

  it('is written by the host’s code, also inside a transaction, and is not if that is rolled back', async () => {
    const room = await givenGroup(host, 'erin')
    const later = { text: 'By code', sendAt: inOne() }
    const erin = await listening(host, 'erin')
    const { id } = await host.chat.transaction((_tx, chat) => chat.scheduled.create('erin', room.id, later))
    expect(await erin.next('me.updated')).toMatchObject({ me: { scheduledRevision: 1 } })
    const attempt = host.chat.transaction(async (_tx, chat) => {
      await chat.scheduled.update('erin', room.id, id, { text: 'Never' })
      await chat.scheduled.create('erin', room.id, { ...later, text: 'Never' })
      throw new Error('no')
    })
    await expect(attempt).rejects.toThrow('no')
    expect((await host.chat.scheduled.list('erin', room.id)).items).toMatchObject([{ text: 'By code' }])
    await host.chat.transaction((_tx, chat) => chat.scheduled.update('erin', room.id, id, { text: 'Changed' }))
    expect((await host.chat.scheduled.list('erin')).items).toMatchObject([{ text: 'Changed' }])
    await host.chat.transaction((_tx, chat) => chat.scheduled.cancel('erin', room.id, id))
    expect((await host.chat.scheduled.list('erin', room.id)).items).toEqual([])
    await erin.close()
  })

  it('may be the application’s own, under a name or as what the chat says, which no member sees before', async () => {
    const room = await givenGroup(host, 'erin')
    const { scheduled } = host.chat.system
    const as = { name: 'Reminder', avatarUrl: null }
    const own = { text: 'Stand up', as, clientId: 'daily', sendAt: inOne() }
    const kept = await scheduled.create(room.id, own)
    expect(kept).toMatchObject({ text: 'Stand up', as })
    expect(await scheduled.create(room.id, own)).toEqual(kept)
    const { id } = await scheduled.create(room.id, { text: 'Sit down', sendAt: inOne() })
    await scheduled.cancel(room.id, id)
    expect((await scheduled.list(room.id)).items).toEqual([kept])
    expect((await room.as('erin').get('/scheduled')).body.items).toEqual([])
    await host.chat.transaction((_tx, chat) => chat.system.scheduled.update(room.id, kept.id, { text: 'Stand up!' }))
    await sendLater()
    await said(room, 'erin', ['Stand up!'])
    expect((await room.as('erin').get('/messages')).body.items.at(-1)).toMatchObject({
      user: null,
      as,
      clientId: 'daily',
    })
  })
})

import { describe, expect, it } from 'vitest'
import { givenRoom } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

const forbidden = { status: 403, body: { code: 'forbidden' } }

describe.each(databases)('somebody who is silenced on $name', (database) => {
  let ahead = 0
  const host = shareHost(database, {
    clock: () => new Date(Date.now() + ahead),
    contact: (_, to) => (to === 'dave' ? 'ask' : true),
  })
  const givenOpen = () =>
    givenRoom(host, 'alice', { type: 'group', name: 'Open', isPublic: true, userIds: ['bob', 'carol'] })
  const soon = () => new Date(Date.now() + 600_000).toISOString()

  it('reads, and does not write, edit, react or type, until that is over', async () => {
    const room = await givenOpen()
    const { id } = await room.say('bob', 'Before')
    const silencedUntil = soon()
    const silenced = { status: 403, body: { code: 'silenced', until: silencedUntil } }
    expect(await room.as('alice').patch('/members/bob', { silencedUntil })).toMatchObject({
      status: 200,
      body: { silencedUntil },
    })
    expect((await room.as('bob').get('')).body.me.silencedUntil).toBe(silencedUntil)
    // At once, however lately they wrote.
    for (const answer of [
      await room.as('bob').post('/messages', { text: 'Still here' }),
      await room.as('bob').patch(`/messages/${id}`, { text: 'Otherwise' }),
      await room.as('bob').post(`/messages/${id}/reactions`, { reaction: '👍' }),
    ]) {
      expect(answer).toMatchObject(silenced)
    }
    const socket = await host.socket('bob')
    await socket.ready()
    expect(await socket.command('typing', { roomId: room.id, isTyping: true })).toMatchObject({
      type: 'error',
      problem: { code: 'silenced', until: silencedUntil },
    })
    expect((await room.as('bob').get('/messages')).status).toBe(200)
    expect((await room.as('bob').delete(`/messages/${id}`)).status).toBe(204)
    ahead = 601_000
    expect((await room.as('bob').get('')).body.me.silencedUntil).toBeNull()
    await room.say('bob', 'After')
    ahead = 0
  })

  it('stays so through leaving and coming back, by oneself or by others', async () => {
    const room = await givenOpen()
    await room.as('alice').patch('/members/bob', { silencedUntil: soon() })
    for (const by of ['bob', 'carol', 'alice']) {
      await room.as('bob').delete('/members/me')
      expect((await room.as(by).post('/members', { userId: 'bob' })).status).toBe(201)
      expect(await room.as('bob').post('/messages', { text: 'Back' })).toMatchObject({ body: { code: 'silenced' } })
    }
    // One who is not here can be silenced for when they come back, and one who never was cannot.
    await room.as('alice').patch('/members/bob', { silencedUntil: null })
    await room.as('bob').delete('/members/me')
    expect((await room.as('alice').patch('/members/bob', { silencedUntil: soon() })).status).toBe(200)
    await room.as('bob').post('/members', { userId: 'me' })
    expect(await room.as('bob').post('/messages', { text: 'Back' })).toMatchObject({ body: { code: 'silenced' } })
    expect((await room.as('alice').patch('/members/dave', { silencedUntil: soon() })).status).toBe(404)
  })

  it('has no way around it: not by a thread, by what others said, by a pin or by the room itself', async () => {
    const room = await givenOpen()
    const said = await room.say('alice', 'Before')
    const own = await room.say('bob', 'Mine')
    await room.as('alice').patch('/members/bob', { role: 'admin' })
    await room.as('bob').put(`/pins/${own.id}`)
    const silencedUntil = soon()
    await room.as('alice').patch('/members/bob', { silencedUntil })
    const { revision } = (await room.as('alice').get('')).body
    for (const answer of [
      await room.as('bob').post('/messages', { text: 'In a thread', threadId: said.id }),
      await room.as('bob').post('/messages', { text: 'Here too', threadId: said.id, alsoInRoom: true }),
      await room.as('bob').post('/messages', { text: 'Anyhow', replyToId: 'gone', lenient: true }),
      await room.as('bob').post('/messages', { forward: { roomId: room.id, messageId: said.id } }),
      await room.as('bob').patch(`/messages/${own.id}`, { mentions: ['alice'] }),
      await room.as('bob').put(`/pins/${said.id}`),
      await room.as('bob').delete(`/pins/${own.id}`),
      await room.as('bob').patch('', { name: 'Still here' }),
      await room.as('bob').patch('', { description: 'Still here' }),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'silenced', until: silencedUntil } })
    }
    expect((await room.as('alice').get('')).body.revision).toBe(revision)
  })

  it('is silenced from the first moment, where that was said before they had accepted', async () => {
    const room = await givenOpen()
    expect((await room.as('alice').post('/members', { userId: 'dave' })).status).toBe(202)
    expect((await room.as('alice').patch('/members/dave', { silencedUntil: soon() })).status).toBe(200)
    expect((await room.as('dave').post('/accept', {})).status).toBe(200)
    expect(await room.as('dave').post('/messages', { text: 'Hello' })).toMatchObject({ body: { code: 'silenced' } })
  })

  it('is heard again once that is taken back, and the others are told', async () => {
    const room = await givenOpen()
    const socket = await host.socket('carol')
    await socket.ready()
    await host.chat.system.members.update(room.id, 'bob', { silencedUntil: soon() })
    expect((await socket.next('member.updated')).member.silencedUntil).not.toBeNull()
    await room.as('alice').patch('/members/bob', { silencedUntil: null })
    await room.say('bob', 'Thanks')
  })

  it('is no owner, and is silenced by nobody who may not remove people', async () => {
    const room = await givenOpen()
    await room.as('alice').patch('/members/bob', { role: 'admin' })
    expect(await room.as('bob').patch('/members/alice', { silencedUntil: soon() })).toMatchObject(forbidden)
    expect(await room.as('carol').patch('/members/bob', { silencedUntil: soon() })).toMatchObject(forbidden)
    expect((await room.as('bob').patch('/members/me', { silencedUntil: null })).status).toBe(409)
    expect((await room.as('bob').patch('/members/carol', { silencedUntil: '2020-01-01T00:00:00.000Z' })).status).toBe(
      400,
    )
  })
})

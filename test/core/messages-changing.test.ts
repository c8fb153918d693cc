import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenPicture } from './given-picture.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('editing messages on $name', (database) => {
  const host = shareHost(database)

  it('changes the text and says when; the rest stays', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const question = await room.say('bob', 'Really?')
    const sent = await room.say('alice', { text: 'Helo', replyToId: question.id, mentions: ['bob'], clientId: 'e1' })
    await room.as('bob').post(`/messages/${sent.id}/reactions`, { reaction: '👍' })
    const socket = await host.socket('bob')
    await socket.ready()
    const { status, body } = await room.as('alice').patch(`/messages/${sent.id}`, { text: 'Hello' })
    expect(status).toBe(200)
    expect(body).toEqual({
      ...sent,
      text: 'Hello',
      revision: sent.revision + 2,
      reactions: [{ reaction: '👍', count: 1, userIds: ['bob'] }],
      myReactions: [],
      editedAt: expect.any(String),
    })
    const { myReactions: _, ...told } = body
    const event = await socket.next('message.updated')
    expect(event).toEqual({ type: 'message.updated', roomId: room.id, revision: body.revision, message: told })
    expect((await room.as('alice').get('')).body.lastMessageSeq).toBe(sent.seq)
  })

  it('changes whom it mentions, by itself or with the text; what is left out stays', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const { id } = await room.say('alice', { text: '@Bob look', mentions: ['bob'] })
    const edit = async (changes: object) => {
      const { status, body } = await room.as('alice').patch(`/messages/${id}`, changes)
      return { status, text: body.text, mentions: body.mentions }
    }
    const added = await edit({ mentions: ['bob', 'carol'] })
    expect(added).toEqual({ status: 200, text: '@Bob look', mentions: ['bob', 'carol'] })
    const only = await edit({ text: '@Carol look', mentions: ['carol'] })
    expect(only).toEqual({ status: 200, text: '@Carol look', mentions: ['carol'] })
    expect(await edit({ text: 'Look' })).toEqual({ status: 200, text: 'Look', mentions: ['carol'] })
    expect(await edit({ mentions: [] })).toEqual({ status: 200, text: 'Look', mentions: [] })
    const read = (await room.as('bob').get(`/messages/${id}`)).body
    expect(read).toMatchObject({ text: 'Look', mentions: [], editedAt: expect.any(String) })
  })

  it('takes mentions as a new message does, and keeps those of people who have left since', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const { id } = await room.say('alice', { text: '@Bob @Carol', mentions: ['bob', 'carol'] })
    await room.as('carol').delete('/members/me')
    const edit = (changes: object) => room.as('alice').patch(`/messages/${id}`, changes)
    expect(await edit({ mentions: ['carol', 'bob', 'erin'] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/mentions/2' }] },
    })
    expect(await edit({ mentions: ['bob', 'bob'] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/mentions' }] },
    })
    expect(await edit({})).toMatchObject({ status: 400, body: { errors: [{ pointer: '/text' }] } })
    expect((await edit({ mentions: ['carol'] })).body).toMatchObject({ text: '@Bob @Carol', mentions: ['carol'] })
    expect((await edit({ mentions: [] })).body.mentions).toEqual([])
    // Taken out, it is a new mention like any other.
    expect((await edit({ mentions: ['carol'] })).status).toBe(400)
  })

  it('changes mentions over the socket and from the host’s own code as well', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('alice', { text: '@Bob', mentions: ['bob'] })
    const socket = await host.socket('alice')
    await socket.ready()
    const answer = await socket.command('message.edit', { roomId: room.id, messageId: id, mentions: [] })
    expect(answer).toMatchObject({ type: 'ok', result: { text: '@Bob', mentions: [] } })
    expect(await socket.next('message.updated')).toMatchObject({ message: { text: '@Bob', mentions: [] } })
    const wrong = await socket.command('message.edit', { roomId: room.id, messageId: id })
    expect(wrong).toMatchObject({ type: 'error', problem: { status: 400, errors: [{ pointer: '/text' }] } })
    const edited = await host.chat.messages.edit('alice', room.id, id, { mentions: ['bob'] })
    expect(edited).toMatchObject({ text: '@Bob', mentions: ['bob'] })
    expect(await host.chat.system.messages.edit(room.id, id, { mentions: [] })).toMatchObject({ mentions: [] })
  })

  it('is not for others: they need the permission for that', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const sent = await room.say('bob', 'Mine')
    const refusal = { status: 403, body: { detail: expect.stringContaining('canEditMessages') } }
    expect(await room.as('alice').patch(`/messages/${sent.id}`, { text: 'Yours' })).toMatchObject(refusal)
    expect((await room.as('erin').patch(`/messages/${sent.id}`, { text: 'Ours' })).status).toBe(404)
    expect((await room.as('bob').get(`/messages/${sent.id}`)).body).toMatchObject({ text: 'Mine', editedAt: null })
  })

  it('holds to the limits of a new message', async () => {
    const room = await givenGroup(host, 'alice')
    const { id } = await room.say('alice', 'Fine')
    const edit = (text: string) => room.as('alice').patch(`/messages/${id}`, { text })
    expect(await edit('x'.repeat(8001))).toMatchObject({ status: 413, body: { errors: [{ pointer: '/text' }] } })
    for (const text of ['', ' \n'])
      expect(await edit(text)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/text' }] } })
    expect((await room.as('alice').get(`/messages/${id}`)).body.text).toBe('Fine')
  })

  it('may take the text away where there is a picture', async () => {
    const room = await givenGroup(host, 'alice')
    const { id } = await room.say('alice', { text: 'Look', mediaIds: [await givenPicture(host, 'alice')] })
    const { status, body } = await room.as('alice').patch(`/messages/${id}`, { text: '' })
    expect({ status, text: body.text, media: body.media.length }).toEqual({ status: 200, text: '', media: 1 })
  })

  it('ends with deletion', async () => {
    const room = await givenGroup(host, 'alice')
    const { id } = await room.say('alice', 'Soon gone')
    await room.as('alice').delete(`/messages/${id}`)
    expect(await room.as('alice').patch(`/messages/${id}`, { text: 'Back' })).toMatchObject({ status: 409 })
    expect(await room.as('alice').post(`/messages/${id}/reactions`, { reaction: '👍' })).toMatchObject({ status: 409 })
  })
})

describe.each(databases)('deleting messages on $name', (database) => {
  const host = shareHost(database)

  it('leaves a tombstone that holds nothing of what was said', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const mediaIds = [await givenPicture(host, 'alice')]
    const sent = await room.say('alice', { text: 'Secret', mentions: ['bob'], mediaIds })
    await room.as('bob').post(`/messages/${sent.id}/reactions`, { reaction: '👍' })
    const socket = await host.socket('bob')
    await socket.ready()
    expect((await room.as('alice').delete(`/messages/${sent.id}`)).status).toBe(204)
    const tombstone = (await room.as('bob').get(`/messages/${sent.id}`)).body
    expect(tombstone).toEqual({
      ...sent,
      revision: sent.revision + 2,
      text: '',
      media: [],
      mentions: [],
      reactions: [],
      myReactions: [],
      deletedAt: expect.any(String),
    })
    expect(await socket.next('message.deleted')).toMatchObject({
      revision: tombstone.revision,
      message: { id: sent.id, text: '' },
    })
    expect((await room.as('bob').get(`/messages/${sent.id}/reactions`)).body.items).toEqual([])
    expect((await host.as('bob').get('/reactions')).body.items).toEqual([])
    const row = await host.prisma.chatMessage.findUniqueOrThrow({ where: { id: sent.id } })
    expect(JSON.stringify(row)).not.toContain('Secret')
    expect(await host.prisma.chatMessageMedia.count({ where: { messageId: sent.id } })).toBe(0)
  })

  it('keeps the numbers, so that unread counts stay exact and history has no hole', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const sent = [await room.say('alice', '2'), await room.say('alice', '3'), await room.say('alice', '4')]
    await room.as('alice').delete(`/messages/${sent[1].id}`)
    await room.as('alice').delete(`/messages/${sent[2].id}`)
    const { body } = await room.as('bob').get('')
    expect(body).toMatchObject({ lastMessageSeq: 4, me: { unreadCount: 1 }, lastMessage: { id: sent[0].id } })
    const { items } = (await room.as('bob').get('/messages')).body
    expect(items.map((message: { seq: number }) => message.seq)).toEqual([1, 2, 3, 4])
    expect((await room.say('alice', 'Next')).seq).toBe(5)
  })

  it('again changes nothing', async () => {
    const room = await givenGroup(host, 'alice')
    const { id } = await room.say('alice', 'Once')
    await room.as('alice').delete(`/messages/${id}`)
    const before = (await room.as('alice').get('')).body
    expect((await room.as('alice').delete(`/messages/${id}`)).status).toBe(204)
    expect((await room.as('alice').get('')).body).toEqual(before)
  })

  it('is for who wrote it, and for those with the permission', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const [first, second] = [await room.say('bob', 'One'), await room.say('bob', 'Two')]
    expect((await room.as('carol').delete(`/messages/${first.id}`)).status).toBe(403)
    expect((await room.as('erin').delete(`/messages/${first.id}`)).status).toBe(404)
    expect((await room.as('bob').delete(`/messages/${first.id}`)).status).toBe(204)
    expect((await room.as('alice').delete(`/messages/${second.id}`)).status).toBe(204)
    expect((await room.as('alice').delete('/messages/01890000-0000-7000-8000-000000000000')).status).toBe(404)
  })
})

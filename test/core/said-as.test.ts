import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenChannel, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

const shop = { name: 'Shop', avatarUrl: 'https://shop.test/sign.png' }

describe.each(databases)('what the host says under a name of its own on $name', (database) => {
  const host = shareHost(database)
  const say = (roomId: string, as: object, more = {}) =>
    host.chat.system.messages.send(roomId, { text: 'Your order is packed', as: as as typeof shop, ...more })

  it('is a message as those of people, with that name and picture, and nobody’s', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const bob = await host.socket('bob')
    await bob.ready()
    const sent = await say(group.id, shop)
    expect(sent).toMatchObject({ kind: 'user', user: null, system: null, as: shop })
    expect((await bob.next('message.created')).message).toEqual(sent)
    expect((await group.as('bob').get('')).body).toMatchObject({ lastMessage: { as: shop }, me: { unreadCount: 1 } })
    expect((await group.as('bob').get('/messages?q=packed')).body.items).toMatchObject([{ id: sent.id, as: shop }])
    expect((await host.as('bob').get('/messages/search?q=packed')).body.items).toMatchObject([
      { message: { as: shop } },
    ])
    expect(await say(group.id, { name: 'Plain' })).toMatchObject({ as: { name: 'Plain', avatarUrl: null } })
    expect(await group.say('alice', 'Thanks')).toMatchObject({ as: null })
  })

  it('is quoted under that name, in what is sent and in what is read', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const { id } = await say(group.id, shop)
    const quoted = { id, userId: null, as: shop, text: 'Your order is packed' }
    const reply = await group.say('alice', { text: 'Thanks', replyToId: id })
    expect(reply.replyTo).toMatchObject(quoted)
    expect((await group.as('bob').get(`/messages/${reply.id}`)).body.replyTo).toEqual(reply.replyTo)
    const ofPerson = await group.say('bob', { text: 'For what?', replyToId: reply.id })
    expect(ofPerson.replyTo).toMatchObject({ userId: 'alice', as: null })
  })

  it('belongs to what makes a message the same one', async () => {
    const group = await givenGroup(host, 'alice')
    const first = await say(group.id, shop, { clientId: 's-1' })
    expect(await say(group.id, { avatarUrl: shop.avatarUrl, name: shop.name }, { clientId: 's-1' })).toMatchObject({
      id: first.id,
    })
    await expect(say(group.id, { ...shop, name: 'Bank' }, { clientId: 's-1' })).rejects.toMatchObject({
      code: 'idempotency_conflict',
    })
  })

  it('is reacted to, reported and deleted as others are, and edited by the host alone', async () => {
    const channel = await givenChannel(host, 'alice', 'bob')
    const { id } = await say(channel.id, shop)
    expect((await channel.as('bob').post(`/messages/${id}/reactions`, { reaction: '👍' })).status).toBe(201)
    expect((await channel.as('bob').post(`/messages/${id}/reports`, { reason: 'spam' })).status).toBe(201)
    const { items } = await host.chat.system.reports.list({ roomId: channel.id })
    expect(items).toMatchObject([{ authorId: null, copy: { userName: 'Shop' } }])
    // As the owner of a channel, who edits what others wrote.
    expect((await channel.as('alice').patch(`/messages/${id}`, { text: 'Never' })).body).toMatchObject({
      ...{ status: 409, detail: 'what the application said stays as it is' },
    })
    expect(await host.chat.system.messages.edit(channel.id, id, { text: 'Shipped' })).toMatchObject({ as: shop })
    expect((await channel.as('bob').delete(`/messages/${id}`)).status).toBe(403)
    expect((await channel.as('alice').delete(`/messages/${id}`)).status).toBe(204)
    const tombstone = (await channel.as('bob').get(`/messages/${id}`)).body
    expect(tombstone).toMatchObject({ text: '', as: shop, user: null, kind: 'user' })
    expect((await channel.as('bob').get('')).body.me).toMatchObject({ unreadCount: 0 })
  })

  it('is said by nobody else', async () => {
    const group = await givenGroup(host, 'alice')
    const answer = await group.as('alice').post('/messages', { text: 'Pay me', as: shop })
    expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: '/as' }] })
    const socket = await host.socket('alice')
    const forged = { roomId: group.id, clientId: 'f-1', text: 'Pay me', as: shop }
    expect((await socket.command('message.send', forged)).problem).toMatchObject({ status: 400 })
    const byName = host.chat.messages.send('alice', group.id, { text: 'Pay me', as: shop } as { text: string })
    await expect(byName).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it.each<[what: string, as: object, pointer: string]>([
    ['no name', {}, '/as/name'],
    ['an empty one', { name: '' }, '/as/name'],
    ['a blank one', { name: ' \t' }, '/as/name'],
    ['a long one', { name: 'x'.repeat(101) }, '/as/name'],
    ['a script for a picture', { ...shop, avatarUrl: 'javascript:alert(1)' }, '/as/avatarUrl'],
    ['bytes for a picture', { ...shop, avatarUrl: 'data:image/png;base64,AA==' }, '/as/avatarUrl'],
    ['another site’s picture without its scheme', { ...shop, avatarUrl: '//evil.test/a.png' }, '/as/avatarUrl'],
    ['a very long address', { ...shop, avatarUrl: `https://shop.test/${'a'.repeat(2048)}` }, '/as/avatarUrl'],
    ['more than that', { ...shop, userId: 'alice' }, '/as/userId'],
  ])('has a name and an address over http(s), and not %s', async (_what, as, pointer) => {
    const group = await givenGroup(host, 'alice')
    await expect(say(group.id, as)).rejects.toMatchObject({ code: 'invalid_request', errors: [{ pointer }] })
  })

  it('may have a picture of the host’s own site', async () => {
    const group = await givenGroup(host, 'alice')
    expect(await say(group.id, { name: 'Shop', avatarUrl: '/shop.svg' })).toMatchObject({
      as: { avatarUrl: '/shop.svg' },
    })
  })
})

import express from 'express'
import { expect, it } from 'vitest'
import { problem } from '../../src/contract/problems.js'
import type { Route } from '../../src/http/route.js'
import { routes } from '../../src/http/routes.js'
import { databases } from '../databases.js'
import { givenStorage } from '../media/given-storage.js'
import { picture } from '../media/pictures.js'
import { type Reply, serve } from './serve.js'

const never = '01900000-0000-7000-8000-000000000000'

/** The row of the table that a request is for. */
function routeOf(target: string): Route {
  const [method, url = ''] = target.split(' ')
  const path = url.split('?')[0]?.replace('/chat', '') ?? ''
  const found = routes.find((route) => {
    return route.method === method && new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path)
  })
  if (!found) throw new Error(`no route for ${target}`)
  return found
}

const nameOf = ({ method, path }: Route) => `${method} ${path}`

it.each(databases)('every route answers as its row says, on $name', async ({ open }) => {
  const database = await open()
  const { storage, remove } = givenStorage()
  const host = await serve(database, (chat) => express().use('/chat', chat.router), {
    storage,
    isModerator: ({ id }) => id === 'alice',
    contact: (_from, to) => (to === 'dave' ? 'ask' : true),
  })
  const answered = new Map<string, Set<number>>()

  /** Asks, and holds the answer against the schema that the documents are made of. */
  const ask = async (target: `${string} ${string}`, body?: unknown, user = 'alice'): Promise<Reply['body']> => {
    const isForm = body === undefined || body instanceof FormData
    const reply = await (isForm
      ? host.call(target, { user, ...(body && { body }) })
      : host.send(target, body, { user }))
    const route = routeOf(target)
    expect(route.statuses, `${target}: ${reply.text}`).toContain(reply.status)
    if (route.response) expect(route.response.schema.parse(reply.body)).toEqual(reply.body)
    else if (!route.isFile) expect(reply.text).toBe('')
    answered.set(nameOf(route), (answered.get(nameOf(route)) ?? new Set()).add(reply.status))
    return reply.body
  }

  const group = await ask('POST /chat/rooms', { type: 'group', name: 'Friends', isPublic: true, userIds: ['bob'] })
  await ask('POST /chat/rooms', { type: 'private', userIds: ['bob'] })
  const pair = await ask('POST /chat/rooms', { type: 'private', userIds: ['alice'] }, 'bob')
  const room = `/chat/rooms/${group.id}`
  await ask(`PATCH ${room}`, { description: 'of old' })
  await ask(`GET ${room}`)
  const later = { text: 'Later', sendAt: new Date(Date.now() + 3_600_000).toISOString() }
  const { id: scheduledId } = await ask(`POST ${room}/messages`, later)
  await ask(`PATCH ${room}/scheduled/${scheduledId}`, { text: 'Even later' })
  await ask(`GET ${room}/scheduled`)
  await ask('GET /chat/scheduled?limit=1')
  await ask(`DELETE ${room}/scheduled/${scheduledId}`)
  await ask('GET /chat/rooms')
  await ask('GET /chat/rooms?type=private&limit=1')
  await ask('GET /chat/rooms/public', undefined, 'carol')
  await ask('GET /chat/rooms/public?q=old')

  await ask(`POST ${room}/members`, { userId: 'me' }, 'carol')
  await ask(`POST ${room}/members`, { userId: 'carol', role: 'admin' })
  await ask(`PATCH ${room}/members/carol`, { role: 'admin', permissions: { canRemoveUsers: false } })
  await ask(`PATCH ${room}/members/me`, { muted: true, lastReadSeq: 1 }, 'carol')
  await ask(`GET ${room}/members/me`)
  await ask(`GET ${room}/members?limit=2`)

  const first = await ask(`POST ${room}/messages`, { text: 'hello', clientId: '1', mentions: ['bob'] })
  await ask(`POST ${room}/messages`, { text: 'hello', clientId: '1', mentions: ['bob'] })
  const reply = await ask(`POST ${room}/messages`, { text: 'hi', replyToId: first.id }, 'bob')
  await ask(`PATCH ${room}/messages/${first.id}`, { text: 'hello all' })
  const read = await ask('POST /chat/rooms/read', { rooms: [{ roomId: first.roomId, seq: reply.seq }] }, 'carol')
  expect(read).toMatchObject({ rooms: { [first.roomId]: { lastReadSeq: reply.seq, unreadCount: 0 } } })
  const reaction = await ask(`POST ${room}/messages/${first.id}/reactions`, { reaction: '👍' }, 'bob')
  await ask(`POST ${room}/messages/${first.id}/reactions`, { reaction: '👍' }, 'bob')
  await ask(`GET ${room}/messages/${first.id}`, undefined, 'bob')
  await ask(`GET ${room}/messages/${first.id}/reactions`)
  await ask(`GET ${room}/messages/${first.id}/reactions/${reaction.id}`)
  await ask('GET /chat/reactions', undefined, 'bob')
  await ask(`GET ${room}/messages?around=2&limit=3`)
  await ask('GET /chat/messages/search?q=hello&userId=me')
  const { items } = await ask(`GET ${room}/messages?q=HELLO`)
  expect(items).toMatchObject([{ id: first.id, reactions: [{ reaction: '👍', count: 1, userIds: ['bob'] }] }])

  const form = new FormData()
  form.append('file', new Blob([await picture(4, 4)]), 'a.png')
  const media = await ask('POST /chat/media', form)
  await ask(`GET /chat/media/${media.id}`)
  await ask(`GET ${media.url}`, undefined, 'carol')
  await ask(`GET ${media.thumbnailUrl}`, undefined, 'carol')

  await ask('PATCH /chat/users/me', { description: 'here' })
  await ask('GET /chat/users/me')
  expect(await ask('GET /chat/users/me', undefined, 'bob')).toEqual(await ask('GET /chat/users/bob'))
  await ask('GET /chat/users?q=o')
  await ask('POST /chat/ws-ticket')

  await ask('GET /chat/users/me', undefined, 'dave')
  const asked = await ask('POST /chat/rooms', { type: 'private', userIds: ['dave'] })
  await ask(`POST ${room}/members`, { userId: 'dave' })
  await ask('GET /chat/rooms?requests=true', undefined, 'dave')
  await ask(`POST /chat/rooms/${asked.id}/accept`, undefined, 'dave')
  await ask(`POST ${room}/refuse`, undefined, 'dave')

  const blocked = '/chat/users/me/blocks/carol'
  for (const method of ['PUT', 'PUT', 'DELETE']) await ask(`${method} ${blocked}`)
  await ask('GET /chat/users/me/blocks')

  for (const text of ['rude', 'still rude'])
    await ask(`POST ${room}/messages/${first.id}/reports`, { reason: 'abuse', text }, 'bob')
  await ask('GET /chat/moderation/audit')
  const [report] = (await ask('GET /chat/moderation/reports?status=open')).items
  await ask(`GET /chat/moderation/reports/${report.id}`)
  await ask(`PATCH /chat/moderation/reports/${report.id}`, { status: 'dismissed' })

  const moderated = `/chat/moderation/rooms/${group.id}`
  await ask(`GET ${moderated}`)
  await ask(`GET ${moderated}/members`)
  await ask(`GET ${moderated}/messages`)
  await ask(`PATCH ${moderated}/members/bob`, { silencedUntil: '2100-01-01T00:00:00.000Z' })
  await ask(`PATCH ${moderated}/members/bob`, { silencedUntil: null })
  for (const bans of [`${room}/bans`, `${moderated}/bans`]) {
    for (const reason of ['a', 'b']) await ask(`PUT ${bans}/dave`, { reason })
    await ask(`GET ${bans}`)
    await ask(`DELETE ${bans}/dave`)
  }
  for (let n = 0; n < 2; n += 1) await ask(`PUT ${room}/pins/${first.id}`)
  await ask(`GET ${room}/pins`)
  await ask(`DELETE ${room}/pins/${first.id}`)
  await ask(`GET ${room}/messages/${first.id}/readers`)
  for (const of of [room, moderated]) await ask(`GET ${of}/messages/${first.id}/edits`)
  const thread = `${room}/messages/${first.id}/thread`
  await ask(`POST ${room}/messages`, { text: 'Beside it', threadId: first.id })
  for (const of of [room, moderated]) await ask(`GET ${of}/messages/${first.id}/thread`)
  await ask(`GET ${thread}/me`)
  await ask(`PATCH ${thread}/me`, { lastReadSeq: 1 })
  await ask('GET /chat/threads')
  for (const method of ['PUT', 'DELETE']) await ask(`${method} ${thread}/following`)
  const link = await ask(`POST ${room}/invites`, { maxUses: 5 })
  await ask(`GET ${room}/invites`)
  await ask(`GET /chat/invites/${link.code}`, undefined, 'erin')
  for (let n = 0; n < 2; n += 1) await ask(`POST /chat/invites/${link.code}/join`, undefined, 'erin')
  await ask(`DELETE ${room}/invites/${link.id}`)

  const other = await ask(`POST ${room}/messages`, { text: 'gone' })
  await ask(`DELETE ${moderated}/messages/${other.id}`)
  await ask(`DELETE ${moderated}/members/carol`)

  await ask(`DELETE ${room}/messages/${first.id}/reactions/${reaction.id}`, undefined, 'bob')
  await ask(`DELETE ${room}/messages/${reply.id}`, undefined, 'bob')
  await ask(`DELETE ${room}/members/bob`)
  await ask(`GET ${room}/changes?since=0`)
  await ask(`DELETE /chat/rooms/${pair.id}`)

  expect([...answered.keys()].sort()).toEqual(routes.map(nameOf).sort())
  // What else files are answered with is in ../media/serving.test.ts.
  for (const route of routes.filter(({ isFile }) => !isFile)) {
    expect([...(answered.get(nameOf(route)) ?? [])].sort(), nameOf(route)).toEqual([...route.statuses].sort())
  }
  const refused = await host.call(`GET /chat/rooms/${never}`)
  expect(problem.parse(refused.body)).toEqual(refused.body)
  await host.close()
  await database.close()
  remove()
})

import type { IncomingMessage } from 'node:http'
import type { CreateRoom, HostUser } from 'express-chat'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/store/ids.js'
import { ask, comparable, idsOf } from '../access/ask.js'
import type { Asker, Target } from '../access/askers.js'
import { targetIds } from '../access/askers.js'
import { pixelStorage } from '../access/pixel.js'
import { commandRows, type Row, routeRows } from '../access/table.js'
import type { World } from '../access/world.js'
import { givenPicture } from '../core/given-picture.js'
import { databases, type OpenDatabase } from '../databases.js'
import { type Answer, startHost, type TestHost } from '../host.js'
import { quietLogger } from '../realtime/given.js'
import type { TestSocket } from '../socket.js'

/** Whoever is called acme-… belongs to the tenant acme. */
const userOf = (id: string): HostUser => ({ id, name: id, tenantId: id.split('-')[0] })

const resolveUser = ({ headers }: IncomingMessage) => {
  const id = headers['x-user']
  return typeof id === 'string' ? userOf(id) : null
}

const acme = ['acme-alice', 'acme-ann']
const bolt = ['bolt-bob', 'bolt-beth']

/** The ids that a question names, in its path, frame or body. */
const namedIn = (row: Row): (keyof Target)[] => {
  const body = JSON.stringify(row.body ?? {})
  return [...new Set([...idsOf(row), ...targetIds.filter((id) => body.includes(`:${id}"`))])]
}

/** Rows of the table of access say who by name where it does not matter there; here it does. */
const about = (row: Row): Row => ({
  ...row,
  body:
    row.body &&
    JSON.parse(
      JSON.stringify(row.body)
        .replaceAll(/"(newcomer|bystander)"/g, '":userId"')
        .replaceAll('"not-theirs"', '":roomId"'),
    ),
})

const rows = [...routeRows, ...commandRows].map(about).filter((row) => namedIn(row).length > 0)

describe.each(databases)('tenants on $name', ({ open }) => {
  let database: OpenDatabase
  let host: TestHost
  let socket: TestSocket
  let mine: Target
  const theirs: [kind: string, target: Target][] = []

  beforeAll(async () => {
    database = await open()
    host = await startHost(database, { resolveUser, storage: pixelStorage, logger: quietLogger() })
    for (const id of [...acme, ...bolt]) await host.chat.users.save(userOf(id))
    mine = await given('acme-alice', { type: 'group', name: 'Ours', userIds: ['acme-ann'] })
    const rooms: Record<string, CreateRoom> = {
      public: { type: 'channel', name: 'Theirs', isPublic: true, userIds: ['bolt-beth'] },
      closed: { type: 'group', name: 'Theirs', userIds: ['bolt-beth'] },
      private: { type: 'private', userIds: ['bolt-beth'] },
    }
    for (const [kind, room] of Object.entries(rooms)) theirs.push([kind, await given('bolt-bob', room)])
    socket = await host.socket('acme-alice')
    await socket.ready()
  })
  afterAll(async () => {
    await host?.close()
    await database?.close()
  })

  async function given(owner: string, room: CreateRoom): Promise<Target> {
    const { id: roomId } = await host.chat.rooms.create(owner, room)
    const mediaId = await givenPicture(host, owner)
    await host.chat.users.update(owner, { avatarMediaId: await givenPicture(host, owner) })
    const { id: messageId } = await host.chat.messages.send(owner, roomId, { text: 'Hello', mediaIds: [mediaId] })
    const { id: reactionId } = await host.chat.reactions.add(owner, roomId, messageId, '👍')
    const userId = room.userIds?.[0] as string
    const { id: reportId } = await host.chat.messages.report(userId, roomId, messageId, { reason: 'spam' })
    const link =
      room.type === 'private' ? { id: messageId, code: messageId } : await host.chat.invites.create(owner, roomId)
    return {
      roomId,
      mediaId,
      messageId,
      reactionId,
      reportId,
      inviteId: link.id,
      scheduledId: newId(),
      code: link.code,
      userId,
    }
  }

  const asked = (row: Row, target: Target) =>
    ask({ host, socket: async () => socket } as unknown as World, 'acme-alice' as Asker, row, target)

  const named = rows.map((row) => [row.what ? `${row.on} (${row.what})` : row.on, row] as const)

  it.each(named)('%s answers of what another tenant has as of what never was', async (_, row) => {
    const names = namedIn(row)
    // All of it theirs, and mine with one of theirs in it.
    const taken = [names, ...(names.length > 1 ? names.map((name) => [name]) : [])]
    const told = taken.map(async (foreign) => {
      const answerOf = (of: (name: keyof Target) => string) =>
        asked(row, { ...mine, ...Object.fromEntries(foreign.map((name) => [name, of(name)])) } as Target)
      const never = await answerOf(() => newId())
      const answers = theirs.map(async ([kind, target]) => {
        const answer = await answerOf((name) => target[name])
        const isSame = JSON.stringify(comparable(answer)) === JSON.stringify(comparable(never))
        return isSame ? [] : [`${kind} ${foreign}: ${answer.status} and not ${never.status}`]
      })
      return (await Promise.all(answers)).flat()
    })
    expect((await Promise.all(told)).flat()).toEqual([])
  })

  it('do not find people or public rooms of each other, by name or in the list', async () => {
    const found = async (path: string) => JSON.stringify((await host.as('acme-alice').get(path)).body)
    for (const path of ['/users', '/users?q=bo', '/rooms/public', '/rooms/public?q=Their', '/rooms'])
      expect(await found(path), path).not.toMatch(/bolt|Theirs/)
    const own = await host.as('bolt-beth').get('/rooms/public?q=Their')
    expect(own.body.items).toHaveLength(1)
    expect((await host.as('bolt-beth').get('/users')).body.items).toHaveLength(2)
  })

  it('do not read on in each other’s lists with a cursor', async () => {
    const { nextCursor } = (await host.as('bolt-bob').get('/users?limit=1')).body
    expect(nextCursor).not.toBeNull()
    expect(await host.as('acme-alice').get(`/users?limit=1&cursor=${nextCursor}`)).toMatchObject({ status: 400 })
  })

  it('do not see each other’s pictures, of people or of public rooms', async () => {
    const avatarMediaId = await givenPicture(host, 'bolt-bob')
    const { roomId } = Object.fromEntries(theirs).public as Target
    await host.chat.rooms.update('bolt-bob', roomId, { avatarMediaId })
    const { avatarMediaId: face } = await host.prisma.chatUser.findUniqueOrThrow({ where: { id: 'bolt-bob' } })
    for (const id of [avatarMediaId, face as string]) {
      for (const part of ['', '/thumbnail', '/content']) {
        const statuses = await Promise.all(
          ['acme-alice', 'bolt-beth'].map(async (who) => (await host.as(who).get(`/media/${id}${part}`)).status),
        )
        expect(statuses, part).toEqual([404, 200])
      }
    }
  })

  it('do not watch each other’s people', async () => {
    const bob = await host.socket('bolt-bob')
    const ann = await host.socket('acme-ann')
    await Promise.all([bob.ready(), ann.ready()])
    const { result } = await socket.command('presence.watch', { userIds: ['bolt-bob', 'acme-ann', 'bolt-beth'] })
    expect(result).toEqual(['acme-ann'])
    const beth = await host.socket('bolt-beth')
    await beth.ready()
    await ann.close()
    expect(await socket.next('presence')).toMatchObject({ userId: 'acme-ann', online: false })
    expect(JSON.stringify(socket.frames.filter(({ type }) => type === 'presence'))).not.toContain('bolt')
    await Promise.all([bob.close(), beth.close()])
  })

  it('are never mixed in one room, by whomever', async () => {
    const { system } = host.chat
    const gone = { code: 'not_found' }
    await expect(system.members.add(mine.roomId, { userId: 'bolt-bob' })).rejects.toMatchObject(gone)
    const people: CreateRoom = { type: 'group', name: 'Both', userIds: ['acme-ann', 'bolt-bob'] }
    await expect(system.rooms.create(people)).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(system.rooms.create({ ...people, tenantId: 'acme' })).rejects.toMatchObject(gone)
    await expect(system.rooms.create({ type: 'private', userIds: ['acme-ann', 'bolt-bob'] })).rejects.toMatchObject({
      code: 'invalid_request',
    })
    const { id } = await system.rooms.create({ type: 'channel', name: 'News', isPublic: true, tenantId: 'acme' })
    const join = (who: string) => host.as(who).post(`/rooms/${id}/members`, { userId: 'me' })
    const statuses = (answers: Answer[]) => answers.map(({ status }) => status)
    expect(statuses([await join('bolt-bob'), await join('acme-ann')])).toEqual([404, 201])
    // Of a tenant whose people are not here yet.
    const { id: first } = await system.rooms.create({ type: 'group', name: 'First', userIds: ['bolt-bob'] })
    await expect(system.members.add(first, { userId: 'acme-ann' })).rejects.toMatchObject(gone)
    expect((await system.members.add(first, { userId: 'bolt-beth' })).user.id).toBe('bolt-beth')
  })

  it('keep their people: an id that comes with another tenant is a mistake of the host’s', async () => {
    await expect(host.chat.users.save({ id: 'bolt-bob', name: 'Bob', tenantId: 'acme' })).rejects.toThrow(/acme:17/)
    expect((await host.chat.users.save({ id: 'bolt-bob', name: 'Bob' })).name).toBe('Bob')
    expect((await host.as('acme-alice').get('/users/bolt-bob')).status).toBe(404)
    for (const tenantId of ['x'.repeat(192), 'ends in a space ', 'nul\0', '\ud800', 17 as unknown as string])
      await expect(host.chat.users.save({ id: 'new', name: 'New', tenantId })).rejects.toThrow(TypeError)
    expect(await host.prisma.chatUser.findUnique({ where: { id: 'new' } })).toBeNull()
  })

  it('are taken over once, by who had none', async () => {
    await host.chat.users.save({ id: 'late', name: 'Late' })
    expect((await host.as('acme-alice').get('/users/late')).status).toBe(404)
    await host.chat.users.save({ id: 'late', name: 'Late', tenantId: 'acme' })
    expect((await host.as('acme-alice').get('/users/late')).status).toBe(200)
    await expect(host.chat.users.save({ id: 'late', name: 'Late', tenantId: 'bolt' })).rejects.toThrow(TypeError)
    // Two at once: one of them stands.
    const both = await Promise.allSettled(
      ['acme', 'bolt'].map((tenantId) => host.chat.users.save({ id: 'torn', name: 'Torn', tenantId })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

import { type AddMember, type BeforeHooks, type CreateRoom, type PermissionCheck, reject } from 'express-chat'
import { beforeEach, describe, expect, it } from 'vitest'
import { givenRoom, roomOf } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

type About = Omit<Parameters<NonNullable<BeforeHooks['member']>>[1], 'prisma'>

const rejected = { status: 422, body: { code: 'rejected', detail: 'not Dave' } }

describe.each(databases)('every way into a room on $name', (database) => {
  const asked: { draft: AddMember; about: About }[] = []
  const questions: PermissionCheck[] = []
  const denied = new Set<string>()
  const host = shareHost(database, {
    canReact: 'writers',
    before: {
      member(draft, { prisma: _, ...about }) {
        asked.push({ draft, about })
        if (draft.userId === 'dave') throw reject('not Dave')
        if (draft.userId === 'erin' && about.newRoom?.type === 'group') return { ...draft, role: 'admin' }
        return undefined
      },
    },
    can(question) {
      questions.push(question)
      return !denied.has(`${question.permission} ${question.userId}`)
    },
  })
  beforeEach(() => {
    for (const list of [asked, questions]) list.length = 0
    denied.clear()
  })

  const roomsOf = async (userId: string) => (await host.as(userId).get('/rooms')).body.items.length

  it('asks the host about each person whom a new room is made with', async () => {
    const room: CreateRoom = { type: 'group', name: 'New', userIds: ['bob', 'alice', 'erin', 'bob'] }
    const made = await host.as('alice').post('/rooms', room)
    expect(made.status).toBe(201)
    const about = { userId: 'alice', roomId: made.body.id, newRoom: room }
    expect(asked).toEqual(['bob', 'erin'].map((userId) => ({ draft: { userId }, about })))
    // What the host makes of it holds, as it does where somebody is added later.
    expect((await host.chat.system.members.get(made.body.id, 'erin')).role).toBe('admin')
    expect((await host.chat.system.members.get(made.body.id, 'bob')).role).toBe('member')
  })

  it('refuses a new room as a whole where the host refuses one of its people', async () => {
    const before = await Promise.all(['alice', 'bob', 'dave'].map(roomsOf))
    const group = { type: 'group', name: 'With Dave', userIds: ['bob', 'dave'] }
    expect(await host.as('alice').post('/rooms', group)).toMatchObject(rejected)
    expect(await host.as('alice').post('/rooms', { type: 'private', userIds: ['dave'] })).toMatchObject(rejected)
    expect(await Promise.all(['alice', 'bob', 'dave'].map(roomsOf))).toEqual(before)
  })

  it('asks about the other one of a private room, while there is none yet', async () => {
    const pair = { type: 'private', userIds: ['erin'] } as const
    const { body } = await host.as('carol').post('/rooms', pair)
    expect(asked).toEqual([
      {
        draft: { userId: 'erin' },
        about: { userId: 'carol', roomId: body.id, newRoom: { ...pair, userIds: ['erin'] } },
      },
    ])
    expect(await host.as('carol').post('/rooms', pair)).toMatchObject({ status: 200, body: { id: body.id } })
    expect(await host.as('erin').post('/rooms', { type: 'private', userIds: ['carol'] })).toMatchObject({ status: 200 })
    expect(asked).toHaveLength(1)
  })

  it('asks about who is added and who joins, and says that the room stands', async () => {
    const room = await givenRoom(host, 'alice', { type: 'channel', name: 'Open', isPublic: true })
    expect((await room.as('alice').post('/members', { userId: 'bob' })).status).toBe(201)
    expect((await room.as('carol').post('/members', { userId: 'me' })).status).toBe(201)
    expect(asked).toEqual([
      { draft: { userId: 'bob' }, about: { userId: 'alice', roomId: room.id } },
      { draft: { userId: 'carol' }, about: { userId: 'carol', roomId: room.id } },
    ])
    for (const [by, userId] of [['alice', 'dave'] as const, ['dave', 'me'] as const]) {
      expect(await room.as(by).post('/members', { userId })).toMatchObject(rejected)
    }
    // The host's own code is not asked about itself.
    expect((await host.chat.system.members.add(room.id, { userId: 'dave' })).role).toBe('member')
    expect((await host.chat.system.rooms.create({ type: 'group', name: 'Ours', userIds: ['dave'] })).memberCount).toBe(
      1,
    )
  })

  it('asks the host for its last word on a permission that somebody gives away', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Gifts', userIds: ['bob'] })
    denied.add('canEditRoom alice')
    const gift = { permissions: { canEditRoom: true } }
    for (const answer of [
      await room.as('alice').patch('/members/bob', gift),
      await room.as('alice').post('/members', { userId: 'carol', ...gift }),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining('canEditRoom') } })
    }
    expect(questions).toContainEqual(expect.objectContaining({ permission: 'canEditRoom', userId: 'alice' }))
    denied.clear()
    expect((await room.as('alice').patch('/members/bob', gift)).status).toBe(200)
  })

  it('leaves reactions to those who may write, where the host says so', async () => {
    const { id } = await host.chat.rooms.create('alice', { type: 'channel', name: 'News', userIds: ['bob', 'carol'] })
    const room = roomOf(host, id)
    const message = await room.say('alice', 'News')
    const react = (userId: string, reaction: string) =>
      room.as(userId).post(`/messages/${message.id}/reactions`, { reaction })
    const needs = { status: 403, body: { code: 'forbidden', detail: expect.stringContaining('canCreateMessages') } }
    expect(await react('bob', '👍')).toMatchObject(needs)
    expect((await react('alice', '👍')).status).toBe(201)
    await room.as('alice').patch('/members/bob', { permissions: { canCreateMessages: true } })
    const { body } = await react('bob', '👍')
    denied.add('canCreateMessages bob')
    expect(await react('bob', '🎉')).toMatchObject(needs)
    // What was said before may be taken back.
    expect((await room.as('bob').delete(`/messages/${message.id}/reactions/${body.id}`)).status).toBe(204)
  })
})

describe.each(databases)('reactions on $name', (database) => {
  const host = shareHost(database)

  it('are every member’s unless the host says otherwise', async () => {
    const room = await givenRoom(host, 'alice', { type: 'channel', name: 'News', userIds: ['bob'] })
    const message = await room.say('alice', 'News')
    const answer = await room.as('bob').post(`/messages/${message.id}/reactions`, { reaction: '👍' })
    expect(answer.status).toBe(201)
  })
})

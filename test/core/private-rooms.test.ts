import type { Member } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people, startHost } from '../host.js'
import { roomOf } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('private rooms on $name', (database) => {
  const host = shareHost(database)

  /** Two people whom no other test knows, and their room. */
  let pairs = 0
  async function givenPair() {
    pairs += 1
    const [anna, ben] = [`anna${pairs}`, `ben${pairs}`]
    await people(host, anna, ben)
    const { body } = await host.as(anna).post('/rooms', { type: 'private', userIds: [ben] })
    return { anna, ben, room: roomOf(host, body.id) }
  }

  it('has two people of equal rights, and each sees the other as its peer', async () => {
    const { anna, ben, room } = await givenPair()
    const [hers, his] = [(await room.as(anna).get('')).body, (await room.as(ben).get('')).body]
    expect(hers).toMatchObject({ type: 'private', name: null, memberCount: 2, peer: { id: ben }, lastMessage: null })
    expect(his).toMatchObject({ peer: { id: anna }, lastMessageSeq: 0 })
    expect(hers.me).toEqual(his.me)
    expect(hers.me.role).toBe('member')
    const { items } = (await room.as(ben).get('/members')).body
    const addedBy = Object.fromEntries(items.map((member: Member) => [member.user.id, member.addedById]))
    expect(addedBy, 'who opened it came by themselves').toEqual({ [anna]: null, [ben]: anna })
    const listed = (await host.as(ben).get('/rooms?type=private')).body.items
    expect(listed).toMatchObject([{ id: room.id, peer: { id: anna } }])
  })

  it('is one for the pair, whoever asks and how often', async () => {
    const { anna, ben, room } = await givenPair()
    for (const [who, whom] of [[anna, ben] as const, [ben, anna] as const]) {
      const again = await host.as(who).post('/rooms', { type: 'private', userIds: [whom] })
      expect(again).toMatchObject({ status: 200, body: { id: room.id, peer: { id: whom } } })
    }
  })

  it('is one also when both start it at once, many times, on two servers', async () => {
    const second = await startHost({ prisma: host.database.connect() })
    await people(host, 'xenia', 'yuri')
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => {
        const [who, whom] = n % 2 === 0 ? ['xenia', 'yuri'] : ['yuri', 'xenia']
        const server = n % 4 < 2 ? host : second
        return server.as(who as string).post('/rooms', { type: 'private', userIds: [whom] })
      }),
    )
    await second.close()
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(11).fill(200), 201])
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    const { body } = await host.as('xenia').get('/rooms')
    expect(body.items).toMatchObject([{ memberCount: 2, peer: { id: 'yuri' } }])
  })

  it('is told to the other at once', async () => {
    await people(host, 'olga', 'pavel')
    const socket = await host.socket('pavel')
    await socket.ready()
    const { body } = await host.as('olga').post('/rooms', { type: 'private', userIds: ['pavel'] })
    const { room } = await socket.next('room.joined')
    expect(room).toMatchObject({ id: body.id, peer: { id: 'olga' } })
    await roomOf(host, body.id).say('olga', 'Hi')
    expect(await socket.next('message.created')).toMatchObject({ message: { text: 'Hi', seq: 1 } })
  })

  it('takes exactly one other user and nothing that only a shared room has', async () => {
    const wrong: [object, string][] = [
      [{}, '/userIds'],
      [{ userIds: [] }, '/userIds'],
      [{ userIds: ['alice'] }, '/userIds'],
      [{ userIds: ['bob', 'carol'] }, '/userIds'],
      [{ userIds: ['alice', 'bob'] }, '/userIds'],
      [{ userIds: ['bob'], name: 'Us' }, '/name'],
      [{ userIds: ['bob'], description: 'Ours' }, '/description'],
      [{ userIds: ['bob'], isPublic: true }, '/isPublic'],
      [{ userIds: ['bob'], avatarMediaId: 'x' }, '/avatarMediaId'],
    ]
    for (const [body, pointer] of wrong) {
      const answer = await host.as('alice').post('/rooms', { type: 'private', ...body })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    }
    const ghost = await host.as('alice').post('/rooms', { type: 'private', userIds: ['nobody'] })
    expect(ghost).toMatchObject({ status: 404, body: { errors: [{ pointer: '/userIds/0' }] } })
  })

  it('stays with its two people: nobody is added, removed or leaves, and nobody rules', async () => {
    const { anna, ben, room } = await givenPair()
    const refusal = { status: 409, body: { code: 'conflict' } }
    expect(await room.as(anna).post('/members', { userId: 'carol' })).toMatchObject(refusal)
    expect(await room.as(anna).delete(`/members/${ben}`)).toMatchObject(refusal)
    expect(await room.as(anna).delete('/members/me')).toMatchObject(refusal)
    expect(await room.as(anna).patch(`/members/${ben}`, { role: 'owner' })).toMatchObject(refusal)
    expect(await room.as(anna).patch('/members/me', { permissions: { canDeleteMessages: true } })).toMatchObject(
      refusal,
    )
    await expect(host.chat.system.members.add(room.id, { userId: 'carol' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(host.chat.system.members.remove(room.id, ben)).rejects.toMatchObject({ code: 'conflict' })
    expect(await room.as(anna).patch('', { name: 'Named' })).toMatchObject({ status: 403 })
    expect((await room.as(anna).get('')).body.memberCount).toBe(2)
  })

  it('can be deleted by either, for both; and they may start anew', async () => {
    const { anna, ben, room } = await givenPair()
    await room.say(anna, 'Forget this')
    expect((await room.as(ben).delete('')).status).toBe(204)
    for (const who of [anna, ben]) {
      expect((await room.as(who).get('')).status).toBe(404)
      expect((await host.as(who).get('/rooms')).body.items).toEqual([])
    }
    const anew = await host.as(anna).post('/rooms', { type: 'private', userIds: [ben] })
    expect(anew).toMatchObject({ status: 201, body: { lastMessageSeq: 0, lastMessage: null } })
    expect(anew.body.id).not.toBe(room.id)
    expect(await host.as(ben).post('/rooms', { type: 'private', userIds: [anna] })).toMatchObject({ status: 200 })
  })

  it('is there, the old one or a new one, for who writes at the moment when the other deletes it', async () => {
    const { anna, ben, room } = await givenPair()
    let { id } = room
    for (let n = 0; n < 10; n += 1) {
      const [started] = await Promise.all([
        host.as(anna).post('/rooms', { type: 'private', userIds: [ben] }),
        roomOf(host, id).as(ben).delete(''),
      ])
      expect([200, 201]).toContain(started.status)
      id = (await host.as(anna).post('/rooms', { type: 'private', userIds: [ben] })).body.id
    }
  })
})

import type { Logger, SystemMessage } from 'express-chat'
import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

/** What messages of the system say, oldest first. */
async function saidIn(room: GivenRoom, userId: string): Promise<[SystemMessage, string, string | undefined][]> {
  const { items } = (await room.as(userId).get('/messages')).body
  return items
    .filter(({ kind }: { kind: string }) => kind === 'system')
    .map(({ system, text, user }: { system: SystemMessage; text: string; user: { id: string } | null }) => [
      system,
      text,
      user?.id,
    ])
}

describe.each(databases)('a message of the system on $name', (database) => {
  const host = shareHost(database)

  it('says what happened, who did it and to whom', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'First', isPublic: true, userIds: ['bob'] })
    const alice = room.as('alice')
    await alice.patch('', { name: 'Second', description: 'New' })
    await alice.post('/members', { userId: 'carol' })
    await room.as('dave').post('/members', { userId: 'me' })
    await alice.delete('/members/carol?ban=false')
    await alice.patch('/members/bob', { role: 'owner' })
    await room.as('dave').delete('/members/me')
    await room.as('erin').post('/members', { userId: 'me' })
    await alice.delete('/members/erin')
    expect(await saidIn(room, 'alice')).toEqual([
      [{ type: 'room.created', actorId: 'alice', name: 'First' }, 'Alice created the group', 'alice'],
      [{ type: 'room.renamed', actorId: 'alice', name: 'Second' }, 'Alice renamed the group to “Second”', 'alice'],
      [{ type: 'member.added', actorId: 'alice', userIds: ['carol'] }, 'Alice added Carol', 'alice'],
      [{ type: 'member.joined', actorId: 'dave', userIds: ['dave'] }, 'Dave joined', 'dave'],
      [{ type: 'member.removed', actorId: 'alice', userIds: ['carol'] }, 'Alice removed Carol', 'alice'],
      [{ type: 'owner.changed', actorId: 'alice', userIds: ['bob'] }, 'Alice made Bob an owner', 'alice'],
      [{ type: 'member.left', actorId: 'dave', userIds: ['dave'] }, 'Dave left', 'dave'],
      [{ type: 'member.joined', actorId: 'erin', userIds: ['erin'] }, 'Erin joined', 'erin'],
      // Who could come straight back.
      [{ type: 'member.banned', actorId: 'alice', userIds: ['erin'] }, 'Alice banned Erin', 'alice'],
    ])
  })

  it('tells of who became owner by being left behind, which nobody did', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('alice').delete('/members/me')
    expect((await saidIn(room, 'bob')).slice(-2)).toEqual([
      [{ type: 'member.left', actorId: 'alice', userIds: ['alice'] }, 'Alice left', 'alice'],
      [{ type: 'owner.changed', actorId: null, userIds: ['bob'] }, 'Bob is now an owner', undefined],
    ])
  })

  it('is not said of what stays as it is, nor in a private room', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('alice').patch('', { name: 'A group', description: 'Other' })
    await room.as('alice').patch('/members/bob', { role: 'admin' })
    await room.as('alice').patch('/members/alice', { role: 'owner' })
    expect(await saidIn(room, 'alice')).toHaveLength(1)
    const pair = await givenRoom(host, 'alice', { type: 'private', userIds: ['bob'] })
    expect(await saidIn(pair, 'alice')).toEqual([])
  })

  it('is the host’s where the host acted or spoke', async () => {
    const room = await givenGroup(host, 'alice')
    const { system } = host.chat
    await system.members.add(room.id, { userId: 'bob' })
    await system.rooms.update(room.id, { name: 'Ours' })
    await system.members.update(room.id, 'bob', { role: 'owner' })
    await system.members.remove(room.id, 'bob')
    await system.messages.send(room.id, { text: 'Closed on Monday' })
    expect((await saidIn(room, 'alice')).slice(1)).toEqual([
      [{ type: 'member.added', actorId: null, userIds: ['bob'] }, 'Bob was added', undefined],
      [{ type: 'room.renamed', actorId: null, name: 'Ours' }, 'The group is now called “Ours”', undefined],
      [{ type: 'owner.changed', actorId: null, userIds: ['bob'] }, 'Bob is now an owner', undefined],
      [{ type: 'member.removed', actorId: null, userIds: ['bob'] }, 'Bob was removed', undefined],
      [{ type: 'host', actorId: null }, 'Closed on Monday', undefined],
    ])
  })

  it('comes the same live, in what was missed, and as the last of a room', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { revision } = (await room.as('alice').get('')).body
    const socket = await host.socket('bob')
    await socket.ready()
    await room.as('alice').patch('', { name: 'Newest' })
    const { message } = await socket.next('message.created')
    expect(message).toMatchObject({
      kind: 'system',
      system: { type: 'room.renamed', actorId: 'alice', name: 'Newest' },
      user: { id: 'alice', name: 'Alice' },
    })
    const { events } = (await room.as('bob').get(`/changes?since=${revision}`)).body
    expect(events.at(-1).message).toEqual(message)
    const rooms = (await host.as('bob').get('/rooms')).body.items
    expect(rooms.find(({ id }: { id: string }) => id === room.id).lastMessage).toMatchObject(message)
    expect((await room.say('bob', 'Fine')).system).toBeNull()
  })

  it('keeps nothing of what it said once it is deleted', async () => {
    const room = await givenGroup(host, 'alice')
    await room.as('alice').patch('', { name: 'Regretted' })
    const last = (await room.as('alice').get('/messages')).body.items.at(-1)
    await room.as('alice').delete(`/messages/${last.id}`)
    const tombstone = (await room.as('alice').get(`/messages/${last.id}`)).body
    expect(tombstone).toMatchObject({ kind: 'system', text: '', system: null })
    const row = await host.prisma.chatMessage.findUniqueOrThrow({ where: { id: last.id } })
    expect(JSON.stringify(row)).not.toContain('Regretted')
  })

  it('of before, when only its words were kept, counts as the host’s own', async () => {
    const room = await givenGroup(host, 'alice')
    await host.prisma.chatMessage.updateMany({ where: { roomId: room.id }, data: { system: null } })
    expect(await saidIn(room, 'alice')).toEqual([
      [{ type: 'host', actorId: 'alice' }, 'Alice created the group', 'alice'],
    ])
  })
})

describe.each(databases)('systemText on $name', (database) => {
  let words: (...asked: [SystemMessage, Readonly<Record<string, string>>]) => unknown = () => ''
  const logged: unknown[][] = []
  const logger: Logger = { warn: (...line) => logged.push(line), error: (...line) => logged.push(line) }
  const host = shareHost(database, {
    logger,
    limits: { textLength: 40 },
    systemText: (...asked) => words(...asked) as string,
  })

  afterEach(() => {
    logged.length = 0
  })

  it('puts what happened into the host’s words, and is told who is who', async () => {
    const asked: unknown[] = []
    words = (...given) => {
      asked.push(given)
      return `${given[1].alice} hat „${given[0].name}“ eröffnet`
    }
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Küche', userIds: ['bob'] })
    const system = { type: 'room.created', actorId: 'alice', name: 'Küche' }
    expect(await saidIn(room, 'bob')).toEqual([[system, 'Alice hat „Küche“ eröffnet', 'alice']])
    expect(asked).toEqual([[system, { alice: 'Alice' }]])
    words = ({ userIds = [] }, names) => userIds.map((id) => names[id]).join()
    await room.as('alice').post('/members', { userId: 'carol' })
    expect((await saidIn(room, 'bob')).at(-1)?.[1]).toBe('Carol')
    // What the host says itself stays as it is.
    await host.chat.system.messages.send(room.id, { text: 'As it is' })
    expect((await saidIn(room, 'bob')).at(-1)?.[1]).toBe('As it is')
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('of the host')
      },
    ],
    ['gives nothing', () => undefined],
    ['gives a promise', () => Promise.reject(new Error('late'))],
    ['says too much', () => 'x'.repeat(41)],
    ['gives what no database takes', () => 'NUL \0'],
  ])('that %s leaves the English words, and is logged', async (_, mistake) => {
    words = mistake
    const room = await givenGroup(host, 'alice')
    expect((await saidIn(room, 'alice'))[0]?.[1]).toBe('Alice created the group')
    expect(logged).toEqual([[expect.stringContaining('systemText'), expect.any(Error)]])
  })
})

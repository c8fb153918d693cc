import type { CreateRoom, Logger, ObservedEvent } from 'express-chat'
import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('on.event on $name', (database) => {
  // What each test sets, so that all of them share one host.
  let observe: ((event: ObservedEvent) => void) | undefined
  const logged: unknown[][] = []
  const logger: Logger = { warn: (...line) => logged.push(line), error: (...line) => logged.push(line) }
  const host = shareHost(database, { logger, on: { event: (event) => observe?.(event) } })

  afterEach(() => {
    observe = undefined
    logged.length = 0
  })

  it('is told of every durable event once, in order, though many write at once', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const told: ObservedEvent[] = []
    observe = (event) => void told.push(event)
    const { id, revision } = await room.say('alice', 'React to this')
    await Promise.all([
      ...Array.from({ length: 8 }, (_, n) => room.say(n % 2 ? 'alice' : 'bob', `Message ${n}`)),
      ...['👍', '🎉', '😀', '🚀'].map((reaction) => room.as('bob').post(`/messages/${id}/reactions`, { reaction })),
      ...['1', '2', '3', '4'].map((text) => room.as('alice').patch(`/messages/${id}`, { text })),
      room.as('alice').patch('', { name: 'Busy' }),
      room.as('alice').post('/members', { userId: 'carol' }),
    ])
    await room.as('alice').patch('/members/carol', { role: 'admin' })
    await room.as('alice').delete('/members/carol')
    await room.as('alice').delete('')
    expect(told.map((event) => event.revision)).toEqual(told.map((_, n) => revision + n))
    expect(told.map((event) => event.type).slice(-5)).toEqual([
      expect.any(String),
      'member.updated',
      'member.removed',
      'message.created',
      'room.deleted',
    ])
    expect(told).toHaveLength(25)
  })

  it('is told of a room that was made, as it stands once all are in it, and before all else of it', async () => {
    const told: ObservedEvent[] = []
    observe = (event) => void told.push(event)
    const group = await givenGroup(host, 'alice', 'bob')
    const pair: CreateRoom = { type: 'private', userIds: ['bob', 'carol'] }
    const { id } = await host.chat.system.rooms.create(pair)
    const empty = await host.chat.system.rooms.create({ type: 'channel', name: 'Empty' })
    // One that stands already is not made again.
    await host.chat.system.rooms.create(pair)
    const made = told.filter((event) => event.type === 'room.created')
    const counts = made.map(({ revision, room }) => [revision, room.memberCount, room.lastMessageSeq])
    expect(made.map(({ roomId, room }) => [roomId, room.id])).toEqual([group.id, id, empty.id].map((id) => [id, id]))
    expect(counts).toEqual([
      [1, 2, 1],
      [1, 2, 0],
      [1, 0, 0],
    ])
    const ofGroup = told.filter(({ roomId }) => roomId === group.id).map(({ type }) => type)
    expect(ofGroup).toEqual(['room.created', 'member.added', 'member.added', 'message.created'])
    const { events } = await host.chat.system.changes(group.id, { since: 0 })
    expect(events.map(({ type }) => type)).not.toContain('room.created')
  })

  it('cannot refuse: what it throws is logged, and the message stands', async () => {
    const room = await givenGroup(host, 'alice')
    observe = () => {
      throw new Error('of the observer')
    }
    expect((await room.as('alice').post('/messages', { text: 'Hi' })).status).toBe(201)
    expect(logged.flat()).toContainEqual(expect.objectContaining({ message: 'of the observer' }))
    expect((await room.as('alice').get('')).body.lastMessageSeq).toBe(2)
  })

  it('is not told of what was refused', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const told: ObservedEvent[] = []
    observe = (event) => void told.push(event)
    await room.as('erin').post('/messages', { text: 'Hi' })
    await room.as('bob').patch('', { name: 'Ours' })
    await room.as('alice').post('/messages', { text: ' ' })
    expect(told).toEqual([])
  })
})

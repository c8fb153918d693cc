import type { Changes, DurableEvent } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { Replica } from './replica.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('what changed in a room since a revision on $name', (database) => {
  const told: DurableEvent[] = []
  const host = shareHost(database, {
    on: { event: (event) => void (event.type !== 'room.created' && told.push(event)) },
  })

  async function since(room: GivenRoom, revision: number, limit = ''): Promise<Changes> {
    const { status, body } = await room.as('alice').get(`/changes?since=${revision}${limit && `&limit=${limit}`}`)
    expect(status).toBe(200)
    return body
  }

  /** Everything since a revision, in pages of three. */
  async function allSince(room: GivenRoom, revision: number): Promise<DurableEvent[]> {
    const events: DurableEvent[] = []
    for (let at = revision, hasMore = true; hasMore; ) {
      const page = await since(room, at, '3')
      expect(page.events.length).toBeLessThanOrEqual(3)
      events.push(...page.events)
      hasMore = page.hasMore
      at = page.revision
    }
    return events
  }

  /** A bit of everything that can happen in a room. */
  async function liveThrough(room: GivenRoom) {
    const [alice, bob] = [room.as('alice'), room.as('bob')]
    const first = await room.say('alice', 'First')
    const second = await room.say('bob', { text: 'Second', replyToId: first.id, mentions: ['alice'] })
    await alice.patch(`/messages/${first.id}`, { text: 'First, edited' })
    await bob.post(`/messages/${first.id}/reactions`, { reaction: '👍' })
    await alice.post('/members', { userId: 'dave' })
    await alice.patch('', { name: 'Renamed' })
    await alice.patch('/members/dave', { role: 'admin' })
    await alice.delete('/members/carol')
    await bob.delete(`/messages/${second.id}`)
    const third = await room.say('dave', 'Third')
    const { body: reaction } = await bob.post(`/messages/${third.id}/reactions`, { reaction: '🎉' })
    await room.as('dave').delete('/members/me')
    await bob.delete(`/messages/${third.id}/reactions/${reaction.id}`)
    await alice.post('/members', { userId: 'carol' })
    await alice.patch('', { description: 'Described', isPublic: true })
    await room.say('carol', { text: 'Fourth', clientId: 'c-4' })
  }

  it('leads from every revision to the same state, in whatever pages it is read', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const client = new Replica()
    for (const event of await allSince(room, 0)) client.apply(event)
    const start = client.revision
    const clients = [client.clone()]
    told.length = 0
    await liveThrough(room)
    const live = told.filter((event) => event.roomId === room.id)
    for (const event of live) {
      client.apply(event)
      clients.push(client.clone())
    }
    expect(live.map((event) => event.revision)).toEqual(live.map((_, n) => start + n + 1))

    const { body } = await room.as('alice').get('')
    expect(client.revision).toBe(body.revision)
    expect(client.room).toMatchObject({ name: 'Renamed', description: 'Described', isPublic: true })
    const history = (await room.as('alice').get('/messages')).body.items
    expect([...client.messages.values()]).toHaveLength(history.length)
    const members = (await room.as('alice').get('/members')).body.items
    expect(client.state.members.map((member) => member.user.id)).toEqual(['alice', 'bob', 'carol'])
    expect(members).toHaveLength(3)

    // Whoever stopped listening at any of these moments comes to the same.
    for (const late of clients) {
      for (const event of await allSince(room, late.revision)) {
        expect(event.revision).toBeGreaterThan(late.revision)
        late.apply(event)
      }
      expect(late.state).toEqual(client.state)
    }
    const anew = new Replica()
    for (const event of await allSince(room, 0)) anew.apply(event)
    expect(anew.state).toEqual(client.state)
    for (const message of history) {
      const { myReactions: _, ...shown } = message
      expect(anew.messages.get(message.id)).toEqual(shown)
    }
  })

  it('is told as it is now, each thing once: not as the steps that led there', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { revision } = (await room.as('alice').get('')).body
    const message = await room.say('alice', 'One')
    for (const text of ['Two', 'Three']) await room.as('alice').patch(`/messages/${message.id}`, { text })
    const gone = await room.say('alice', 'Never mind')
    await room.as('alice').delete(`/messages/${gone.id}`)
    await room.as('alice').patch('', { name: 'A' })
    await room.as('alice').patch('', { name: 'B' })
    const { events, hasMore, revision: now } = await since(room, revision)
    // Each new name is a change of the room, and a message that tells of it.
    expect({ hasMore, now }).toEqual({ hasMore: false, now: revision + 9 })
    expect(events).toMatchObject([
      { type: 'message.created', revision: revision + 3, message: { text: 'Three', editedAt: expect.any(String) } },
      { type: 'message.deleted', revision: revision + 5, message: { text: '' } },
      { type: 'message.created', revision: revision + 7, message: { system: { type: 'room.renamed', name: 'A' } } },
      { type: 'room.updated', revision: revision + 8, room: { name: 'B' } },
      { type: 'message.created', revision: revision + 9, message: { system: { type: 'room.renamed', name: 'B' } } },
    ])
    // To one who saw the message, it is changed and not new.
    expect((await since(room, revision + 1)).events[0]?.type).toBe('message.updated')
  })

  it('tells of members who came, changed and went, with how many there are', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const { revision } = (await room.as('alice').get('')).body
    await room.as('alice').post('/members', { userId: 'dave' })
    await room.as('alice').patch('/members/bob', { role: 'admin' })
    await room.as('alice').delete('/members/carol')
    await room.as('alice').post('/members', { userId: 'erin' })
    await room.as('erin').delete('/members/me')
    const { events } = await since(room, revision)
    expect(events.filter((event) => event.type.startsWith('member'))).toMatchObject([
      { type: 'member.added', member: { user: { id: 'dave', name: 'Dave' }, addedById: 'alice' }, memberCount: 3 },
      { type: 'member.updated', member: { user: { id: 'bob' }, role: 'admin' } },
      { type: 'member.removed', member: { user: { id: 'carol' } }, memberCount: 3, removedById: 'alice' },
      { type: 'member.removed', member: { user: { id: 'erin' } }, memberCount: 3, removedById: 'erin' },
    ])
  })

  it('is nothing for who has seen everything, or more than there is', async () => {
    const room = await givenGroup(host, 'alice')
    const { revision } = (await room.as('alice').get('')).body
    for (const seen of [revision, revision + 1, 9007199254740991]) {
      expect(await since(room, seen)).toEqual({ events: [], revision, hasMore: false })
    }
    for (const wrong of ['', 'x', '-1', '1.5']) {
      expect((await room.as('alice').get(`/changes?since=${wrong}`)).status).toBe(400)
    }
    expect((await room.as('alice').get('/changes')).status).toBe(400)
  })

  it('is not for who was removed, nor for who never was in', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    expect((await room.as('bob').get('/changes?since=0')).status).toBe(200)
    await room.as('alice').delete('/members/bob')
    for (const userId of ['bob', 'erin']) expect((await room.as(userId).get('/changes?since=0')).status).toBe(404)
  })

  it('misses nothing that is written while it is read', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const late = new Replica()
    let isWriting = true
    const writing = (async () => {
      const { id } = await room.say('alice', 'Changing')
      for (let n = 0; n < 12; n += 1) {
        await Promise.all([
          room.say('bob', `Message ${n}`),
          room.as('alice').patch(`/messages/${id}`, { text: `Version ${n}` }),
          room.as('alice').post('/members', { userId: n % 2 ? 'dave' : 'erin' }),
          room.as('alice').delete(`/members/${n % 2 ? 'erin' : 'dave'}`),
        ])
      }
      isWriting = false
    })()
    do {
      const { events, revision } = await since(room, late.revision, '5')
      for (const event of events) {
        expect(event.revision).toBeGreaterThan(late.revision)
        late.apply(event)
      }
      late.revision = revision
    } while (isWriting)
    await writing
    for (const event of await allSince(room, late.revision)) late.apply(event)
    const whole = new Replica()
    for (const event of await allSince(room, 0)) whole.apply(event)
    expect(late.state).toEqual(whole.state)
    expect(whole.messages.size).toBe((await room.as('alice').get('')).body.lastMessageSeq)
  })
})

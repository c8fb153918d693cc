import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import type { TestSocket } from '../socket.js'
import { type GivenRoom, givenGroup, roomOf } from './given-room.js'
import { Replica } from './replica.js'
import { type SharedHost, shareHost } from './shared-host.js'

const writers = ['alice', 'bob', 'carol', 'dave']
const guests = ['guest0', 'guest1', 'guest2']

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

/** All of them may bring back whom Alice removed. */
async function givenWriters(host: TestHost): Promise<GivenRoom> {
  const room = await givenGroup(host, ...(writers as [string]))
  for (const userId of writers.slice(1)) await room.as('alice').patch(`/members/${userId}`, { role: 'admin' })
  return room
}

/** What was acknowledged while many wrote. */
interface Acknowledged {
  sent: string[]
  edited: Map<string, string>
}

/** Writers who each do a bit of everything, one thing after the other, all at the same time. */
async function writeAtOnce(
  room: GivenRoom,
  seen: (userId: string) => GivenRoom,
  rounds: number,
): Promise<Acknowledged> {
  const all: Acknowledged = { sent: [], edited: new Map() }
  const { id } = await room.say('alice', 'Everyone reacts to this')
  await Promise.all(
    writers.map(async (userId, n) => {
      const through = seen(userId)
      for (let round = 0; round < rounds; round += 1) {
        const sent = await through.say(userId, { text: `${userId} ${round}`, clientId: `${userId}-${round}` })
        all.sent.push(sent.id)
        const react = await through.as(userId).post(`/messages/${id}/reactions`, { reaction: '👍' })
        expect([200, 201]).toContain(react.status)
        if (round % 2 === 0) {
          expect((await through.as(userId).patch(`/messages/${sent.id}`, { text: `${sent.text}!` })).status).toBe(200)
          all.edited.set(sent.id, `${sent.text}!`)
        } else {
          expect((await through.as(userId).delete(`/messages/${id}/reactions/${react.body.id}`)).status).toBe(204)
        }
        const guest = guests[(n + round) % guests.length]
        if (n === 0) await through.as('alice').delete(`/members/${guest}`)
        else expect([200, 201]).toContain((await through.as(userId).post('/members', { userId: guest })).status)
      }
    }),
  )
  return all
}

/** The room as it stands: nothing acknowledged is missing, nothing is there twice, and no number is left out. */
async function checkTruth(room: GivenRoom, acknowledged: Acknowledged): Promise<void> {
  const { body } = await room.as('alice').get('')
  const { items } = (await room.as('alice').get('/messages?limit=100')).body
  expect(items.map((message: { seq: number }) => message.seq)).toEqual(upTo(body.lastMessageSeq))
  const ids = items
    .filter((message: { kind: string }) => message.kind === 'user')
    .map((message: { id: string }) => message.id)
  expect(ids.slice(1).sort()).toEqual([...acknowledged.sent].sort())
  for (const message of items) {
    expect(message.editedAt !== null).toBe(acknowledged.edited.has(message.id))
    if (message.editedAt) expect(message.text).toBe(acknowledged.edited.get(message.id))
  }
  const members = (await room.as('alice').get('/members?limit=100')).body.items
  expect(body.memberCount).toBe(members.length)
}

/** What a socket was told of a room, once it was told everything up to where the room stands. */
async function heard(socket: TestSocket, room: GivenRoom) {
  const { revision } = (await room.as('alice').get('')).body
  await socket.until(() => socket.events(room.id).at(-1)?.revision >= revision, `revision ${revision}`)
  return socket.events(room.id)
}

async function stateOf(host: TestHost, room: GivenRoom) {
  const whole = new Replica()
  for (let since = 0, hasMore = true; hasMore; ) {
    const page = await host.chat.changes('alice', room.id, { since, limit: 100 })
    for (const event of page.events) whole.apply(event)
    since = page.revision
    hasMore = page.hasMore
  }
  return whole.state
}

describe.each(databases)('many writers at once on $name', (database) => {
  const host: SharedHost = shareHost(database)

  it('give each change of each room its own revision, heard once and in order', async () => {
    await people(host, ...guests)
    const rooms = [await givenWriters(host), await givenWriters(host)]
    const before = await Promise.all(rooms.map(async (room) => (await room.as('bob').get('')).body.revision))
    const socket = await host.socket('bob')
    await socket.ready()
    const acknowledged = await Promise.all(rooms.map((room) => writeAtOnce(room, () => room, 4)))
    for (const [n, room] of rooms.entries()) {
      const events = await heard(socket, room)
      expect(events.map((event) => event.revision)).toEqual(events.map((_, m) => before[n] + m + 1))
      expect((await room.as('bob').get('')).body.revision).toBe(before[n] + events.length)
      await checkTruth(room, acknowledged[n] as Acknowledged)
    }
  })

  it('are heard alike on two servers that know of each other only through the database', async () => {
    const second = await startHost({ prisma: host.database.connect() })
    try {
      await people(host, ...guests)
      const room = await givenWriters(host)
      const [here, there] = [await host.socket('bob'), await second.socket('carol')]
      await Promise.all([here.ready(), there.ready()])
      const start = new Replica()
      for (const event of (await host.chat.changes('alice', room.id, { since: 0 })).events) start.apply(event)
      const servers = { alice: host, bob: second, carol: host, dave: second } as Record<string, TestHost>
      const acknowledged = await writeAtOnce(room, (userId) => roomOf(servers[userId] as TestHost, room.id), 4)
      await checkTruth(room, acknowledged)
      const state = await stateOf(host, room)
      for (const socket of [here, there]) {
        const events = await heard(socket, room)
        const revisions = events.map((event) => event.revision)
        expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b))
        const client = start.clone()
        for (const event of events) client.apply(event)
        expect(client.state).toEqual(state)
        // What the other server did may be heard as it came to be, never as less: each message once as created.
        const created = events.filter((event) => event.type === 'message.created').map((event) => event.message.id)
        expect(new Set(created).size).toBe(created.length)
        expect(created).toEqual(expect.arrayContaining(acknowledged.sent))
      }
    } finally {
      await second.close()
    }
  })

  it('never get a message in once their removal was acknowledged, on whatever server they send', async () => {
    const second = await startHost({ prisma: host.database.connect() })
    try {
      const room = await givenGroup(host, 'alice', 'bob')
      for (let round = 0; round < 4; round += 1) {
        await room.as('alice').post('/members', { userId: 'bob' })
        let isRemoved = false
        const late: number[] = []
        const sending = [host, second].flatMap((server) =>
          [1, 2].map(async () => {
            for (let status = 201; status === 201; ) {
              const wasRemoved = isRemoved
              status = (await roomOf(server, room.id).as('bob').post('/messages', { text: 'Still here' })).status
              if (wasRemoved) late.push(status)
              else expect([201, 404]).toContain(status)
            }
          }),
        )
        await room.say('alice', 'Enough')
        expect((await room.as('alice').delete('/members/bob')).status).toBe(204)
        isRemoved = true
        await Promise.all(sending)
        for (const server of [host, second]) {
          late.push((await roomOf(server, room.id).as('bob').post('/messages', { text: 'Still here?' })).status)
        }
        expect(new Set(late)).toEqual(new Set([404]))
        const { items } = (await room.as('alice').get('/messages?limit=100')).body
        const removed = items.findLastIndex((message: { text: string }) => message.text === 'Alice removed Bob')
        expect(items.slice(removed).filter((message: { user: { id: string } }) => message.user.id === 'bob')).toEqual(
          [],
        )
      }
    } finally {
      await second.close()
    }
  })
})

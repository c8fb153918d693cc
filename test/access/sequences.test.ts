import type { FollowedThread, HostUser, Room } from 'express-chat'
import fc, { type RunDetails } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type OpenDatabase } from '../databases.js'
import { nameOf, startHost, type TestHost, userOfHeader } from '../host.js'
import { patienceMs } from '../patience.js'
import { isAskedFirst, Model, type Person, people, type Step, tenantOf } from './sequences/model.js'
import { type IdOf, type MadeRoom, perform, sequence } from './sequences/steps.js'

/** So many on each database: `SEQUENCES=500 npx vitest run test/access/sequences` for a long search. */
const numRuns = Number(process.env.SEQUENCES ?? 12)

/** Alice of the third sequence is alice-3. */
const nameIn = (id: string) => id.split('-')[0] as Person | 'mona'

const userOf = (id: string): HostUser => {
  const tenantId = tenantOf(nameIn(id))
  return { id, name: nameOf(id), ...(tenantId === undefined ? {} : { tenantId }) }
}

describe.each(databases)('whatever people do, in whatever order, each may what the protocol says, on $name', (on) => {
  let database: OpenDatabase
  let host: TestHost
  beforeAll(async () => {
    database = await on.open()
    host = await startHost(database, {
      resolveUser: (request) => {
        const user = userOfHeader(request)
        return user && userOf(user.id)
      },
      isModerator: ({ id }) => nameIn(id) === 'mona',
      contact: (_, to) => (isAskedFirst(nameIn(to)) ? 'ask' : true),
    })
  })
  afterAll(async () => {
    await host.close()
    await database.close()
  })

  it('as sequences that are made at random show', { timeout: numRuns * patienceMs }, () =>
    // What failed tells its whole story, so nothing is made smaller.
    fc.assert(
      fc.asyncProperty(sequence, (steps) => follow(host, steps)),
      { numRuns, reporter, endOnFailure: true },
    ),
  )
})

let sequences = 0

async function follow(host: TestHost, steps: Step[]): Promise<void> {
  sequences += 1
  const nth = sequences
  const idOf: IdOf = (person) => `${person}-${nth}`
  for (const person of [...people, 'mona' as const]) await host.chat.users.save(userOf(idOf(person)))
  const model = new Model()
  const rooms: (MadeRoom & { maker: Person })[] = []
  const story: string[] = []
  for (const step of steps) {
    const expected = model.take(step)
    const { status, body } = await perform(host, idOf, rooms, step)
    story.push(`${JSON.stringify(step)}: ${expected}`)
    const answer = status < 300 ? `${status}` : `${status} ${body.code}`
    expect(answer, `the answer to the last of\n${story.join('\n')}`).toBe(expected)
    if (status === 201 && (step.does === 'make' || step.does === 'turn to')) {
      rooms.push({ ...(await furnish(host, body, idOf(step.by))), maker: step.by })
    }
  }
  for (const who of people) {
    const asked = model.requestsOf(who).map((n) => rooms[n]?.id)
    const { body } = await host.as(idOf(who)).get('/rooms?requests=true')
    const told = body.items.map(({ id }: { id: string }) => id)
    expect(told.sort(), `what ${who} is asked into after\n${story.join('\n')}`).toEqual(asked.sort())
    for (const [n, { id, messageId: of, maker }] of rooms.entries()) {
      const seen = [await host.as(idOf(who)).get(`/rooms/${id}`), await host.as(idOf(who)).get(`/rooms/${id}/messages`)]
      const statuses = seen.map(({ status }) => status)
      const after = `of room ${n} after\n${story.join('\n')}`
      expect(statuses, `what ${who} sees ${after}`).toEqual(model.seen(n, who))
      const [, messages] = model.seen(n, who)
      const listed = (await host.as(idOf(who)).get('/threads?limit=100')).body.items
      const isListed = listed.some(({ message }: FollowedThread) => message.id === of)
      // Whoever made the room is mentioned in its thread: they follow it wherever they may read it, also on coming back.
      if (messages !== 200 || who === maker) expect(isListed, `what ${who} follows ${after}`).toBe(messages === 200)
      expect(await waysInto(host, idOf(who), id, of), `what ${who} sees of the thread ${after}`).toEqual(
        Array(6).fill(messages),
      )
    }
  }
}

/** A new room gets a message with a thread; and a link into it, unless it is private. */
async function furnish(host: TestHost, { id, type }: Room, userId: string): Promise<MadeRoom> {
  const { code } = type === 'private' ? { code: 'never' } : await host.chat.invites.create(userId, id)
  return { id, messageId: await threadIn(host, id, userId), code }
}

/** The application says something in a room that has a thread, which mentions somebody. */
async function threadIn({ chat }: TestHost, roomId: string, userId: string): Promise<string> {
  const as = { name: 'The cook' }
  const { id } = await chat.system.messages.send(roomId, { text: 'Soup', as, mentions: [userId] })
  await chat.system.messages.send(roomId, { text: 'Is ready', as, threadId: id })
  return id
}

/** What somebody is answered by each route of a thread, and by those of its messages. */
async function waysInto(host: TestHost, userId: string, roomId: string, of: string): Promise<number[]> {
  const api = host.as(userId)
  const message = `/rooms/${roomId}/messages/${of}`
  const answers = [
    await api.get(`${message}/thread`),
    await api.get(`${message}/thread?around=1`),
    await api.get(`${message}/thread/me`),
    await api.patch(`${message}/thread/me`, { lastReadSeq: 1 }),
    await api.put(`${message}/thread/following`),
    await api.get(message),
  ]
  return answers.map(({ status }) => status)
}

function reporter({ failed, seed, counterexamplePath, errorInstance }: RunDetails<[Step[]]>): void {
  if (!failed) return
  const { message } = errorInstance as Error
  throw new Error(`seed ${seed}, path ${counterexamplePath}: ${message}`, { cause: errorInstance })
}

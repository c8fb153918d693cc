import { setImmediate as turn } from 'node:timers/promises'
import { defaultLimits } from 'express-chat'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillRoom, indexAll } from '../core/given-history.js'
import { givenGroup } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases, type OpenDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { givenTime } from '../realtime/given.js'

type Prisma = OpenDatabase['prisma']

/** What a client asked the database in searches, with how many rows came; each may be held back. */
class Statements {
  /** The values of each, as JSON. */
  readonly all: string[] = []
  rows = 0
  /** Called with each search, which goes on once it resolves. */
  hold: (() => Promise<void>) | undefined

  over(prisma: Prisma): Prisma {
    const extended = prisma.$extends({
      query: {
        $allOperations: async ({ args, query, operation }) => {
          if (operation === '$queryRawUnsafe' && /LIKE/.test(String((args as unknown[])[0]))) {
            this.all.push(JSON.stringify((args as unknown[]).slice(1)))
            await this.hold?.()
            const rows = (await query(args)) as unknown[]
            this.rows += rows.length
            return rows
          }
          return query(args)
        },
      },
    })
    return extended as unknown as Prisma
  }
}

/** Something that happens once, and who waits for it. */
function gate() {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

const searchRows = 500
/** What is searched for by whoever gets no answer. */
const givenUp = 'xylophone'

/** What is searched, and where. */
interface Search {
  what: string
  path: string
}

describe.each(databases)('searching on $name', (database) => {
  const statements = new Statements()
  let store: OpenDatabase
  let host: TestHost
  let roomId: string

  beforeAll(async () => {
    store = await database.open()
    const prisma = statements.over(store.prisma)
    host = await startHost({ prisma }, { limits: { searchRows } })
    await people(host, 'alice', 'bob')
    roomId = (await givenGroup(host, 'alice', 'bob')).id
    const said = Array.from({ length: 1500 }, (_, n) => ({
      userId: 'bob',
      text: `rosebud ${n}`,
      at: Date.now() - 9000 + n,
    }))
    await fillRoom(store.prisma, roomId, said)
    const persons = Array.from({ length: 300 }, (_, n) => ({ id: `${n}`, name: `Person ${n}` }))
    await store.prisma.chatUser.createMany({ data: persons })
    const tenants = { tenantId: '', type: 'channel' as const, isPublic: true, revision: 1, description: 'of many' }
    const times = { lastMessageAt: new Date(), createdAt: new Date(), updatedAt: new Date() }
    const channels = Array.from({ length: 300 }, (_, n) => ({
      ...tenants,
      ...times,
      id: `0-${n}`,
      name: `Channel ${n}`,
    }))
    await store.prisma.chatRoom.createMany({ data: channels })
  })
  afterAll(async () => {
    await host.close()
    await store.close()
  })

  /** Everything that searches. */
  const eachSearch = (q: string): Search[] => [
    { what: 'one room', path: `/rooms/${roomId}/messages?q=${q}` },
    { what: 'all of one’s rooms', path: `/messages/search?q=${q}` },
    { what: 'people', path: `/users?q=${q}` },
    { what: 'public rooms', path: `/rooms/public?q=${q}` },
  ]

  it('for what a pattern cannot say goes through so many rows and no more', async () => {
    for (const { what, path } of eachSearch(encodeURIComponent('ééééé'))) {
      statements.rows = 0
      const { status, body } = await host.as('alice').get(path)
      expect({ status, items: body.items }, what).toEqual({ status: 200, items: [] })
      expect(statements.rows, what).toBeLessThanOrEqual(searchRows + 1024)
    }
    // It goes on where it ended, and in a message that is in the index nothing is looked at for it.
    const { body } = await host.as('alice').get(`/messages/search?q=${encodeURIComponent('ééééé')}`)
    expect(body.nextCursor).toEqual(expect.any(String))
    await indexAll(store.prisma)
    statements.rows = 0
    expect((await host.as('alice').get(`/messages/search?q=${encodeURIComponent('ééééé')}`)).body.nextCursor).toBeNull()
    expect(statements.rows).toBe(0)
    await store.prisma.chatSearchBlock.deleteMany()
  })

  /** Asks while the first statement of the search is held back, until that is over; gives those of it that came after that. */
  async function statementsAfter(n: number, isOver: (asked: Promise<void>) => Promise<unknown>): Promise<string[]> {
    const [asked, released] = [gate(), gate()]
    statements.hold = () => {
      asked.open()
      return released.opened
    }
    await isOver(asked.opened)
    const { length } = statements.all
    statements.hold = undefined
    released.open()
    // What the search would have gone on with has come by the time that others of its kind are through.
    for (const q of ['other', 'another']) await host.as('bob').get((eachSearch(q)[n] as Search).path)
    return statements.all.slice(length).filter((values) => values.includes(givenUp))
  }

  it.each([0, 1, 2, 3])('ends with its 503 (%i)', async (n) => {
    const { what, path } = eachSearch(givenUp)[n] as Search
    const late = await statementsAfter(n, async (asked) => {
      const pass = givenTime()
      const answer = host.as('alice').get(path)
      await asked
      pass(defaultLimits.answerMs)
      expect((await answer).status, what).toBe(503)
    })
    expect(late, what).toEqual([])
  })

  it.each([0, 1, 2, 3])('ends when who asked is gone (%i)', async (n) => {
    const { what, path } = eachSearch(givenUp)[n] as Search
    const late = await statementsAfter(n, async (asked) => {
      const gone = gate()
      host.server.once('request', (_request, response) => response.once('close', gone.open))
      const controller = new AbortController()
      const answer = fetch(`${host.origin}/chat${path}`, { headers: { 'x-user': 'alice' }, signal: controller.signal })
      answer.catch(() => undefined)
      await asked
      controller.abort()
      await gone.opened
    })
    expect(late, what).toEqual([])
  })
})

describe.each(databases)('who searches all the time on $name', (database) => {
  const points = 4
  const host = shareHost(database, { limits: { rates: { searches: { points, seconds: 3600 } } } })

  it('is told to wait, whatever is searched; lists go on', async () => {
    const { id } = await givenGroup(host, 'alice', 'bob')
    const paths = ['/messages/search?q=a', `/rooms/${id}/messages?q=a`, '/users?q=a', '/rooms/public?q=a']
    for (const path of paths) expect((await host.as('alice').get(path)).status, path).toBe(200)
    for (const path of paths) {
      expect(await host.as('alice').get(path), path).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
    }
    for (const path of [`/rooms/${id}/messages`, '/users', '/rooms/public']) {
      expect((await host.as('alice').get(path)).status, path).toBe(200)
    }
    expect((await host.as('bob').get('/messages/search?q=a')).status).toBe(200)
  })
})

const sqlite = databases.filter(({ name }) => name === 'sqlite')

describe.each(sqlite)('a search of the longest texts on $name', (database) => {
  const host = shareHost(database)

  /** The most of the processor that was used in one turn of the event loop, in ms, while this was done. */
  async function longestTurn(work: () => Promise<unknown>): Promise<number> {
    let isDone = false
    const done = work().finally(() => {
      isDone = true
    })
    let longest = 0
    for (let before = process.cpuUsage(); !isDone; before = process.cpuUsage()) {
      await turn()
      const { user, system } = process.cpuUsage(before)
      longest = Math.max(longest, (user + system) / 1000)
    }
    await done
    return longest
  }

  it('does not hold the event loop for more than 20 ms at a time', async () => {
    const { id } = await givenGroup(host, 'alice', 'bob')
    const texts = ['é', '漢', '😀', 'a'].map((each) => each.repeat(8000 / each.length))
    const said = Array.from({ length: 400 }, (_, n) => ({
      userId: 'bob',
      text: texts[n % 4] ?? '',
      at: Date.now() + n,
    }))
    await fillRoom(host.prisma, id, said)
    for (const isIndexed of [false, true]) {
      if (isIndexed) await indexAll(host.prisma)
      for (const q of ['ééééx', '漢字', 'aab', '😀!']) {
        let best = Number.POSITIVE_INFINITY
        const search = async () => expect((await host.chat.search('alice', { q })).items).toEqual([])
        for (let n = 0; n < 5 && best > 20; n += 1) best = Math.min(best, await longestTurn(search))
        expect(best, `${q} ${isIndexed}`).toBeLessThanOrEqual(20)
      }
    }
  })
})

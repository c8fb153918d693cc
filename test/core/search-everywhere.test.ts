import type { FoundMessage, Page, SearchMessages } from 'express-chat'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type OpenDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { longMs } from '../patience.js'
import { randomFrom } from '../random.js'
import { fillRoom, indexAll, type Said } from './given-history.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

type Filter = Omit<SearchMessages, 'limit' | 'cursor'>

const queryOf = (filter: object): string =>
  Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&')

describe.each(databases)('searching all of one’s rooms on $name', (database) => {
  const host = shareHost(database)

  async function found(filter: Filter, userId = 'alice'): Promise<Page<FoundMessage>> {
    const { status, body } = await host.as(userId).get(`/messages/search?${queryOf(filter)}`)
    expect(status, JSON.stringify(body)).toBe(200)
    return body
  }
  const textsOf = ({ items }: Page<FoundMessage>) => items.map(({ message }) => message.text)

  it('finds in all of them, newest first, and says in which', async () => {
    const [one, two] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'carol', 'alice')]
    const peer = await host.chat.rooms.create('alice', { type: 'private', userIds: ['dave'] })
    await one.say('bob', 'The Narwhal is here')
    await two.say('carol', 'a narwhal!')
    await host.chat.messages.send('dave', peer.id, { text: 'NARWHALS' })
    await one.say('alice', 'a whale')
    const page = await found({ q: 'narwhal' })
    expect(textsOf(page)).toEqual(['NARWHALS', 'a narwhal!', 'The Narwhal is here'])
    expect(page.items.map(({ room }) => room)).toEqual([
      { id: peer.id, name: null },
      { id: two.id, name: 'A group' },
      { id: one.id, name: 'A group' },
    ])
    expect(page.items.map(({ highlights }) => highlights)).toEqual([[[0, 7]], [[2, 9]], [[4, 11]]])
    expect(page.nextCursor).toBeNull()
    expect((await host.chat.search('alice', { q: 'narwhal' })).items).toEqual(page.items)
  })

  it('shows where in the text as it was written', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const texts: [text: string, q: string, parts: string[]][] = [
      ['Wir gehen die Hauptstraße hinab, STRASSE um Straße', 'strasse', ['straße', 'STRASSE', 'Straße']],
      ['Nach İzmir, nach I\u0307ZMİR', 'izmir', ['İzmir', 'I\u0307ZMİR']],
      ['un cafe\u0301 crème', 'FÉ CR', ['fe\u0301 cr']],
      ['東京都に行く', '京都', ['京都']],
      ['집에 가요'.normalize('NFD'), '집에', ['집에'.normalize('NFD')]],
      ['🎉🎉 all of it 🎉', '🎉', ['🎉', '🎉', '🎉']],
    ]
    for (const [text, q, parts] of texts) {
      await room.say('bob', text)
      const [item] = (await found({ q, roomId: room.id })).items
      expect(
        item?.highlights.map(([from, to]) => text.slice(from, to)),
        q,
      ).toEqual(parts)
    }
  })

  it('finds nothing in rooms that one is not in any more, is only asked into, or that are gone', async () => {
    const [left, removed, gone] = [
      await givenGroup(host, 'bob', 'alice'),
      await givenGroup(host, 'bob', 'alice'),
      await givenGroup(host, 'bob', 'alice'),
    ]
    for (const room of [left, removed, gone, await givenGroup(host, 'bob', 'carol')]) await room.say('bob', 'zeppelin')
    expect((await found({ q: 'zeppelin' })).items).toHaveLength(3)
    await left.as('alice').delete('/members/me')
    await removed.as('bob').delete('/members/alice')
    await gone.as('bob').delete('')
    expect((await found({ q: 'zeppelin' })).items).toEqual([])
    expect((await host.as('alice').get(`/messages/search?q=zeppelin&roomId=${left.id}`)).status).toBe(404)
    expect((await found({ q: 'zeppelin' }, 'bob')).items).toHaveLength(3)
  })

  it('wants to know what is looked for', async () => {
    for (const query of ['', 'q=', 'roomId=x', 'before=2026-01-01T00:00:00Z', 'q=a&before=yesterday', 'has=legs']) {
      expect((await host.as('alice').get(`/messages/search?${query}`)).status, query).toBe(400)
    }
    expect((await host.as('alice').get('/messages/search?q=a&cursor=nonsense')).status).toBe(400)
    expect((await host.as(null).get('/messages/search?q=a')).status).toBe(401)
  })

  it('ends where the host has taken messages out of the table', async () => {
    const { id } = await givenGroup(host, 'alice', 'bob')
    const start = Date.parse('2030-01-01T00:00:00.000Z')
    const said = Array.from({ length: 300 }, (_, n) => ({ userId: 'bob', text: `eider ${n}`, at: start + n * 60_000 }))
    await fillRoom(host.prisma, id, said)
    await host.prisma.chatMessage.deleteMany({ where: { roomId: id, seq: { gt: 20 } } })
    const before = new Date(start + 200 * 60_000).toISOString()
    expect(textsOf(await found({ q: 'eider 3', before }))).toEqual(['eider 3'])
  })

  it('forgets what a message said before it was changed or deleted, also where that was indexed', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const sent = []
    for (let n = 0; n < 20; n += 1) sent.push(await room.say('bob', `quokka ${n}`))
    await indexAll(host.prisma)
    expect(await host.prisma.chatSearchBlock.count({ where: { roomId: room.id } })).toBe(1)
    await room.as('bob').patch(`/messages/${sent[3].id}`, { text: 'an axolotl now' })
    expect(textsOf(await found({ q: 'axolotl' }))).toEqual(['an axolotl now'])
    await indexAll(host.prisma)
    await room.as('bob').delete(`/messages/${sent[4].id}`)
    const all = [...Array(20).keys()].filter((n) => n !== 3 && n !== 4).map((n) => `quokka ${n}`)
    expect(await host.prisma.chatSearchBlock.count({ where: { roomId: room.id } })).toBe(0)
    for (let n = 0; n < 2; n += 1) {
      expect(textsOf(await found({ q: 'quokka' }))).toEqual(all.toReversed())
      expect(textsOf(await found({ q: 'axolotl' }))).toEqual(['an axolotl now'])
      await indexAll(host.prisma)
    }
  })
})

describe.each(databases)('while a search is under way on $name', (database) => {
  let store: OpenDatabase
  let host: TestHost
  /** Called after each statement of ours, with what it was and how many rows came. */
  let seen: (sql: string, rows: number) => unknown = () => undefined

  beforeAll(async () => {
    store = await database.open()
    const prisma = store.prisma.$extends({
      query: {
        $allOperations: async ({ args, query, operation }) => {
          const rows = await query(args)
          if (operation === '$queryRawUnsafe') await seen(String((args as unknown[])[0]), (rows as unknown[]).length)
          return rows
        },
      },
    }) as unknown as OpenDatabase['prisma']
    host = await startHost({ prisma })
    await people(host, 'alice', 'bob')
  })
  afterAll(async () => {
    await host.close()
    await store.close()
  })

  it('leaves out what is deleted or changed after it was found, in one room and in all', async () => {
    const ids = ['rooms/ID/messages', 'messages/search'].map(async (path) => {
      const room = await givenGroup(host, 'alice', 'bob')
      const sent = []
      for (const text of ['osprey 1', 'osprey 2', 'osprey 3']) sent.push((await room.say('bob', text)).id)
      return { path: path.replace('ID', room.id), roomId: room.id, sent }
    })
    for (const { path, roomId, sent } of await Promise.all(ids)) {
      seen = async (sql) => {
        if (!sql.includes('LIKE')) return
        seen = () => undefined
        await store.prisma.chatMessage.update({ where: { id: sent[0] }, data: { deletedAt: new Date(), text: '' } })
        await store.prisma.chatMessage.update({ where: { id: sent[1] }, data: { text: 'a heron now' } })
      }
      const { status, body } = await host
        .as('alice')
        .get(`/${path}?q=osprey${path.startsWith('r') ? '' : `&roomId=${roomId}`}`)
      const messages = body.items.map((item: { message?: object }) => item.message ?? item)
      expect({ status, ids: messages.map(({ id }: { id: string }) => id) }, path).toEqual({
        status: 200,
        ids: [sent[2]],
      })
    }
  })

  it('reads no other room of theirs when it is one that is searched', async () => {
    const rooms = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')]
    for (const room of rooms) await room.say('bob', 'a puffin')
    let read = 0
    seen = (sql, rows) => {
      if (sql.includes(' AS seat')) read += rows
    }
    const { body } = await host.as('alice').get(`/messages/search?q=puffin&roomId=${rooms[0]?.id}`)
    seen = () => undefined
    expect({ found: body.items.length, read }).toEqual({ found: 1, read: 1 })
  })
})

const words = ['apple', 'Birne', 'カキ', '梅干し', 'plum', 'Öl', 'fig 🎉', 'x']

describe.each(databases)('a search that may only go through a few rows at a time on $name', (database) => {
  const host = shareHost(database, { limits: { searchRows: 120 } })
  const all: (Said & { seq: number; roomId: string })[] = []

  beforeAll(async () => {
    const random = randomFrom(7)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
    for (const count of [0, 3, 130, 150, 200]) {
      const { id: roomId } = await givenGroup(host, 'alice', 'bob')
      let at = Date.parse('2030-01-01T00:00:00.000Z')
      const said = Array.from({ length: count }, (_, n): Said => {
        // Some in the same moment.
        at += pick([0, 0, 1, 50, 4000, 90_000])
        const text = n % 47 === 41 ? `a ${pick(['quince', 'Quince!'])} ${n}` : `${pick(words)} ${pick(words)} ${n}`
        return { userId: pick(['alice', 'bob']), text, at, hasMedia: random() < 0.05 }
      })
      all.push(...(await fillRoom(host.prisma, roomId, said)).map((one) => ({ ...one, roomId })))
    }
  })

  async function everything(filter: Filter, limit: number): Promise<string[]> {
    const keys: string[] = []
    let cursor: string | null | undefined
    for (let pages = 0; cursor !== null; pages += 1) {
      expect(pages).toBeLessThan(100)
      const { status, body } = await host.as('alice').get(`/messages/search?${queryOf({ ...filter, limit, cursor })}`)
      expect(status, JSON.stringify(body)).toBe(200)
      expect(body.items.length).toBeLessThanOrEqual(limit)
      for (const { message } of body.items) keys.push(`${message.roomId} ${message.seq}`)
      cursor = body.nextCursor
    }
    return keys
  }

  function expected({ q = '', userId, has, before, after, roomId }: Filter): string[] {
    return all
      .filter(
        (one) =>
          one.text.toLowerCase().includes(q.toLowerCase()) &&
          (userId === undefined || one.userId === userId) &&
          (has === undefined || one.hasMedia) &&
          (roomId === undefined || one.roomId === roomId) &&
          (before === undefined || one.at < Date.parse(before)) &&
          (after === undefined || one.at > Date.parse(after)),
      )
      .sort((a, b) => b.at - a.at || (a.roomId < b.roomId ? 1 : -1) * Number(a.roomId !== b.roomId) || b.seq - a.seq)
      .map(({ roomId, seq }) => `${roomId} ${seq}`)
  }

  const filters = (): Filter[] => {
    const times = all.map(({ at }) => at).sort((a, b) => a - b)
    const [early, late] = [0.3, 0.8].map((part) => new Date(times[Math.floor(times.length * part)] ?? 0).toISOString())
    return [
      ...[{ q: 'quince' }, { q: 'plum' }, { q: 'nothing' }, { q: '梅干' }, { q: 'カ' }, { q: 'öl' }, { q: '🎉' }],
      { has: 'media' },
      { q: 'x', userId: 'bob', has: 'media' },
      { q: 'quince', before: late },
      { q: 'fig', before: late, after: early, userId: 'alice' },
      { q: 'quince', roomId: all.at(-1)?.roomId },
    ]
  }

  it.each([
    ['no index', () => host.prisma.chatSearchBlock.deleteMany()],
    ['an index of everything', () => indexAll(host.prisma)],
    [
      'half of an index',
      async () => {
        await indexAll(host.prisma)
        await host.prisma.chatSearchBlock.deleteMany({
          where: { OR: [{ roomId: all.at(-1)?.roomId ?? '' }, { number: 1 }] },
        })
      },
    ],
  ])('finds everything in the end, each once and newest first, with %s', { timeout: longMs }, async (_, prepare) => {
    await prepare()
    // More than a hundred requests.
    for (const filter of filters()) {
      expect(await everything(filter, 7), JSON.stringify(filter)).toEqual(expected(filter))
    }
  })

  it('finds everything in one room, too', async () => {
    const roomId = all.at(-1)?.roomId ?? ''
    for (const q of ['quince', 'nothing', '梅']) {
      const seqs: number[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const asked = queryOf({ q, limit: 5, ...(cursor && { cursor }) })
        const { body } = await host.as('bob').get(`/rooms/${roomId}/messages?${asked}`)
        seqs.push(...body.items.map(({ seq }: { seq: number }) => seq))
        cursor = body.nextCursor
      }
      const mine = all.filter((one) => one.roomId === roomId && one.text.toLowerCase().includes(q))
      expect(seqs, q).toEqual(mine.map(({ seq }) => seq).toReversed())
    }
  })

  it('of people and of public rooms ends early as well, and goes on', async () => {
    for (let n = 0; n < 150; n += 1)
      await host.chat.users.save({ id: `person-${n}`, name: n % 50 === 7 ? `Zoë ${n}` : `P ${n}` })
    const ids: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await host.as('alice').get(`/users?${queryOf({ q: 'ZOË', ...(cursor && { cursor }) })}`)
      ids.push(...body.items.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor
    }
    expect(ids.sort()).toEqual(['person-107', 'person-57', 'person-7'])
  })
})

describe.each(databases)('a search of rooms to which servers write whose clocks differ on $name', (database) => {
  const host = shareHost(database)

  /** Everything on all pages, as what was said. */
  async function all(filter: Filter): Promise<string[]> {
    const texts: string[] = []
    let cursor: string | null | undefined
    for (let pages = 0; cursor !== null; pages += 1) {
      expect(pages).toBeLessThan(1000)
      const page: Page<FoundMessage> = (
        await host.as('alice').get(`/messages/search?${queryOf({ ...filter, limit: 25, cursor })}`)
      ).body
      texts.push(...page.items.map(({ message }) => message.text))
      cursor = page.nextCursor
    }
    return texts
  }

  const every = (ms: number, aheadMs: number) => (n: number) => n * ms + (n % 2) * aheadMs
  const clocks: [what: string, q: string, at: (n: number) => number][] = [
    ['one server is 1 s ahead, every 10 ms', 'bittern', every(10, 1_000)],
    ['all is said in one moment', 'cormorant', () => 0],
    ['the clock is set back by 30 s', 'dunlin', (n) => n * 1_000 - (n > 60 ? 30_000 : 0)],
  ]

  it.each(clocks)('gives each message once where %s, and by the time that it was written', async (_, q, at) => {
    const start = Date.parse('2030-01-01T00:00:00.000Z')
    const said: { text: string; at: number }[] = []
    for (let room = 0; room < 3; room += 1) {
      const { id } = await givenGroup(host, 'alice', 'bob')
      let last = start
      const some = Array.from({ length: 120 }, (_, n) => {
        // As it is stored: in a room time does not go back.
        last = Math.max(last, start + at(n))
        return { text: `${q} ${room} ${n}`, at: last }
      })
      await fillRoom(
        host.prisma,
        id,
        some.map((one) => ({ ...one, userId: 'bob' })),
      )
      said.push(...some)
    }
    const textsWhere = (isWanted: (at: number) => boolean) =>
      said
        .filter((one) => isWanted(one.at))
        .map(({ text }) => text)
        .sort()
    expect((await all({ q })).sort()).toEqual(textsWhere(() => true))
    const middle = start + at(59)
    const time = new Date(middle).toISOString()
    expect((await all({ q, after: time })).sort()).toEqual(textsWhere((each) => each > middle))
    expect((await all({ q, before: time })).sort()).toEqual(textsWhere((each) => each < middle))
  })
})

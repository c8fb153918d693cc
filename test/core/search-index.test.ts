import { setImmediate as turn } from 'node:timers/promises'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { SearchIndex } from '../../src/core/search-index.js'
import { Database } from '../../src/store/database.js'
import { databases, type OpenDatabase } from '../databases.js'
import { indexAll } from './given-history.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { type SharedHost, shareHost } from './shared-host.js'
import { isWaitedFor } from './waited-for.js'

const logger = { warn: expect.fail, error: expect.fail }

/** An index on connections of its own, that stops before it writes until it is told to go on. */
function heldIndex(host: SharedHost) {
  let reached: () => void = () => undefined
  let goOn: () => void = () => undefined
  const isReached = new Promise<void>((resolve) => {
    reached = resolve
  })
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const prisma = host.database.connect().$extends({
    query: {
      chatMessage: {
        async findMany({ args, query }) {
          const rows = await query(args)
          reached()
          await mayGoOn
          return rows
        },
      },
    },
  }) as unknown as OpenDatabase['prisma']
  const index = new SearchIndex(new Database(prisma), logger)
  return { index, isReached, goOn: () => goOn() }
}

describe.each(databases)('the index of the search on $name', (database) => {
  const host = shareHost(database)

  const blocksOf = ({ id }: GivenRoom) =>
    host.prisma.chatSearchBlock.findMany({ where: { roomId: id }, select: { number: true, upTo: true } })

  async function given(): Promise<{ room: GivenRoom; ids: string[] }> {
    const room = await givenGroup(host, 'alice', 'bob')
    const ids: string[] = []
    for (let n = 0; n < 20; n += 1) ids.push((await room.say('bob', `pelican ${n}`)).id)
    return { room, ids }
  }

  async function found(room: GivenRoom, q: string): Promise<number> {
    const { body } = await host.as('alice').get(`/messages/search?q=${q}&roomId=${room.id}`)
    return body.items.length
  }

  it('tells of a room up to its last message, and of a few more once there are enough', async () => {
    const { room } = await given()
    await indexAll(host.prisma)
    expect(await blocksOf(room)).toEqual([{ number: 0, upTo: 21 }])
    for (let n = 0; n < 3; n += 1) await room.say('alice', 'heron')
    await indexAll(host.prisma)
    expect(await blocksOf(room)).toEqual([{ number: 0, upTo: 21 }])
    expect([await found(room, 'heron'), await found(room, 'pelican')]).toEqual([3, 20])
    for (let n = 0; n < 16; n += 1) await room.say('alice', 'stork')
    await indexAll(host.prisma)
    expect(await blocksOf(room)).toEqual([{ number: 0, upTo: 40 }])
    expect([await found(room, 'heron'), await found(room, 'stork')]).toEqual([3, 16])
  })

  it('goes with its room, and is not made again', async () => {
    const { room } = await given()
    await indexAll(host.prisma)
    expect(await blocksOf(room)).toHaveLength(1)
    await room.as('alice').delete('')
    expect(await blocksOf(room)).toEqual([])
    await indexAll(host.prisma)
    expect(await blocksOf(room)).toEqual([])
  })

  it('takes in what it was told of', async () => {
    const { room, ids } = await given()
    const index = new SearchIndex(new Database(host.prisma), logger)
    const message = await host.chat.messages.get('alice', room.id, ids[0] ?? '')
    index.note([
      {
        type: 'room.changed',
        roomId: room.id,
        events: [{ type: 'message.created', roomId: room.id, revision: 1, message }],
      },
    ])
    await index.catchUp()
    expect(await blocksOf(room)).toEqual([{ number: 0, upTo: 21 }])
  })

  it('knows no message as it was before a change that came while it was written', async () => {
    const { room, ids } = await given()
    const { index, isReached, goOn } = heldIndex(host)
    const looking = index.lookThrough()
    await isReached
    await room.as('bob').patch(`/messages/${ids[5]}`, { text: 'a cormorant' })
    goOn()
    await looking
    expect(await found(room, 'cormorant')).toBe(1)
    expect(await blocksOf(room)).toEqual([])
  })

  it.skipIf(database.name === 'sqlite')('waits for a change that is under way', async () => {
    const { room, ids } = await given()
    const { index, isReached, goOn } = heldIndex(host)
    let looking: Promise<void> | undefined
    await host.chat.transaction(async (tx, chat) => {
      const message = await chat.messages.edit('bob', room.id, ids[6] ?? '', { text: 'a cormorant' })
      index.note([
        {
          type: 'room.changed',
          roomId: room.id,
          events: [{ type: 'message.updated', roomId: room.id, revision: 1, message }],
        },
      ])
      looking = index.catchUp()
      await isReached
      goOn()
      // It has read the message as it was, and now waits for this transaction, or is through where it would not.
      await Promise.race([looking, isWaitedFor(tx, host)])
    })
    await looking
    expect(await found(room, 'cormorant')).toBe(1)
  })
})

/** Statements of an index in their order, each with the turn of the event loop that it began in. */
interface Statement {
  model: string | undefined
  operation: string
  args: { where?: { id?: { gt?: string } } }
  turn: number
}

/** An index whose statements are seen; `before` and `after` are called with each, and may fail it. */
function watchedIndex(
  host: SharedHost,
  { before, after }: { before?(statement: Statement): void; after?(statement: Statement): Promise<void> } = {},
  told = logger,
) {
  const statements: Statement[] = []
  let turns = 0
  const prisma = host.prisma.$extends({
    query: {
      async $allOperations({ model, operation, args, query }) {
        const statement = { model, operation, args, turn: turns }
        statements.push(statement)
        before?.(statement)
        const result = await query(args)
        await after?.(statement)
        return result
      },
    },
  }) as unknown as OpenDatabase['prisma']
  const index = new SearchIndex(new Database(prisma), told)
  /** Runs some of its work, and counts the turns that the event loop makes meanwhile. */
  const during = async (work: Promise<void>): Promise<void> => {
    let isDone = false
    const done = work.finally(() => {
      isDone = true
    })
    while (!isDone) {
      await turn()
      turns += 1
    }
    await done
  }
  return { index, statements, during }
}

/** The index started as a server starts it; its rounds begin when they are told to. */
function startedIndex(index: SearchIndex) {
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const stop = index.start()
  const begin = timers.mock.calls[0]?.[0] as () => void
  timers.mockRestore()
  return { stop, begin }
}

const failing = (error = new Error('The disk is full.')) => {
  throw error
}

const away = () => failing(Object.assign(new Error('The database is away.'), { code: 'P1001' }))

describe.each(databases)('the work of the index of the search on $name', (database) => {
  const host = shareHost(database)

  /** Rooms with few messages, which are more than two statements ask for; all others come before them. */
  beforeAll(async () => {
    const at = new Date()
    const room = { type: 'group' as const, lastMessageSeq: 3, lastMessageAt: at, createdAt: at, updatedAt: at }
    const data = Array.from({ length: 250 }, (_, n) => ({ ...room, id: `ffff-${String(n).padStart(4, '0')}` }))
    await host.prisma.chatRoom.createMany({ data })
  })

  const blocksOf = ({ id }: GivenRoom) => host.prisma.chatSearchBlock.count({ where: { roomId: id } })

  const given = () => givenGroup(host, 'alice', 'bob')

  async function talk(room: GivenRoom): Promise<void> {
    for (let n = 0; n < 20; n += 1) await room.say('bob', `pelican ${n}`)
  }

  /** Lets the index know that something was said. */
  async function note(index: SearchIndex, room: GivenRoom): Promise<void> {
    const message = await room.say('alice', 'a heron')
    index.note([
      {
        type: 'room.changed',
        roomId: room.id,
        events: [{ type: 'message.created', roomId: room.id, revision: 1, message }],
      },
    ])
  }

  it('looks through a hundred rooms by one statement, and lets others go on after each', async () => {
    await talk(await given())
    await indexAll(host.prisma)
    const { index, statements, during } = watchedIndex(host)
    await during(index.lookThrough())
    // Three for the rooms, and one for the blocks of those that may have any.
    expect(statements.map(({ model }) => model)).toEqual(['ChatRoom', 'ChatSearchBlock', 'ChatRoom', 'ChatRoom'])
    expect(new Set(statements.map((statement) => statement.turn)).size).toBe(statements.length)
  })

  it('asks by one statement about all rooms in which something was said', async () => {
    const rooms = [await given(), await given(), await given()]
    const { index, statements, during } = watchedIndex(host)
    for (const room of rooms) {
      await talk(room)
      await note(index, room)
    }
    await indexAll(host.prisma)
    await during(index.catchUp())
    expect(statements.map(({ model }) => model)).toEqual(['ChatRoom', 'ChatSearchBlock'])
  })

  it('takes in what is said while it looks through all rooms', async () => {
    const room = await given()
    let isSaid = false
    const { index } = watchedIndex(host, {
      async after() {
        if (isSaid) return
        isSaid = true
        await talk(room)
        await note(index, room)
      },
    })
    await index.lookThrough()
    expect(await blocksOf(room)).toBe(1)
  })

  it('goes on after a block that cannot be written, and tries it again in the next round', async () => {
    const rooms = [await given(), await given()]
    for (const room of rooms) await talk(room)
    let failures = 0
    const { index } = watchedIndex(host, {
      before({ model, operation }) {
        if (model !== 'ChatSearchBlock' || operation !== 'create' || failures > 0) return
        failures += 1
        failing()
      },
    })
    await expect(index.lookThrough()).rejects.toThrow('The disk is full.')
    const written = await Promise.all(rooms.map(blocksOf))
    expect(written.sort()).toEqual([0, 1])
    await index.catchUp()
    expect(await Promise.all(rooms.map(blocksOf))).toEqual([1, 1])
  })

  it('goes on where the database was away', async () => {
    let isAway = true
    const { index, statements } = watchedIndex(host, {
      before({ args }) {
        if (isAway && args.where?.id?.gt) away()
      },
    })
    await expect(index.lookThrough()).rejects.toThrow('away')
    isAway = false
    const place = statements.at(-1)?.args.where?.id?.gt
    const next = statements.length
    await index.lookThrough()
    expect(place).toMatch(/^ffff-/)
    expect(statements[next]?.args.where?.id?.gt).toBe(place)
    // It has come to the end, and begins again the next time.
    const last = statements.length
    await index.lookThrough()
    expect(statements[last]?.args.where?.id?.gt).toBe('')
  })

  it('still knows what was said when the database was away', async () => {
    const room = await given()
    await talk(room)
    let isAway = true
    const { index } = watchedIndex(host, { before: () => isAway && away() })
    await note(index, room)
    await expect(index.catchUp()).rejects.toThrow('away')
    isAway = false
    await index.catchUp()
    expect(await blocksOf(room)).toBe(1)
  })

  it('looks through no further room once it is stopped', async () => {
    let stop: () => Promise<void> = async () => undefined
    const { index, statements } = watchedIndex(host, { after: async () => void stop() })
    stop = startedIndex(index).stop
    await index.lookThrough()
    expect(statements).toHaveLength(1)
  })

  it('has stopped when nothing of it is under way any more', async () => {
    const room = await given()
    await talk(room)
    const { index, isReached, goOn } = heldIndex(host)
    const { stop, begin } = startedIndex(index)
    await note(index, room)
    begin()
    await isReached
    let hasStopped = false
    const stopped = Promise.resolve(stop()).then(() => {
      hasStopped = true
    })
    await turn()
    expect(hasStopped).toBe(false)
    goOn()
    await stopped
    expect(await blocksOf(room)).toBe(0)
  })

  it('goes on where the logger throws, too', async () => {
    const room = await given()
    await talk(room)
    let isFull = true
    const lines: unknown[][] = []
    const error = (...line: unknown[]) => {
      lines.push(line)
      throw new Error('Nobody reads this.')
    }
    const { index } = watchedIndex(host, { before: () => isFull && failing() }, { warn: expect.fail, error } as never)
    const { stop, begin } = startedIndex(index)
    await note(index, room)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => timers.mockRestore())
    begin()
    await vi.waitUntil(() => lines.length > 0)
    expect(lines).toEqual([['express-chat: the index of the search has a gap', expect.any(Error)]])
    isFull = false
    await vi.waitUntil(async () => {
      // The next round begins after a minute, as those of others do.
      const isMinute = ([, ms]: unknown[]) => Number(ms) >= 45_000 && Number(ms) <= 75_000
      for (const [round] of timers.mock.calls.splice(0).filter(isMinute)) (round as () => void)()
      return (await blocksOf(room)) === 1
    })
    await stop()
  })
})

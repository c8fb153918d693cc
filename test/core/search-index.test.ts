import { describe, expect, it } from 'vitest'
import { SearchIndex } from '../../src/core/search-index.js'
import { Database } from '../../src/store/database.js'
import { databases, type OpenDatabase } from '../databases.js'
import { indexAll } from './given-history.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { type SharedHost, shareHost } from './shared-host.js'

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
    index.note([{ roomId: room.id, events: [{ type: 'message.created', roomId: room.id, revision: 1, message }] }])
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
      index.note([{ roomId: room.id, events: [{ type: 'message.updated', roomId: room.id, revision: 1, message }] }])
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

/** Resolves once somebody waits for a lock; where that cannot be seen, after as many statements as they need to get there. */
async function isWaitedFor(
  tx: Pick<OpenDatabase['prisma'], '$queryRawUnsafe'>,
  { database }: SharedHost,
): Promise<void> {
  const isSeen = Reflect.get(database.prisma, '_activeProvider') !== 'mysql'
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  for (let n = 0; isSeen || n < 50; n += 1) {
    const rows: unknown[] = await tx.$queryRawUnsafe(isSeen ? waiting : 'SELECT 1 WHERE 1 = 0')
    if (rows.length > 0) return
  }
}

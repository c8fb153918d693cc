import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases, type OpenDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { givenStorage } from '../media/given-storage.js'
import { picture } from '../media/pictures.js'
import { givenGroup } from '../realtime/given.js'
import { withoutSchemas } from '../realtime/holding.js'

/** In the SQL that reads what messages are judged by. */
const judged = /express_chat_standings|LEFT JOIN chat_room_users m ON m\.room_id = i\.room_id/

describe.each(databases)('what was read for one message, on $name', ({ name, open }) => {
  const { storage } = givenStorage()
  let database: OpenDatabase
  let host: TestHost
  let elsewhere: TestHost
  let roomId: string
  /** How often it was read what messages are judged by, and how often it was tried to write some. */
  let reads = 0
  let writes = 0
  beforeEach(async () => {
    database = await open()
    const counting = database.prisma.$extends({
      query: {
        $queryRawUnsafe({ args, query }) {
          if (judged.test(withoutSchemas(String(args)))) reads += 1
          return query(args)
        },
        $executeRawUnsafe({ args, query }) {
          if (withoutSchemas(String(args)).includes('INSERT INTO chat_messages')) writes += 1
          return query(args)
        },
      },
    })
    host = await startHost({ prisma: counting as unknown as OpenDatabase['prisma'] }, { storage })
    elsewhere = await startHost({ prisma: database.connect() })
    await people(host, 'alice', 'bob')
    roomId = await givenGroup(host, 'alice', 'bob')
    reads = 0
    writes = 0
    // No test is to depend on how long this machine takes: what was read is good for ever, unless it says otherwise.
    vi.spyOn(performance, 'now').mockReturnValue(1_000)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await Promise.all([host.close(), elsewhere.close()])
    await database.close()
  })

  const later = (ms: number) => vi.spyOn(performance, 'now').mockReturnValue(1_000 + ms)
  const send = (text: string, clientId?: string, from = host) =>
    from.chat.messages.send('alice', roomId, { text, ...(clientId ? { clientId } : {}) })

  async function stored() {
    const rows = await database.prisma.chatMessage.findMany({
      where: { roomId, kind: 'user' },
      orderBy: { seq: 'asc' },
      select: { seq: true, revision: true, text: true },
    })
    const [first] = rows
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, n) => (first?.seq ?? 0) + n))
    return rows.map(({ text }) => text)
  }

  it('serves those that follow at once, each with a number of its own', async () => {
    const texts = ['one', 'two', 'three', 'four']
    for (const text of texts) await send(text)
    expect([reads, writes]).toEqual([1, 4])
    expect(await stored()).toEqual(texts)
  })

  it('serves half a second, after which it is read again', async () => {
    await send('one')
    later(499)
    await send('two')
    expect(reads).toBe(1)
    later(500)
    await send('three')
    expect(reads).toBe(2)
  })

  it('is not what a message is judged by in the end: who was removed elsewhere writes no more', async () => {
    await host.chat.messages.send('bob', roomId, { text: 'one' })
    await elsewhere.chat.members.remove('alice', roomId, 'bob')
    await expect(host.chat.messages.send('bob', roomId, { text: 'two' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await stored()).toEqual(['one'])
  })

  it('is read again where the room moved on elsewhere', async () => {
    await send('one')
    await send('two', undefined, elsewhere)
    await send('three')
    expect(reads).toBe(2)
    expect(await stored()).toEqual(['one', 'two', 'three'])
  })

  // Elsewhere the lock comes first, so nothing is.
  if (name === 'postgresql') {
    it('is read each time for a while where a message was written in vain', async () => {
      await send('one')
      await send('two', undefined, elsewhere)
      await send('three')
      expect([reads, writes]).toEqual([2, 3])
      await send('four')
      expect(reads).toBe(3)
      later(5_001)
      await send('five')
      await send('six')
      expect(reads).toBe(4)
      expect(await stored()).toEqual(['one', 'two', 'three', 'four', 'five', 'six'])
    })
  }

  it('is forgotten when the room changes here: nothing is tried in vain', async () => {
    const { id } = await send('one')
    await host.chat.messages.edit('alice', roomId, id, { text: 'edited' })
    writes = 0
    await send('two')
    expect([reads, writes]).toEqual([2, 1])
  })

  it('is forgotten when people change here: a message shows who wrote it as they are', async () => {
    await send('one')
    await host.chat.users.update('alice', { description: 'on holiday' })
    expect((await send('two')).user?.description).toBe('on holiday')
  })

  it('does not let a message in twice that was sent before, here or elsewhere', async () => {
    const first = await send('one', 'c1', elsewhere)
    await send('two', 'c2')
    const again = [await send('one', 'c1'), await send('two', 'c2'), await send('two', 'c2')]
    expect(again[0]?.id).toBe(first.id)
    expect(again[1]?.id).toBe(again[2]?.id)
    expect(await stored()).toEqual(['one', 'two'])
  })

  it('serves others in the room only once they have been read too', async () => {
    await send('one')
    const bob = await host.chat.messages.send('bob', roomId, { text: 'two' })
    expect([reads, bob.user?.id]).toEqual([2, 'bob'])
    await Promise.all([send('three'), host.chat.messages.send('bob', roomId, { text: 'four' })])
    expect(reads).toBe(2)
    expect(await stored()).toHaveLength(4)
  })

  it('answers each of several that come again with what was stored, and tries no other message by itself', async () => {
    const clientIds = ['c1', 'c2', 'c3']
    const first = await Promise.all(clientIds.map((clientId) => send(clientId, clientId)))
    const rooms = await Promise.all(Array.from({ length: 10 }, () => givenGroup(host, 'alice', 'bob')))
    const sendAll = () => rooms.map((id) => host.chat.messages.send('alice', id, { text: 'beside them' }))
    later(600)
    await Promise.all([send('new', 'c9'), ...sendAll()])
    writes = 0
    const again = clientIds.map((clientId) => send(clientId, clientId))
    const beside = sendAll()
    expect((await Promise.all(again)).map(({ id }) => id)).toEqual(first.map(({ id }) => id))
    await Promise.all(beside)
    // Once in vain, once for all, and perhaps for one that was not yet there when the first ones went.
    expect(writes).toBeLessThanOrEqual(3)
  })

  it('answers a message with media that comes again with what was stored', async () => {
    vi.restoreAllMocks()
    const stream = Readable.from([await picture(8, 8)])
    const { id } = await host.chat.media.upload('alice', { filename: 'a.png', stream })
    vi.spyOn(performance, 'now').mockReturnValue(1_000)
    const withMedia = () => host.chat.messages.send('alice', roomId, { clientId: 'm1', mediaIds: [id] })
    const first = await withMedia()
    later(600)
    await send('new', 'c9')
    expect((await withMedia()).id).toBe(first.id)
  })

  it('does not refuse what was sent before: that is told first', async () => {
    await send('one', 'c1', elsewhere)
    await send('two')
    const other = host.chat.messages.send('alice', roomId, { text: 'three', clientId: 'c1', mentions: ['a stranger'] })
    await expect(other).rejects.toMatchObject({ code: 'idempotency_conflict' })
  })

  it('is not the message that is answered: that is read', async () => {
    const { id } = await send('one')
    const answer = await host.chat.messages.send('alice', roomId, { text: 'two', replyToId: id })
    expect([reads, answer.replyTo?.text]).toEqual([2, 'one'])
  })
})

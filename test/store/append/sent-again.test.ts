import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases, type OpenDatabase } from '../../databases.js'
import { people, startHost, type TestHost } from '../../host.js'
import { givenStorage } from '../../media/given-storage.js'
import { picture } from '../../media/pictures.js'
import { givenGroup } from '../../realtime/given.js'

describe.each(databases)('where two servers write to one room on $name', ({ open }) => {
  const { storage } = givenStorage()
  let database: OpenDatabase
  let host: TestHost
  let elsewhere: TestHost
  let roomId: string
  beforeEach(async () => {
    database = await open()
    host = await startHost(database, { storage })
    elsewhere = await startHost({ prisma: database.connect() })
    await people(host, 'alice', 'bob')
    roomId = await givenGroup(host, 'alice', 'bob')
  })
  afterEach(async () => {
    await Promise.all([host.close(), elsewhere.close()])
    await database.close()
  })

  const send = (text: string, clientId?: string, from = host) =>
    from.chat.messages.send('alice', roomId, { text, ...(clientId ? { clientId } : {}) })

  async function stored() {
    const rows = await database.prisma.chatMessage.findMany({
      where: { roomId, kind: 'user' },
      orderBy: { seq: 'asc' },
      select: { seq: true, text: true },
    })
    const [first] = rows
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, n) => (first?.seq ?? 0) + n))
    return rows.map(({ text }) => text)
  }

  it('whoever was removed on the other one writes no more', async () => {
    await host.chat.messages.send('bob', roomId, { text: 'one' })
    await elsewhere.chat.members.remove('alice', roomId, 'bob')
    await expect(host.chat.messages.send('bob', roomId, { text: 'two' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await stored()).toEqual(['one'])
  })

  it('a message shows its author as they are', async () => {
    await send('one')
    await elsewhere.chat.users.update('alice', { description: 'on holiday' })
    expect((await send('two')).user?.description).toBe('on holiday')
  })

  it('a message that is sent again, here or there, is the one that is stored', async () => {
    const first = await send('one', 'c1', elsewhere)
    await send('two', 'c2')
    const again = [await send('one', 'c1'), await send('two', 'c2'), await send('two', 'c2')]
    expect(again[0]?.id).toBe(first.id)
    expect(again[1]?.id).toBe(again[2]?.id)
    expect(await stored()).toEqual(['one', 'two'])
  })

  it('a message that is sent on both at once, several times, is stored once', async () => {
    const all = await Promise.all([1, 2, 3].flatMap(() => [send('one', 'c1'), send('one', 'c1', elsewhere)]))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(await stored()).toEqual(['one'])
  })

  it('a message with media that is sent again is the one that is stored', async () => {
    const stream = Readable.from([await picture(8, 8)])
    const { id } = await host.chat.media.upload('alice', { filename: 'a.png', stream })
    const withMedia = () => host.chat.messages.send('alice', roomId, { clientId: 'm1', mediaIds: [id] })
    const first = await withMedia()
    await send('new', 'c9')
    expect((await withMedia()).id).toBe(first.id)
  })

  it('another message under a used clientId is refused for that, whatever else is wrong with it', async () => {
    await send('one', 'c1', elsewhere)
    await send('two')
    const other = host.chat.messages.send('alice', roomId, { text: 'three', clientId: 'c1', mentions: ['a stranger'] })
    await expect(other).rejects.toMatchObject({ code: 'idempotency_conflict' })
  })
})

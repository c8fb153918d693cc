import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SearchIndex } from '../../src/core/search-index.js'
import { Database } from '../../src/store/database.js'
import { liveClient, textsOf, until } from '../client/given.js'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { givenStorage } from '../media/given-storage.js'
import { Notified } from '../notifications/given.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, ready } from '../realtime/given.js'
import { givenReceiver } from '../webhooks/receiver.js'
import { indexAll } from './given-history.js'
import { givenMessages, itemsOf, start } from './given-import.js'

describe.each(databases)('who is in a room while it is imported, on $name,', (on) => {
  it('is told to read it anew, on whichever server, sees all of it, and what was said meanwhile', async () => {
    const database = await givenDatabase(on)
    const options = { pollMs: 100, logger: quietLogger() }
    const host = await givenHost(options, database)
    const other = await givenHost(options, { prisma: database.connect() })
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [socket, there] = [await ready(host, 'bob'), await ready(other, 'bob')]
    const client = await liveClient(host, 'bob')
    await client.room(roomId).messages.load()
    const known = (await host.chat.system.rooms.get(roomId)).revision
    const importing = host.chat.importMessages(roomId, givenMessages(1_040))
    const { seq } = await other.chat.messages.send('alice', roomId, { text: 'Meanwhile' })
    expect(await importing).toEqual({ imported: 1_040, skipped: 0 })
    await other.chat.messages.send('alice', roomId, { text: 'After' })

    const { revision } = await host.chat.system.rooms.get(roomId)
    for (const each of [socket, there]) {
      const isAtEnd = (frame: { roomId?: string; revision?: number }) =>
        frame.roomId === roomId && (frame.revision ?? 0) >= revision
      await each.until(() => each.frames.some(isAtEnd), 'the last revision')
      expect(each.frames.some(({ type }) => type === 'room.reset')).toBe(true)
      const told = each.frames.filter(
        ({ type, message }) => type === 'message.created' && message.text.startsWith('message'),
      )
      expect(told).toEqual([])
    }
    const rows = await itemsOf(host, 'bob', roomId)
    expect(rows).toHaveLength(50)
    // It has read the room with the last message, or before that came.
    const ends = () => textsOf(client, roomId).slice(-50)
    await until(client.room(roomId).messages, () => ends().join() === rows.map(({ text }) => text).join(), 'the end')
    // Who comes back and knows of nothing since the time before reads it anew as well; by revisions it can be had one by one.
    const back = await host.socket('bob', { hello: { rooms: { [roomId]: known } } })
    expect(await back.next('room.reset')).toMatchObject({ roomId, revision })
    const texts: string[] = []
    for (let since = known, hasMore = true; hasMore; ) {
      const page = await host.chat.changes('bob', roomId, { since, limit: 100 })
      texts.push(...page.events.flatMap((event) => (event.type === 'message.created' ? [event.message.text] : [])))
      ;({ revision: since, hasMore } = page)
    }
    expect(texts).toHaveLength(1_042)
    expect(texts.filter((text) => text.startsWith('message'))).toEqual(givenMessages(1_040).map(({ text }) => text))
    expect(seq).toBeGreaterThan(0)
  })
})

describe.each(databases)('what was imported, on $name,', (on) => {
  it('is nobody’s to read: neither of who had read all, nor of who has something to read yet', async () => {
    const host = await givenHost({}, await givenDatabase(on))
    await people(host, 'erin')
    const { chat } = host
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol', 'dave')
    const root = await chat.messages.send('alice', roomId, { text: 'A root' })
    await chat.messages.send('bob', roomId, { text: 'Live', mentions: ['carol'] })
    await chat.messages.send('dave', roomId, { text: 'A reply', threadId: root.id })
    await chat.members.update('dave', roomId, 'dave', { isArchived: true })
    const sideOf = async (userId: string) => {
      const { me } = await chat.rooms.get(userId, roomId)
      const threads = (await chat.threads.followed(userId)).items.map(({ me: { unreadCount } }) => unreadCount)
      return [me?.unreadCount, me?.mentionCount, me?.isArchived, threads]
    }
    const sides = () => Promise.all(['alice', 'bob', 'carol', 'dave'].map(sideOf))
    const before = await sides()
    expect(before).toEqual([
      [1, 0, false, [1]],
      [0, 0, false, []],
      [2, 1, false, []],
      [2, 0, true, [0]],
    ])
    const said = givenMessages(600, (n) => ({
      ...{ mentions: ['bob', 'carol'], userId: n % 3 ? 'erin' : 'bob' },
      ...(n % 6 === 5 ? { thread: `k${n % 4}` } : {}),
    }))
    await chat.importMessages(roomId, said)
    // In threads of theirs, and where they were mentioned, they follow what they have read.
    const unread = async () =>
      (await sides()).map(([...side]) => [...side.slice(0, 3), (side[3] as number[]).filter(Boolean)])
    const counted = before.map(([...side]) => [...side.slice(0, 3), (side[3] as number[]).filter(Boolean)])
    expect(await unread()).toEqual(counted)
    expect((await chat.threads.followed('bob')).items.length).toBeGreaterThan(1)
    await chat.messages.send('alice', roomId, { text: 'After' })
    expect((await unread()).map(([count]) => count)).toEqual([0, 1, 3, 3])
    // A second import begins behind what was said since.
    await chat.importMessages(roomId, [...said, { key: 'more', userId: 'erin', text: 'More', createdAt: start(700) }])
    expect((await unread()).map(([count]) => count)).toEqual([0, 1, 3, 3])
    const [last] = (await itemsOf(host, 'bob', roomId)).slice(-1)
    await chat.members.markRead('bob', roomId, last?.seq ?? 0)
    expect((await unread()).map(([count]) => count)).toEqual([0, 0, 3, 3])
    expect((await chat.members.get('bob', roomId, 'alice')).lastReadSeq).toBe(last?.seq)
  })

  it('is notified of to nobody, and posted to the webhooks alone that ask for it', async () => {
    const receiver = await givenReceiver()
    const webhooks = [receiver.webhook({ name: 'none' }), receiver.webhook({ name: 'all', imported: true })]
    const notified = new Notified()
    const host = await givenHost(
      {
        ...{ pollMs: 100, logger: quietLogger(), notify: { handler: notified.handler(), afterSeconds: 0 } },
        webhooks: webhooks.map((webhook, n) => ({ ...webhook, url: `${webhook.url}/${n}` })),
      },
      await givenDatabase(on),
    )
    await host.chat.ready()
    await expect.poll(async () => (await host.chat.subscriptions.list()).length).toBe(3)
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const { seq } = await host.chat.messages.send('alice', roomId, { text: 'Live' })
    await host.chat.members.markRead('bob', roomId, seq)
    await host.chat.importMessages(roomId, givenMessages(30))
    const { id } = await host.chat.messages.send('alice', roomId, { text: 'After' })
    await host.chat.messages.edit('alice', roomId, id, { text: 'After all' })
    const texts = (n: number) =>
      receiver.received
        .filter(({ path }) => path.endsWith(`/${n}`))
        .flatMap(({ type, text }) => (type === 'message.created' && text ? [text] : []))
    await receiver.until(() => [0, 1].every((n) => texts(n).some((text) => text.startsWith('After'))))
    expect(texts(0).filter((text) => text.startsWith('message'))).toEqual([])
    expect(texts(1).filter((text) => text.startsWith('message'))).toEqual(givenMessages(30).map(({ text }) => text))
    await notified.until(() =>
      ['bob', 'carol'].every((userId) =>
        notified
          .texts(userId)
          .flat()
          .some((text) => text.startsWith('After')),
      ),
    )
    expect(
      ['bob', 'carol'].flatMap((userId) => notified.texts(userId).flat()).filter((text) => text.startsWith('message')),
    ).toEqual([])
  })

  it('is found by a search through what the index has of it, of threads too', async () => {
    const host = await givenHost({}, await givenDatabase(on))
    const roomId = await givenGroup(host, 'alice', 'bob')
    const said = givenMessages(300, (n) => ({ text: `crane ${n}`, ...(n % 2 ? { thread: `k${n - 1}` } : {}) }))
    await host.chat.importMessages(roomId, said)
    await indexAll(host.prisma)
    expect(await host.prisma.chatSearchBlock.count({ where: { roomId } })).toBe(6)
    const { items } = await host.chat.messages.search('bob', roomId, { q: 'crane 29' })
    expect(items.map(({ text }) => text)).toEqual(
      [299, 298, 297, 296, 295, 294, 293, 292, 291, 290, 29].map((n) => `crane ${n}`),
    )
  })

  it('is taken into the index of the search by the server that imported it', async () => {
    const host = await givenHost({}, await givenDatabase(on))
    const roomId = await givenGroup(host, 'alice')
    await host.chat.importMessages(
      roomId,
      givenMessages(400, (n) => (n % 2 ? { thread: `k${n - 1}` } : {})),
    )
    const { revision } = await host.chat.system.rooms.get(roomId)
    const index = new SearchIndex(new Database(host.prisma), quietLogger(), 0)
    index.noteImported({ type: 'room.imported', roomId, revision, seqs: [2, 201], replySeqs: [1, 200] })
    await index.catchUp()
    expect(await host.prisma.chatSearchBlock.count({ where: { roomId } })).toBe(6)
  })

  it('is removed by the retention where it is too old, and nothing with it that people say now', async () => {
    const host = await givenHost({ retention: { days: 30 } }, await givenDatabase(on))
    const { chat } = host
    const [room, alone] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice')]
    await chat.messages.send('alice', room, { text: 'Live' })
    await chat.purge()
    for (const roomId of [room, alone]) await chat.importMessages(roomId, givenMessages(40))
    await chat.messages.send('bob', room, { text: 'After' })
    const texts = async (roomId: string) => {
      const rows = await host.prisma.chatMessage.findMany({ where: { roomId, kind: 'user' }, orderBy: { seq: 'asc' } })
      return rows.map(({ text }) => text)
    }
    await chat.purge()
    expect(await texts(room)).toEqual(['Live', ...givenMessages(40).map(({ text }) => text), 'After'])
    // The chat itself said first that the room was made, and that is young.
    expect((await texts(alone)).length).toBe(40)
    const empty = (await chat.system.rooms.create({ type: 'group', name: 'Empty' })).id
    await chat.purge()
    await chat.importMessages(empty, givenMessages(40))
    await chat.purge()
    expect(await texts(empty)).toEqual([])
  })

  it('has its files, which are uploaded only for what is not there yet', async () => {
    const store = givenStorage()
    onTestFinished(store.remove)
    const host = await givenHost({ storage: store.storage }, await givenDatabase(on))
    const { chat } = host
    const roomId = await givenGroup(host, 'alice', 'bob')
    let uploads = 0
    let isMissing = true
    const upload = (n: number) => async () => {
      if (n === 3 && isMissing) throw new Error('no such file')
      uploads += 1
      const stream = Readable.from([Buffer.from(`file ${n}`)])
      return [(await chat.media.upload('alice', { filename: `${n}.txt`, stream })).id]
    }
    const { id } = await chat.media.upload('bob', {
      filename: 'bob.txt',
      stream: Readable.from([Buffer.from('of Bob')]),
    })
    const said = [
      ...givenMessages(5, (n) => ({ mediaIds: upload(n) })),
      { key: 'bob', userId: 'bob', mediaIds: [id], createdAt: start(9) },
    ]
    await expect(chat.importMessages(roomId, said)).rejects.toThrow('no such file')
    isMissing = false
    expect(await chat.importMessages(roomId, said)).toEqual({ imported: 3, skipped: 3 })
    expect(await chat.importMessages(roomId, said)).toEqual({ imported: 0, skipped: 6 })
    expect(uploads).toBe(5)
    const items = (await itemsOf(host, 'bob', roomId)).slice(-6)
    expect(items.map(({ media }) => media[0]?.filename)).toEqual(
      [0, 1, 2, 3, 4].map((n) => `${n}.txt`).concat('bob.txt'),
    )
    // What a message carries is nobody else's, and of others no message takes anything.
    const again = { key: 'again', userId: 'bob', mediaIds: [id], createdAt: start(10) }
    await expect(chat.importMessages(roomId, [again])).rejects.toThrow(
      'message 1 ("again"): is not media of its author',
    )
  })
})

it('an import ends with the chat, and does not keep it from ending', async () => {
  const host = await givenHost({}, await givenDatabase())
  const roomId = await givenGroup(host, 'alice')
  let ended: Promise<void> | undefined
  function* messages() {
    for (const [n, said] of givenMessages(1_500).entries()) {
      if (n === 700) ended = host.chat.close()
      yield said
    }
  }
  await expect(host.chat.importMessages(roomId, messages())).rejects.toMatchObject({ code: 'unavailable' })
  await ended
  expect(await host.prisma.chatMessage.count({ where: { roomId, kind: 'user' } })).toBe(500)
  const another = await givenHost({}, await givenDatabase())
  async function* silent() {
    yield* givenMessages(1)
    await new Promise(() => undefined)
  }
  const never = another.chat.importMessages(await givenGroup(another, 'alice'), silent())
  await another.chat.close()
  expect(await Promise.race([never, 'waits'])).toBe('waits')
})

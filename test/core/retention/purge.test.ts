import { Readable } from 'node:stream'
import type { RetentionOptions } from 'express-chat'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../../databases.js'
import { type Answer, startHost, type TestHost } from '../../host.js'
import { givenStorage } from '../../media/given-storage.js'
import { fillRoom } from '../given-history.js'
import { givenChannel, givenGroup, givenRoom } from '../given-room.js'
import { listening } from '../reading-back.js'
import { shareHost } from '../shared-host.js'

const day = 86_400_000
const retention = { days: 10, types: { channel: 30, private: null } }
const none = { rooms: 0, messages: 0, files: 0 }

describe.each(databases)('removing what is too old on $name', (database) => {
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const kept = givenStorage()
  const options = { clock, storage: kept.storage, isModerator: () => true }
  const host = shareHost(database, { ...options, retention })
  afterAll(kept.remove)
  // What a test before has left is no matter of the next one.
  beforeEach(async () => {
    ahead += 40 * day
    await host.chat.purge()
  })

  /** A server of its own on the same database. */
  const another = (retention: RetentionOptions = {}): Promise<TestHost> =>
    startHost({ ...host.database, prisma: host.database.connect() }, { ...options, retention })

  /** A group with so many messages of Alice's, from long ago. */
  async function givenOld(count: number, daysAgo = 20) {
    const room = await givenGroup(host, 'alice', 'bob')
    await host.prisma.chatMessage.updateMany({
      where: { roomId: room.id },
      data: { createdAt: new Date(clock().getTime() - daysAgo * day) },
    })
    const at = clock().getTime() - daysAgo * day
    const texts = Array.from({ length: count }, (_, n) => ({ userId: 'alice', text: `Old ${n}`, at: at + n }))
    await fillRoom(host.prisma, room.id, texts)
    return room
  }

  const textsIn = (body: Answer['body']): string[] => body.items.map(({ text }: { text: string }) => text)
  const rowsIn = (roomId: string) => host.prisma.chatMessage.count({ where: { roomId } })

  it('leaves what is not, tells who is there at once and who was away, and counts what is left to read', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const first = await room.say('alice', { text: 'Old', mentions: ['bob'] })
    await room.say('alice', 'Old as well')
    const gone = await room.say('alice', 'Old and gone')
    await room.as('alice').delete(`/messages/${gone.id}`)
    const bob = await listening(host, 'bob')
    ahead += 11 * day
    const quoting = await room.say('alice', { text: 'New', replyToId: first.id, mentions: ['bob'] })
    await room.say('alice', 'Newest')
    expect((await room.as('bob').get('')).body.me).toMatchObject({ unreadCount: 4, mentionCount: 2 })

    expect(await host.chat.purge()).toEqual({ rooms: 1, messages: 4, files: 0 })
    const told = await bob.next('room.updated')
    expect(told).toMatchObject({ roomId: room.id, room: { firstSeq: quoting.seq, lastMessageSeq: quoting.seq + 1 } })
    const { body: page } = await room.as('bob').get('/messages')
    expect(page).toMatchObject({ hasBefore: false, hasAfter: false })
    expect(textsIn(page)).toEqual(['New', 'Newest'])
    expect(page.items[0].replyTo).toBe(null)
    for (const path of ['?before=3', '?around=1', '?after=0']) {
      const { body } = await room.as('bob').get(`/messages${path}`)
      expect([path, textsIn(body), body.hasBefore]).toEqual([
        path,
        path.includes('before') ? [] : ['New', 'Newest'],
        false,
      ])
    }
    expect((await room.as('bob').get('')).body).toMatchObject({
      ...{ firstSeq: quoting.seq, me: { unreadCount: 2, mentionCount: 1, firstSeq: quoting.seq } },
      lastMessage: { text: 'Newest' },
    })
    expect((await host.chat.system.unread('bob')).rooms).toMatchObject([{ roomId: room.id, unreadCount: 2 }])
    const { body: changes } = await room.as('bob').get(`/changes?since=${told.revision - 1}`)
    expect(changes.events).toMatchObject([{ type: 'room.updated', room: { firstSeq: quoting.seq } }])
    expect(
      (await room.as('bob').get('/changes?since=0')).body.events.map(({ type }: { type: string }) => type),
    ).toEqual([...['member.added', 'member.added', 'message.created', 'message.created', 'room.updated']])
    await room.say('bob', 'Seen')
    expect(await host.chat.purge()).toEqual(none)
    await bob.close()
  })

  it('leaves a room without a last message where all is gone, behind those in which somebody wrote', async () => {
    const room = await givenOld(60)
    expect(await host.chat.purge()).toEqual({ rooms: 1, messages: 61, files: 0 })
    const { body } = await room.as('bob').get('')
    expect(body).toMatchObject({ lastMessage: null, lastMessageSeq: 61, firstSeq: 62, me: { unreadCount: 0 } })
    expect((await room.as('bob').get('/messages')).body).toEqual({ items: [], hasBefore: false, hasAfter: false })
    expect(await room.say('alice', 'Again')).toMatchObject({ seq: 62 })
    expect((await room.as('bob').get('')).body.me).toMatchObject({ unreadCount: 1 })
  })

  it('takes a thread with the message that it is of, and leaves one of a newer message as it is', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'Old')
    await room.say('bob', { text: 'In the thread', threadId: root.id, mentions: ['alice'] })
    ahead += 11 * day
    await room.say('alice', { text: 'Late in the thread', threadId: root.id })
    const shown = await room.say('bob', { text: 'In the room too', threadId: root.id, alsoInRoom: true })
    const newer = await room.say('alice', 'New')
    const reply = await room.say('bob', { text: 'Stays', threadId: newer.id })
    expect(await host.chat.purge()).toEqual({ rooms: 1, messages: 4, files: 0 })
    expect(textsIn((await room.as('bob').get('/messages')).body)).toEqual(['In the room too', 'New'])
    expect((await room.as('bob').get(`/messages/${shown.id}`)).body).toMatchObject({
      threadId: root.id,
      alsoInRoom: true,
    })
    expect((await room.as('bob').get(`/messages/${root.id}/thread`)).status).toBe(404)
    expect((await room.as('bob').post('/messages', { text: 'More', threadId: root.id })).status).toBe(400)
    expect((await room.as('bob').delete(`/messages/${shown.id}`)).status).toBe(204)
    expect((await room.as('bob').get(`/messages/${newer.id}`)).body.thread).toMatchObject({ count: 1 })
    expect((await room.as('bob').get(`/messages/${reply.id}`)).body).toMatchObject({ text: 'Stays' })
    const { items } = (await host.as('alice').get('/threads')).body
    expect(items.map(({ message }: Answer['body']) => message.id)).toEqual([newer.id])
  })

  it('is as the room says, else its type, else all; and not at all where nothing is said', async () => {
    const channel = await givenChannel(host, 'alice', 'bob')
    const pair = await givenRoom(host, 'alice', { type: 'private', userIds: ['bob'] })
    const rooms = [channel, pair, await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    const [, , group, forever] = rooms as [never, never, typeof pair, typeof pair]
    const short = await givenRoom(host, 'carol', { type: 'private', userIds: ['dave'] })
    for (const room of [...rooms, short]) await room.say(room === short ? 'carol' : 'alice', 'Said')
    await host.chat.system.rooms.setRetention(forever.id, { days: null })
    await host.chat.system.rooms.setRetention(short.id, { days: 2 })
    const saidIn = async () => {
      const found = await host.prisma.chatMessage.findMany({
        where: { text: 'Said', roomId: { in: [...rooms, short].map(({ id }) => id) } },
      })
      return [channel, pair, group, forever, short].map(({ id }) => found.some(({ roomId }) => roomId === id))
    }
    ahead += 3 * day
    const other = await another()
    await other.chat.purge()
    expect(await saidIn()).toEqual([true, true, true, true, false])
    ahead += 8 * day
    await other.chat.purge()
    expect(await saidIn()).toEqual([true, true, true, true, false])
    await host.chat.purge()
    expect(await saidIn()).toEqual([true, true, false, true, false])
    ahead += 20 * day
    await host.chat.purge()
    expect(await saidIn()).toEqual([false, true, false, true, false])
    await host.chat.system.rooms.setRetention(forever.id, null)
    await host.chat.purge()
    expect(await saidIn()).toEqual([false, true, false, false, false])
    await expect(host.chat.system.rooms.setRetention('none', null)).rejects.toMatchObject({ code: 'not_found' })
    await expect(host.chat.system.rooms.setRetention(pair.id, { days: 0 })).rejects.toMatchObject({
      code: 'invalid_request',
    })
    await other.close()
  })

  it('is shared by two servers, and by two calls on one, and nothing is counted twice', async () => {
    const rooms = await Promise.all(Array.from({ length: 5 }, () => givenOld(40)))
    const other = await another(retention)
    const results = await Promise.all([host.chat.purge(), other.chat.purge(), host.chat.purge()])
    // What one server has is the other's no more; who finds a room held leaves it.
    const last = await host.chat.purge()
    const sumOf = (key: 'rooms' | 'messages') => [...results, last].reduce((sum, result) => sum + result[key], 0)
    expect([sumOf('rooms'), sumOf('messages')]).toEqual([rooms.length, rooms.length * 41])
    for (const { id } of rooms) {
      expect(await rowsIn(id)).toBe(0)
      const changes = await host.chat.system.changes(id, { since: 0 })
      expect(changes.events.filter(({ type }) => type === 'room.updated')).toHaveLength(1)
    }
    await other.close()
  })

  it('goes on where it was ended, after few messages, and where a server died, a minute later', async () => {
    const room = await givenOld(80)
    const ending = new AbortController()
    const { prisma } = host
    const begun = host.chat.purge({ signal: ending.signal })
    await expect.poll(() => rowsIn(room.id), { interval: 1 }).toBeLessThan(81)
    ending.abort()
    const first = await begun
    expect(first.messages).toBeLessThan(81)
    // From the first moment on nobody sees what is left.
    expect((await room.as('bob').get('/messages')).body.items).toEqual([])
    // It died while it had the room.
    await prisma.chatRoom.update({
      where: { id: room.id },
      data: { purgeHeldUntil: new Date(clock().getTime() + 60_000) },
    })
    expect(await host.chat.purge()).toEqual(none)
    ahead += 61_000
    const second = await host.chat.purge()
    expect(first.messages + second.messages).toBe(81)
    expect(await rowsIn(room.id)).toBe(0)
    expect(await host.chat.purge({ signal: AbortSignal.abort() })).toEqual(none)
  })

  it('is ended by the end of the chat, which waits for it', async () => {
    const room = await givenOld(600)
    const other = await another(retention)
    const begun = other.chat.purge()
    await expect.poll(() => rowsIn(room.id), { interval: 1 }).toBeLessThan(601)
    await other.close()
    const { messages } = await begun
    expect(await other.chat.purge()).toEqual(none)
    expect(messages).toBeLessThan(601)
    expect(messages + (await host.chat.purge()).messages).toBe(601)
  })

  it('removes what was said in a room that is deleted, in its threads too', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'Old')
    await room.say('bob', { text: 'In the thread', threadId: root.id })
    await room.as('alice').delete('')
    ahead += 11 * day
    expect(await host.chat.purge()).toEqual({ rooms: 1, messages: 3, files: 0 })
    expect(await rowsIn(room.id)).toBe(0)
  })

  it('leaves what was forwarded, and its file, until that is too old', async () => {
    const upload = await host.chat.media.upload('alice', {
      ...{ filename: 'note.txt', stream: Readable.from([Buffer.from('A note')]) },
    })
    const room = await givenGroup(host, 'alice', 'bob')
    const said = await room.say('alice', { text: 'Old', mediaIds: [upload.id] })
    ahead += 6 * day
    const elsewhere = await givenGroup(host, 'bob')
    const forwarded = await elsewhere.say('bob', { forward: { roomId: room.id, messageId: said.id } })
    ahead += 5 * day
    expect(await host.chat.purge()).toEqual({ rooms: 1, messages: 2, files: 0 })
    expect((await elsewhere.as('bob').get(`/messages/${forwarded.id}`)).body.media).toMatchObject([{ id: upload.id }])
    ahead += 6 * day
    expect(await host.chat.purge()).toEqual({ rooms: 1, messages: 2, files: 1 })
    expect((await kept.keys()).filter((key) => key.includes(upload.id))).toEqual([])
  })

  it('leaves the copy of what was reported until somebody has decided', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const ids: string[] = []
    for (const text of ['Handled before', 'Handled after']) {
      const { id } = await room.say('alice', text)
      await room.as('bob').post(`/messages/${id}/reports`, { reason: 'spam' })
      const { items } = (await host.as('bob').get('/moderation/reports')).body
      ids.push(items[0].id)
    }
    const [before, after] = ids as [string, string]
    const copyOf = async (id: string) => (await host.as('bob').get(`/moderation/reports/${id}`)).body.copy.text
    await host.as('bob').patch(`/moderation/reports/${before}`, { status: 'dismissed' })
    expect(await copyOf(before)).toBe('Handled before')
    ahead += 11 * day
    await host.chat.purge()
    expect([await copyOf(before), await copyOf(after)]).toEqual(['', 'Handled after'])
    await host.as('bob').patch(`/moderation/reports/${after}`, { status: 'resolved' })
    expect(await copyOf(after)).toBe('')
  })
})

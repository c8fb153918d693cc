import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { givenGroup, hour, ready } from '../realtime/given.js'
import { givenNotifying, givenWaiting, isAtRest } from './given.js'

describe.each(databases)('somebody who is away is notified, on $name', (on) => {
  it('of all that they have not read, in all their rooms at once, and of nothing twice', async () => {
    const afterSeconds = 1
    const { host, notified, notify } = await givenWaiting(on, { afterSeconds })
    const group = await givenGroup(host, 'alice', 'bob', 'carol')
    const pair = await host.chat.rooms.create('carol', { type: 'private', userIds: ['bob'] })
    for (const text of ['1', '2', '3', '4', '5', '6']) await host.chat.messages.send('alice', group, { text })
    await host.chat.messages.send('carol', pair.id, { text: '@Bob, you?', mentions: ['bob'] })
    await notify()
    await notified.until(() => notified.of('bob').length > 0)
    const [batch] = notified.of('bob')
    expect(notified.texts('bob')[0]?.toSorted()).toEqual(['2', '3', '4', '5', '6', '@Bob, you?'])
    expect(batch).toMatchObject({ id: expect.any(String), userId: 'bob', unread: 7, threads: [], attempt: 0 })
    const [inGroup, inPair] = [group, pair.id].map((id) => batch?.rooms.find(({ room }) => room.id === id))
    expect(inGroup).toMatchObject({ title: 'A group', unread: 6, mentions: 0, room: { name: 'A group', peer: null } })
    expect(inGroup?.messages.map(({ text }) => text)).toEqual(['2', '3', '4', '5', '6'])
    expect(inPair).toMatchObject({ title: 'Carol', unread: 1, mentions: 1, room: { peer: { id: 'carol' } } })
    expect(inPair?.messages).toMatchObject([{ text: '@Bob, you?', user: { name: 'Carol' } }])
    expect(batch?.unread).toBe((await host.chat.system.unread('bob')).messages)
    await isAtRest(host)
    const { createdAt } = await host.chat.messages.send('alice', group, { text: '7' })
    await notified.until(() => notified.of('bob').length > 1)
    expect(Date.now() - Date.parse(createdAt)).toBeGreaterThanOrEqual(1_000 * afterSeconds)
    expect(notified.texts('bob')[1]).toEqual(['7'])
    expect(notified.of('bob')[1]).toMatchObject({ unread: 8, rooms: [{ unread: 7 }] })
    await isAtRest(host)
    expect(notified.of('bob')).toHaveLength(2)
    // Whoever wrote it is not.
    expect(notified.texts('alice')).toEqual([])
  })

  it('of nothing that they read in the meantime, that was deleted, or that is no room of theirs any more', async () => {
    const { host, notified, notify } = await givenWaiting(on)
    const rooms = [await givenGroup(host, 'alice', 'bob', 'dave'), await givenGroup(host, 'alice', 'bob', 'dave')]
    const [read, left] = rooms as [string, string]
    const { chat } = host
    const { seq } = await chat.messages.send('alice', read, { text: 'read' })
    const gone = await chat.messages.send('alice', left, { text: 'deleted' })
    await chat.messages.send('alice', left, { text: 'as it is said now' })
    await chat.members.markRead('bob', read, seq)
    await chat.members.remove('alice', left, 'bob')
    await chat.messages.delete('alice', left, gone.id)
    await notify()
    await notified.until(() => notified.of('dave').length > 0)
    await isAtRest(host)
    expect(notified.texts('bob')).toEqual([])
    expect(notified.texts('dave').flat().toSorted()).toEqual(['as it is said now', 'read'])
  })

  it('only of what they want to hear of', async () => {
    let ahead = 0
    const clock = () => new Date(Date.now() + ahead)
    const { host, notified } = await givenNotifying(on, 1, undefined, { clock })
    const { chat } = host
    const everybody = ['bob', 'carol', 'dave', 'erin', 'frank'] as const
    await people(host, 'erin', 'frank')
    const roomId = await givenGroup(host, 'alice', ...everybody)
    await chat.members.update('bob', roomId, 'bob', { notify: 'mentions' })
    await chat.members.update('carol', roomId, 'carol', { notify: 'none' })
    await chat.members.update('dave', roomId, 'dave', { mutedUntil: new Date(clock().getTime() + hour).toISOString() })
    await chat.blocks.add('erin', 'alice')
    await chat.messages.send('alice', roomId, { text: 'to nobody in particular' })
    await notified.until(() => notified.of('frank').length > 0)
    await chat.messages.send('alice', roomId, { text: '@Bob', mentions: ['bob', 'carol', 'dave', 'erin'] })
    await notified.until(() => notified.of('bob').length > 0)
    await isAtRest(host)
    expect(notified.texts('bob')).toEqual([['@Bob']])
    expect(notified.of('bob')[0]).toMatchObject({ unread: 1, rooms: [{ unread: 2, mentions: 1 }] })
    for (const quiet of ['carol', 'dave', 'erin']) expect(notified.texts(quiet)).toEqual([])
    ahead = 2 * hour
    await chat.messages.send('frank', roomId, { text: 'once the muting has ended' })
    await notified.until(() => notified.of('dave').length > 0)
    await isAtRest(host)
    expect(notified.texts('dave')[0]?.at(-1)).toBe('once the muting has ended')
    expect(notified.texts('erin')).toEqual([['once the muting has ended']])
    expect(notified.texts('carol')).toEqual([])
  })

  it('of replies in the threads that they follow, and of those once that stand in the room as well', async () => {
    const { host, notified } = await givenNotifying(on, 1)
    const { chat } = host
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const root = await chat.messages.send('bob', roomId, { text: 'The thread' })
    await notified.until(() => notified.of('carol').length === 1)
    await chat.messages.send('alice', roomId, { text: 'apart', threadId: root.id })
    await notified.until(() => notified.of('bob').length === 1)
    expect(notified.of('bob')[0]).toMatchObject({
      rooms: [],
      threads: [{ threadId: root.id, title: 'A group', unread: 1, messages: [{ text: 'apart' }] }],
    })
    await chat.messages.send('alice', roomId, { text: 'for all', threadId: root.id, alsoInRoom: true })
    await notified.until(() => notified.of('bob').length === 2 && notified.of('carol').length === 2)
    await isAtRest(host)
    expect(notified.texts('bob')).toEqual([['apart'], ['for all']])
    expect(notified.of('bob')[1]).toMatchObject({ rooms: [{ messages: [{ text: 'for all' }] }], threads: [] })
    expect(notified.texts('carol')).toEqual([['The thread'], ['for all']])
  })

  it('by one of several servers', async () => {
    const { host, hosts, notified } = await givenNotifying(on, 3)
    const ids = Array.from({ length: 30 }, (_, n) => `person${n}`)
    await people(host, ...ids)
    const rooms = [await givenGroup(host, 'alice', ...ids), await givenGroup(host, 'alice', ...ids)]
    for (const roomId of rooms) {
      await Promise.all(hosts.map(({ chat }, n) => chat.messages.send('alice', roomId, { text: `${roomId} ${n}` })))
    }
    await notified.until(() => ids.every((id) => new Set(notified.texts(id).flat()).size === 6))
    await isAtRest(host)
    for (const id of ids) expect(notified.texts(id).flat()).toHaveLength(6)
    expect(new Set(notified.batches.map((batch) => batch.id)).size).toBe(notified.batches.length)
  })

  it('once more where the handler threw, of the same under the same id, and then of what came later', async () => {
    let isBroken = true
    const { host, notified } = await givenNotifying(on, 1, (told) => ({
      handler: told.handler(() => {
        if (isBroken) throw new Error('away')
      }),
      backoff: () => 50,
    }))
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('alice', roomId, { text: '1' })
    await notified.until(() => notified.of('bob').length >= 2)
    await host.chat.messages.send('alice', roomId, { text: '2' })
    isBroken = false
    await notified.until(() => notified.texts('bob').flat().includes('2'))
    await isAtRest(host)
    const texts = notified.texts('bob')
    expect(texts.slice(0, -1)).toEqual(texts.slice(0, -1).map(() => ['1']))
    expect(texts.at(-1)).toEqual(['2'])
    const ids = notified.of('bob').map(({ id }) => id)
    expect(new Set(ids.slice(0, -1)).size).toBe(1)
    expect(new Set(ids).size).toBe(2)
    expect(notified.of('bob').map(({ attempt }) => attempt)).toEqual([...texts.slice(0, -1).keys(), 0])
  })

  it('no more where that failed too often, until it is tried again or passed over', async () => {
    let isBroken = true
    const { host, notified } = await givenNotifying(on, 1, (told) => ({
      handler: told.handler(() => {
        if (isBroken) throw new Error('no such address')
      }),
      attempts: 2,
      backoff: () => 10,
    }))
    const { subscriptions, messages } = host.chat
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    await messages.send('alice', roomId, { text: '1' })
    const isAside = async () => (await subscriptions.failedPeople()).items.length
    await expect.poll(isAside).toBe(2)
    const { items, nextCursor } = await subscriptions.failedPeople({ limit: 1 })
    const failed = { attempts: 2, error: 'no such address', failedAt: expect.any(String) }
    expect(items).toEqual([{ userId: 'bob', batchId: notified.of('bob')[0]?.id, ...failed }])
    expect((await subscriptions.failedPeople({ cursor: nextCursor ?? '' })).items[0]?.userId).toBe('carol')
    // A cursor says nothing of anybody, and is for no other list.
    await expect(subscriptions.failedPeople({ cursor: 'bob' })).rejects.toMatchObject({ code: 'invalid_request' })
    isBroken = false
    await messages.send('alice', roomId, { text: '2' })
    await subscriptions.skipPerson('carol')
    expect(await subscriptions.retryPeople('bob')).toBe(1)
    await notified.until(() => ['bob', 'carol'].every((id) => notified.texts(id).flat().includes('2')))
    await isAtRest(host)
    expect(notified.texts('bob')).toEqual([['1'], ['1'], ['1'], ['2']])
    expect(notified.texts('carol')).toEqual([['1'], ['1'], ['2']])
    await expect(subscriptions.skipPerson('carol')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('after they have gone, and not while they are here on any server', async () => {
    const { host, hosts, notified } = await givenNotifying(on, 2)
    const [, other] = hosts
    if (!other) throw new Error('there are two')
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const socket = await ready(other, 'bob')
    const isHere = () => host.prisma.chatPresence.count({ where: { userId: 'bob' } })
    await expect.poll(isHere).toBe(1)
    await host.chat.messages.send('alice', roomId, { text: 'while he is here' })
    await notified.until(() => notified.of('carol').length > 0)
    const putOff = async () => (await host.prisma.chatNotice.findUnique({ where: { userId: 'bob' } }))?.heldBy
    await expect.poll(putOff).toBe(null)
    expect(notified.texts('bob')).toEqual([])
    await socket.close()
    await expect.poll(isHere).toBe(0)
    // What the clock of the database does in half a minute.
    await host.prisma.chatNotice.updateMany({ data: { dueAt: 1 } })
    await notified.until(() => notified.of('bob').length > 0)
    expect(notified.texts('bob')).toEqual([['while he is here']])
  })
})

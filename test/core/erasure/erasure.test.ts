import { Readable } from 'node:stream'
import { type ChatStorage, createChatRouter } from 'express-chat'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { databases } from '../../databases.js'
import { secret, userOfHeader } from '../../host.js'
import { givenStorage } from '../../media/given-storage.js'
import { Refused } from '../../socket.js'
import { givenGroup, givenRoom } from '../given-room.js'
import { listening } from '../reading-back.js'
import { shareHost } from '../shared-host.js'
import { anything, columnsWith, erika, givenLife, word } from './given-life.js'

const minute = 60_000

describe.each(databases)('erasing a user on $name', (database) => {
  let ahead = 0
  let isAway = false
  const kept = givenStorage()
  const storage: ChatStorage = {
    ...kept.storage,
    put: (...given) => kept.storage.put(...given),
    list: () => kept.storage.list(),
    delete: (key) => (isAway ? Promise.reject(new Error('the store is away')) : kept.storage.delete(key)),
  }
  const clock = () => new Date(Date.now() + ahead)
  const options = { storage, clock, logger: { warn: () => undefined, error: () => undefined } }
  const host = shareHost(database, { ...options, data: { message: anything } })
  afterAll(kept.remove)
  afterEach(() => {
    isAway = false
  })

  /** Somebody new, with one file, whose erasure does not end while the store is away. */
  async function givenSomebody(id: string) {
    await host.chat.users.save({ id, name: id })
    const bytes = Buffer.from(`Dear diary of ${id}`)
    await host.chat.media.upload(id, { filename: 'diary.txt', stream: Readable.from([bytes]) })
    return id
  }

  it('leaves what they said as that of nobody where it is to stay, and nothing that says whose it was', async () => {
    const life = await givenLife(host)
    const erasure = await host.chat.eraseUser(erika, { messages: 'anonymize' })
    expect(erasure).toMatchObject({ userId: null, finishedAt: expect.any(String) })
    ahead += 6 * minute
    await host.chat.eraseDue()
    await expect.poll(() => columnsWith(host, life.needles.slice(0, 2))).toEqual([])
    const { body } = await life.group.as('bob').get(`/messages/${life.said.id}`)
    expect(body).toMatchObject({
      ...{ user: null, as: { name: 'Deleted user', avatarUrl: null }, text: `${word} one`, clientId: null },
      ...{ deletedAt: null, data: { note: word }, media: [{ contentType: 'image/png' }, { filename: 'diary.txt' }] },
    })
    expect((await host.as('bob').get(`/media/${body.media[0].id}`)).status).toBe(200)
    const forwarded = await life.elsewhere.as('dave').get(`/messages/${life.forwarded.id}`)
    expect(forwarded.body).toMatchObject({ text: `${word} one`, forwardedFrom: { userId: null, name: null } })
  })

  it('tells the rooms, which have an owner afterwards, count what is to be read and what is in threads', async () => {
    const ida = await givenSomebody('ida')
    const room = await givenRoom(host, ida, { type: 'group', name: 'Hers', userIds: ['alice', 'bob'] })
    const root = await room.say('alice', 'What do you think?')
    await room.say(ida, { text: 'In the thread', threadId: root.id })
    await room.say('bob', { text: 'In the thread', threadId: root.id })
    const hers = await room.say(ida, 'Hers')
    await room.say('alice', { text: 'Answered', mentions: [ida], replyToId: hers.id })
    const bob = await listening(host, 'bob')
    const { rooms } = bob.frames.find(({ type }) => type === 'welcome')
    await host.chat.eraseUser(ida, { messages: 'delete' })
    expect(await bob.next('member.removed')).toMatchObject({ member: { user: { id: ida, name: 'Deleted user' } } })
    expect((await bob.next('member.updated')).member).toMatchObject({ user: { id: 'alice' }, role: 'owner' })
    const gone = (message: object) => ({ message: { ...message, text: '', user: null, as: { name: 'Deleted user' } } })
    expect(await bob.next('message.deleted')).toMatchObject({ message: { text: '', user: null } })
    await bob.until(() => bob.frames.some(({ message }) => message?.id === hers.id && message.deletedAt), 'hers')
    expect(bob.frames.findLast(({ message }) => message?.id === hers.id)).toMatchObject(gone({ id: hers.id }))

    const { body } = await room.as('bob').get('')
    expect(body.me.unreadCount).toBe(2)
    expect(body).toMatchObject({ memberCount: 2, createdById: null, lastMessage: { kind: 'system' } })
    const thread = (await room.as('bob').get(`/messages/${root.id}`)).body.thread
    expect(thread).toMatchObject({ count: 1, userIds: ['bob'] })
    const { items } = (await room.as('bob').get('/messages')).body
    expect(items.find(({ text }: { text: string }) => text === 'Answered')).toMatchObject({
      ...{ mentions: [], replyTo: { text: '', userId: null, as: { name: 'Deleted user' } } },
    })
    // Who knows of the room what was before reads it anew; who has heard that she went hears the rest.
    const { revision } = rooms[room.id]
    const away = await listening(host, 'bob', { [room.id]: revision })
    expect(away.frames.map(({ type }) => type)).toContain('room.reset')
    const removed = bob.frames.find(({ type }) => type === 'member.removed').revision
    const back = await listening(host, 'bob', { [room.id]: removed })
    expect(back.frames.map(({ type }) => type)).not.toContain('room.reset')
    await Promise.all([bob.close(), away.close(), back.close()])
  })

  it('leaves the other one of two what both said, where nobody writes any more; who comes back begins anew', async () => {
    const ida = await givenSomebody('ivy')
    const pair = await givenRoom(host, ida, { type: 'private', userIds: ['bob'] })
    await pair.as(ida).post('/messages', { text: 'Hers' })
    await pair.as('bob').post('/messages', { text: 'His' })
    await host.chat.eraseUser(ida, { messages: 'delete' })
    expect((await pair.as('bob').get('')).body).toMatchObject({ peer: null, isBlocked: true })
    const { items } = (await pair.as('bob').get('/messages')).body
    expect(items.map(({ text }: { text: string }) => text)).toEqual(['', 'His'])
    expect((await pair.as('bob').post('/messages', { text: 'There?' })).body.code).toBe('blocked')

    expect((await host.as(ida).get('/rooms')).body.items).toEqual([])
    const anew = await givenRoom(host, 'bob', { type: 'private', userIds: [ida] })
    expect(anew.id).not.toBe(pair.id)
    expect((await anew.as(ida).get('/messages')).body.items).toEqual([])
    expect((await host.as(ida).get('/users/me')).body).toMatchObject({ description: '', avatarUrl: null })
  })

  it('lets them neither connect, nor write, nor be added until it is done, on any server', async () => {
    const ida = await givenSomebody('isa')
    const room = await givenGroup(host, 'alice', ida)
    const other = createChatRouter({
      ...{ resolveUser: userOfHeader, prisma: host.database.connect(), secret, path: '/chat', ...options },
    })
    const { ticket } = (await host.as(ida).post('/ws-ticket')).body
    isAway = true
    const erasure = await host.chat.eraseUser(ida, { messages: 'delete' })
    expect(erasure).toMatchObject({ userId: ida, finishedAt: null, error: expect.stringContaining('away') })
    expect((await host.as(ida).get('/rooms')).status).toBe(403)
    const refused = await host.socket(ida).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refused)
    const withTicket = await host.socket(null, { query: `?ticket=${ticket}` }).catch((error: unknown) => error)
    expect(withTicket).toBeInstanceOf(Refused)
    await expect(other.messages.send(ida, room.id, { text: 'Still here' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(other.rooms.create('alice', { type: 'private', userIds: [ida] })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(other.system.members.add(room.id, { userId: ida })).rejects.toMatchObject({ code: 'not_found' })
    await expect(other.users.save({ id: ida, name: 'Ida' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(other.blocks.add('alice', ida)).rejects.toMatchObject({ code: 'not_found' })
    expect(await columnsWith(host, [ida])).toEqual([
      'chatErasure.userId',
      'chatMedia.uploadedById',
      'chatRevocation.userId',
      'chatRoomUser.userId',
    ])
    await other.close()
  })

  it('waits for a store that is away, and is done by any server once that is back', async () => {
    const ida = await givenSomebody('ilse')
    isAway = true
    const { id } = await host.chat.eraseUser(ida, { messages: 'delete' })
    const { storageKey } = await host.prisma.chatMedia.findFirstOrThrow({ where: { uploadedById: ida } })
    expect((await host.chat.system.erasures.list({ unfinished: true })).items).toContainEqual(
      expect.objectContaining({ id, userId: ida, error: expect.stringContaining('away') }),
    )
    expect(await kept.keys()).toContain(storageKey)
    isAway = false
    // Not each time that somebody looks: in a minute.
    expect(await host.chat.eraseDue()).toBe(0)
    ahead += 2 * minute
    const other = createChatRouter({
      ...{ resolveUser: userOfHeader, prisma: host.database.connect(), secret, path: '/chat', ...options },
    })
    await other.eraseDue()
    expect(await host.chat.system.erasures.get(id)).toMatchObject({ userId: null, error: null })
    expect(await kept.keys()).not.toContain(storageKey)
    await other.close()
  })

  it('is written down with the host’s own transaction, or not at all, and begins after its commit', async () => {
    const ida = await givenSomebody('iris')
    const asked = { messages: 'delete' } as const
    const rolledBack = host.chat.transaction(async (_tx, chat) => {
      await chat.eraseUser(ida, asked)
      throw new Error('no')
    })
    await expect(rolledBack).rejects.toThrow('no')
    expect((await host.as(ida).get('/users/me')).status).toBe(200)
    const { id, finishedAt } = await host.chat.transaction(async (_tx, chat) => chat.eraseUser(ida, asked))
    expect(finishedAt).toBeNull()
    await expect.poll(async () => (await host.chat.system.erasures.get(id)).finishedAt).not.toBeNull()
    const { items } = await host.chat.system.audit.list({ action: 'user.erased' })
    expect(items).toContainEqual(
      expect.objectContaining({ actorId: null, userId: null, details: { erasureId: id, messages: 'delete' } }),
    )
  })

  it('is one, however often it is asked for, and not another by the way', async () => {
    const ida = await givenSomebody('inge')
    isAway = true
    const asked = { messages: 'anonymize' } as const
    const all = await Promise.all([host.chat.eraseUser(ida, asked), host.chat.eraseUser(ida, asked)])
    expect(all[0].id).toBe(all[1].id)
    await expect(host.chat.eraseUser(ida, { messages: 'delete' })).rejects.toMatchObject({ code: 'conflict' })
    const wrong = { messages: 'keep' } as unknown as { messages: 'delete' }
    await expect(host.chat.eraseUser(ida, wrong)).rejects.toMatchObject({ code: 'invalid_request' })
    const nothing = undefined as unknown as typeof wrong
    await expect(host.chat.eraseUser(ida, nothing)).rejects.toMatchObject({
      ...{ code: 'invalid_request', message: "the value: give { messages: 'delete' } or { messages: 'anonymize' }" },
    })
    await expect(host.chat.system.erasures.get('none')).rejects.toMatchObject({ code: 'not_found' })
  })
})

import { Readable } from 'node:stream'
import { createChatRouter } from 'express-chat'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { givenGroup } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'
import { secret, userOfHeader } from '../host.js'
import { givenStorage } from './given-storage.js'
import { picture } from './pictures.js'

const hour = 3_600_000
const day = 24 * hour

describe.each(databases)('the sweep on $name', (database) => {
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const { storage, keys, remove } = givenStorage()
  const warnings: string[] = []
  const logger = { warn: (text: string) => void warnings.push(text), error: () => undefined }
  const host = shareHost(database, { storage, clock, logger })
  afterAll(remove)
  beforeEach(async () => {
    ahead = 30 * day
    await host.chat.sweep()
    ahead = 0
  })

  const given = async (userId = 'alice', bytes?: Buffer) =>
    host.chat.media.upload(userId, { filename: 'a.png', stream: Readable.from([bytes ?? (await picture(8, 8))]) })
  const exists = async (id: string) => (await host.prisma.chatMedia.count({ where: { id } })) === 1

  it('takes what nothing has used for a day, its thumbnail with it', async () => {
    const before = await keys()
    const { id } = await given()
    ahead = day - hour
    expect(await host.chat.sweep()).toMatchObject({ unused: 0, files: 0 })
    ahead = day + hour
    expect(await host.chat.sweep()).toEqual({ unused: 1, files: 0, rows: 0, temporary: 0, mentions: 0, missing: [] })
    expect([await exists(id), await keys()]).toEqual([false, before])
  })

  it('leaves what a message carries, and takes it once that or its room is deleted', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const other = await givenGroup(host, 'alice', 'bob')
    const [one, two, three] = [await given(), await given(), await given()]
    const sent = await room.say('alice', { mediaIds: [one.id] })
    await room.say('alice', { mediaIds: [two.id] })
    await other.say('alice', { mediaIds: [three.id] })
    ahead = 2 * day
    expect((await host.chat.sweep()).unused).toBe(0)
    await room.as('alice').delete(`/messages/${sent.id}`)
    await other.as('alice').delete('')
    expect((await host.chat.sweep()).unused).toBe(2)
    expect([await exists(one.id), await exists(two.id), await exists(three.id)]).toEqual([false, true, false])
  })

  it('leaves what is to be sent later, and takes it once that was cancelled', async () => {
    const room = await givenGroup(host, 'alice')
    const [one, two] = [await given(), await given()]
    const sendAt = new Date(clock().getTime() + 10 * day).toISOString()
    const { body } = await room.as('alice').post('/messages', { mediaIds: [one.id], sendAt })
    ahead = 2 * day
    await host.chat.sweep()
    expect([await exists(one.id), await exists(two.id)]).toEqual([true, false])
    await room.as('alice').delete(`/scheduled/${body.id}`)
    await host.chat.sweep()
    expect(await exists(one.id)).toBe(false)
  })

  it('leaves what is forwarded until the last message that carries it is deleted', async () => {
    const [room, other] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'bob')]
    const { id } = await given()
    const sent = await room.say('alice', { mediaIds: [id] })
    const forwarded = await other.say('bob', { forward: { roomId: room.id, messageId: sent.id } })
    ahead = 2 * day
    await room.as('alice').delete(`/messages/${sent.id}`)
    await room.as('alice').delete('')
    expect([(await host.chat.sweep()).unused, await exists(id)]).toEqual([0, true])
    await other.as('bob').delete(`/messages/${forwarded.id}`)
    expect([(await host.chat.sweep()).unused, await exists(id)]).toEqual([1, false])
  })

  it('leaves the pictures of people and rooms, until there are others', async () => {
    const room = await givenGroup(host, 'alice')
    const [own, ofRoom] = [await given(), await given()]
    await host.chat.users.update('alice', { avatarMediaId: own.id })
    await host.chat.rooms.update('alice', room.id, { avatarMediaId: ofRoom.id })
    ahead = 2 * day
    expect((await host.chat.sweep()).unused).toBe(0)
    await host.chat.users.update('alice', { avatarMediaId: null })
    await room.as('alice').delete('')
    expect((await host.chat.sweep()).unused).toBe(2)
  })

  it('takes files of which no row speaks, but none that is young or not the library’s own', async () => {
    const put = (key: string) =>
      storage.put(key, Readable.from(['x'], { objectMode: false }), { contentType: 'text/plain' })
    const orphan = '01900000-0000-7000-8000-000000000000'
    for (const key of [orphan, `${orphan}-thumbnail`, 'readme']) await put(key)
    const { id } = await given()
    const room = await givenGroup(host, 'alice')
    await room.say('alice', { mediaIds: [id] })
    expect((await host.chat.sweep()).files).toBe(0)
    ahead = 2 * hour
    const before = await keys()
    expect((await host.chat.sweep()).files).toBe(2)
    expect(await keys()).toEqual(before.filter((key) => !key.startsWith(orphan)))
    await storage.delete('readme')
  })

  it('takes rows whose files are gone, and only tells of those that a message carries', async () => {
    const room = await givenGroup(host, 'alice')
    const [loose, carried] = [await given(), await given()]
    await room.say('alice', { mediaIds: [carried.id] })
    for (const { id } of [loose, carried]) {
      const { storageKey } = await host.prisma.chatMedia.findUniqueOrThrow({ where: { id } })
      await storage.delete(storageKey)
    }
    ahead = 2 * hour
    expect(await host.chat.sweep()).toMatchObject({ rows: 1, missing: [carried.id] })
    expect([await exists(loose.id), await exists(carried.id)]).toEqual([false, true])
    expect(warnings.at(-1)).toContain(carried.id)
    await host.prisma.chatMessageMedia.deleteMany({ where: { mediaId: carried.id } })
  })

  it('never takes what is being sent or shown at that moment, on several servers at once', async () => {
    // libsql waits inside synchronous calls: two clients of one process keep each other from ever committing.
    const servers = (database.name === 'sqlite' ? [] : [1, 2]).map(() => {
      const prisma = host.database.connect()
      return createChatRouter({ resolveUser: userOfHeader, prisma, secret, storage, clock, logger })
    })
    const room = await givenGroup(host, 'alice')
    const bytes = await picture(8, 8)
    // As many as wait in one user's line.
    const uploads = await Promise.all(Array.from({ length: 20 }, () => given('alice', bytes)))
    ahead = 2 * day
    const used: string[] = []
    const takes = uploads.map(async ({ id }, n) => {
      const taking =
        n % 2 === 0
          ? host.chat.messages.send('alice', room.id, { mediaIds: [id] })
          : host.chat.rooms.update('alice', (await givenGroup(host, 'alice')).id, { avatarMediaId: id })
      const refused = await taking.then(
        () => undefined,
        (error) => error,
      )
      if (refused) expect(refused).toMatchObject({ code: 'invalid_request' })
      else used.push(id)
    })
    const sweeps = await Promise.all([...servers, host.chat].map((chat) => chat.sweep()))
    await Promise.all(takes)
    const swept = sweeps.reduce((sum, { unused }) => sum + unused, 0)
    expect(swept + used.length).toBe(uploads.length)
    for (const id of used) {
      const row = await host.prisma.chatMedia.findUniqueOrThrow({ where: { id } })
      expect(await storage.stat(row.storageKey)).toBeDefined()
    }
    for (const chat of servers) await chat.close()
  })
})

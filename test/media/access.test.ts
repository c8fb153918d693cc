import type { ChatOptions } from 'express-chat'
import { afterAll, describe, expect, it } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { givenGroup } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'
import { givenStorage } from './given-storage.js'
import { picture } from './pictures.js'
import { fetchFile, upload } from './upload.js'

describe.each(databases)('who may see media on $name', (database) => {
  let ahead = 0
  const { storage, remove } = givenStorage()
  const options: Partial<ChatOptions<PrismaClient>> = { storage, clock: () => new Date(Date.now() + ahead) }
  const host = shareHost(database, options)
  afterAll(remove)

  const given = async (userId = 'alice') => (await upload(host, userId, await picture(8, 8))).body

  /** The statuses of metadata, bytes and thumbnail for somebody's session. */
  const seenBy = async (userId: string | null, id: string) => {
    const headers: Record<string, string> = userId === null ? {} : { 'x-user': userId }
    const parts = ['', '/content', '/thumbnail'].map((part) => fetchFile(host, `/chat/media/${id}${part}`, headers))
    return (await Promise.all(parts)).map(({ status }) => status)
  }
  const all = (status: number) => [status, status, status]

  it('is their uploader alone until a message carries it', async () => {
    const { id } = await given()
    expect(await seenBy('alice', id)).toEqual(all(200))
    expect(await seenBy('bob', id)).toEqual(all(404))
    expect(await seenBy(null, id)).toEqual(all(401))
    expect(await seenBy('alice', 'nothing')).toEqual(all(404))
    expect((await host.as('bob').get(`/media/${id}`)).body).toEqual({
      ...(await host.as('bob').get('/media/nothing')).body,
      requestId: expect.any(String),
    })
  })

  it('is the members of the room from then on, until the message is deleted', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await given()
    const sent = await room.say('alice', { mediaIds: [id] })
    expect(await seenBy('bob', id)).toEqual(all(200))
    expect(await seenBy('carol', id)).toEqual(all(404))
    await room.as('alice').delete(`/messages/${sent.id}`)
    expect(await seenBy('bob', id)).toEqual(all(404))
    expect(await seenBy('alice', id)).toEqual(all(200))
  })

  it('is nobody who was removed, and nobody once the room is deleted', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const { id } = await given()
    await room.say('alice', { mediaIds: [id] })
    await room.as('alice').delete('/members/bob')
    expect(await seenBy('bob', id)).toEqual(all(404))
    expect(await seenBy('carol', id)).toEqual(all(200))
    await room.as('alice').delete('')
    expect(await seenBy('carol', id)).toEqual(all(404))
  })

  it('is everyone where it is the picture of a person', async () => {
    const { id } = await given()
    const { body } = await host.as('alice').patch('/users/me', { avatarMediaId: id })
    expect(body.avatarUrl).toContain(`/chat/media/${id}/`)
    expect((await fetchFile(host, body.avatarUrl)).status).toBe(200)
    expect(await seenBy('erin', id)).toEqual(all(200))
    await host.as('alice').patch('/users/me', { avatarMediaId: null })
    expect(await seenBy('erin', id)).toEqual(all(404))
  })

  it('is the members, or everyone if it is public, where it is the picture of a room', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await given()
    expect((await room.as('alice').patch('', { avatarMediaId: id })).status).toBe(200)
    expect(await seenBy('bob', id)).toEqual(all(200))
    expect(await seenBy('carol', id)).toEqual(all(404))
    await room.as('alice').patch('', { isPublic: true })
    expect(await seenBy('carol', id)).toEqual(all(200))
  })

  it('refuses as an avatar what is no picture, or not one’s own', async () => {
    const text = (await upload(host, 'alice', 'Hello', 'a.txt', 'text/plain')).body
    const refused = { status: 400, body: { errors: [{ pointer: '/avatarMediaId' }] } }
    expect(await host.as('alice').patch('/users/me', { avatarMediaId: text.id })).toMatchObject(refused)
    const { id } = await given('bob')
    expect(await host.as('alice').patch('/users/me', { avatarMediaId: id })).toMatchObject(refused)
    const room = { type: 'group', name: 'A', avatarMediaId: id }
    expect(await host.as('alice').post('/rooms', room)).toMatchObject(refused)
  })

  it('is whoever has a signed URL, until it ends', async () => {
    const { id, url, thumbnailUrl } = await given()
    for (const path of [url, thumbnailUrl]) expect((await fetchFile(host, path)).status).toBe(200)
    const changed = [
      url.replace(/expires=\d/, 'expires=9'),
      url.replace(/(?<=signature=)./, (first: string) => (first === 'A' ? 'B' : 'A')),
      url.replace('/content', '/thumbnail'),
      url.replace(id, (await given()).id),
      url.replace(/&signature=.*/, ''),
      url.replace(/signature=.*/, 'signature='),
      `${url}&expires=1`,
    ]
    for (const path of changed) expect((await fetchFile(host, path)).status, path).toBeGreaterThanOrEqual(400)
    ahead = 15 * 60_000 + 1
    expect((await fetchFile(host, url)).status).toBe(401)
    expect((await fetchFile(host, url, { 'x-user': 'alice' })).status).toBe(200)
    expect((await fetchFile(host, url, { 'x-user': 'bob' })).status).toBe(404)
    ahead = 0
  })
})

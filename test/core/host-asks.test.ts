import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskStorage } from 'express-chat'
import { afterAll, describe, expect, it } from 'vitest'
import { pixel } from '../access/pixel.js'
import { databases, type TestDatabase } from '../databases.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

const [sqlite] = databases as [TestDatabase]

describe('the host asks the chat, and not its tables,', () => {
  const directory = mkdtempSync(join(tmpdir(), 'express-chat-test-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const host = shareHost(sqlite, { storage: diskStorage({ directory }) })

  it('who is present, and since when the others are not', async () => {
    const { system } = host.chat
    const nobody = { online: false, lastSeenAt: null }
    expect(await system.members.presence(['dave', 'nobody'])).toEqual([
      { userId: 'dave', ...nobody },
      { userId: 'nobody', ...nobody },
    ])
    const socket = await host.socket('dave')
    await socket.ready()
    await expect.poll(() => system.members.presence(['dave'])).toEqual([{ ...nobody, userId: 'dave', online: true }])
    socket.terminate()
    await expect
      .poll(() => system.members.presence(['dave']))
      .toEqual([{ userId: 'dave', online: false, lastSeenAt: expect.any(String) }])
  })

  it('what somebody has to read, room by room, and what is muted', async () => {
    const [loud, quiet, read] = [
      await givenGroup(host, 'alice', 'erin'),
      await givenGroup(host, 'alice', 'erin'),
      await givenGroup(host, 'alice', 'erin'),
    ]
    for (const room of [loud, loud, quiet]) await room.say('alice', 'Hi')
    await quiet.as('erin').patch('/members/me', { muted: true })
    const plain = { mentionCount: 0, notify: 'all', isArchived: false, isMarkedUnread: false }
    expect(await host.chat.system.unread('erin')).toEqual({
      messages: 2,
      rooms: expect.arrayContaining([
        { roomId: loud.id, unreadCount: 2, muted: false, lastReadSeq: 1, lastMessageSeq: 3, ...plain },
        { roomId: quiet.id, unreadCount: 1, muted: true, lastReadSeq: 1, lastMessageSeq: 2, ...plain },
      ]),
    })
    expect((await host.chat.system.unread('erin')).rooms.map(({ roomId }) => roomId)).not.toContain(read.id)
    expect(await host.chat.system.unread('nobody')).toEqual({ messages: 0, rooms: [] })
    const { items } = await host.chat.system.members.list(quiet.id)
    expect(items.map(({ user, muted }) => [user.id, muted])).toEqual([
      ['alice', false],
      ['erin', true],
    ])
    const { members } = host.chat.system
    expect(await members.get(quiet.id, 'erin')).toMatchObject({ user: { id: 'erin' }, muted: true })
    expect(await members.update(quiet.id, 'erin', { role: 'admin' })).toMatchObject({ role: 'admin', muted: true })
    expect(await members.add(quiet.id, { userId: 'bob' })).toMatchObject({ user: { id: 'bob' }, muted: false })
    // Nobody else is told.
    expect((await quiet.as('alice').get('/members/erin')).body).not.toHaveProperty('muted')
  })

  it('what was said, what changed, and what is in a file', async () => {
    const { system, media } = host.chat
    const room = await givenGroup(host, 'alice', 'bob')
    const { id: mediaId } = await media.upload('alice', { filename: 'dot.png', stream: streamOf(pixel) })
    const said = await host.chat.messages.send('alice', room.id, { text: 'Look', mediaIds: [mediaId] })
    expect(await system.messages.get(room.id, said.id)).toEqual({ ...said, revision: said.revision })
    expect((await system.messages.search(room.id, { q: 'look' })).items).toEqual([said])
    const { events, revision } = await system.changes(room.id, { since: said.revision - 1 })
    expect(events).toEqual([{ type: 'message.created', roomId: room.id, revision: said.revision, message: said }])
    expect(revision).toBe(said.revision)
    expect(await system.media.get(mediaId)).toMatchObject({ contentType: 'image/png', uploadedById: 'alice' })
    const bytes = Buffer.concat(await (await system.media.read(mediaId)).toArray())
    expect(bytes).toEqual(Buffer.concat(await (await media.read('alice', mediaId)).toArray()))
    expect((await system.media.read(mediaId, 'thumbnail')).destroy().destroyed).toBe(true)
  })

  it('and is told what there is not', async () => {
    const { system } = host.chat
    const room = await givenGroup(host, 'alice')
    const missing = { code: 'not_found' }
    await expect(system.members.get(room.id, 'bob')).rejects.toMatchObject(missing)
    await expect(system.messages.get(room.id, 'none')).rejects.toMatchObject(missing)
    await expect(system.messages.search('none', { q: 'look' })).rejects.toMatchObject(missing)
    await expect(system.changes('none', { since: 0 })).rejects.toMatchObject(missing)
    await expect(system.media.read('none')).rejects.toMatchObject(missing)
    await expect(system.members.presence(Array.from({ length: 1001 }, (_, n) => `${n}`))).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })
})

async function* streamOf(bytes: Buffer) {
  yield bytes
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { startHost, type TestHost } from '../host.js'
import { type GivenRoom, givenGroup, roomOf } from './given-room.js'
import { shareHost } from './shared-host.js'

const most = 3

const edit = async (room: GivenRoom, userId: string, id: string, changes: object): Promise<void> =>
  expect(await room.as(userId).patch(`/messages/${id}`, changes)).toMatchObject({ status: 200 })

const texts = ({ items }: { items: { text: string }[] }): string[] => items.map(({ text }) => text)

describe.each(databases)('what a message said before on $name', (database) => {
  let now = new Date('2030-02-03T04:05:06.789Z')
  const clock = () => now
  const host = shareHost(database, { editHistory: 'members', limits: { editsPerMessage: most }, clock })
  const hosts: Record<string, TestHost> = {}

  beforeAll(async () => {
    const isModerator = ({ id }: { id: string }) => id === 'erin' || id === 'bob'
    hosts.moderators = await startHost(host.database, { isModerator, clock })
    hosts.one = await startHost(host.database, { editHistory: 'members', limits: { editsPerMessage: 1 }, clock })
    hosts.nobody = await startHost(host.database, { isModerator, clock, editHistory: false })
  })
  afterAll(async () => {
    for (const other of Object.values(hosts)) await other.close()
  })

  it('is kept with each edit, with whom it mentioned and since when', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const sent = await room.say('alice', { text: 'Hullo @Bob', mentions: ['bob'] })
    const path = `/messages/${sent.id}/edits`
    expect((await room.as('bob').get(path)).body).toEqual({ items: [], nextCursor: null })
    now = new Date(now.getTime() + 60_000)
    const editedAt = now.toISOString()
    await edit(room, 'alice', sent.id, { text: 'Hello all', mentions: [] })
    now = new Date(now.getTime() + 60_000)
    await edit(room, 'alice', sent.id, { mentions: ['bob'] })
    const items = [
      { text: 'Hello all', mentions: [], data: null, at: editedAt },
      { text: 'Hullo @Bob', mentions: ['bob'], data: null, at: sent.createdAt },
    ]
    expect((await room.as('bob').get(path)).body).toEqual({ items, nextCursor: null })
    const first = (await room.as('bob').get(`${path}?limit=1`)).body
    expect(first.items).toEqual([items[0]])
    const second = await room.as('bob').get(`${path}?limit=1&cursor=${first.nextCursor}`)
    expect(second.body).toEqual({ items: [items[1]], nextCursor: null })
    expect(await host.chat.messages.edits('bob', room.id, sent.id)).toEqual({ items, nextCursor: null })
    expect(await host.chat.system.messages.edits(room.id, sent.id)).toEqual({ items, nextCursor: null })
  })

  it('is kept with the data that it had', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await host.chat.messages.send('alice', room.id, { text: 'Order', data: { order: 17 } })
    await host.chat.messages.edit('alice', room.id, id, { data: { order: 18 } })
    await host.chat.messages.edit('alice', room.id, id, { data: null })
    const { items } = await host.chat.messages.edits('bob', room.id, id)
    expect(items.map(({ data }) => data)).toEqual([{ order: 18 }, { order: 17 }])
  })

  it('is forgotten where there is too much of it: from the oldest on, but what was said first stays', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('alice', '0')
    for (const text of ['1', '2', '3', '4', '5']) await edit(room, 'alice', id, { text })
    expect(texts((await room.as('bob').get(`/messages/${id}/edits`)).body)).toEqual(['4', '3', '0'])
    expect(await host.prisma.chatMessageEdit.count({ where: { messageId: id } })).toBe(most)
  })

  it('is the first version alone where one is kept', async () => {
    const room = roomOf(hosts.one as TestHost, (await givenGroup(host, 'alice', 'bob')).id)
    const { id } = await room.say('alice', '0')
    for (const text of ['1', '2', '3']) await edit(room, 'alice', id, { text })
    expect(texts((await room.as('bob').get(`/messages/${id}/edits`)).body)).toEqual(['0'])
  })

  it('is nothing more after an edit that changes nothing, of which nobody is told', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const draft = { text: 'Hi @Bob', mentions: ['bob'], mentionsEveryone: true, data: { order: 17 } }
    const sent = await host.chat.messages.send('alice', room.id, draft)
    const same = [
      draft,
      { text: draft.text },
      { mentions: ['bob'] },
      { mentionsEveryone: true },
      { data: { order: 17 } },
    ]
    for (const changes of same) {
      expect(await host.chat.messages.edit('alice', room.id, sent.id, changes)).toMatchObject(sent)
    }
    expect((await room.as('bob').get(`/messages/${sent.id}/edits`)).body.items).toEqual([])
    expect((await room.as('bob').get('')).body.revision).toBe(sent.revision)
    for (const changes of [{ mentionsEveryone: false }, { data: null }, { mentions: [] }, { text: 'Hi Bob' }]) {
      await host.chat.messages.edit('alice', room.id, sent.id, changes)
    }
    expect(await host.prisma.chatMessageEdit.count({ where: { messageId: sent.id } })).toBe(most)
    expect((await room.as('bob').get('')).body.revision).toBe(sent.revision + 4)
  })

  it('is exact however many edit at once: each version once, and the one that stands is none of them', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('alice', 'first')
    await Promise.all(['a', 'b', 'c'].map((text) => edit(room, 'alice', id, { text })))
    const { text } = (await room.as('bob').get(`/messages/${id}`)).body
    const before = texts((await room.as('bob').get(`/messages/${id}/edits`)).body)
    expect([text, ...before].sort()).toEqual(['a', 'b', 'c', 'first'])
    expect(before.at(-1)).toBe('first')
  })

  it('goes with the message, and is kept with an edit or not at all', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('alice', 'Secret')
    const failing = host.chat.transaction(async (_, chat) => {
      await chat.messages.edit('alice', room.id, id, { text: 'Less secret' })
      expect(texts(await chat.messages.edits('alice', room.id, id))).toEqual(['Secret'])
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect((await room.as('bob').get(`/messages/${id}/edits`)).body.items).toEqual([])
    await edit(room, 'alice', id, { text: 'No secret' })
    expect(texts((await room.as('bob').get(`/messages/${id}/edits`)).body)).toEqual(['Secret'])
    await room.as('alice').delete(`/messages/${id}`)
    expect((await room.as('bob').get(`/messages/${id}/edits`)).body).toEqual({ items: [], nextCursor: null })
    expect(await host.prisma.chatMessageEdit.count({ where: { messageId: id } })).toBe(0)
  })

  it('is for moderators alone unless the host says otherwise: of their rooms, and by moderation of all', async () => {
    const on = hosts.moderators as TestHost
    const room = await givenGroup(on, 'alice', 'bob', 'carol')
    const { id } = await room.say('alice', 'Rude')
    await edit(room, 'alice', id, { text: 'Polite' })
    const path = `/messages/${id}/edits`
    for (const author of ['alice', 'carol']) {
      expect(await room.as(author).get(path)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
    expect(texts((await room.as('bob').get(path)).body)).toEqual(['Rude'])
    expect((await room.as('erin').get(path)).status).toBe(404)
    expect(texts((await on.as('erin').get(`/moderation/rooms/${room.id}${path}`)).body)).toEqual(['Rude'])
    expect((await on.as('carol').get(`/moderation/rooms/${room.id}${path}`)).status).toBe(404)
    const { items } = await on.chat.moderation.audit('erin', { roomId: room.id, action: 'moderator.read' })
    expect(items).toMatchObject([{ actorId: 'erin' }])
    expect(texts(await on.chat.moderation.messages.edits('erin', room.id, id))).toEqual(['Rude'])
    await expect(on.chat.messages.edits('bob', room.id, id)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is not kept where the host wants none of it, and what was kept before is shown to nobody', async () => {
    const on = hosts.nobody as TestHost
    const before = await givenGroup(host, 'alice', 'bob')
    const { id } = await before.say('alice', 'Kept')
    await edit(before, 'alice', id, { text: 'Said anew' })
    const room = roomOf(on, before.id)
    await edit(room, 'alice', id, { text: 'Said again' })
    expect(await on.prisma.chatMessageEdit.count({ where: { messageId: id } })).toBe(1)
    expect((await room.as('bob').get(`/messages/${id}/edits`)).status).toBe(404)
    expect((await on.as('erin').get(`/moderation/rooms/${room.id}/messages/${id}/edits`)).status).toBe(404)
    await expect(on.chat.system.messages.edits(room.id, id)).rejects.toMatchObject({ code: 'not_found' })
    await room.as('alice').delete(`/messages/${id}`)
    expect(await on.prisma.chatMessageEdit.count({ where: { messageId: id } })).toBe(0)
  })
})

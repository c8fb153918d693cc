import { Readable } from 'node:stream'
import type { JsonObject, Message } from 'express-chat'
import { expect } from 'vitest'
import { pairKeyOf } from '../../../src/core/room-making.js'
import { modelNames } from '../../../src/store/client.js'
import type { TestHost } from '../../host.js'
import { picture } from '../../media/pictures.js'
import { indexAll } from '../given-history.js'
import { type GivenRoom, givenGroup, givenRoom } from '../given-room.js'

/** Whoever is erased: their id, and their name, which it begins. */
export const erika = 'erika-17'
/** A word that is in all that they say. */
export const word = 'Zwetschge'

export interface Life {
  group: GivenRoom
  /** They own it alone; Bob is an admin. */
  owned: GivenRoom
  pair: GivenRoom
  /** They have never been in it. */
  elsewhere: GivenRoom
  /** What they said in the group first. */
  said: Message
  /** What they changed. */
  edited: Message
  /** What Alice said, which has a thread. */
  theirs: Message
  /** What Bob forwarded of that. */
  forwarded: Message
  /** Ids and keys of their files. */
  files: string[]
  /** What may be left nowhere. */
  needles: string[]
}

const ok = async (answer: Promise<{ status: number; body: unknown }>): Promise<never> => {
  const { status, body } = await answer
  expect(Math.floor(status / 100), JSON.stringify(body)).toBe(2)
  return body as never
}

/** Erika does everything that there is to do, among Alice, Bob, Carol and Dave. */
export async function givenLife(host: TestHost): Promise<Life> {
  const me = host.as(erika)
  await ok(me.get('/rooms'))
  const later = new Date(Date.now() + 20 * 86_400_000).toISOString()
  const upload = (filename: string, bytes: Buffer) =>
    host.chat.media.upload(erika, { filename, stream: Readable.from([bytes]) })
  const photo = await upload(`${word}.png`, await picture(8, 8))
  const face = await upload('face.png', await picture(9, 9))
  const sign = await upload('sign.png', await picture(10, 10))
  const text = await upload('diary.txt', Buffer.from(`Dear diary, ${word}`))
  await upload('unsent.png', await picture(7, 7))
  await ok(me.patch('/users/me', { description: `I bake ${word}n`, avatarMediaId: face.id }))

  const group = await givenGroup(host, 'alice', 'bob', 'carol', erika)
  await host.chat.system.members.update(group.id, erika, { role: 'admin' })
  const owned = await givenRoom(host, erika, {
    ...{ type: 'group', name: 'Owned', userIds: ['bob', 'carol', 'dave'], avatarMediaId: sign.id },
  })
  await ok(owned.as(erika).patch('/members/bob', { role: 'admin' }))
  const elsewhere = await givenGroup(host, 'bob', 'dave')
  const pair = await givenRoom(host, erika, { type: 'private', userIds: ['bob'] })
  await ok(pair.as(erika).post('/messages', { text: `Between us: ${word}` }))
  await ok(pair.as('bob').post('/messages', { text: 'Between us' }))

  const said = (await group.say(erika, {
    ...{ text: `${word} one`, clientId: `${erika}-1`, mediaIds: [photo.id, text.id], mentions: ['bob'] },
    data: { note: word },
  })) as Message
  await ok(group.as('alice').put(`/pins/${said.id}`))
  await ok(group.as('bob').post(`/messages/${said.id}/reactions`, { reaction: '👍' }))
  await ok(group.as('carol').post(`/messages/${said.id}/reports`, { reason: 'spam', text: 'Too much' }))
  const forwarded = (await elsewhere.say('bob', { forward: { roomId: group.id, messageId: said.id } })) as Message
  await elsewhere.say('dave', { forward: { roomId: elsewhere.id, messageId: forwarded.id } })
  await group.say('bob', { text: 'Yes', replyToId: said.id })
  const edited = (await group.say(erika, { text: `${word} two`, data: { note: word } })) as Message
  await ok(group.as(erika).patch(`/messages/${edited.id}`, { text: `${word} three`, data: { note: 'other' } }))
  const own = await group.say(erika, `${word} gone`)
  await ok(group.as('carol').post(`/messages/${own.id}/reports`, { reason: 'spam' }))
  await ok(group.as(erika).delete(`/messages/${own.id}`))

  const theirs = (await group.say('alice', { text: 'What do you think?', mentions: [erika] })) as Message
  await ok(group.as('alice').patch(`/messages/${theirs.id}`, { text: 'What do you think now?' }))
  await ok(group.as(erika).post(`/messages/${theirs.id}/reactions`, { reaction: '🥧' }))
  await ok(group.as('bob').post(`/messages/${theirs.id}/reactions`, { reaction: '🥧' }))
  await ok(group.as(erika).put(`/pins/${theirs.id}`))
  await ok(group.as(erika).post('/messages', { text: `${word} in a thread`, threadId: theirs.id, mentions: ['carol'] }))
  await ok(group.as('bob').post('/messages', { text: 'In a thread', threadId: theirs.id, mentions: [erika] }))
  await ok(group.as(erika).post(`/messages/${theirs.id}/reports`, { reason: 'spam', text: `Not ${word}` }))
  await ok(group.as(erika).post('/messages', { text: `Later ${word}`, clientId: `${erika}-2`, sendAt: later }))
  await ok(group.as('bob').post('/messages', { text: 'Later', mentions: [erika], sendAt: later }))

  await ok(owned.as(erika).post('/messages', { text: `Mine ${word}` }))
  await ok(owned.as(erika).post('/invites', {}))
  await ok(owned.as(erika).put('/bans/dave', { reason: `No ${word} for Dave` }))
  const banned = await givenGroup(host, 'alice', erika)
  await ok(banned.as('alice').put(`/bans/${erika}`, { reason: 'Bakes' }))
  const gone = await givenGroup(host, 'alice', erika, 'bob')
  const lost = await gone.say(erika, { text: `${word} in a room that goes`, clientId: `${erika}-3` })
  await ok(gone.as('bob').post(`/messages/${lost.id}/reactions`, { reaction: '👍' }))
  await ok(gone.as('alice').delete(''))

  await ok(me.put('/users/me/blocks/dave'))
  await ok(host.as('carol').put(`/users/me/blocks/${erika}`))
  const { id: reportId } = (await elsewhere.as('dave').post(`/messages/${forwarded.id}/reports`, { reason: 'spam' }))
    .body
  await host.chat.moderation.reports.update(erika, reportId, { status: 'resolved', note: `As ${word}` })
  await indexAll(host.prisma)
  // As a host has them that notifies.
  await host.prisma.chatNotice.create({ data: { userId: erika, dueAt: 1e15 } })
  for (const roomId of [group.id, theirs.id]) {
    await host.prisma.chatNotified.create({ data: { roomId, userId: erika, seq: 1 } })
  }

  const media = await host.prisma.chatMedia.findMany({ where: { uploadedById: erika } })
  const files = media.flatMap(({ id, storageKey }) => [id, storageKey])
  const needles = [erika, 'Erika', word, ...files, pairKeyOf([erika, 'bob'])]
  return { group, owned, pair, elsewhere, said, edited, theirs, forwarded, files, needles }
}

interface Table {
  findMany(): Promise<Record<string, unknown>[]>
}

/** The columns of all tables in which one of these stands. */
export async function columnsWith(host: Pick<TestHost, 'prisma'>, needles: string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const model of modelNames) {
    for (const row of await (host.prisma[model] as unknown as Table).findMany()) {
      for (const [column, value] of Object.entries(row)) {
        if (typeof value === 'string' && holds(value, needles)) found.add(`${model}.${column}`)
      }
    }
  }
  return [...found].sort()
}

export const holds = (text: string, needles: string[]): boolean =>
  needles.some((needle) => text.toLowerCase().includes(needle.toLowerCase()))

/** A schema for `data` that lets everything through. */
export const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: value as JsonObject }) },
} as const

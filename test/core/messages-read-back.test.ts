import type { DataSchema, DurableEvent, JsonObject, Message } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { editMessage, message, sendMessage } from '../../src/contract/messages.js'
import { databases } from '../databases.js'
import { emptyFields } from '../shapes.js'
import { givenPicture } from './given-picture.js'
import { type GivenRoom, givenGroup, givenRoom } from './given-room.js'
import { describePerson, expectSame, expectWhole, listening, toldLater, withId } from './reading-back.js'
import { shareHost } from './shared-host.js'

type Told = DurableEvent & { message: Message }

const anything = z.looseObject({}) as unknown as DataSchema<JsonObject>
const avatarUrl = 'https://shop.test/sign.png'

// Each way to read is a statement of its own, and each way to write is one in each database.
describe.each(databases)('a message reads back as it was told, field by field, on $name', (database) => {
  const now = new Date('2030-02-03T04:05:06.789Z')
  const host = shareHost(database, { clock: () => now, data: { message: anything } })

  /** What no two readers share is left out. */
  const shared = ({ myReactions: _, ...rest }: Message): Omit<Message, 'myReactions'> => rest

  /** Gives what bob reads of the message in the history. */
  async function expectToReadBack(group: GivenRoom, { message, ...event }: Told, answer?: Message): Promise<Message> {
    const bob = group.as('bob')
    const { resume, changes } = (await toldLater(host, { ...event, message } as Told)) as Record<string, Told>
    const page: Message[] = (await bob.get('/messages')).body.items
    const found: { items: Message[] } = (await bob.get(`/messages?q=${message.text}`)).body
    const room = withId<{ id: string; lastMessage: Message }>((await host.as('bob').get('/rooms')).body.items, group.id)
    const history = withId(page, message.id) as Message
    expectSame(shared(message), {
      resume: resume?.message,
      changes: changes?.message,
      read: shared((await bob.get(`/messages/${message.id}`)).body),
      history: shared(history),
      'the last of a room': shared((await bob.get('')).body.lastMessage),
      'the last of a list': shared(room?.lastMessage as Message),
      ...(answer && { answer: shared(answer) }),
      ...(message.kind === 'user' && { found: shared(withId(found.items, message.id) as Message) }),
    })
    return history
  }

  it.each(['HTTP', 'the socket'])('sent over %s, and edited', async (way) => {
    await describePerson(host, 'alice')
    const group = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = [await listening(host, 'alice'), await listening(host, 'bob')]
    const first = await host.chat.system.messages.send(group.id, {
      text: 'Which boat?',
      as: { name: 'Pier', avatarUrl },
    })
    const root = await group.say('bob', 'And where to?')
    const mediaId = await givenPicture(host, 'alice')
    await host.prisma.chatMedia.update({ where: { id: mediaId }, data: { thumbnailKey: 'small', durationMs: 1500 } })

    const references = { mediaIds: [mediaId], replyToId: first.id, mentions: ['bob'], mentionsEveryone: true }
    const given = {
      text: 'This',
      data: { '∑': [1, { of: null }] },
      ...references,
      ...{ threadId: root.id, alsoInRoom: true },
      lenient: true,
      clientId: `by ${way}`,
    }
    // What is forwarded comes with its own words.
    expectWhole({ ...given, forward: undefined }, sendMessage)
    const sent: Message =
      way === 'HTTP'
        ? (await group.as('alice').post('/messages', given)).body
        : (await alice.command('message.send', { roomId: group.id, ...given })).result
    await bob.next('message.created')
    await bob.next('message.created')
    const told: Told = await bob.next('message.created')
    await expectToReadBack(group, told, sent)

    await bob.next('message.updated')
    await group.as('bob').post(`/messages/${sent.id}/reactions`, { reaction: '👍' })
    await bob.next('message.updated')
    const change = { text: 'That', mentions: ['alice', 'bob'], mentionsEveryone: true, data: { '∏': 'two' } }
    expectWhole(change, editMessage)
    const edited: Message =
      way === 'HTTP'
        ? (await group.as('alice').patch(`/messages/${sent.id}`, change)).body
        : (await alice.command('message.edit', { roomId: group.id, messageId: sent.id, ...change })).result
    await expectToReadBack(group, await bob.next('message.updated'), edited)

    await group.as('alice').put(`/pins/${sent.id}`)
    const pinned: Told = await bob.next('message.updated')
    const later = (await toldLater(host, pinned)) as Record<string, Told>
    const history = withId((await group.as('bob').get('/messages')).body.items, sent.id) as Message
    const pins: { items: Message[] } = (await group.as('bob').get('/pins')).body
    expectSame(pinned.message, {
      ...{ resume: later.resume?.message, changes: later.changes?.message, history: shared(history) },
      pins: shared(pins.items[0] as Message),
    })

    // What is not here is in no message of a person's that stands, and of nobody it is told there when they were seen.
    const ofThread = ['thread', 'thread.count', 'thread.lastSeq', 'thread.lastAt', 'thread.userIds', 'replyTo.threadId']
    const ofSystem = ['system', 'system.type', 'system.actorId', 'system.userIds', 'system.name']
    const ofForwarded = ['roomId', 'messageId', 'userId', 'name', 'createdAt'].map((key) => `forwardedFrom.${key}`)
    const ofHost = ['as', 'as.name', 'as.avatarUrl', 'replyTo.userId', 'replyTo.userName']
    const others = ['deletedAt', 'forwardedFrom', ...ofForwarded, ...ofSystem, ...ofThread, ...ofHost]
    // The host's message, which is quoted here, carries no file.
    const empty = emptyFields(message, [history]).filter((field) => !field.startsWith('replyTo.firstMedia'))
    expect(empty.sort()).toEqual([...others, 'user.lastSeenAt'].sort())
  })

  it('forwarded', async () => {
    const from = await givenRoom(host, 'alice', { type: 'group', name: 'Public', isPublic: true })
    const group = await givenGroup(host, 'alice', 'bob')
    const mediaIds = [await givenPicture(host, 'alice')]
    const original = await from.say('alice', { text: 'Low tide', mediaIds, data: { at: 'noon' } })
    const bob = await listening(host, 'bob')
    const sent = await group.say('alice', { forward: { roomId: from.id, messageId: original.id } })
    const told: Told = await bob.next('message.created')
    const { text, data, media } = original
    expect(told.message).toMatchObject({ text, data, media })
    await expectToReadBack(group, told, shared(sent) as Message)
    expect(emptyFields(message, [told.message]).filter((field) => field.startsWith('forwardedFrom'))).toEqual([])
  })

  it('of the host, under a name', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const bob = await listening(host, 'bob')
    const given = { text: 'Order 17', data: { number: 17 }, as: { name: 'Shop', avatarUrl } }
    const sent = await host.chat.system.messages.send(group.id, given)
    const told: Told = await bob.next('message.created')
    expect(told.message).toMatchObject({ ...given, kind: 'user', user: null, system: null })
    await expectToReadBack(group, told, sent)
    const edited = await host.chat.system.messages.edit(group.id, sent.id, { data: null })
    expect(edited).toMatchObject({ ...given, data: null })
    await expectToReadBack(group, await bob.next('message.updated'), edited)
  })

  it('of the system', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const bob = await listening(host, 'bob')
    await group.as('alice').post('/members', { userId: 'carol' })
    await group.as('alice').patch('', { name: 'Sailing' })
    const told: Told[] = [await bob.next('message.created')]
    await group.as('alice').patch('', { name: 'Rowing' })
    told.push(await bob.next('message.created'), await bob.next('message.created'))
    await expectToReadBack(group, told[2] as Told)
    const systems = told.map(({ message: { system } }) => system)
    expect(emptyFields(message, [{ system: systems }]).filter((field) => field.startsWith('system'))).toEqual([])
    const page: { items: Message[] } = (await group.as('bob').get('/messages')).body
    for (const { message } of told) expect(shared(withId(page.items, message.id) as Message)).toEqual(message)
  })

  it('that was deleted', async () => {
    const group = await givenGroup(host, 'alice', 'bob')
    const sent = await group.say('alice', { text: 'Oops', clientId: 'oops', mentions: ['bob'], data: { its: 'why' } })
    const bob = await listening(host, 'bob')
    await group.as('alice').delete(`/messages/${sent.id}`)
    const told: Told = await bob.next('message.deleted')
    expect(told.message).toMatchObject({ deletedAt: now.toISOString(), data: null })
    const { resume, changes } = (await toldLater(host, told)) as Record<string, Told>
    const page: { items: Message[] } = (await group.as('bob').get('/messages')).body
    const history = shared(withId(page.items, sent.id) as Message)
    expectSame(told.message, { resume: resume?.message, changes: changes?.message, history })
  })
})

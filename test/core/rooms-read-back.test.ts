import type { DataSchema, DurableEvent, JsonObject, Member, Room } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { addMember, me, member, updateMember } from '../../src/contract/members.js'
import { message } from '../../src/contract/messages.js'
import { permissions } from '../../src/contract/permissions.js'
import { createRoom, room, updateRoom } from '../../src/contract/rooms.js'
import { user } from '../../src/contract/users.js'
import { databases } from '../databases.js'
import { emptyFields } from '../shapes.js'
import { givenPicture } from './given-picture.js'
import { givenChannel, givenRoom, roomOf } from './given-room.js'
import { describePerson, expectSame, expectWhole, listening, toldLater, withId } from './reading-back.js'
import { shareHost } from './shared-host.js'

const anything = z.looseObject({}) as unknown as DataSchema<JsonObject>

// Each way to read is a statement of its own.
describe.each(databases)('as it was told, field by field, on $name', (database) => {
  const now = new Date('2030-02-03T04:05:06.789Z')
  const contact = (_: string, to: string) => (to === 'erin' ? 'ask' : true)
  const host = shareHost(database, { clock: () => now, contact, data: { room: anything } })

  const roomsOf = async (userId: string, query = ''): Promise<Room[]> =>
    (await host.as(userId).get(`/rooms${query}`)).body.items

  /** What is the same for everybody. */
  const shared = ({ lastMessage: _, peer: __, me: ___, request: ____, ...rest }: Room): Room => rest

  it('a room reads back', async () => {
    await describePerson(host, 'alice')
    const picture = () => givenPicture(host, 'alice')
    const [alice, bob, erin] = [
      await listening(host, 'alice'),
      await listening(host, 'bob'),
      await listening(host, 'erin'),
    ]
    const given = {
      type: 'group',
      name: 'Sailing',
      description: 'On lakes',
      isPublic: true,
      slowModeSeconds: 30,
      data: { lake: ['deep', 1, null] },
      readReceipts: true,
      historyFrom: 'start',
    } as const
    const whole = { ...given, avatarMediaId: await picture(), userIds: ['bob'] }
    expectWhole(whole, createRoom)
    const made: Room = (await host.as('alice').post('/rooms', whole)).body
    const group = roomOf(host, made.id)
    const ofAlice = (await alice.next('room.joined')).room
    const ofBob: Room = (await bob.next('room.joined')).room
    expectSame(ofAlice, {
      answer: made,
      read: (await group.as('alice').get('')).body,
      list: withId(await roomsOf('alice'), made.id),
    })
    expectSame(ofBob, { read: (await group.as('bob').get('')).body, list: withId(await roomsOf('bob'), made.id) })
    expectSame(shared(ofBob), {
      'to others': shared(ofAlice),
      public: shared(withId(await roomsOf('carol', '/public'), made.id) as Room),
    })

    const change = {
      name: 'Rowing',
      description: 'On rivers',
      isPublic: true,
      slowModeSeconds: 60,
      data: { river: { wide: true } },
      readReceipts: false,
      historyFrom: 'joined',
      avatarMediaId: await picture(),
    }
    expectWhole(change, updateRoom)
    const updated: Room = (await group.as('alice').patch('', change)).body
    const told: DurableEvent & { room: Room } = await bob.next('room.updated')
    const { resume, changes } = (await toldLater(host, told)) as Record<string, { room: Room }>
    const row = { ...told.room, lastMessageSeq: updated.lastMessageSeq, revision: updated.revision }
    expectSame(row, {
      answer: shared(updated),
      read: shared((await group.as('bob').get('')).body),
      list: shared(withId(await roomsOf('bob'), made.id) as Room),
      public: shared(withId(await roomsOf('carol', '/public'), made.id) as Room),
      resume: resume?.room,
      changes: changes?.room,
    })

    const pair = await givenRoom(host, 'carol', { type: 'private', userIds: ['bob'] })
    await host.as('carol').put('/users/me/blocks/bob')
    const blocked = (await pair.as('bob').get('')).body
    expectSame(blocked, { list: withId(await roomsOf('bob'), pair.id) })

    const { system } = host.chat
    const { room: keyed } = await system.rooms.ensure({ key: 'pier:1', type: 'group', name: 'Pier', userIds: ['bob'] })
    const joined = ({ type, room }: { type?: string; room?: Room }) => type === 'room.joined' && room?.id === keyed.id
    await bob.until(() => bob.frames.some(joined), 'the room with a key')
    const ofKey = bob.frames.find(joined).room
    expectSame(ofKey, {
      read: (await host.as('bob').get(`/rooms/${keyed.id}`)).body,
      list: withId(await roomsOf('bob'), keyed.id),
      'by its key': (await roomsOf('bob', '?key=pier%3A1'))[0],
    })
    expectSame(keyed, { found: await system.rooms.find({ key: 'pier:1' }), got: await system.rooms.get(keyed.id) })

    const asked = await givenRoom(host, 'alice', { type: 'private', userIds: ['erin'] })
    const request = (await erin.next('room.requested')).room
    expectSame(request, { list: withId(await roomsOf('erin', '?requests=true'), asked.id) })
    expect(emptyFields(room, [ofBob, row, blocked, request, ofKey], [message, user, me])).toEqual([])
  })

  it('a membership reads back, to others and to the member', async () => {
    await describePerson(host, 'carol')
    // Where an owner holds all nine permissions, and so may give them.
    const group = await givenChannel(host, 'alice', 'bob')
    const [bob, carol] = [await listening(host, 'bob'), await listening(host, 'carol')]
    const all = Object.fromEntries(Object.keys(permissions.shape).map((name) => [name, true]))
    const given = { userId: 'carol', role: 'admin', permissions: all }
    expectWhole(given, addMember)

    const expectToReadBack = async (type: 'member.added' | 'member.updated', answer: Member): Promise<Member> => {
      const told: DurableEvent & { member: Member } = await bob.next(type)
      const { resume, changes } = (await toldLater(host, told)) as Record<string, { member: Member }>
      const members: Member[] = (await group.as('bob').get('/members')).body.items
      expectSame(told.member, {
        answer,
        resume: resume?.member,
        changes: changes?.member,
        read: (await group.as('bob').get('/members/carol')).body,
        list: members.find((each) => each.user.id === 'carol'),
      })
      return told.member
    }

    await expectToReadBack('member.added', (await group.as('alice').post('/members', given)).body)
    for (const text of ['One', 'Two']) await group.say('alice', text)
    const mutedUntil = '2031-02-03T04:05:06.789Z'
    const kept = { isPinned: true, isArchived: true, isMarkedUnread: true }
    const own = { muted: true, mutedUntil, notify: 'mentions', ...kept, lastReadSeq: 2 }
    const [rights, silence] = [{ role: 'member', permissions: all }, { silencedUntil: '2031-02-03T04:05:06.789Z' }]
    expectWhole({ ...own, ...rights, ...silence }, updateMember)
    await group
      .as('carol')
      .post('/messages', { text: 'Later', sendAt: new Date(now.getTime() + 3_600_000).toISOString() })
    await group.as('carol').patch('/members/me', own)
    await carol.until(() => carol.frames.some(({ type, me }) => type === 'me.updated' && me.muted), 'what carol did')
    const change = async (asked: object) => (await group.as('alice').patch('/members/carol', asked)).body
    await expectToReadBack('member.updated', await change(rights))
    const updated = await expectToReadBack('member.updated', await change(silence))

    await group.say('alice', { text: 'Three', mentions: ['carol'] })
    await group.as('carol').patch('/members/me', { lastReadSeq: 3, isMarkedUnread: true })
    await carol.settled()
    const mine = carol.frames.filter(({ type }) => type === 'me.updated').at(-1)
    expectSame(mine.me, {
      read: (await group.as('carol').get('')).body.me,
      list: withId(await roomsOf('carol', '?archived=true'), group.id)?.me,
    })
    const again = await host.as('carol').post('/rooms/read', { rooms: [{ roomId: group.id, seq: 3 }] })
    expect(again.body.rooms[group.id]).toEqual({ ...mine.me, isMarkedUnread: false })
    const asked = (await group.as('alice').post('/members', { userId: 'erin' })).body
    expect(emptyFields(member, [updated, asked])).toEqual([])
    expect(emptyFields(me, [mine.me])).toEqual([])
  })
})

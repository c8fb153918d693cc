import { z } from 'zod'
import { changes, durableEvent } from '../../contract/events.js'
import { flagInQuery, listOf, pageInQuery, wholeInQuery } from '../../contract/fields.js'
import { readMany, readManyAnswer } from '../../contract/members.js'
import { roomType } from '../../contract/permissions.js'
import { createRoom, room, roomKey, updateRoom } from '../../contract/rooms.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { searchQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const roomPath = '/rooms/:roomId'

const roomsQuery = z
  .object({
    ...pageInQuery,
    type: roomType.optional(),
    key: roomKey.optional(),
    pinned: flagInQuery.optional(),
    archived: flagInQuery.optional(),
    requests: flagInQuery.optional(),
  })
  .check(({ value: { requests, type, pinned, archived }, issues }) => {
    if (!requests) return
    for (const [name, given] of Object.entries({ type, pinned, archived })) {
      if (given !== undefined)
        issues.push({ code: 'custom', path: [name], message: 'is not for requests', input: given })
    }
  })
  .refine(({ requests, key }) => !requests || key === undefined, {
    path: ['key'],
    error: 'is not for requests',
  })

export const roomComponents = {
  Room: component(
    room,
    'A room. `lastMessage`, `peer`, `me` and `request` depend on who looks, and are absent in events, which many people receive.',
    examples.roomOfMine,
  ),
  RoomList: component(listOf(room), 'A page of rooms.', list(examples.roomOfMine)),
  RoomType: component(
    roomType,
    '`private`: exactly two people. `group`: everybody writes. `channel`: only those who may.',
    'group',
  ),
  CreateRoom: component(
    createRoom,
    'A new room. `private` takes exactly one other user and no name; `group` and `channel` need a name.',
    { type: 'group', name: 'Kitchen', userIds: ['bob'] },
  ),
  UpdateRoom: component(
    updateRoom,
    'What is to be changed of a room. What is left out stays; null takes the picture or the data away.',
    { name: 'Kitchen', description: 'Who cooks, and what' },
  ),
  ReadMany: component(readMany, 'Rooms that are read, each up to a message.', {
    rooms: [{ roomId: examples.roomId, seq: 7 }],
  }),
  ReadManyAnswer: component(readManyAnswer, "The caller's side of the rooms that were named and are the caller's.", {
    rooms: { [examples.roomId]: { ...examples.me, lastReadSeq: 7, unreadCount: 0 } },
  }),
  DurableEvent: component(
    durableEvent,
    'A change of a room that is never lost: live, or later as the state that it led to.',
    examples.created,
  ),
  Changes: component(
    changes,
    'What changed in a room. Everything up to `revision` is in `events` or older: it is the `since` of the next call.',
    { events: [examples.created], revision: 12, hasMore: false },
  ),
}

export const roomRoutes = [
  route('GET /rooms', {
    name: 'listRooms',
    summary: 'My rooms',
    description:
      'Pinned ones first, and then last active first, without those that I have put away; with `requests=true` those that I am asked into instead, the last one first.',
    query: roomsQuery,
    parameters: {
      type: { description: 'Rooms of this type alone.', example: 'group' },
      key: {
        description: 'The room alone that the application calls so, if it is one of mine.',
        example: 'order:17',
      },
      pinned: {
        description: 'With `true` those alone that I have pinned, with `false` those that I have not.',
        example: true,
      },
      archived: { description: 'With `true` those alone that I have put away.', example: false },
      requests: { description: 'With `true` the rooms that I am asked into, in place of mine.', example: false },
    },
    statuses: [200],
    response: roomComponents.RoomList,
    handle: ({ core, me, query: { requests, ...query } }) =>
      ok(requests ? core.requests.list(me, query) : core.rooms.list(me, query)),
  }),
  route('GET /rooms/public', {
    name: 'listPublicRooms',
    summary: 'Public rooms',
    description: 'Rooms that anyone may join; `q` searches their names and descriptions.',
    query: searchQuery,
    isSearch: ({ q = '' }) => q !== '',
    statuses: [200],
    response: roomComponents.RoomList,
    handle: ({ core, me, query, signal }) => ok(core.rooms.listPublic(me, query, signal())),
  }),
  route('POST /rooms', {
    name: 'createRoom',
    summary: 'Make a room',
    description: 'The private room of two people is one: 200 answers with the one that stands.',
    body: roomComponents.CreateRoom,
    rate: 'rooms',
    adds: ({ userIds = [] }, me) => new Set(userIds.filter((userId) => userId !== me)).size,
    statuses: [201, 200],
    refusals: ['forbidden', 'not_found', 'conflict', 'rejected'],
    response: roomComponents.Room,
    async handle({ core, me, body }) {
      const { room, created } = await core.rooms.create(me, body, 'client')
      return made(room, created)
    },
  }),
  route('POST /rooms/read', {
    name: 'markManyRead',
    summary: 'Mark rooms as read',
    description: 'Rooms of mine, each up to a message; others are left out of the answer.',
    body: roomComponents.ReadMany,
    statuses: [200],
    response: roomComponents.ReadManyAnswer,
    handle: ({ core, me, body }) => ok(core.readMarkers.moveMany(me, body.rooms)),
  }),
  route(`GET ${roomPath}`, {
    name: 'getRoom',
    summary: 'A room',
    description: 'One of mine, or a public one.',
    statuses: [200],
    response: roomComponents.Room,
    handle: ({ core, me, params: { roomId } }) => ok(core.rooms.get(me, roomId)),
  }),
  route(`PATCH ${roomPath}`, {
    name: 'updateRoom',
    summary: 'Change a room',
    description: 'What it is called, how it looks, and its data; needs `canEditRoom`.',
    body: roomComponents.UpdateRoom,
    statuses: [200],
    refusals: ['forbidden'],
    response: roomComponents.Room,
    handle: ({ core, me, params: { roomId }, body }) => ok(core.rooms.update(me, roomId, body, 'client')),
  }),
  route(`DELETE ${roomPath}`, {
    name: 'deleteRoom',
    summary: 'Delete a room',
    description: 'Ends it for everyone; needs `canDeleteRoom`.',
    statuses: [204],
    refusals: ['forbidden'],
    handle: ({ core, me, params: { roomId } }) => done(core.rooms.delete(me, roomId)),
  }),
  route(`POST ${roomPath}/accept`, {
    name: 'acceptRequest',
    summary: 'Come into a room',
    description: 'One that I was asked into.',
    statuses: [200],
    refusals: ['forbidden', 'conflict'],
    response: roomComponents.Room,
    handle: ({ core, me, params: { roomId } }) => ok(core.rooms.accept(me, roomId)),
  }),
  route(`POST ${roomPath}/refuse`, {
    name: 'refuseRequest',
    summary: 'Stay out of a room',
    description: 'One that I was asked into. Who asked is not told, and asks me no more.',
    statuses: [204],
    handle: ({ core, me, params: { roomId } }) => done(core.requests.refuse(me, roomId)),
  }),
  route(`GET ${roomPath}/changes`, {
    name: 'listChanges',
    summary: 'Changes of a room',
    description: 'What changed since a revision, as the events of the socket, in the order of revisions.',
    query: z.object({ since: wholeInQuery, limit: pageInQuery.limit }),
    parameters: {
      since: { description: 'The revision up to which the caller knows the room; 0 for all of it.', example: 4_711 },
    },
    statuses: [200],
    refusals: ['forbidden'],
    response: roomComponents.Changes,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.changes.since(me, roomId, query)),
  }),
]

import { z } from 'zod'
import { flagInQuery, pageInQuery, wholeInQuery } from '../../contract/fields.js'
import { roomType } from '../../contract/permissions.js'
import { components } from '../components.js'
import { searchQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const room = '/rooms/:roomId'

const roomsQuery = z
  .object({ ...pageInQuery, type: roomType.optional(), requests: flagInQuery.optional() })
  .refine(({ requests, type }) => !requests || type === undefined, {
    path: ['type'],
    error: 'is not for requests',
  })

export const roomRoutes = [
  route('GET /rooms', {
    name: 'listRooms',
    summary: 'My rooms',
    description: 'Last active first; with `requests=true` those that I am asked into instead, the last one first.',
    query: roomsQuery,
    statuses: [200],
    response: components.RoomList,
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
    response: components.RoomList,
    handle: ({ core, me, query, signal }) => ok(core.rooms.listPublic(me, query, signal())),
  }),
  route('POST /rooms', {
    name: 'createRoom',
    summary: 'Make a room',
    description: 'The private room of two people is one: 200 answers with the one that stands.',
    body: components.CreateRoom,
    rate: 'rooms',
    adds: ({ userIds = [] }, me) => new Set(userIds.filter((userId) => userId !== me)).size,
    statuses: [201, 200],
    refusals: ['forbidden', 'not_found', 'conflict', 'rejected'],
    response: components.Room,
    async handle({ core, me, body }) {
      const { room, created } = await core.rooms.create(me, body)
      return made(room, created)
    },
  }),
  route('POST /rooms/read', {
    name: 'markManyRead',
    summary: 'Mark rooms as read',
    description: 'Rooms of mine, each up to a message; others are left out of the answer.',
    body: components.ReadMany,
    statuses: [200],
    response: components.ReadManyAnswer,
    handle: ({ core, me, body }) => ok(core.readMarkers.moveMany(me, body.rooms)),
  }),
  route(`GET ${room}`, {
    name: 'getRoom',
    summary: 'A room',
    description: 'One of mine, or a public one.',
    statuses: [200],
    response: components.Room,
    handle: ({ core, me, params: { roomId } }) => ok(core.rooms.get(me, roomId)),
  }),
  route(`PATCH ${room}`, {
    name: 'updateRoom',
    summary: 'Change a room',
    description: 'What it is called and how it looks; needs `canEditRoom`.',
    body: components.UpdateRoom,
    statuses: [200],
    refusals: ['forbidden'],
    response: components.Room,
    handle: ({ core, me, params: { roomId }, body }) => ok(core.rooms.update(me, roomId, body)),
  }),
  route(`DELETE ${room}`, {
    name: 'deleteRoom',
    summary: 'Delete a room',
    description: 'Ends it for everyone; needs `canDeleteRoom`.',
    statuses: [204],
    refusals: ['forbidden'],
    handle: ({ core, me, params: { roomId } }) => done(core.rooms.delete(me, roomId)),
  }),
  route(`POST ${room}/accept`, {
    name: 'acceptRequest',
    summary: 'Come into a room',
    description: 'One that I was asked into.',
    statuses: [200],
    refusals: ['forbidden', 'conflict'],
    response: components.Room,
    handle: ({ core, me, params: { roomId } }) => ok(core.rooms.accept(me, roomId)),
  }),
  route(`POST ${room}/refuse`, {
    name: 'refuseRequest',
    summary: 'Stay out of a room',
    description: 'One that I was asked into. Who asked is not told, and asks me no more.',
    statuses: [204],
    handle: ({ core, me, params: { roomId } }) => done(core.requests.refuse(me, roomId)),
  }),
  route(`GET ${room}/changes`, {
    name: 'listChanges',
    summary: 'Changes of a room',
    description: 'What changed since a revision, as the events of the socket, in the order of revisions.',
    query: z.object({ since: wholeInQuery, limit: pageInQuery.limit }),
    statuses: [200],
    refusals: ['forbidden'],
    response: components.Changes,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.changes.since(me, roomId, query)),
  }),
]

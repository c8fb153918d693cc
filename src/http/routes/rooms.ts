import { z } from 'zod'
import { pageInQuery, wholeInQuery } from '../../contract/fields.js'
import { roomType } from '../../contract/permissions.js'
import { components } from '../components.js'
import { searchQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const room = '/rooms/:roomId'

export const roomRoutes = [
  route('GET /rooms', {
    name: 'listRooms',
    summary: 'My rooms, last active first',
    query: z.object({ ...pageInQuery, type: roomType.optional() }),
    statuses: [200],
    response: components.RoomList,
    handle: ({ core, me, query }) => ok(core.rooms.list(me, query)),
  }),
  route('GET /rooms/public', {
    name: 'listPublicRooms',
    summary: 'Rooms that anyone may join; q searches their names and descriptions',
    query: searchQuery,
    statuses: [200],
    response: components.RoomList,
    handle: ({ core, me, query }) => ok(core.rooms.listPublic(me, query)),
  }),
  route('POST /rooms', {
    name: 'createRoom',
    summary: 'Make a room; the private room of two people is one, and 200 answers with the one that stands',
    body: components.CreateRoom,
    statuses: [201, 200],
    refusals: ['not_found', 'rejected'],
    response: components.Room,
    async handle({ core, me, body }) {
      const { room, created } = await core.rooms.create(me, body)
      return made(room, created)
    },
  }),
  route(`GET ${room}`, {
    name: 'getRoom',
    summary: 'A room of mine, or a public one',
    statuses: [200],
    response: components.Room,
    handle: ({ core, me, params: { roomId } }) => ok(core.rooms.get(me, roomId)),
  }),
  route(`PATCH ${room}`, {
    name: 'updateRoom',
    summary: 'Change what a room is called and how it looks; needs canEditRoom',
    body: components.UpdateRoom,
    statuses: [200],
    refusals: ['forbidden'],
    response: components.Room,
    handle: ({ core, me, params: { roomId }, body }) => ok(core.rooms.update(me, roomId, body)),
  }),
  route(`DELETE ${room}`, {
    name: 'deleteRoom',
    summary: 'End a room for everyone; needs canDeleteRoom',
    statuses: [204],
    refusals: ['forbidden'],
    handle: ({ core, me, params: { roomId } }) => done(core.rooms.delete(me, roomId)),
  }),
  route(`GET ${room}/changes`, {
    name: 'listChanges',
    summary: 'What changed in a room since a revision, as the events of the socket',
    query: z.object({ since: wholeInQuery, limit: pageInQuery.limit }),
    statuses: [200],
    refusals: ['forbidden'],
    response: components.Changes,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.changes.since(me, roomId, query)),
  }),
]

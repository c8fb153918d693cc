import { pageQuery } from '../parameters.js'
import { ok, route } from '../route.js'
import { memberComponents } from './members.js'

export const readerRoutes = [
  route('GET /rooms/:roomId/messages/:messageId/readers', {
    name: 'listReaders',
    summary: 'Who has read a message',
    description:
      'The latest reader first, without its author, and without those who came later. Not where the room has no read receipts, nor of a reply in a thread alone (409).',
    query: pageQuery,
    rate: 'searches',
    statuses: [200],
    refusals: ['forbidden', 'conflict'],
    response: memberComponents.MemberList,
    handle: ({ core, me, params: { roomId, messageId }, query }) => ok(core.readers.list(me, roomId, messageId, query)),
  }),
]

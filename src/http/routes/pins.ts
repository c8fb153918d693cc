import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'
import { messageComponents } from './messages.js'

const pinsPath = '/rooms/:roomId/pins'
const pinPath = `${pinsPath}/:messageId` as const

export const pinRoutes = [
  route(`GET ${pinsPath}`, {
    name: 'listPins',
    summary: 'Pinned messages of a room',
    description: 'Newest pin first.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden'],
    response: messageComponents.MessageList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.pins.list(me, roomId, query)),
  }),
  route(`PUT ${pinPath}`, {
    name: 'pinMessage',
    summary: 'Pin a message',
    description:
      'Needs `canEditRoom`; in a private room both may. 200 if it is pinned already. A system message says so in the room.',
    rate: 'sends',
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict'],
    response: messageComponents.Message,
    async handle({ core, me, params: { roomId, messageId } }) {
      const { message, created } = await core.pins.pin(me, roomId, messageId)
      return made(message, created)
    },
  }),
  route(`DELETE ${pinPath}`, {
    name: 'unpinMessage',
    summary: 'Unpin a message',
    description: 'Needs `canEditRoom`; in a private room both may. Also where it is not pinned.',
    statuses: [204],
    refusals: ['forbidden'],
    handle: ({ core, me, params: { roomId, messageId } }) => done(core.pins.unpin(me, roomId, messageId)),
  }),
]

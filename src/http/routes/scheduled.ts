import { listOf } from '../../contract/fields.js'
import { editScheduled, type ScheduledMessage, scheduledMessage } from '../../contract/scheduled.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { pageQuery } from '../parameters.js'
import { done, ok, route } from '../route.js'

const scheduledPath = '/rooms/:roomId/scheduled'

const { message, scheduledId: id, roomId, clientId, at } = examples
const { text, mentions } = message

const kept: ScheduledMessage = {
  ...{ id, roomId, clientId, as: null, text, media: [], replyToId: null, threadId: null, alsoInRoom: false },
  ...{ mentions, mentionsEveryone: false, data: null, forward: null },
  ...{ sendAt: '2026-08-20T11:30:00.000Z', createdAt: at, failure: null },
}

export const scheduledComponents = {
  ScheduledMessage: component(scheduledMessage, 'A message of mine that is to be sent later.', kept),
  ScheduledMessageList: component(
    listOf(scheduledMessage),
    'A page of messages of mine that are to be sent later, in the order in which they are to be sent.',
    list(kept),
  ),
  EditScheduled: component(
    editScheduled,
    'What is to be changed of a message before it is sent, or when. What is left out stays.',
    { sendAt: '2026-08-20T12:00:00.000Z' },
  ),
}

export const scheduledRoutes = [
  route('GET /scheduled', {
    name: 'listAllScheduled',
    summary: 'Messages to be sent later, in all rooms',
    description: 'Mine, with those that could not be sent when it was time, also of rooms that I am in no more.',
    query: pageQuery,
    statuses: [200],
    response: scheduledComponents.ScheduledMessageList,
    handle: ({ core, me, query }) => ok(core.scheduled.list(me, undefined, query)),
  }),
  route(`GET ${scheduledPath}`, {
    name: 'listScheduled',
    summary: 'Messages to be sent later',
    description: 'Mine, with those that could not be sent when it was time.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden'],
    response: scheduledComponents.ScheduledMessageList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.scheduled.list(me, roomId, query)),
  }),
  route(`PATCH ${scheduledPath}/:scheduledId`, {
    name: 'editScheduled',
    summary: 'Change a message before it is sent',
    description: 'What it says, or when it is sent; with a new time one that failed is sent after all.',
    parameters: { scheduledId: { description: 'The message that is to be sent later.', example: id } },
    body: scheduledComponents.EditScheduled,
    rate: 'sends',
    statuses: [200],
    response: scheduledComponents.ScheduledMessage,
    handle: ({ core, me, params: { roomId, scheduledId }, body }) =>
      ok(core.scheduled.update(me, roomId, scheduledId, body, 'client')),
  }),
  route(`DELETE ${scheduledPath}/:scheduledId`, {
    name: 'cancelScheduled',
    summary: 'Cancel a message before it is sent',
    description: 'It is never sent.',
    parameters: { scheduledId: { description: 'The message that is to be sent later.', example: id } },
    statuses: [204],
    handle: ({ core, me, params: { roomId, scheduledId } }) => done(core.scheduled.cancel(me, roomId, scheduledId)),
  }),
]

import { z } from 'zod'
import { listOf, pageInQuery, wholeInQuery } from '../../contract/fields.js'
import { clientId, editMessage, message, messagePage, type SendMessage } from '../../contract/messages.js'
import { invalid } from '../../contract/problems.js'
import { scheduledMessage, sendOrSchedule } from '../../contract/scheduled.js'
import {
  type FoundMessage,
  foundMessage,
  lookForSomething,
  looksForSomething,
  messageFilter,
} from '../../contract/search.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { searchQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const messagesPath = '/rooms/:roomId/messages'
const messagePath = `${messagesPath}/:messageId` as const

export const messagesQuery = z
  .object({
    ...searchQuery.shape,
    before: wholeInQuery.optional(),
    after: wholeInQuery.optional(),
    around: wholeInQuery.optional(),
  })
  .refine(({ q, cursor }) => q !== undefined || cursor === undefined, {
    path: ['cursor'],
    error: 'belongs to a search: give q with it',
  })
  .refine(({ q, before, after, around }) => q === undefined || (before ?? after ?? around) === undefined, {
    path: ['q'],
    error: 'a search has no before, after or around',
  })

/** The header's key and the body's `clientId` mean the same. */
function withKey(body: SendMessage, key: string | undefined): SendMessage {
  if (key === undefined) return body
  if (body.clientId !== undefined && body.clientId !== key) {
    throw invalid('/clientId', 'is not the same as the Idempotency-Key header')
  }
  return { ...body, clientId: key }
}

/** In `userId`, `me` stands for the caller here, too. */
const searchEverywhere = z.object({ ...pageInQuery, ...messageFilter }).refine(looksForSomething, lookForSomething)

const messageList = listOf(message)
const found: FoundMessage = {
  message: examples.message,
  room: { id: examples.roomId, name: 'Kitchen' },
  highlights: [[0, 4]],
}

export const messageComponents = {
  Message: component(
    message,
    'A message as it is now. One that was deleted stays as a tombstone: text, media and reactions are empty.',
    examples.message,
  ),
  MessageList: component(
    messageList,
    'A page of messages: what a search found, newest first, or what is pinned, newest pin first.',
    list(examples.message),
  ),
  MessagePage: component(messagePage, "A page of a room's history, ascending by `seq`.", {
    items: [examples.message],
    hasBefore: true,
    hasAfter: false,
  }),
  MessagePageOrList: component(
    z.union([messagePage, messageList]),
    'A page of the history, or with `q` a page of what was found.',
    { items: [examples.message], hasBefore: true, hasAfter: false },
  ),
  FoundMessage: component(
    foundMessage,
    'A message that was found, its room, and where in its text what was looked for is.',
    found,
  ),
  FoundMessageList: component(
    listOf(foundMessage),
    'A page of what was found, newest first; it may hold less than was asked for, or nothing, though there is more.',
    list(found),
  ),
  SendMessage: component(
    sendOrSchedule,
    'A new message: text, media, data, or several of them; or a message of another room that is forwarded.',
    {
      text: 'Soup is ready, @Bob',
      mentions: ['bob'],
      mediaIds: [examples.mediaId],
      clientId: examples.clientId,
    },
  ),
  MessageOrScheduled: component(
    z.union([message, scheduledMessage]),
    'The message; or, where it is to be sent later, what is kept of it until then.',
    examples.message,
  ),
  EditMessage: component(
    editMessage,
    'What is to be changed of a message: its text, whom it mentions, its data, or several of them. What is left out stays; null takes the data away.',
    { text: 'Soup is ready at noon, @Bob' },
  ),
}

export const messageRoutes = [
  route('GET /messages/search', {
    name: 'searchMessages',
    summary: 'Search everywhere',
    description:
      'Messages of all my rooms that contain `q`, newest first, or those of somebody, with media, or of a time: what is given counts together, and one of `q`, `userId` and `has` must be. A page may hold less than was asked for, or nothing, and still have a `nextCursor`.',
    query: searchEverywhere,
    parameters: {
      before: { description: 'Messages from before this time.', example: '2026-08-20T00:00:00.000Z' },
      after: { description: 'Messages from after this time.', example: '2026-08-19T00:00:00.000Z' },
      has: { description: 'With `media`, messages that carry some.', example: 'media' },
    },
    rate: 'searches',
    statuses: [200],
    refusals: ['forbidden', 'not_found'],
    response: messageComponents.FoundMessageList,
    handle: ({ core, me, query: { userId, ...asked }, signal }) =>
      ok(core.search.everywhere(me, { ...asked, userId: userId === 'me' ? me : userId }, signal())),
  }),
  route(`GET ${messagesPath}`, {
    name: 'listMessages',
    summary: 'Messages of a room',
    description:
      'The newest page, or the one before, after or around a `seq`, ascending; with `q` a search, newest first.',
    query: messagesQuery,
    isSearch: ({ q }) => q !== undefined,
    statuses: [200],
    refusals: ['forbidden'],
    response: messageComponents.MessagePageOrList,
    handle: ({ core, me, params: { roomId }, query: { q, cursor, ...position }, signal }) =>
      q === undefined
        ? ok(core.messages.list(me, roomId, position))
        : ok(core.search.inRoom(me, roomId, { q, cursor, limit: position.limit }, signal())),
  }),
  route(`POST ${messagesPath}`, {
    name: 'sendMessage',
    summary: 'Send a message',
    description:
      'The same `clientId` again is the same message, answered with 200. Needs `canCreateMessages`. With `forward` it says again what another of my rooms was told: 404 where I do not see that. With `sendAt` it is kept, answered with 202, and sent then.',
    headers: z.object({ 'Idempotency-Key': clientId.optional() }),
    parameters: {
      'Idempotency-Key': {
        description: 'The same as `clientId` in the body: sent again with it, a message stays one message.',
        example: examples.clientId,
      },
    },
    body: messageComponents.SendMessage,
    rate: 'sends',
    statuses: [201, 200, 202],
    refusals: ['forbidden', 'conflict', 'idempotency_conflict', 'rejected'],
    response: messageComponents.MessageOrScheduled,
    async handle({ core, me, params: { roomId }, headers, body }) {
      const { sendAt, ...given } = body
      const asked = withKey(given, headers['Idempotency-Key'])
      if (sendAt !== undefined)
        return { status: 202, body: await core.scheduled.create(me, roomId, { ...asked, sendAt }, 'client') }
      const sent = await core.messages.send(me, roomId, asked, 'client')
      if (sent.created) core.context.meters?.sent('http')
      return made(sent.message, sent.created)
    },
  }),
  route(`GET ${messagePath}`, {
    name: 'getMessage',
    summary: 'A message',
    description: 'As it is now; one that was deleted is a tombstone.',
    statuses: [200],
    refusals: ['forbidden'],
    response: messageComponents.Message,
    handle: ({ core, me, params: { roomId, messageId } }) => ok(core.messages.get(me, roomId, messageId)),
  }),
  route(`PATCH ${messagePath}`, {
    name: 'editMessage',
    summary: 'Edit a message',
    description:
      'Changes the text, the mentions or the data, what is left out stays; needs `canEditOwnMessages` or `canEditMessages`.',
    body: messageComponents.EditMessage,
    rate: 'sends',
    statuses: [200],
    refusals: ['forbidden', 'conflict', 'rejected'],
    response: messageComponents.Message,
    handle: ({ core, me, params: { roomId, messageId }, body }) =>
      ok(core.messages.edit(me, roomId, messageId, body, 'client')),
  }),
  route(`DELETE ${messagePath}`, {
    name: 'deleteMessage',
    summary: 'Delete a message',
    description: 'A tombstone of it stays; needs `canDeleteOwnMessages` or `canDeleteMessages`.',
    statuses: [204],
    refusals: ['forbidden'],
    handle: ({ core, me, params: { roomId, messageId } }) => done(core.messages.delete(me, roomId, messageId)),
  }),
]

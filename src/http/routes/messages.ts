import { z } from 'zod'
import { pageInQuery, wholeInQuery } from '../../contract/fields.js'
import { clientId, type SendMessage } from '../../contract/messages.js'
import { invalid } from '../../contract/problems.js'
import { lookForSomething, looksForSomething, messageFilter } from '../../contract/search.js'
import { components } from '../components.js'
import { searchQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const messages = '/rooms/:roomId/messages'
const message = `${messages}/:messageId` as const

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

/** The header's key and the body's `clientId` are one thing. */
function withKey(body: SendMessage, key: string | undefined): SendMessage {
  if (key === undefined) return body
  if (body.clientId !== undefined && body.clientId !== key) {
    throw invalid('/clientId', 'is not the same as the Idempotency-Key header')
  }
  return { ...body, clientId: key }
}

/** `me` stands for the caller here, too. */
const searchEverywhere = z.object({ ...pageInQuery, ...messageFilter }).refine(looksForSomething, lookForSomething)

export const messageRoutes = [
  route('GET /messages/search', {
    name: 'searchMessages',
    summary: 'Search everywhere',
    description:
      'Messages of all my rooms that contain `q`, newest first, or those of somebody, with media, or of a time: what is given counts together, and one of `q`, `userId` and `has` must be. A page may hold less than was asked for, or nothing, and still have a `nextCursor`.',
    query: searchEverywhere,
    rate: 'searches',
    statuses: [200],
    refusals: ['forbidden', 'not_found'],
    response: components.FoundMessageList,
    handle: ({ core, me, query: { userId, ...asked }, signal }) =>
      ok(core.search.everywhere(me, { ...asked, userId: userId === 'me' ? me : userId }, signal())),
  }),
  route(`GET ${messages}`, {
    name: 'listMessages',
    summary: 'Messages of a room',
    description:
      'The newest page, or the one before, after or around a `seq`, ascending; with `q` a search, newest first.',
    query: messagesQuery,
    isSearch: ({ q }) => q !== undefined,
    statuses: [200],
    refusals: ['forbidden'],
    response: components.MessagePageOrList,
    handle: ({ core, me, params: { roomId }, query: { q, cursor, ...position }, signal }) =>
      q === undefined
        ? ok(core.messages.list(me, roomId, position))
        : ok(core.search.inRoom(me, roomId, { q, cursor, limit: position.limit }, signal())),
  }),
  route(`POST ${messages}`, {
    name: 'sendMessage',
    summary: 'Send a message',
    description: 'The same `clientId` again is the same message, answered with 200. Needs `canCreateMessages`.',
    headers: z.object({ 'Idempotency-Key': clientId.optional() }),
    body: components.SendMessage,
    rate: 'sends',
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict', 'idempotency_conflict', 'rejected'],
    response: components.Message,
    async handle({ core, me, params: { roomId }, headers, body }) {
      const sent = await core.messages.send(me, roomId, withKey(body, headers['Idempotency-Key']))
      return made(sent.message, sent.created)
    },
  }),
  route(`GET ${message}`, {
    name: 'getMessage',
    summary: 'A message',
    description: 'As it is now; one that was deleted is a tombstone.',
    statuses: [200],
    refusals: ['forbidden'],
    response: components.Message,
    handle: ({ core, me, params: { roomId, messageId } }) => ok(core.messages.get(me, roomId, messageId)),
  }),
  route(`PATCH ${message}`, {
    name: 'editMessage',
    summary: 'Edit a message',
    description:
      'Changes the text or the mentions, what is left out stays; needs `canEditOwnMessages` or `canEditMessages`.',
    body: components.EditMessage,
    rate: 'sends',
    statuses: [200],
    refusals: ['forbidden', 'conflict', 'rejected'],
    response: components.Message,
    handle: ({ core, me, params: { roomId, messageId }, body }) => ok(core.messages.edit(me, roomId, messageId, body)),
  }),
  route(`DELETE ${message}`, {
    name: 'deleteMessage',
    summary: 'Delete a message',
    description: 'A tombstone of it stays; needs `canDeleteOwnMessages` or `canDeleteMessages`.',
    statuses: [204],
    refusals: ['forbidden'],
    handle: ({ core, me, params: { roomId, messageId } }) => done(core.messages.delete(me, roomId, messageId)),
  }),
]

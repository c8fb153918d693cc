import { z } from 'zod'
import { flagInQuery, listOf, pageInQuery, wholeInQuery } from '../../contract/fields.js'
import { type FollowedThread, followedThread } from '../../contract/followed-threads.js'
import { thread, threadMe, updateThreadMe } from '../../contract/threads.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { done, ok, route } from '../route.js'
import { messageComponents } from './messages.js'

const threadPath = '/rooms/:roomId/messages/:messageId/thread'

/** A page is asked for as one of the room's history is. */
export const threadQuery = z.object({
  limit: pageInQuery.limit,
  before: wholeInQuery.optional(),
  after: wholeInQuery.optional(),
  around: wholeInQuery.optional(),
})

/** The places here are those in the thread. */
export const threadParameters = {
  before: { description: 'Replies with a `threadSeq` below this one.', example: 12 },
  after: { description: 'Replies with a `threadSeq` above this one.', example: 12 },
  around: { description: 'Replies on both sides of this `threadSeq`.', example: 12 },
}

const followed: FollowedThread = {
  message: examples.message,
  room: { id: examples.roomId, name: 'Kitchen' },
  me: examples.threadMe,
}

export const threadComponents = {
  Thread: component(thread, 'What a message shows of the thread that it begins.', examples.thread),
  ThreadMe: component(threadMe, 'One’s own side of a thread.', examples.threadMe),
  UpdateThreadMe: component(updateThreadMe, 'How far one has read in a thread.', { lastReadSeq: 1 }),
  FollowedThread: component(followedThread, 'A thread that one follows, by the message that it is of.', followed),
  FollowedThreadList: component(listOf(followedThread), 'A page of threads.', list(followed)),
}

export const threadRoutes = [
  route('GET /threads', {
    name: 'listThreads',
    summary: 'Threads that I follow',
    description:
      'Those with the last reply first, in rooms that I am in. Who writes a message, replies to it or is mentioned there follows its thread from then on.',
    query: z.object({ ...pageInQuery, unread: flagInQuery.optional() }),
    parameters: {
      unread: { description: 'With `true`, those alone that have something to read.', example: true },
    },
    rate: 'searches',
    statuses: [200],
    response: threadComponents.FollowedThreadList,
    handle: ({ core, me, query }) => ok(core.threads.followed(me, query)),
  }),
  route(`GET ${threadPath}`, {
    name: 'listThread',
    summary: 'Replies to a message',
    description:
      'The thread of a message: the newest page, or the one before, after or around a `threadSeq`, ascending. Replies are sent as messages are, with a `threadId`.',
    query: threadQuery,
    parameters: threadParameters,
    statuses: [200],
    refusals: ['forbidden'],
    response: messageComponents.MessagePage,
    handle: ({ core, me, params: { roomId, messageId }, query }) => ok(core.threads.list(me, roomId, messageId, query)),
  }),
  route(`GET ${threadPath}/me`, {
    name: 'getThreadMe',
    summary: 'My side of a thread',
    description: 'Whether I follow it, and what I have to read there; nothing where I never followed it.',
    statuses: [200],
    refusals: ['forbidden'],
    response: threadComponents.ThreadMe,
    handle: ({ core, me, params: { roomId, messageId } }) => ok(core.threads.me(me, roomId, messageId)),
  }),
  route(`PATCH ${threadPath}/me`, {
    name: 'markThreadRead',
    summary: 'Mark a thread as read',
    description: 'Up to a reply; the marker never moves back. Of who does not follow the thread nothing is stored.',
    body: threadComponents.UpdateThreadMe,
    statuses: [200],
    refusals: ['forbidden'],
    response: threadComponents.ThreadMe,
    handle: ({ core, me, params: { roomId, messageId }, body }) =>
      ok(core.threads.markRead(me, roomId, messageId, body.lastReadSeq)),
  }),
  route(`PUT ${threadPath}/following`, {
    name: 'followThread',
    summary: 'Follow a thread',
    description: 'Whoever is new to it has read what is there.',
    statuses: [200],
    refusals: ['forbidden'],
    response: threadComponents.ThreadMe,
    handle: ({ core, me, params: { roomId, messageId } }) => ok(core.threads.follow(me, roomId, messageId, true)),
  }),
  route(`DELETE ${threadPath}/following`, {
    name: 'unfollowThread',
    summary: 'Follow a thread no more',
    description: 'Until one replies, is mentioned there, or asks for it again.',
    statuses: [204],
    refusals: ['forbidden'],
    handle: ({ core, me, params: { roomId, messageId } }) =>
      done(core.threads.follow(me, roomId, messageId, false).then(() => undefined)),
  }),
]

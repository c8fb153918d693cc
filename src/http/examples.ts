import type { DurableEvent, EphemeralEvent, PersonalEvent } from '../contract/events.js'
import type { CommandInput, CommandName, ControlFrame } from '../contract/frames.js'
import type { Media } from '../contract/media.js'
import type { Me, Member } from '../contract/members.js'
import type { Message } from '../contract/messages.js'
import type { Permissions } from '../contract/permissions.js'
import type { Problem } from '../contract/problems.js'
import type { OwnReport } from '../contract/reports.js'
import type { Room } from '../contract/rooms.js'
import type { Thread, ThreadMe } from '../contract/threads.js'
import type { User } from '../contract/users.js'
import { limitsFrom } from '../core/limits.js'

// One small story: Alice and Bob in the room of their kitchen.
export const exampleIds = {
  roomId: '0198c5a1-7d2e-7b1c-9f00-3a5c9d1e2b40',
  messageId: '0198c5a2-1f3b-7c2d-8e11-4b6d0e2f3c51',
  reactionId: '0198c5a3-2a4c-7d3e-9d22-5c7e1f304d62',
  mediaId: '0198c5a4-3b5d-7e4f-8c33-6d8f20415e73',
  clientId: '7f4c1d2e-95b3-4a8d-8f51-2c1f0b6f6a10',
  reportId: '0198c5a6-5d7f-7a61-8c55-8fa142637095',
  inviteId: '0198c5a8-7f91-7c83-8e77-a1c364859217',
  scheduledId: '0198c5a9-8fa2-7d94-9f88-b2d475960328',
  code: 'Vb3kJ0q2T7uXyZ4mN8sPdQ',
}
const { roomId, messageId, mediaId, clientId, reportId } = exampleIds
const at = '2026-08-19T09:30:00.000Z'

const alice: User = {
  id: 'alice',
  name: 'Alice',
  description: 'Cooks on Tuesdays',
  avatarUrl: null,
  lastSeenAt: at,
}
const bob: User = { id: 'bob', name: 'Bob', description: '', avatarUrl: null, lastSeenAt: null }

const permissions: Permissions = {
  canAddUsers: true,
  canRemoveUsers: false,
  canCreateMessages: true,
  canDeleteMessages: false,
  canDeleteOwnMessages: true,
  canEditMessages: false,
  canEditOwnMessages: true,
  canEditRoom: false,
  canDeleteRoom: false,
}

const me: Me = {
  role: 'member',
  permissions,
  silencedUntil: null,
  muted: false,
  mutedUntil: null,
  notify: 'all',
  isPinned: true,
  isArchived: false,
  isMarkedUnread: false,
  lastReadSeq: 6,
  unreadCount: 1,
  mentionCount: 0,
  lastSeenAt: at,
  joinedAt: at,
  firstSeq: 1,
  scheduledRevision: 0,
}

const member: Member = {
  roomId,
  user: bob,
  role: 'member',
  permissions,
  addedById: 'alice',
  joinedAt: at,
  silencedUntil: null,
  lastReadSeq: 6,
  lastSeenAt: null,
  revision: 9,
}

const media: Media = {
  id: mediaId,
  filename: 'soup.jpg',
  contentType: 'image/jpeg',
  byteSize: 84_213,
  width: 1_024,
  height: 768,
  durationMs: null,
  url: `/chat/media/${mediaId}/content?expires=1790000000&signature=mZ0x7dJxkq3vYw2b`,
  thumbnailUrl: `/chat/media/${mediaId}/thumbnail?expires=1790000000&signature=Kd81aPqTz0RvXw5c`,
  uploadedById: 'alice',
  createdAt: at,
}

const thread: Thread = { count: 1, lastSeq: 1, lastAt: at, userIds: ['bob'] }

const threadMe: ThreadMe = {
  ...{ isFollowing: true, lastReadSeq: 0, unreadCount: 1, mentionCount: 0 },
  ...{ lastSeq: 1, revision: 12 },
}

const reactionCount = { reaction: '👍', count: 1, userIds: ['bob'] }

const message: Message = {
  id: messageId,
  roomId,
  seq: 7,
  revision: 12,
  clientId,
  kind: 'user',
  user: alice,
  as: null,
  text: 'Soup is ready, @Bob',
  system: null,
  data: { type: 'dish', name: 'Soup', portions: 4 },
  media: [media],
  forwardedFrom: null,
  replyTo: null,
  threadId: null,
  threadSeq: null,
  alsoInRoom: false,
  thread,
  mentions: ['bob'],
  mentionsEveryone: false,
  reactions: [reactionCount],
  createdAt: at,
  editedAt: null,
  deletedAt: null,
  pinnedAt: null,
  pinnedById: null,
}

const room: Room = {
  id: roomId,
  key: 'household:17',
  type: 'group',
  name: 'Kitchen',
  description: 'Who cooks, and what',
  avatarUrl: null,
  data: { floor: 2 },
  isPublic: false,
  isBlocked: false,
  slowModeSeconds: 0,
  readReceipts: true,
  historyFrom: 'start',
  createdById: 'alice',
  createdAt: at,
  updatedAt: at,
  memberCount: 2,
  lastMessageSeq: 7,
  firstSeq: 1,
  revision: 12,
}

const roomOfMine: Room = { ...room, lastMessage: message, peer: null, me }

const ownReport: OwnReport = { id: reportId, roomId, messageId, reason: 'spam', text: 'The third today', createdAt: at }

const problem: Problem = {
  type: 'urn:express-chat:problem:invalid_request',
  title: 'The request is not valid',
  status: 400,
  code: 'invalid_request',
  errors: [{ pointer: '/text', detail: 'must not be empty' }],
  requestId: '5f0c7a1e',
}

const created = { type: 'message.created', roomId, revision: 12, message } as const
const ofRoom = { roomId, revision: 13 }
const edited: Message = { ...message, revision: 13, text: 'Soup is ready at noon, @Bob', editedAt: at }
const tombstone: Message = {
  ...message,
  revision: 13,
  text: '',
  data: null,
  media: [],
  mentions: [],
  reactions: [],
  deletedAt: at,
}
const pinned: Message = { ...message, revision: 13, pinnedAt: at, pinnedById: 'bob' }
/** A page of these items. */
export const list = <T>(...items: T[]) => ({ items, nextCursor: null })

/** Examples that several schemas and frames share; a schema's own example is in the file of its routes. */
export const examples = {
  ...exampleIds,
  at,
  alice,
  bob,
  permissions,
  me,
  member,
  media,
  reactionCount,
  thread,
  threadMe,
  message,
  room,
  roomOfMine,
  ownReport,
  problem,
  created,
}

/** The fields of each command, beside its `type` and `id`. */
export const commandExamples: { [Name in CommandName]: CommandInput<Name> } = {
  'message.send': { roomId, clientId, text: 'Soup is ready, @Bob', mentions: ['bob'] },
  'message.edit': { roomId, messageId, text: 'Soup is ready at noon, @Bob' },
  'message.delete': { roomId, messageId },
  'message.pin': { roomId, messageId },
  'message.unpin': { roomId, messageId },
  'reaction.add': { roomId, messageId, reaction: '👍' },
  'reaction.remove': { roomId, messageId, reaction: '👍' },
  read: { roomId, seq: 7 },
  'read.many': { rooms: [{ roomId, seq: 7 }] },
  typing: { roomId, isTyping: true },
  'presence.set': { inFront: false },
  'presence.watch': { userIds: ['bob'] },
}

const { textLength, frameBytes, mediaPerMessage, rates } = limitsFrom()
const { frames, sends, reactions } = rates

/** One of each frame that the server sends. */
export const frameExamples: (ControlFrame | DurableEvent | PersonalEvent | EphemeralEvent)[] = [
  {
    type: 'welcome',
    connectionId: '0198c5a5-4c6e-7f50-9b44-7e9031526f84',
    user: alice,
    heartbeatMs: 25_000,
    limits: { textLength, frameBytes, mediaPerMessage, rates: { frames, sends, reactions } },
    rooms: {
      [roomId]: { revision: 12, lastMessageSeq: 7, lastReadSeq: 6, unreadCount: 1, muted: false, isPinned: true },
    },
  },
  { type: 'ready' },
  { type: 'room.reset', ...ofRoom },
  { type: 'ok', id: '1', result: message },
  { type: 'error', id: '1', problem },
  created,
  { type: 'message.deleted', ...ofRoom, message: tombstone },
  { type: 'message.updated', ...ofRoom, message: edited },
  {
    ...{ type: 'message.updated', ...ofRoom, cause: { type: 'message.pinned', userId: 'bob' } },
    message: pinned,
  },
  { type: 'message.updated', ...ofRoom, message: { ...message, revision: 13 }, cause: { type: 'thread.reply' } },
  { type: 'member.added', ...ofRoom, member, memberCount: 2 },
  { type: 'member.removed', ...ofRoom, member, memberCount: 1, removedById: 'alice' },
  { type: 'member.updated', ...ofRoom, member },
  { type: 'message.hidden', ...ofRoom },
  { type: 'room.updated', ...ofRoom, room },
  { type: 'room.deleted', ...ofRoom },
  { type: 'room.joined', room: roomOfMine },
  {
    type: 'room.requested',
    room: { ...room, lastMessage: null, peer: null, me: null, request: { user: bob, createdAt: at } },
  },
  { type: 'room.left', roomId, reason: 'removed' },
  { type: 'block.changed', userId: 'bob', isBlocked: true },
  { type: 'thread.updated', roomId, messageId, me: threadMe },
  { type: 'me.updated', ...ofRoom, me, lastMessageSeq: 7 },
  { type: 'typing', roomId, userIds: ['bob'] },
  { type: 'read', roomId, userId: 'bob', lastReadSeq: 7 },
  { type: 'presence', userId: 'bob', online: false, lastSeenAt: at },
  { type: 'user.updated', user: bob },
]

import type { z } from 'zod'
import type { AuditEntry } from '../contract/audit.js'
import type { Ban } from '../contract/bans.js'
import type { DurableEvent, EphemeralEvent, PersonalEvent } from '../contract/events.js'
import type { CommandInput, CommandName, ControlFrame } from '../contract/frames.js'
import type { Media } from '../contract/media.js'
import type { Me, Member } from '../contract/members.js'
import type { Message } from '../contract/messages.js'
import type { Permissions } from '../contract/permissions.js'
import type { Problem } from '../contract/problems.js'
import type { Reaction } from '../contract/reactions.js'
import type { OwnReport, Report } from '../contract/reports.js'
import type { Room } from '../contract/rooms.js'
import type { FoundMessage } from '../contract/search.js'
import type { User } from '../contract/users.js'
import { limitsFrom } from '../core/limits.js'
import type { components } from './components.js'

// One small story: Alice and Bob in the room of their kitchen.
export const exampleIds = {
  roomId: '0198c5a1-7d2e-7b1c-9f00-3a5c9d1e2b40',
  messageId: '0198c5a2-1f3b-7c2d-8e11-4b6d0e2f3c51',
  reactionId: '0198c5a3-2a4c-7d3e-9d22-5c7e1f304d62',
  mediaId: '0198c5a4-3b5d-7e4f-8c33-6d8f20415e73',
  clientId: '7f4c1d2e-95b3-4a8d-8f51-2c1f0b6f6a10',
  reportId: '0198c5a6-5d7f-7a61-8c55-8fa142637095',
}
const { roomId, messageId, reactionId, mediaId, clientId, reportId } = exampleIds
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
  lastReadSeq: 6,
  unreadCount: 1,
  lastSeenAt: at,
  joinedAt: at,
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

const ban: Ban = {
  ...{ roomId, user: bob, until: '2026-08-26T09:30:00.000Z', reason: 'Advertises' },
  ...{ bannedById: 'alice', createdAt: at },
}

const media: Media = {
  id: mediaId,
  filename: 'soup.jpg',
  contentType: 'image/jpeg',
  byteSize: 84_213,
  width: 1_024,
  height: 768,
  url: `/chat/media/${mediaId}/content?expires=1790000000&signature=mZ0x7dJxkq3vYw2b`,
  thumbnailUrl: `/chat/media/${mediaId}/thumbnail?expires=1790000000&signature=Kd81aPqTz0RvXw5c`,
  uploadedById: 'alice',
  createdAt: at,
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
  text: 'Soup is ready, @Bob',
  system: null,
  media: [media],
  replyTo: null,
  mentions: ['bob'],
  reactions: [reactionCount],
  createdAt: at,
  editedAt: null,
  deletedAt: null,
}

const found: FoundMessage = { message, room: { id: roomId, name: 'Kitchen' }, highlights: [[0, 4]] }

const room: Room = {
  id: roomId,
  type: 'group',
  name: 'Kitchen',
  description: 'Who cooks, and what',
  avatarUrl: null,
  isPublic: false,
  isBlocked: false,
  slowModeSeconds: 0,
  createdById: 'alice',
  createdAt: at,
  updatedAt: at,
  memberCount: 2,
  lastMessageSeq: 7,
  revision: 12,
}

const roomOfMine: Room = { ...room, lastMessage: message, peer: null, me }

const reaction: Reaction = {
  id: reactionId,
  messageId,
  roomId,
  user: bob,
  reaction: '👍',
  createdAt: at,
}

const ownReport: OwnReport = { id: reportId, roomId, messageId, reason: 'spam', text: 'The third today', createdAt: at }
const { id, filename, contentType, byteSize, url } = media
const report: Report = {
  ...ownReport,
  reporterId: 'bob',
  authorId: 'alice',
  copy: {
    ...{ seq: 7, userName: 'Alice', text: message.text, createdAt: at, editedAt: null },
    media: [{ id, filename, contentType, byteSize, url }],
  },
  ...{ status: 'resolved', note: 'Talked to her', handledById: 'carol', handledAt: at },
}

const auditEntry: AuditEntry = {
  ...{ id: '0198c5a7-6e80-7b72-9d66-90b253748106', action: 'member.role', actorId: 'alice', roomId, userId: 'bob' },
  ...{ messageId: null, reason: null, details: { from: 'member', to: 'admin' }, createdAt: at },
}

const problem: Problem = {
  type: 'urn:express-chat:problem:invalid_request',
  title: 'The request is not valid',
  status: 400,
  code: 'invalid_request',
  errors: [{ pointer: '/text', detail: 'must not be empty' }],
  requestId: '5f0c7a1e',
}

const created: DurableEvent = { type: 'message.created', roomId, revision: 12, message }
const ofRoom = { roomId, revision: 13 }
const edited: Message = { ...message, revision: 13, text: 'Soup is ready at noon, @Bob', editedAt: at }
const tombstone: Message = { ...message, revision: 13, text: '', media: [], mentions: [], reactions: [], deletedAt: at }
const list = <T>(...items: T[]) => ({ items, nextCursor: null })

type SchemaExamples = { [Name in keyof typeof components]: z.input<(typeof components)[Name]> }

/** One of each schema. */
export const schemaExamples: SchemaExamples = {
  User: alice,
  UserList: list(alice, bob),
  UpdateUser: { description: 'Cooks on Tuesdays', avatarMediaId: null },
  Block: { user: bob, createdAt: at },
  BlockList: list({ user: bob, createdAt: at }),
  Room: roomOfMine,
  RoomList: list(roomOfMine),
  RoomType: 'group',
  CreateRoom: { type: 'group', name: 'Kitchen', userIds: ['bob'] },
  UpdateRoom: { name: 'Kitchen', description: 'Who cooks, and what' },
  Me: me,
  Member: member,
  MemberList: list(member),
  Role: 'member',
  Permissions: permissions,
  SomePermissions: { canAddUsers: false },
  AddMember: { userId: 'bob' },
  SilenceMember: { silencedUntil: at },
  UpdateMember: { muted: true, lastReadSeq: 7 },
  Ban: ban,
  BanList: list(ban),
  SetBan: { until: '2026-08-26T09:30:00.000Z', reason: 'Advertises' },
  ReadMany: { rooms: [{ roomId, seq: 7 }] },
  ReadManyAnswer: { rooms: { [roomId]: { ...me, lastReadSeq: 7, unreadCount: 0 } } },
  Message: message,
  MessageList: list(message),
  FoundMessage: found,
  FoundMessageList: list(found),
  MessagePage: { items: [message], hasBefore: true, hasAfter: false },
  MessagePageOrList: { items: [message], hasBefore: true, hasAfter: false },
  SendMessage: { text: 'Soup is ready, @Bob', mentions: ['bob'], mediaIds: [mediaId], clientId },
  EditMessage: { text: 'Soup is ready at noon, @Bob' },
  Media: media,
  Reaction: reaction,
  ReactionCount: reactionCount,
  ReactionList: list(reaction),
  AddReaction: { reaction: '👍' },
  CreateReport: { reason: 'spam', text: 'The third today' },
  OwnReport: ownReport,
  Report: report,
  ReportList: list(report),
  UpdateReport: { status: 'resolved', note: 'Talked to her' },
  AuditEntry: auditEntry,
  AuditEntryList: list(auditEntry),
  DurableEvent: created,
  Changes: { events: [created], revision: 12, hasMore: false },
  Ticket: { ticket: 'eyJ1c2VySWQiOiJhbGljZSJ9.c2lnbmVk', expiresAt: '2026-08-19T09:30:30.000Z' },
  Problem: problem,
}

/** What goes with each command, beside its `type` and `id`. */
export const commandExamples: { [Name in CommandName]: CommandInput<Name> } = {
  'message.send': { roomId, clientId, text: 'Soup is ready, @Bob', mentions: ['bob'] },
  'message.edit': { roomId, messageId, text: 'Soup is ready at noon, @Bob' },
  'message.delete': { roomId, messageId },
  'reaction.add': { roomId, messageId, reaction: '👍' },
  'reaction.remove': { roomId, messageId, reaction: '👍' },
  read: { roomId, seq: 7 },
  'read.many': { rooms: [{ roomId, seq: 7 }] },
  typing: { roomId, isTyping: true },
  'presence.watch': { userIds: ['bob'] },
}

const { textLength, frameBytes, mediaPerMessage, rates } = limitsFrom()
const { frames, sends, reactions } = rates

/** One of each frame that the server says. */
export const frameExamples: (ControlFrame | DurableEvent | PersonalEvent | EphemeralEvent)[] = [
  {
    type: 'welcome',
    connectionId: '0198c5a5-4c6e-7f50-9b44-7e9031526f84',
    user: alice,
    heartbeatMs: 25_000,
    limits: { textLength, frameBytes, mediaPerMessage, rates: { frames, sends, reactions } },
    rooms: { [roomId]: { revision: 12, lastMessageSeq: 7, lastReadSeq: 6, unreadCount: 1, muted: false } },
  },
  { type: 'ready' },
  { type: 'room.reset', ...ofRoom },
  { type: 'ok', id: '1', result: message },
  { type: 'error', id: '1', problem },
  created,
  { type: 'message.deleted', ...ofRoom, message: tombstone },
  { type: 'message.updated', ...ofRoom, message: edited },
  { type: 'member.added', ...ofRoom, member, memberCount: 2 },
  { type: 'member.removed', ...ofRoom, member, memberCount: 1, removedById: 'alice' },
  { type: 'member.updated', ...ofRoom, member },
  { type: 'room.updated', ...ofRoom, room },
  { type: 'room.deleted', ...ofRoom },
  { type: 'room.joined', room: roomOfMine },
  {
    type: 'room.requested',
    room: { ...room, lastMessage: null, peer: null, me: null, request: { user: bob, createdAt: at } },
  },
  { type: 'room.left', roomId, reason: 'removed' },
  { type: 'block.changed', userId: 'bob', isBlocked: true },
  { type: 'me.updated', ...ofRoom, me, lastMessageSeq: 7 },
  { type: 'typing', roomId, userIds: ['bob'] },
  { type: 'read', roomId, userId: 'bob', lastReadSeq: 7 },
  { type: 'presence', userId: 'bob', online: false, lastSeenAt: at },
  { type: 'user.updated', user: bob },
]

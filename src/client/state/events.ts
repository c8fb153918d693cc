import type { Changes, ReactionCause } from '../../contract/events.js'
import type { Member } from '../../contract/members.js'
import type { Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import type { ChatEvent } from '../api/chat-client.js'
import { applyLast } from './last-message.js'
import { moveMarker, takeMember } from './members.js'
import { mine, takeMessage } from './messages.js'
import { dropRequest, takeRequest } from './requests.js'
import { joinRoom, leaveRoom, mergeRoom, resetRoom, takeChange, takeMe, takeTally } from './rooms.js'
import { entryOf, patch, type State } from './state.js'
import { renameUser } from './users.js'

/** The room has another revision than was known: it has to be read again. */
export interface RoomReset {
  type: 'room.reset'
  roomId: string
  revision: number
}

/** All fields that events may have. */
export interface AnyEvent {
  type: (ChatEvent | RoomReset)['type']
  roomId?: string
  revision?: number
  room?: Room
  member?: Member
  memberCount?: number
  message?: Message
  cause?: ReactionCause
}

/** Applies an event. Events of one room may come in any order and more than once: older data never replaces newer data. */
export function applyEvent(state: State, event: ChatEvent | RoomReset): State {
  const { type } = event
  if (type === 'room.requested') return takeRequest(state, event.room)
  if (type === 'room.joined') return joinRoom(dropRequest(state, event.room.id), event.room)
  if (type === 'presence') {
    const { userId, online, lastSeenAt } = event
    return { ...state, presence: new Map(state.presence).set(userId, { online, lastSeenAt }) }
  }
  if (type === 'block.changed') return state
  if (type === 'user.updated') return renameUser(state, event.user)
  const { roomId } = event
  if (type === 'room.left') return leaveRoom(dropRequest(state, roomId), roomId, event.reason)
  if (type === 'room.reset') return resetRoom(state, roomId, event.revision)
  const entry = entryOf(state, roomId)
  if (entry.seen < 0) return state
  const myId = state.me?.id
  if (type === 'me.updated') return takeMe(takeTally(state, roomId, { ...event, ...event.me }), roomId, event.me)
  if (type === 'typing') return patch(state, roomId, { typing: event.userIds.filter((id) => id !== myId) })
  if (type === 'read') {
    const { userId, lastReadSeq } = event
    const moved = moveMarker(state, roomId, userId, lastReadSeq)
    return userId === myId ? takeMe(moved, roomId, { lastReadSeq }) : moved
  }
  const { revision } = event
  const { member, memberCount, message, cause } = event as AnyEvent
  const counted = takeChange(state, roomId, revision, message)
  const next = patch(counted, roomId, { seen: Math.max(entry.seen, revision) })
  if (type === 'room.deleted') return leaveRoom(next, roomId, 'deleted')
  if (type === 'room.updated') {
    const { room } = event
    // A replayed event has the room as it was at the replay, which may be at a later revision.
    return mergeRoom(next, roomId, Math.max(revision, room.revision), room)
  }
  if (message) return mergeMessage(next, message, cause)
  if (!member) return next
  const { user, role, permissions, silencedUntil, joinedAt, lastReadSeq } = member
  const isGone = type === 'member.removed'
  const me = user.id === myId && !isGone ? { role, permissions, silencedUntil, joinedAt, lastReadSeq } : undefined
  const merged = mergeRoom(next, roomId, revision, { memberCount, me })
  return takeMember(merged, member, isGone)
}

/** What changed in a room. */
export const takeChanges = (state: State, { events }: Changes): State => events.reduce(applyEvent, state)

/** Adds a message from the server to the room and its history. */
export function mergeMessage(state: State, message: Message, cause?: ReactionCause): State {
  const { seq, kind, user, roomId } = message
  const writer = kind === 'user' ? user : null
  const lastMessage: Message = { ...message, myReactions: mine(message, undefined, state.me?.id ?? '', cause) }
  // Sending a message marks the room as read for its sender; a system message does not.
  const me = writer && writer.id === state.me?.id ? { lastReadSeq: seq } : undefined
  const merged = mergeRoom(takeMessage(state, message, cause), roomId, -1, { lastMessageSeq: seq, lastMessage, me })
  const next = applyLast(merged, lastMessage)
  return writer ? moveMarker(next, roomId, writer.id, seq) : next
}

/** The connection is lost: it is unknown who is present and who is typing. */
export const clearEphemeral = (state: State): State => ({
  ...state,
  presence: new Map(),
  renamed: new Map(),
  rooms: new Map([...state.rooms].map(([id, entry]) => [id, { ...entry, typing: [] }])),
})

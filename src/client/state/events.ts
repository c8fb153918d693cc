import type { Changes, DurableEvent, MessageCause } from '../../contract/events.js'
import type { Member } from '../../contract/members.js'
import type { Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import type { ChatEvent } from '../api/chat-client.js'
import { together } from './drafts.js'
import { applyLast } from './last-message.js'
import { moveMarker, takeMember } from './members.js'
import { isApart, mine, takeMessage } from './messages.js'
import { dropRequest, takeRequest } from './requests.js'
import { allRooms } from './room-map.js'
import { joinRoom, leaveRoom, mergeRoom, resetRoom, takeChange, takeMe, takeTally, wantRoom } from './rooms.js'
import { entryOf, patch, type State } from './state.js'
import { recountThreads, takeThreadMessage, takeTold } from './threads.js'
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
  message?: Message
  cause?: MessageCause
}

/** Applies an event. Events of one room may come in any order and more than once: older data never replaces newer data. */
export function applyEvent(state: State, event: ChatEvent | RoomReset): State {
  switch (event.type) {
    case 'room.requested':
      return takeRequest(state, event.room)
    case 'room.joined':
      return joinRoom(dropRequest(state, event.room.id), event.room)
    case 'room.left':
      return leaveRoom(dropRequest(state, event.roomId), event.roomId, event.reason)
    case 'room.reset':
      return resetRoom(state, event.roomId, event.revision)
    case 'block.changed':
      return block(state, event.userId, event.isBlocked)
    case 'thread.updated':
      return isKnown(state, event.roomId) ? takeTold(state, event.roomId, event.messageId, event.me) : state
    case 'user.updated':
      return renameUser(state, event.user)
    case 'presence': {
      const { userId, online, lastSeenAt } = event
      return { ...state, presence: new Map(state.presence).set(userId, { online, lastSeenAt }) }
    }
    case 'me.updated':
    case 'typing':
    case 'read':
      return isKnown(state, event.roomId) ? applyInRoom(state, event) : state
    default:
      // All others are durable, else this does not compile. A newer server may also send an event that has no revision.
      return isKnown(state, event.roomId) && typeof event.revision === 'number' ? applyDurable(state, event) : state
  }
}

const isKnown = (state: State, roomId: string): boolean => entryOf(state, roomId).seen >= 0

/** What is told in a room and takes no revision of it. */
function applyInRoom(state: State, event: ChatEvent & { type: 'me.updated' | 'typing' | 'read' }): State {
  const { roomId } = event
  const myId = state.me?.id
  switch (event.type) {
    case 'me.updated':
      return takeSide(state, roomId, event)
    case 'typing':
      return patch(state, roomId, { typing: event.userIds.filter((id) => id !== myId) })
    case 'read': {
      const { userId, lastReadSeq } = event
      const moved = moveMarker(state, roomId, userId, lastReadSeq)
      return userId === myId ? takeMe(moved, roomId, { lastReadSeq }) : moved
    }
  }
}

/** A room that is not listed is read where it has come into a list that is shown. */
function takeSide(state: State, roomId: string, { me, ...standing }: ChatEvent & { type: 'me.updated' }): State {
  const { status, room } = entryOf(state, roomId)
  const counted = takeTally(state, roomId, { ...standing, ...me })
  const next = takeMe(counted, roomId, me, undefined, standing.lastMessageSeq)
  const isMoved = me.isArchived !== room.me?.isArchived || (me.isPinned && !room.me?.isPinned)
  return status === 'loading' && isMoved ? wantListed(next, roomId) : next
}

/** A room has to be read for a list in which it stands now, unless nobody has asked for those that I have put away. */
const wantListed = (state: State, roomId: string): State =>
  entryOf(state, roomId).room.me?.isArchived && state.archivedCursor === undefined ? state : wantRoom(state, roomId)

/** Whether somebody may have written in a room: in a private one that is known, nobody has but its two people. */
const mayBeIn = ({ type, peer }: Partial<Room>, userId: string): boolean =>
  type !== 'private' || !peer || peer.id === userId

/** What mentions me in rooms where there is something to read, and they may have written, is counted anew. */
function block(state: State, userId: string, isBlocked: boolean): State {
  const blocked = new Set(state.blocked)
  if (isBlocked) blocked.add(userId)
  else blocked.delete(userId)
  return together(() => {
    let next: State = { ...state, blocked }
    for (const [id, { room }] of allRooms(state.rooms)) {
      const { mentionCount = 0, unreadCount = 0 } = room.me ?? {}
      if (!mayBeIn(room, userId)) continue
      if (isBlocked ? mentionCount > 0 : unreadCount > 0) next = patch(next, id, { isStale: true })
    }
    return recountThreads(next)
  })
}

function applyDurable(state: State, event: DurableEvent): State {
  const { roomId, revision } = event
  const { cause }: AnyEvent = event
  const given = 'message' in event ? event.message : undefined
  const message = given && !isApart(given) ? given : undefined
  const threaded = given ? takeThreadMessage(state, given, cause) : state
  const counted = takeChange(threaded, roomId, revision, message, cause)
  const next = patch(counted, roomId, { seen: Math.max(entryOf(state, roomId).seen, revision) })
  switch (event.type) {
    case 'room.deleted':
      return leaveRoom(next, roomId, 'deleted')
    case 'room.updated':
      // A replayed event has the room as it was at the replay, which may be at a later revision.
      return mergeRoom(next, roomId, Math.max(revision, event.room.revision), event.room)
    case 'message.created':
      // A room that is not listed stands above listed ones now.
      return entryOf(next, roomId).status === 'joined' || !message
        ? mergeMessage(next, event.message)
        : wantListed(mergeMessage(next, event.message), roomId)
    case 'message.deleted':
      return mergeMessage(next, event.message)
    // It took a revision, and there is nothing to show.
    case 'message.hidden':
      return next
    case 'message.updated':
      return mergeMessage(next, event.message, event.cause)
    case 'member.added':
    case 'member.updated':
    case 'member.removed':
      return mergeMember(next, event)
    default:
      event satisfies never
      // A server that is newer may tell what nobody here knows.
      return next
  }
}

function mergeMember(state: State, event: DurableEvent & { member: Member }): State {
  const { roomId, revision, member } = event
  const { user, role, permissions, silencedUntil, joinedAt, lastReadSeq } = member
  const memberCount = 'memberCount' in event ? event.memberCount : undefined
  const isGone = event.type === 'member.removed'
  const isMine = user.id === state.me?.id && !isGone
  const { type, peer: known } = entryOf(state, roomId).room
  // Nobody leaves a private room but by being erased, and then has no name here either.
  const peer = isGone && type === 'private' && known?.id === user.id ? null : undefined
  const me = isMine ? { role, permissions, silencedUntil, joinedAt, lastReadSeq } : undefined
  return takeMember(mergeRoom(state, roomId, revision, { memberCount, me, peer }), member, isGone)
}

/** What changed in a room. */
export const takeChanges = (state: State, { events }: Changes): State => events.reduce(applyEvent, state)

/** Adds a message from the server to the room and its history. A reply that is in a thread alone is in neither. */
export function mergeMessage(state: State, message: Message, cause?: MessageCause): State {
  if (isApart(message)) return takeMessage(state, message, cause)
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
export function clearEphemeral(state: State): State {
  const cleared: State = { ...state, presence: new Map(), renamed: new Map() }
  return together(() => {
    let next = cleared
    for (const [id, { typing }] of allRooms(state.rooms)) if (typing.length > 0) next = patch(next, id, { typing: [] })
    return next
  })
}

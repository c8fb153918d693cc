import type { ReactionCause } from '../../contract/events.js'
import type { Message } from '../../contract/messages.js'
import type { ChatEvent } from '../api/chat-client.js'
import { moveMarker, takeMember } from './members.js'
import { mine, takeMessage } from './messages.js'
import { joinRoom, leaveRoom, takeMe, tell, withRoomEntry } from './rooms.js'
import { share, withEntry } from './share.js'
import type { RoomEntry, State } from './state.js'

/** Takes an event in. Events of one room may come in any order and more than once: whatever is older than what is known changes nothing. */
export function applyEvent(state: State, event: ChatEvent): State {
  switch (event.type) {
    case 'room.joined':
      return joinRoom(state, event.room)
    case 'room.left':
      return leaveRoom(state, event.roomId, event.reason)
    case 'presence': {
      const { userId, online, lastSeenAt } = event
      return { ...state, presence: withEntry(state.presence, userId, { online, lastSeenAt }) }
    }
  }
  const entry = state.rooms.get(event.roomId)
  if (!entry || entry.seen < 0) return state
  const { roomId } = event
  switch (event.type) {
    case 'me.updated':
      return takeMe(state, roomId, event.me)
    case 'typing':
      return setTyping(state, roomId, event.userIds)
    case 'read': {
      const { userId, lastReadSeq } = event
      const moved = moveMarker(state, roomId, userId, lastReadSeq)
      return userId === state.me?.id ? takeMe(moved, roomId, { lastReadSeq }) : moved
    }
  }
  const { revision } = event
  const known: RoomEntry = { ...entry, seen: Math.max(entry.seen, revision) }
  switch (event.type) {
    case 'message.created':
    case 'message.updated':
    case 'message.deleted':
      return hear(state, known, event.message, event.type === 'message.updated' ? event.cause : undefined)
    case 'member.added':
    case 'member.updated':
    case 'member.removed': {
      const { type, member } = event
      const { role, permissions, joinedAt, lastReadSeq } = member
      const isMe = member.user.id === state.me?.id && type !== 'member.removed'
      const told = tell(
        known,
        {
          revision,
          ...(type === 'member.updated' ? {} : { memberCount: event.memberCount }),
          ...(isMe && { me: { role, permissions, joinedAt, lastReadSeq } }),
        },
        state.version,
      )
      const next = withRoomEntry(takeMember(state, member, type === 'member.removed'), told)
      return type === 'member.removed' ? stopTyping(next, roomId, member.user.id) : next
    }
    case 'room.updated': {
      const { room } = event
      const at = Math.max(revision, room.revision)
      return withRoomEntry(state, tell(known, { revision: at, room }, state.version))
    }
    case 'room.deleted':
      return leaveRoom(state, roomId, 'deleted')
  }
}

/** A message that the server told of: to the room, to its history, and to what waits to be sent. */
export function hear(state: State, entry: RoomEntry, message: Message, cause?: ReactionCause): State {
  const { id: roomId } = entry.room
  const { seq, user, clientId } = message
  const myId = state.me?.id ?? ''
  let next = takeMessage(state, message, cause)
  const lastMessage: Message = { ...message, myReactions: mine(message, undefined, myId, cause) }
  // Sending is reading.
  const me = user?.id === myId ? { lastReadSeq: seq } : undefined
  next = withRoomEntry(next, tell(entry, { revision: -1, lastMessageSeq: seq, lastMessage, me }, state.version))
  if (!user) return next
  next = stopTyping(moveMarker(next, roomId, user.id, seq), roomId, user.id)
  const isSent = (pending: { roomId: string; clientId: string }) =>
    pending.roomId === roomId && pending.clientId === clientId
  if (user.id !== myId || !next.outbox.some(isSent)) return next
  return { ...next, outbox: next.outbox.filter((pending) => !isSent(pending)) }
}

function setTyping(state: State, roomId: string, userIds: readonly string[]): State {
  const others = userIds.filter((id) => id !== state.me?.id)
  const next = others.length > 0 ? share(state.typing.get(roomId), others) : undefined
  const typing = withEntry(state.typing, roomId, next)
  return typing === state.typing ? state : { ...state, typing }
}

const stopTyping = (state: State, roomId: string, userId: string): State =>
  setTyping(
    state,
    roomId,
    (state.typing.get(roomId) ?? []).filter((id) => id !== userId),
  )

/** Nobody hears the server: who is here and who types is not known. */
export const deafen = (state: State): State => ({ ...state, typing: new Map(), presence: new Map() })

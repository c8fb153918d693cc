import type { DurableEvent } from '../contract/events.js'
import type { Me } from '../contract/members.js'
import type { Report } from '../contract/reports.js'
import type { Room } from '../contract/rooms.js'

/** Somebody's side of a room, and where the room stood when it was read. */
export interface OwnRoomState {
  me: Me
  /** Of what they last changed for themselves, higher with each change; and when that was, or when they joined. */
  meRevision: number
  meChangedAt: Date | null
  revision: number
  lastMessageSeq: number
}

/** What a transaction changed in one room. Changes of one room may be told out of order; their revisions put them right. */
export interface RoomChanged {
  type: 'room.changed'
  roomId: string
  events: DurableEvent[]
  /** The room, where this made it. */
  created?: Room
}

/** Something that has happened, told after its commit to all who listen; and never, where it was rolled back. */
export type Notice =
  | RoomChanged
  /** A user read or muted a room: this is for the user's other devices. */
  | { type: 'me.changed'; userId: string; roomId: string; state: OwnRoomState }
  /** A read marker moved when the room stood at `revision`: this is for the other people in it. */
  | { type: 'marker.moved'; roomId: string; userId: string; lastReadSeq: number; revision: number }
  /** A user blocks somebody, or does so no more: this is for the user's own devices. */
  | { type: 'block.changed'; userId: string; blockedId: string }
  /** Somebody reported a message: this is for the host. */
  | { type: 'report.created'; report: Report }
  /** What is shown of a user changed. */
  | { type: 'user.changed'; userId: string }
  /** Somebody was asked into a room, or has refused. */
  | { type: 'request.changed'; userId: string; roomId: string }

/** The changes of rooms among what has happened. */
export const roomsChanged = (notices: readonly Notice[]): RoomChanged[] =>
  notices.filter((notice) => notice.type === 'room.changed')

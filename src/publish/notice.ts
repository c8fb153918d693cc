import type { DurableEvent } from '../contract/events.js'
import type { Me } from '../contract/members.js'
import type { Report } from '../contract/reports.js'
import type { Room } from '../contract/rooms.js'

/** A user's own state in a room, and the state of the room when it was read. */
export interface OwnRoomState {
  me: Me
  /** Counts the changes that the user made to their own state; `meChangedAt` is when the last was made, or when they joined. */
  meRevision: number
  meChangedAt: Date | null
  revision: number
  lastMessageSeq: number
}

/** What a transaction changed in one room. Notices of one room may come out of order; listeners order them by revision. */
export interface RoomChanged {
  type: 'room.changed'
  roomId: string
  events: DurableEvent[]
  /** The room, if the transaction made it. */
  created?: Room
}

/**
 * Messages were imported into a room, which stands at `revision` now: too many for each to be told. They are between these numbers of the
 * room, and between these of its replies that are in threads alone, together with what was said meanwhile.
 */
export interface RoomImported {
  type: 'room.imported'
  roomId: string
  revision: number
  seqs: [from: number, to: number]
  replySeqs: [from: number, to: number]
}

/** Something that has happened. It is published after its commit, and never if it was rolled back. */
export type Notice =
  | RoomChanged
  | RoomImported
  /** A user read or muted a room: this is for the user's other devices. */
  | { type: 'me.changed'; userId: string; roomId: string; state: OwnRoomState }
  /** A user follows a thread, or no longer does, or has read on in it: this is for the user's own devices. */
  | { type: 'thread.changed'; userId: string; roomId: string; messageId: string }
  /** A read marker moved when the room stood at `revision`: this is for the other people in it. */
  | { type: 'marker.moved'; roomId: string; userId: string; lastReadSeq: number; revision: number }
  /** A user blocks somebody, or no longer does: this is for the user's own devices. */
  | { type: 'block.changed'; userId: string; blockedId: string }
  /** Somebody reported a message: this is for the host. */
  | { type: 'report.created'; report: Report }
  /** What is shown of a user changed. */
  | { type: 'user.changed'; userId: string }
  /** A user was asked into a room, or has refused. */
  | { type: 'request.changed'; userId: string; roomId: string }
  /** Everything of somebody is to be erased: this is for whoever does it on this server. */
  | { type: 'erasure.requested'; erasureId: string }

/** The notices that are changes of rooms. */
export const roomsChanged = (notices: readonly Notice[]): RoomChanged[] =>
  notices.filter((notice) => notice.type === 'room.changed')

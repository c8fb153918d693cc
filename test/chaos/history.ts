/** A message, or a member by user id, as somebody saw it at a revision; `value` is all that is shown of it. */
export interface Thing {
  id: string
  revision: number
  value: string
}

/** What stands for a member who left. */
export const gone = 'gone'

/** What users did, and what they were answered. Times are those of the one process that keeps the history, in ms. */
export type Operation =
  /** A message is sent for the first time. */
  | { type: 'sending'; at: number; userId: string; roomId: string; clientId: string }
  /** Once for each answer: a message that was sent again is acknowledged again. */
  | { type: 'acknowledged'; at: number; userId: string; roomId: string; clientId: string; id: string; seq: number }
  /** It may not be sent: the sender is no longer in the room. */
  | { type: 'refused'; userId: string; roomId: string; clientId: string }
  | { type: 'edited'; roomId: string; id: string; revision: number }
  | { type: 'deleted'; roomId: string; id: string }
  /** A reaction that nobody takes back. */
  | { type: 'reacted'; roomId: string; id: string; userId: string; reaction: string }
  /** Somebody who was removed, as was acknowledged, is about to be added again. */
  | { type: 'adding'; at: number; userId: string; roomId: string }
  /** What no fault excuses: an answer of 500. */
  | { type: 'failed'; what: string }

/** What a device said and was told, in order. */
export type Told =
  | { type: 'hello'; rooms: Record<string, number> }
  /** The rooms of its user, and their revisions. */
  | { type: 'welcome'; rooms: Record<string, number> }
  | { type: 'ready' }
  | { type: 'event'; at: number; roomId: string; revision: number; name: string; thing: Thing | undefined }
  | { type: 'joined'; roomId: string; revision: number }
  | { type: 'left'; roomId: string }
  | { type: 'reset'; roomId: string; revision: number }
  /** Something of a room that is not durable. */
  | { type: 'aside'; roomId: string; name: string }
  /** It read the room over HTTP: all of it. */
  | { type: 'read'; roomId: string; things: Thing[] }
  | { type: 'closed'; code: number }

export interface DeviceLog {
  device: string
  userId: string
  told: Told[]
}

/** What a durable subscription was told at once, by whichever node: its revisions, and when, by a clock that all nodes share. */
export interface ToldAtOnce {
  at: number
  roomId: string
  revisions: number[]
}

export interface History {
  operations: Operation[]
  devices: DeviceLog[]
  /** What the durable subscription was told; undefined where the nodes have none. */
  subscription: ToldAtOnce[] | undefined
  /** Nodes that ended though nobody ended them, with their last words. */
  crashes: string[]
  /** The most bytes that a node ever held for a reader who did not read. */
  queuedBytes: number
}

/** A revision as it was committed: which row took it. Written by triggers, so nothing that the library says is in it. */
export interface Committed {
  roomId: string
  revision: number
  about: 'message' | 'member' | 'room'
  id: string
  /** Of a member: whether the row stands for somebody who is in the room. */
  isIn: boolean
}

interface StoredMessage {
  id: string
  roomId: string
  seq: number
  revision: number
  createdRevision: number
  userId: string | null
  clientId: string | null
  text: string
  isDeleted: boolean
  /** Of a reply: the thread that it is in, and its place there; `isApart` if it is not in the room as well. */
  threadId: string | null
  threadSeq: number | null
  isApart: boolean
  /** What the message says of its own thread. */
  thread: { count: number; lastSeq: number } | null
  /** Who reacted, as `user reaction`. */
  reactions: string[]
}

/** The database after everything has come to rest, and what a fresh GET shows each user of each room. */
export interface Final {
  rooms: { id: string; revision: number; lastMessageSeq: number }[]
  messages: StoredMessage[]
  committed: Committed[]
  views: { userId: string; roomId: string; things: Thing[] }[]
}

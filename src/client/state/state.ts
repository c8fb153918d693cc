import type { RoomLeftReason } from '../../contract/events.js'
import type { WelcomeLimits } from '../../contract/frames.js'
import type { Member } from '../../contract/members.js'
import type { EditMessage, Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import type { User } from '../../contract/users.js'
import type { BlockList } from '../api/blocks.js'
import type { ConnectionState } from '../api/connection.js'
import type { ChatClientError } from '../api/errors.js'
import type { ShownMessage } from '../api/messages.js'
import type { RequestList } from '../api/requests.js'
import type { PresenceState } from '../api/users.js'

/**
 * What is known of a room. Its data comes from snapshots and from events, in any order; parts that change separately have the
 * revision of their last update, and the higher wins.
 */
export interface RoomEntry {
  readonly status: 'loading' | 'joined' | 'preview' | 'missing' | 'left'
  readonly reason: RoomLeftReason | null
  /** Complete if the room is `joined` or `preview`. */
  readonly room: Partial<Room> & Pick<Room, 'id' | 'lastMessageSeq'>
  /** The socket has brought every change up to this revision, which `hello` names. -1: it has brought nothing of this room. */
  readonly seen: number
  /** The revision of each field's last update, by its name; of `muted`, which takes none, the `State.version`. */
  readonly at: Readonly<Record<string, number>>
  /** Answers to requests from before this `State.version` are ignored: they are about an earlier room. */
  readonly voidBefore: number
  /** The room changed without events: the known data is shown until the room was read again. */
  readonly isStale: boolean
  /** What is unread. */
  readonly unread: Unread
  readonly last: LastMessage
  /** The others who are typing. */
  readonly typing: readonly string[]
  /** Present from the first request for it. */
  readonly history?: History | undefined
  readonly memberList?: KnownMembers | undefined
}

/** A change of a message whose command has not been answered yet. */
export type PendingMutation = {
  readonly messageId: string
  /** The time when it began. */
  readonly at: string
} & (
  | ({ readonly type: 'message.edit' } & EditMessage)
  | { readonly type: 'message.delete' }
  | { readonly type: 'reaction.add' | 'reaction.remove'; readonly reaction: string }
)

/** The unread messages above `lastReadSeq` at a `revision` of the room, as counted by the server or by this client from there on. */
export interface Tally {
  readonly revision: number
  readonly lastMessageSeq: number
  readonly lastReadSeq: number
  readonly unreadCount: number
  /** The marker was moved to a place above which not all messages are known: the server will send the count. */
  readonly isGuess?: boolean
}

/** The part of a change that matters for the unread count; `seq` is 0 if it is not about a message. */
export interface RoomChange {
  readonly seq: number
  readonly isMine: boolean
  /** Another user wrote it. */
  readonly counts: boolean
  readonly isDeleted: boolean
}

/** A tally, and the later changes by their revisions. Changes that follow it without a gap are counted in at once. */
export interface Unread {
  readonly tally: Tally | null
  readonly changes: ReadonlyMap<number, RoomChange>
}

/** What is known of a room's last message, the last one that was not deleted. */
export interface LastMessage {
  readonly message: Message | null
  /** The revision of the room at which the server last said which one it is; older data changes nothing. */
  readonly setAt: number
  /** The revisions of later deletions, by `seq`. */
  readonly deleted: ReadonlyMap<number, number>
  /** The last one was deleted, and the one before it is unknown: the server has to be asked. */
  readonly isUnknown: boolean
}

/** A room's messages. */
export interface History {
  /** Ascending. If the `seq` of two neighbours are not consecutive, messages between them were not loaded. */
  readonly items: readonly ShownMessage[]
  readonly mutations: readonly PendingMutation[]
  /** The message that the window shows; null: the newest. */
  readonly anchor: number | null
  /** The newest page was read: events brought all later messages. */
  readonly hasLatest: boolean
  readonly error: ChatClientError | null
  readonly isLoadingBefore: boolean
  readonly isLoadingAfter: boolean
}

/** A room's members. */
export interface KnownMembers {
  /** Members who left stay here, so that no older page brings them back. */
  readonly byId: ReadonlyMap<string, { readonly member: Member; readonly isGone: boolean }>
  /** Read markers that came without their members. */
  readonly markers: ReadonlyMap<string, number>
  /** The cursor of the next page; undefined: no page was read, null: there is none. */
  readonly cursor: string | null | undefined
  readonly error: ChatClientError | null
}

/** The fields that a message has only once the server has it. All others are written by its author, and a pending message has them. */
type FromServer =
  | ('id' | 'seq' | 'revision' | 'kind' | 'user' | 'system')
  | ('reactions' | 'myReactions' | 'editedAt' | 'deletedAt')

/** A pending message. */
export interface Pending extends Readonly<Omit<Message, FromServer>> {
  readonly clientId: string
  /** The order in which the author's messages were written; it counts up, whatever the clock says. */
  readonly order: number
  /** How many connections in a row have ended while it was being sent. */
  readonly strikes: number
  readonly error: ChatClientError | null
  /** The stored message, once the server has it: then it no longer waits. */
  readonly sent?: Message | undefined
}

/** All that a client knows. It is immutable: each change makes a new one. */
export interface State {
  /** Counts the changes: a clock for data without a revision. */
  readonly version: number
  /** Requests from before this version belong to another session. */
  readonly bornAt: number
  readonly connection: ConnectionState
  readonly me: User | null
  readonly rooms: ReadonlyMap<string, RoomEntry>
  readonly roomsStatus: 'idle' | 'loading' | 'ready'
  readonly users: ReadonlyMap<string, User>
  /** The version at which `user.updated` last came for a user. */
  readonly renamed: ReadonlyMap<string, number>
  readonly presence: ReadonlyMap<string, PresenceState>
  readonly outbox: readonly Pending[]
  /** The people I block, once they were requested. */
  readonly blocks: BlockList
  readonly requests: RequestList
  /** The server's limits; undefined until `welcome`. */
  readonly limits: WelcomeLimits | undefined
}

const noUnread: Unread = { tally: null, changes: new Map() }
const noLastMessage: LastMessage = { message: null, setAt: -1, deleted: new Map(), isUnknown: false }

export const initialState: State = {
  version: 0,
  bornAt: 0,
  connection: { status: 'idle', error: null, retryAt: null },
  me: null,
  rooms: new Map(),
  roomsStatus: 'idle',
  users: new Map(),
  renamed: new Map(),
  presence: new Map(),
  outbox: [],
  blocks: { items: [], status: 'idle', error: null },
  requests: { items: [], status: 'idle', error: null },
  limits: undefined,
}

export const entryOf = (state: State, id: string): RoomEntry =>
  state.rooms.get(id) ?? {
    ...{ status: 'loading', reason: null, room: { id, lastMessageSeq: 0 }, seen: -1, typing: [] },
    ...{ isStale: false, at: {}, voidBefore: state.bornAt, unread: noUnread, last: noLastMessage },
  }

/** Maps that `together` is filling, and that nobody else has seen. */
const drafts = new WeakSet<object>()

/** A map that may be changed: a copy, unless it is one already. */
export const draftOf = <T>(known: ReadonlyMap<string, T>): Map<string, T> =>
  drafts.has(known) ? (known as Map<string, T>) : new Map(known)

/**
 * Makes many changes as one: rooms and users are copied once, not once for each change. `change` must continue with the result
 * of each change, and never read a state from before it.
 */
export function together(state: State, change: (state: State) => State): State {
  const rooms = new Map(state.rooms)
  const users = new Map(state.users)
  for (const draft of [rooms, users]) drafts.add(draft)
  const changed = change({ ...state, rooms, users })
  for (const draft of [rooms, users]) drafts.delete(draft)
  return changed
}

/** The state with these changes of a room. */
export const patch = (state: State, id: string, changes: Partial<RoomEntry>): State => {
  const entry = { ...entryOf(state, id), ...changes }
  return { ...state, rooms: draftOf(state.rooms).set(id, entry) }
}

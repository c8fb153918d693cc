import type { RoomLeftReason } from '../../contract/events.js'
import type { WelcomeLimits } from '../../contract/frames.js'
import type { Media } from '../../contract/media.js'
import type { Member } from '../../contract/members.js'
import type { EditMessage, Message, ReplyTo } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import type { User } from '../../contract/users.js'
import type { BlockList } from '../api/blocks.js'
import type { ConnectionState } from '../api/connection.js'
import type { ChatClientError } from '../api/errors.js'
import type { ShownMessage } from '../api/messages.js'
import type { RequestList } from '../api/requests.js'
import type { PresenceState } from '../api/users.js'

/**
 * What is known of a room. Its facts come from snapshots and from events, in any order; those that change apart have the
 * revision at which they were last heard, and the higher wins.
 */
export interface RoomEntry {
  readonly status: 'loading' | 'joined' | 'preview' | 'missing' | 'left'
  readonly reason: RoomLeftReason | null
  /** Whole where it is `joined` or `preview`. */
  readonly room: Partial<Room> & Pick<Room, 'id' | 'lastMessageSeq'>
  /** Every change up to this revision was told by the socket: what `hello` says. -1: nobody told of this room. */
  readonly seen: number
  /** The revisions at which facts were last heard, by their names; of `muted`, which takes none, the `State.version`. */
  readonly at: Readonly<Record<string, number>>
  /** What was asked for before this `State.version` is of a room that is no more. */
  readonly voidBefore: number
  /** It moved while nobody told: what is known of it is shown until it was read again. */
  readonly isStale: boolean
  /** What there is to read. */
  readonly unread: Unread
  readonly last: LastMessage
  /** Who else types. */
  readonly typing: readonly string[]
  /** From the moment on that somebody asked for it. */
  readonly history?: History | undefined
  readonly memberList?: KnownMembers | undefined
}

/** What is done to a message here by a command that is not answered for yet. */
export type PendingMutation = {
  readonly messageId: string
  /** When it began. */
  readonly at: string
} & (
  | ({ readonly type: 'message.edit' } & EditMessage)
  | { readonly type: 'message.delete' }
  | { readonly type: 'reaction.add' | 'reaction.remove'; readonly reaction: string }
)

/** What the server counted, or this client from there on: what is unread above `lastReadSeq` as the room stood at `revision`. */
export interface Tally {
  readonly revision: number
  readonly lastMessageSeq: number
  readonly lastReadSeq: number
  readonly unreadCount: number
  /** A marker was moved here to where nothing is known of what is above it: the server will tell. */
  readonly isGuess?: boolean
}

/** As much of a change as matters for what is unread; `seq` is 0 where it is no message's. */
export interface RoomChange {
  readonly seq: number
  readonly isMine: boolean
  /** A person wrote it, and not me. */
  readonly counts: boolean
  readonly isDeleted: boolean
}

/** A tally, and by their revisions the changes that are not in it. Those that follow it without a gap are counted in at once. */
export interface Unread {
  readonly tally: Tally | null
  readonly changes: ReadonlyMap<number, RoomChange>
}

/** What is known of a room's last message, which is the last that was not deleted. */
export interface LastMessage {
  readonly message: Message | null
  /** At which revision of the room the server last said which one it is; what is older changes nothing. */
  readonly setAt: number
  /** By their `seq`, the revisions of deletions since. */
  readonly deleted: ReadonlyMap<number, number>
  /** The last one was deleted, and which one is before it nobody has told: the server has to be asked. */
  readonly isUnknown: boolean
}

/** A room's messages. */
export interface History {
  /** Ascending. Where two neighbours' `seq` are not, something between them was not loaded. */
  readonly items: readonly ShownMessage[]
  readonly mutations: readonly PendingMutation[]
  /** The message that the window shows; null: the newest. */
  readonly anchor: number | null
  /** The newest page was read: what came since was told. */
  readonly hasLatest: boolean
  readonly error: ChatClientError | null
  readonly isLoadingBefore: boolean
  readonly isLoadingAfter: boolean
}

/** A room's members. */
export interface KnownMembers {
  /** Those who are gone stay, so that no older page brings them back. */
  readonly byId: ReadonlyMap<string, { readonly member: Member; readonly isGone: boolean }>
  /** How far people have read, heard apart from them. */
  readonly markers: ReadonlyMap<string, number>
  /** Of the next page; undefined: none was read, null: there is none. */
  readonly cursor: string | null | undefined
  readonly error: ChatClientError | null
}

/** A message on its way. */
export interface Pending {
  readonly clientId: string
  readonly roomId: string
  readonly text: string
  readonly media: Media[]
  readonly replyTo: ReplyTo | null
  readonly mentions: string[]
  readonly createdAt: string
  /** Counts up from one to the next of the same author, whatever the clock says: the order in which they were written. */
  readonly order: number
  /** How many connections in a row have ended while it was under way. */
  readonly strikes: number
  readonly error: ChatClientError | null
  /** What became of it, where the server has told: it waits no more. */
  readonly sent?: Message | undefined
}

/** All that a client knows. Never changed: what happens makes another one of it. */
export interface State {
  /** Counts the changes: a clock for what takes no revision. */
  readonly version: number
  /** What was asked for before this version was of another session. */
  readonly bornAt: number
  readonly connection: ConnectionState
  readonly me: User | null
  readonly rooms: ReadonlyMap<string, RoomEntry>
  readonly roomsStatus: 'idle' | 'loading' | 'ready'
  readonly users: ReadonlyMap<string, User>
  /** The versions from which on people are as `user.updated` told. */
  readonly renamed: ReadonlyMap<string, number>
  readonly presence: ReadonlyMap<string, PresenceState>
  readonly outbox: readonly Pending[]
  /** Whom I block, once somebody asked. */
  readonly blocks: BlockList
  readonly requests: RequestList
  /** What the server takes; undefined until it has said so. */
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

/** Maps that are being filled by `together`, and that nobody else has seen. */
const drafts = new WeakSet<object>()

/** A map to be changed: a copy, unless it is one already. */
export const draftOf = <T>(known: ReadonlyMap<string, T>): Map<string, T> =>
  drafts.has(known) ? (known as Map<string, T>) : new Map(known)

/**
 * Many changes as one: rooms and people are copied once, not once for each of them. `change` must go on with what each
 * change gives, and never look back at the state before it.
 */
export function together(state: State, change: (state: State) => State): State {
  const rooms = new Map(state.rooms)
  const users = new Map(state.users)
  for (const draft of [rooms, users]) drafts.add(draft)
  const changed = change({ ...state, rooms, users })
  for (const draft of [rooms, users]) drafts.delete(draft)
  return changed
}

/** The state with something else known of a room. */
export const patch = (state: State, id: string, changes: Partial<RoomEntry>): State => {
  const entry = { ...entryOf(state, id), ...changes }
  return { ...state, rooms: draftOf(state.rooms).set(id, entry) }
}

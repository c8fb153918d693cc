import type { RoomLeftReason } from '../../contract/events.js'
import type { Media } from '../../contract/media.js'
import type { Member } from '../../contract/members.js'
import type { ReplyTo } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import type { User } from '../../contract/users.js'
import type { ConnectionState } from '../api/connection.js'
import type { ChatClientError } from '../api/errors.js'
import type { ShownMessage } from '../api/messages.js'
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
  /** Who else types. */
  readonly typing: readonly string[]
  /** From the moment on that somebody asked for it. */
  readonly history?: History | undefined
  readonly book?: MemberBook | undefined
}

/** What is done to a message here by a command that is not answered for yet. */
export type Deed = {
  readonly messageId: string
  /** When it began. */
  readonly at: string
} & (
  | { readonly type: 'message.edit'; readonly text: string }
  | { readonly type: 'message.delete' }
  | { readonly type: 'reaction.add' | 'reaction.remove'; readonly reaction: string }
)

/** A room's messages. */
export interface History {
  /** Ascending. Where two neighbours' `seq` are not, something between them was not loaded. */
  readonly items: readonly ShownMessage[]
  readonly deeds: readonly Deed[]
  /** The message that the window shows; null: the newest. */
  readonly anchor: number | null
  /** The newest page was read: what came since was told. */
  readonly hasLatest: boolean
  readonly error: ChatClientError | null
  readonly isLoadingBefore: boolean
  readonly isLoadingAfter: boolean
}

/** A room's members. */
export interface MemberBook {
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
  readonly error: ChatClientError | null
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
  readonly presence: ReadonlyMap<string, PresenceState>
  readonly outbox: readonly Pending[]
}

export const initialState: State = {
  version: 0,
  bornAt: 0,
  connection: { status: 'idle', error: null, retryAt: null },
  me: null,
  rooms: new Map(),
  roomsStatus: 'idle',
  users: new Map(),
  presence: new Map(),
  outbox: [],
}

export const entryOf = (state: State, id: string): RoomEntry =>
  state.rooms.get(id) ?? {
    ...{ status: 'loading', reason: null, room: { id, lastMessageSeq: 0 }, seen: -1, typing: [] },
    ...{ at: {}, voidBefore: state.bornAt },
  }

/** The state with something else known of a room. */
export const patch = (state: State, id: string, changes: Partial<RoomEntry>): State => ({
  ...state,
  rooms: new Map(state.rooms).set(id, { ...entryOf(state, id), ...changes }),
})

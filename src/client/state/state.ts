import type { WelcomeLimits } from '../../contract/frames.js'
import type { Forward, Message } from '../../contract/messages.js'
import type { User } from '../../contract/users.js'
import type { BlockList } from '../api/blocks.js'
import type { ConnectionState } from '../api/connection.js'
import type { ChatClientError } from '../api/errors.js'
import type { FileUpload } from '../api/media.js'
import type { RequestList } from '../api/requests.js'
import type { PresenceState } from '../api/users.js'
import { type KnownThreads, noThreads } from './known-threads.js'
import type { LastMessage, PendingMutation, RoomEntry, Unread } from './room-entry.js'
import { noRooms, type RoomMap, roomIn, withRoom } from './room-map.js'

/** The fields that a message has only once the server has it. All others are written by its author, and a pending message has them. */
type FromServer =
  | ('id' | 'seq' | 'revision' | 'kind' | 'user' | 'as' | 'system')
  | ('reactions' | 'myReactions' | 'threadSeq' | 'thread' | 'editedAt' | 'deletedAt' | 'pinnedAt' | 'pinnedById')

/** A pending message, or a change of one. */
export interface Pending extends Readonly<Omit<Message, FromServer>> {
  readonly clientId: string
  /** The order in which the author's messages were written; it counts up, whatever the clock says. */
  readonly order: number
  /** How many connections in a row have ended while it was being sent. */
  readonly strikes: number
  readonly error: ChatClientError | null
  /** Absent unless some of its files are not there yet; they follow its `media`. */
  readonly files?: readonly FileUpload[]
  /** Where the message is that it forwards; null where it forwards none. */
  readonly forward: Forward | null
  /** What is changed of a message; then nothing is sent of the fields of a message here. */
  readonly mutation?: PendingMutation | undefined
  /** The stored message, once the server has it: then it no longer waits. */
  readonly sent?: Message | undefined
}

/** All that a client knows. It is immutable: each change makes a new one. */
export interface State {
  /** Counts the changes: a clock for data without a revision. */
  readonly version: number
  /** Requests from before this version belong to another session. */
  readonly bornAt: number
  /** Lists that were requested before this version are from before the last welcome. */
  readonly welcomedAt: number
  readonly connection: ConnectionState
  readonly me: User | null
  readonly rooms: RoomMap
  readonly roomsStatus: 'idle' | 'loading' | 'ready'
  /** The cursor of the next page of my rooms; undefined: no page was read, null: there is none. */
  readonly roomsCursor: string | null | undefined
  /** The same of those that I have put away; `idle`: nobody has asked for them. */
  readonly archivedStatus: 'idle' | 'loading' | 'ready'
  readonly archivedCursor: string | null | undefined
  readonly users: ReadonlyMap<string, User>
  /** The version at which `user.updated` last came for a user. */
  readonly renamed: ReadonlyMap<string, number>
  readonly presence: ReadonlyMap<string, PresenceState>
  readonly outbox: readonly Pending[]
  /** Whom I block: their mentions do not count. */
  readonly blocked: ReadonlySet<string>
  /** The same people, once they were requested. */
  readonly blocks: BlockList
  readonly requests: RequestList
  readonly threads: KnownThreads
  /** The server's limits; undefined until `welcome`. */
  readonly limits: WelcomeLimits | undefined
}

export const noUnread: Unread = { tally: null, changes: new Map() }
const nobody: readonly string[] = []
const noLastMessage: LastMessage = { message: null, setAt: -1, deleted: new Map(), isUnknown: false }

export const initialState: State = {
  version: 0,
  bornAt: 0,
  welcomedAt: 0,
  connection: { status: 'idle', error: null, retryAt: null },
  me: null,
  rooms: noRooms,
  roomsStatus: 'idle',
  roomsCursor: undefined,
  archivedStatus: 'idle',
  archivedCursor: undefined,
  users: new Map(),
  renamed: new Map(),
  presence: new Map(),
  outbox: [],
  blocked: new Set(),
  blocks: { items: [], status: 'idle', error: null },
  requests: { items: [], status: 'idle', error: null },
  threads: noThreads,
  limits: undefined,
}

/** A room of which nothing is known. Written out, because spreading is slow, and there may be thousands of rooms. */
export const unknownRoom = (id: string, voidBefore: number): RoomEntry => ({
  status: 'loading',
  reason: null,
  room: { id, lastMessageSeq: 0 },
  seen: -1,
  at: {},
  voidBefore,
  isStale: false,
  unread: noUnread,
  last: noLastMessage,
  typing: nobody,
  history: undefined,
  threads: undefined,
  memberList: undefined,
  pins: undefined,
})

export const entryOf = (state: State, id: string): RoomEntry => roomIn(state.rooms, id) ?? unknownRoom(id, state.bornAt)

/** The state with these changes of a room. */
export const patch = (state: State, id: string, changes: Partial<RoomEntry>): State => {
  const entry = { ...entryOf(state, id), ...changes }
  return { ...state, rooms: withRoom(state.rooms, id, entry) }
}

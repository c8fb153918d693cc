import type { AnyData, DataTypes } from '../../contract/data.js'
import type { DurableEvent, EphemeralEvent, PersonalEvent } from '../../contract/events.js'
import type { Page } from '../../contract/fields.js'
import type { WelcomeLimits } from '../../contract/frames.js'
import type { FoundMessage, SearchMessages } from '../../contract/search.js'
import type { Blocks } from './blocks.js'
import type { ConnectionState } from './connection.js'
import type { Invites } from './invites.js'
import type { MediaFiles } from './media.js'
import type { Moderation } from './moderation.js'
import type { Observable } from './observable.js'
import type { Requests } from './requests.js'
import type { RoomHandle, Rooms, UnreadTotal } from './rooms.js'
import type { AllScheduled } from './scheduled.js'
import type { Threads } from './threads.js'
import type { MyProfile, Presence, Users } from './users.js'

/** What the server tells. */
export type ChatEvent<Data extends DataTypes = AnyData> = DurableEvent<Data> | PersonalEvent<Data> | EphemeralEvent

/**
 * A chat as one user sees it. Make it with `createChatClient`. What asks the server rejects with a `ChatClientError`: beside
 * the codes that a method names, `unauthenticated`, `rate_limited`, `invalid_request` for what can be none, `unavailable`
 * and `internal` of the server, `unreachable` where nobody answers, and `aborted` by a `signal` or when the client is closed.
 */
export interface ChatClient<Data extends DataTypes = AnyData> {
  /** Whether the client is connected, and why not. */
  readonly connection: Observable<ConnectionState>
  /** Who is signed in. */
  readonly me: MyProfile
  /** My rooms, without those that I have put away. */
  readonly rooms: Rooms<Data>
  /** Rooms that I am asked into. */
  readonly requests: Requests<Data>
  /** Threads that I follow, in all my rooms. */
  readonly threads: Threads
  /** What I write that is to be sent later, in all rooms. */
  readonly scheduled: AllScheduled<Data>
  /** People, as far as the client has heard of them. */
  readonly users: Users
  /** Who is here. */
  readonly presence: Presence
  /** Files: uploading them, and URLs that are good. */
  readonly media: MediaFiles
  /** Whom I block. */
  readonly blocks: Blocks
  /** Links that others gave me. */
  readonly invites: Invites<Data>
  /** For moderators: reports, the audit, and any room. */
  readonly moderation: Moderation<Data>
  /** Of all my rooms but those that are muted or put away, as much as each one's `notify` lets through. */
  readonly unread: Observable<UnreadTotal>
  /** What the server takes, for counters and for telling what is too large; null until it has said so. */
  readonly limits: Observable<WelcomeLimits | null>
  /**
   * Messages of all my rooms, newest first. A page may hold less than was asked for, or nothing, and still have a
   * `nextCursor`: go on with that as `cursor`.
   *
   * @throws `invalid_request` where nothing is looked for, `not_found` where the room that is named is not there for me,
   * `forbidden` where it is public and I am not in it.
   */
  search(options: SearchMessages & { signal?: AbortSignal }): Promise<Page<FoundMessage<Data>>>
  /**
   * The same object for the same id.
   *
   * @throws A `TypeError` for what can be no id, as an empty one.
   */
  room(roomId: string): RoomHandle<Data>

  /**
   * Connects, and stays connected until the returned function is called. May be called by several, who share one socket; it
   * ends a moment after the last of them has gone. After `signed-out` it starts the next session.
   *
   * @throws An error where there is no WebSocket, and where `url` leads nowhere; it says what to give.
   */
  connect(): () => void
  /**
   * Somebody is back: looks at once whether the line is alive, connects without waiting for the next attempt, and looks for
   * a session where there was none. In browsers it is called by itself; in React Native when `AppState` becomes `active`.
   */
  wake(): void
  /**
   * Says whether the user looks at the chat, where the client cannot know: the AppState of React Native, say. Whoever looks is not
   * notified by the server (`notify`). Without a value the page's `visibilityState` tells again, which it does unless this is called.
   */
  setInFront(isInFront?: boolean): void
  /** Ends the socket for all, and forgets who is signed in; unsent messages stay in `storage`. It may connect again. */
  close(): void
  /** Hears each event after it was taken in, in its order: for sounds, notifications and bots. Returns the function that ends it. */
  onEvent(listener: (event: ChatEvent<Data>) => void): () => void
}

import type { DurableEvent, EphemeralEvent, PersonalEvent } from '../../contract/events.js'
import type { ConnectionState } from './connection.js'
import type { MediaFiles } from './media.js'
import type { RoomHandle, Rooms, UnreadTotal } from './rooms.js'
import type { Topic } from './topic.js'
import type { MyProfile, Presence, Users } from './users.js'

/** What the server tells. */
export type ChatEvent = DurableEvent | PersonalEvent | EphemeralEvent

/** A chat as one user sees it. Make it with `createChatClient`. */
export interface ChatClient {
  readonly connection: Topic<ConnectionState>
  readonly me: MyProfile
  readonly rooms: Rooms
  readonly users: Users
  readonly presence: Presence
  readonly media: MediaFiles
  /** Of all my rooms that are not muted. */
  readonly unread: Topic<UnreadTotal>
  room(roomId: string): RoomHandle

  /**
   * Connects, and stays connected until the returned function is called. May be called by several, who share one socket; it
   * ends a moment after the last of them has gone. After `signed-out` it starts the next session. Throws where there is no
   * WebSocket, and says how to give it one.
   */
  connect(): () => void
  /** Ends the socket for all, and forgets who is signed in; unsent messages stay in `storage`. It may connect again. */
  close(): void
  /** Hears each event after it was taken in, in its order: for sounds, notifications and bots. Returns the function that ends it. */
  onEvent(listener: (event: ChatEvent) => void): () => void
}

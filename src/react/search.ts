import type { ChatClientError, Message, Room, User } from '../client/index.js'

/** A list that is searched, a page at a time. */
export interface Listing<T> {
  items: readonly T[]
  isLoading: boolean
  error: ChatClientError | null
  hasMore: boolean
  loadMore(): void
  /** Asks again from the beginning. */
  reload(): void
}

/** People who can be added, as they are typed for; asks once typing pauses. An empty `q` lists all. */
export declare function useUserSearch(q: string): Listing<User>

/** Public rooms, which anyone may join; an empty `q` lists all. */
export declare function usePublicRooms(q?: string): Listing<Room>

/** Messages of a room that contain `q`; an empty one finds nothing. */
export declare function useMessageSearch(roomId: string, q: string): Listing<Message>

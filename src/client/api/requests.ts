import type { AnyData, DataTypes } from '../../contract/data.js'
import type { Room } from '../../contract/rooms.js'
import type { ChatClientError } from './errors.js'
import type { Observable } from './observable.js'

/** Rooms that I am asked into, the last one first; `request` of each tells who asks. */
export interface RequestList<Data extends DataTypes = AnyData> {
  /** Up to 100 of them. */
  items: readonly Room<Data>[]
  /** `idle` until `load` is called; then kept up to date, over reconnects too. `failed`: see `error`; `load` tries again. */
  status: 'idle' | 'loading' | 'ready' | 'failed'
  /** Why it failed; null where it did not. */
  error: ChatClientError | null
}

/** What others want of me, where the application lets people ask first. None of it counts as unread. */
export interface Requests<Data extends DataTypes = AnyData> extends Observable<RequestList<Data>> {
  /** Reads them, up to a hundred, unless they are there. Never rejects: see `status`. */
  load(): Promise<void>
  /**
   * The room is mine from then on.
   *
   * @throws `not_found` where nobody asks any more, `conflict` where the room is full or I am in too many, `banned`,
   * `forbidden` where who asked may add nobody any more.
   */
  accept(roomId: string): Promise<Room<Data>>
  /**
   * For good; whoever asked is not told.
   *
   * @throws `not_found` where nobody asks.
   */
  refuse(roomId: string): Promise<void>
}

import type { Block } from '../../contract/blocks.js'
import type { ChatClientError } from './errors.js'
import type { Observable } from './observable.js'

/** Whom I block. */
export interface BlockList {
  /** All of them, as far as they were loaded. */
  items: readonly Block[]
  /** `idle`: nobody asked for it yet. `failed`: see `error`; `load` tries again. */
  status: 'idle' | 'loading' | 'ready' | 'failed'
  /** Why it failed; null where it did not. */
  error: ChatClientError | null
}

/**
 * Whom I block. From `load` on it is kept up to date, and messages of theirs in groups are marked with `isBlocked`, to be
 * hidden; their reactions are taken out of the counts, as far as it is known who reacted.
 */
export interface Blocks extends Observable<BlockList> {
  /** Loads all of it, unless it is there. Never rejects: see `status`. */
  load(): Promise<void>
  /**
   * Neither of us starts a private room with the other from here on, adds the other to a room, or writes in our private
   * room.
   *
   * @throws `conflict` for oneself and for more than the server takes, `not_found`.
   */
  add(userId: string): Promise<Block>
  /**
   * I block them no more; also where I did not.
   *
   * @throws `invalid_request` for what can be no id.
   */
  remove(userId: string): Promise<void>
}

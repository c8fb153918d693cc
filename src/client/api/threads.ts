import type { AnyData, DataTypes } from '../../contract/data.js'
import type { FollowedThread } from '../../contract/followed-threads.js'
import type { Message } from '../../contract/messages.js'
import type { ThreadMe } from '../../contract/threads.js'
import type { DraftText } from './drafts.js'
import type { ChatClientError } from './errors.js'
import type { Messages } from './messages.js'
import type { Observable } from './observable.js'

/** The thread of one message of a room. The client gives the same object for the same id. */
export interface ThreadHandle<Data extends DataTypes = AnyData> {
  /** The message that the thread is of. */
  readonly messageId: string
  /** That message as it was last heard of; null before `load`. */
  readonly root: Observable<Message<Data> | null>
  /** My side of the thread; null before `load`. */
  readonly me: Observable<ThreadMe | null>
  /** The replies. In their list, and in what takes or gives a `seq`, that is the place in the thread. */
  readonly messages: Messages<Data>
  /** What I have begun to write in it. */
  readonly draft: DraftText

  /** Loads the message, the newest replies and my side, unless they are there. Never rejects: see `messages`. */
  load(): Promise<void>
  /**
   * Marks the thread as read up to a reply, or all that is loaded, if I follow it: shown at once, told after a short delay with what
   * is marked meanwhile, and told again until the server has it.
   *
   * @throws `not_found` where the room or the message is not there for me any more, `aborted` where I left or signed out first.
   */
  markRead(seq?: number): Promise<void>
  /**
   * I follow the thread from now on, or no longer do.
   *
   * @throws `not_found` where the room or the message is not there for me, and for one that can have no thread.
   */
  follow(isFollowing: boolean): Promise<void>
}

/** The threads that I follow, as far as they were loaded. */
export interface ThreadList {
  /** Those with the last reply first, with what I have to read in each. */
  items: readonly FollowedThread[]
  /** `idle`: nobody asked for them yet. `failed`: see `error`; `load` tries again. */
  status: 'idle' | 'loading' | 'ready' | 'failed'
  /** Why it failed; null where it did not. */
  error: ChatClientError | null
  /** There are more: `loadMore` reads them. */
  hasMore: boolean
  /** In how many of those that are loaded I have something to read. */
  unread: number
}

/** The threads that I follow. */
export interface Threads extends Observable<ThreadList> {
  /** Loads the first of them, unless they are there. Never rejects: see `status`. */
  load(): Promise<void>
  /** Loads the next of them. Never rejects: see `error`. */
  loadMore(): Promise<void>
}

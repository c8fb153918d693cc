import type { Message } from '../../contract/messages.js'
import type { ThreadMe } from '../../contract/threads.js'
import type { ThreadList } from '../api/threads.js'

/** The threads that I follow, and my side of others that are open. */
export interface KnownThreads extends Omit<ThreadList, 'unread' | 'hasMore'> {
  /** The cursor of the next page; undefined: no page was read, null: there is none. */
  readonly cursor: string | null | undefined
  /** The messages of threads that are open. */
  readonly roots: ReadonlyMap<string, Message>
  /** By the messages that they are of. */
  readonly sides: ReadonlyMap<string, ThreadMe>
}

export const noThreads: KnownThreads = {
  items: [],
  status: 'idle',
  error: null,
  cursor: undefined,
  roots: new Map(),
  sides: new Map(),
}

import type { Message } from '../../contract/messages.js'
import type { ThreadList } from '../api/threads.js'
import type { Unread } from './room-entry.js'

/** What is known of a thread that I follow, may follow, or have opened. */
export interface KnownThread {
  readonly roomId: string
  /** What the room is called, as it came with the list. */
  readonly roomName: string | null
  /** The message that it is of. */
  readonly root: Message | undefined
  readonly isFollowing: boolean
  /** How far I have read; the server may not know it yet. */
  readonly lastReadSeq: number
  /** What is unread of its replies, by their places in it, and counted as what is unread in a room. */
  readonly unread: Unread
  /** The server has to be asked for my side of it. */
  readonly isStale: boolean
}

export interface KnownThreads extends Pick<ThreadList, 'status' | 'error'> {
  /** By the messages that they are of. */
  readonly known: ReadonlyMap<string, KnownThread>
  /** The cursor of the next page of those that I follow; undefined: no page was read, null: there is none. */
  readonly cursor: string | null | undefined
}

export const noThreads: KnownThreads = { known: new Map(), status: 'idle', error: null, cursor: undefined }

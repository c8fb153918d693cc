import type { ChatError } from '../../contract/problems.js'
import type { MediaRow } from '../media.js'
import type { MessageRow, NewMessage, ReplyRow } from '../messages.js'
import type { UserRow } from '../users.js'

/** A message that is to be appended to a room. */
export interface AppendRequest
  extends Omit<
    NewMessage,
    'id' | 'seq' | 'threadSeq' | 'rootSeq' | 'revision' | 'mentions' | 'hasMedia' | 'createdAt'
  > {
  /** Null if the host's own code sends it. */
  userId: string | null
  /** Tells a retry from another message under the same `clientId`. */
  bodyHash: string | null
  mentions: string[]
  mediaIds: string[]
  /** The message that it forwards, whose media it shares; null if its media are new. */
  sharesMediaOf: string | null
  /** Why what it forwards cannot be forwarded. A retry of a message that was sent before is answered all the same. */
  refusal: ChatError | null
  /** A reply in a thread is shown in the room as well. */
  alsoInRoom: boolean
  /** References to what is gone are left out; the message is not refused for them. */
  lenient: boolean
}

export interface Appended {
  type: 'appended'
  row: MessageRow
  /** False if the message existed already, because this is a retry. */
  created: boolean
  /** For the last reply of a batch in its thread, if it was created: the message that the thread is of, which changed with it. */
  root?: MessageRow
  /** For a created message: the rows that are needed to show it, already read. */
  shown?: { user: UserRow | undefined; reply: ReplyRow | undefined; media: MediaRow[] }
  /** The sender has put the room away. */
  isPutAway?: boolean
}

export interface Refused {
  type: 'refused'
  error: ChatError
}

/** Another transaction holds the room, or has changed it since it was read: the message is tried again under the room's lock. */
export interface Locked {
  type: 'locked'
}

/** The database failed, or is not available. */
export interface Failed {
  type: 'failed'
  error: unknown
}

export type Outcome = Appended | Refused | Locked | Failed

export const locked: Locked = { type: 'locked' }
export const refused = (error: ChatError): Refused => ({ type: 'refused', error })
export const failed = (error: unknown): Failed => ({ type: 'failed', error })

/** The rows that an attempt is to write. */
export const rowsOf = (outcomes: Outcome[]): MessageRow[] =>
  outcomes.flatMap((outcome) => (outcome.type === 'appended' && outcome.created ? [outcome.row] : []))

/** A message with media goes in a batch of its own: if two want the same media, no other message must fail with them. */
export const hasMedia = ({ mediaIds }: AppendRequest): boolean => mediaIds.length > 0

import type { ChatError } from '../../contract/problems.js'
import type { NewMessage } from '../dialects/new-message.js'
import type { MediaRow } from '../media.js'
import type { MessageRow, ReplyRow } from '../messages.js'
import type { UserRow } from '../users.js'

/** A message that wants to be appended to a room. */
export interface AppendRequest
  extends Omit<NewMessage, 'id' | 'seq' | 'revision' | 'mentions' | 'hasMedia' | 'createdAt'> {
  /** Null where the host's own code speaks. */
  userId: string | null
  /** Tells a retry from another message under the same `clientId`. */
  bodyHash: string | null
  mentions: string[]
  mediaIds: string[]
  /** Leaves out what it refers to and is gone, instead of being refused. */
  lenient: boolean
}

export interface Appended {
  type: 'appended'
  row: MessageRow
  /** False where the message was there already: this was sent again. */
  created: boolean
  /** Of what was created now: what it takes to show it, already read. */
  shown?: { user: UserRow | undefined; reply: ReplyRow | undefined; media: MediaRow[] }
}

export interface Refused {
  type: 'refused'
  error: ChatError
}

/** Somebody else holds the room, or has changed it since it was read: the message is to be tried under the room's lock. */
export interface Locked {
  type: 'locked'
}

/** The database did not take it, or cannot be asked. */
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

/** Media is taken by one message at a time: two that want the same must not fail others, so each goes alone. */
export const hasMedia = ({ mediaIds }: AppendRequest): boolean => mediaIds.length > 0

import type { StoredMessage } from '../client.js'
import { columnOf } from '../json-rows.js'

/**
 * A row to append: each of its columns but those that begin empty, or follow from the others. `createdAt` is the time of its
 * room, which is that of all messages that are appended there together.
 */
export type NewMessage = Omit<StoredMessage, 'reactions' | 'system' | 'editedAt' | 'deletedAt' | 'createdRevision'>

/** What a message has of its own, and no room gives it. */
type Own = Omit<NewMessage, 'createdAt'>

type SqlType<Value> = Value extends string
  ? 'text'
  : Value extends number
    ? 'int'
    : Value extends boolean
      ? 'bool'
      : never

/**
 * The columns that the statements insert, and PostgreSQL's types of them. Statements, placeholders and values are made of
 * this list, and it has to name each column of a new message: one that is not here, or has another type, does not compile.
 */
export const newMessageTypes = {
  id: 'text',
  roomId: 'text',
  seq: 'int',
  userId: 'text',
  clientId: 'text',
  bodyHash: 'text',
  kind: 'text',
  text: 'text',
  replyToId: 'text',
  mentions: 'text',
  hasMedia: 'bool',
  revision: 'int',
} as const satisfies { [Key in keyof Own]: SqlType<NonNullable<Own[Key]>> }

export const newMessageKeys = Object.keys(newMessageTypes) as (keyof Own)[]

/** What they are called in SQL. */
export const newMessageColumns = newMessageKeys.map(columnOf)

/** What a statement writes into: those, and the two that follow from them and from their room. */
export const insertIntoMessages = `INSERT INTO chat_messages (${newMessageColumns.join(', ')}, created_revision, created_at)`

/** In the order of the columns. */
export const valuesOf = (message: NewMessage): unknown[] => newMessageKeys.map((key) => message[key])

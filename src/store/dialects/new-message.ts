import { columnOf } from '../json-rows.js'
import { type NewMessage, newMessageTypes } from '../messages.js'

export const newMessageKeys = Object.keys(newMessageTypes) as (keyof typeof newMessageTypes)[]

/** Their names in SQL. */
export const newMessageColumns = newMessageKeys.map(columnOf)

/** The columns that a statement writes: those, and the two that follow from them and from their room. */
export const insertIntoMessages = `INSERT INTO chat_messages (${newMessageColumns.join(', ')}, created_revision, created_at)`

/** SQL for the time of a new message `i`: that of its room, or for a reply that is in a thread alone that of the room's replies. */
export const sqlWrittenAt = (i: string, room: string): string =>
  `CASE WHEN ${i}.seq < 0 THEN ${room}.last_reply_at ELSE ${room}.last_message_at END`

/** The values, in the order of the columns. */
export const valuesOf = (message: NewMessage): unknown[] => newMessageKeys.map((key) => message[key])

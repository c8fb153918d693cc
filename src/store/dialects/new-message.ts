import { columnOf } from '../json-rows.js'
import { type NewMessage, newMessageTypes } from '../messages.js'

export const newMessageKeys = Object.keys(newMessageTypes) as (keyof typeof newMessageTypes)[]

/** Their names in SQL. */
export const newMessageColumns = newMessageKeys.map(columnOf)

/** The columns that a statement writes: those, and the two that follow from them and from their room. */
export const insertIntoMessages = `INSERT INTO chat_messages (${newMessageColumns.join(', ')}, created_revision, created_at)`

/** The values, in the order of the columns. */
export const valuesOf = (message: NewMessage): unknown[] => newMessageKeys.map((key) => message[key])

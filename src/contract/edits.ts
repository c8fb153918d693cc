import { z } from 'zod'
import { type AnyData, type DataTypes, data } from './data.js'
import { id, type SchemaOf, time } from './fields.js'

/** What a message said before it was edited. */
export interface MessageEdit<Data extends DataTypes = AnyData> {
  /** The text that it had. */
  text: string
  /** Ids of the members whom it addressed. */
  mentions: string[]
  /** The `data` that it had; null where it had none. */
  data: Data['message'] | null
  /** Since when it said so, ISO 8601 in UTC: when it was sent, or edited to this. */
  at: string
}

export const messageEdit = z.strictObject({
  text: z.string(),
  mentions: z.array(id),
  data: data.nullable(),
  at: time,
}) satisfies SchemaOf<MessageEdit>

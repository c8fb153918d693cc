import { z } from 'zod'
import type { AnyData, DataTypes } from './data.js'
import { id, type PageRequest, type SchemaOf, searchText, whole } from './fields.js'
import { type Message, message } from './messages.js'

/** What is looked for in all of somebody's rooms: at least one of `q`, `userId` and `has`, and messages of people only. */
export interface SearchMessages extends PageRequest {
  /** What the text contains. */
  q?: string | undefined
  /** In this room alone. */
  roomId?: string | undefined
  /** Whose messages. */
  userId?: string | undefined
  /** Written before this time, ISO 8601. */
  before?: string | undefined
  /** Written after this time. */
  after?: string | undefined
  /** Those that carry media. */
  has?: 'media' | undefined
}

/** A message that was found. */
export interface FoundMessage<Data extends DataTypes = AnyData> {
  /** The message as it is now. */
  message: Message<Data>
  /** Where it was said; a private room has no name. */
  room: {
    /** The room's id. */
    id: string
    /** What it is called; null for a private room. */
    name: string | null
  }
  /** Where in `message.text` what was looked for is, from and to, as `slice` takes them; the first 50 places. */
  highlights: [from: number, to: number][]
}

export const foundMessage = z.strictObject({
  message,
  room: z.strictObject({ id, name: z.string().nullable() }),
  highlights: z.array(z.array(whole).length(2) as unknown as z.ZodType<[from: number, to: number]>),
}) satisfies SchemaOf<FoundMessage>

const moment = z.iso.datetime({ offset: true })

export const messageFilter = {
  q: searchText.optional(),
  roomId: id.optional(),
  userId: id.optional(),
  before: moment.optional(),
  after: moment.optional(),
  has: z.enum(['media']).optional(),
}

/** Else it would be a list of all that was ever said. */
export const looksForSomething = ({ q, userId, has }: SearchMessages): boolean =>
  (q !== undefined && q !== '') || userId !== undefined || has !== undefined

export const lookForSomething = { path: ['q'], error: 'give q, userId or has' }

import { z } from 'zod'
import { type AnyData, type DataTypes, data } from './data.js'
import { id, type SchemaOf, time } from './fields.js'
import { type Media, media } from './media.js'
import {
  type EditMessage,
  editedFields,
  type Forward,
  type HostMessage,
  hostMessage,
  type SaidAs,
  type SendMessage,
  saidAs,
  sendMessage,
} from './messages.js'
import { problemCodes } from './problems.js'

/** Why a message that was to be sent later was not. */
export interface ScheduledFailure {
  /** What sending it at that time was refused with. */
  code: (typeof problemCodes)[number]
  /** The same for people to read; null where there is no more to say. */
  detail: string | null
}

/** A message of one's own that is to be sent later. Nobody else sees it before. */
export interface ScheduledMessage<Data extends DataTypes = AnyData> {
  /** A UUIDv7, by which it is changed and cancelled. */
  id: string
  /** The room where it is to be said. */
  roomId: string
  /** The `clientId` of the message that it becomes. */
  clientId: string
  /** Under which name and picture the host's own code is going to say it; null for what people say. */
  as: SaidAs | null
  /** What it says. */
  text: string
  /** The files that it is going to carry, in their order. */
  media: Media[]
  /** The message that it answers; null where it answers none. */
  replyToId: string | null
  /** Of a reply in a thread: the message that the thread is of; null for all others. */
  threadId: string | null
  /** Whether a reply in a thread is shown in the room as well. */
  alsoInRoom: boolean
  /** Ids of the members whom it addresses. */
  mentions: string[]
  /** Whether it addresses everyone in the room. */
  mentionsEveryone: boolean
  /** What the host keeps with it; null where there is nothing. */
  data: Data['message'] | null
  /** The message that it forwards, as that is by then; null where it forwards none. */
  forward: Forward | null
  /** When it is to be sent, ISO 8601 in UTC. */
  sendAt: string
  /** When it was written, ISO 8601 in UTC. */
  createdAt: string
  /** Why it was not sent when it was time; null where it is yet to be. */
  failure: ScheduledFailure | null
}

export const scheduledMessage = z.strictObject({
  ...{ id, roomId: id, clientId: z.string() },
  ...{ as: saidAs.nullable(), text: z.string() },
  media: z.array(media),
  ...{ replyToId: id.nullable(), threadId: id.nullable(), alsoInRoom: z.boolean() },
  ...{ mentions: z.array(id), mentionsEveryone: z.boolean(), data: data.nullable() },
  forward: z.strictObject({ roomId: id, messageId: id }).nullable(),
  ...{ sendAt: time, createdAt: time },
  failure: z.strictObject({ code: z.enum(problemCodes), detail: z.string().nullable() }).nullable(),
}) satisfies SchemaOf<ScheduledMessage>

/** A message that is to be sent later. */
export interface ScheduleMessage<Data extends DataTypes = AnyData> extends SendMessage<Data> {
  /** When, ISO 8601 in UTC with milliseconds: ahead, and `limits.scheduledDays` at most. */
  sendAt: string
}

export const scheduleMessage = sendMessage.extend({ sendAt: time }) satisfies SchemaOf<ScheduleMessage>

/** A message of the host's own code that is to be sent later. */
export interface HostScheduleMessage<Data extends DataTypes = AnyData> extends HostMessage<Data> {
  /** When, ISO 8601 in UTC with milliseconds: ahead, and `limits.scheduledDays` at most. */
  sendAt: string
}

export const hostScheduleMessage = hostMessage.extend({ sendAt: time }) satisfies SchemaOf<HostScheduleMessage>

/** A message as HTTP takes it: with `sendAt` it is kept, and sent then. */
export const sendOrSchedule = sendMessage.extend({ sendAt: time.optional() })

/** What is to be changed of a message that was not sent yet: at least one of them, what is left out stays. */
export interface EditScheduled<Data extends DataTypes = AnyData> extends EditMessage<Data> {
  /** Another time, as of a new one; one that failed is sent then after all. */
  sendAt?: string | undefined
}

export const editScheduled = z
  .strictObject({ ...editedFields, sendAt: time.optional() })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), {
    path: ['sendAt'],
    error: 'give sendAt, text, mentions, mentionsEveryone or data',
  })
  .meta({ minProperties: 1 }) satisfies SchemaOf<EditScheduled>

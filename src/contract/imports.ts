import { z } from 'zod'
import { type AnyData, type DataTypes, data } from './data.js'
import { id, inputList, type SchemaOf, text } from './fields.js'
import { content, type SpeakAs, speakAs } from './messages.js'

/** Those who gave one reaction to a message that is imported. */
export interface ImportReaction {
  /** One that the reaction policy takes. */
  reaction: string
  /** Who gave it, in their order: people whom the chat knows. */
  userIds: string[]
}

/**
 * A message that was written elsewhere, with its own time and author. It names others by their keys, which are to be imported before
 * it. Nobody wrote it who is in the chat where `userId` is left out: then give `as`, or `kind: 'system'`.
 */
export interface ImportMessage<Data extends DataTypes = AnyData> {
  /** What it is called where it comes from, 1–500 characters: in a room a key is imported once. */
  key: string
  /** Who wrote it: somebody whom the chat knows (`chat.users.save`) and who is of the room's tenant, a member of the room or not. */
  userId?: string | undefined
  /** Under which name a bot or an integration wrote it. */
  as?: SpeakAs | undefined
  /**
   * Whether somebody said it, or it tells what happened, in `text`.
   *
   * @default 'user'
   */
  kind?: 'user' | 'system' | undefined
  /** Up to `limits.textLength` characters; may be left out where there is media or data. */
  text?: string | undefined
  /** An object of JSON, up to 4 KiB. */
  data?: Data['message'] | null | undefined
  /**
   * Media that its author uploaded (`chat.media.upload`) and no message carries yet, in the order to be shown; or a function that uploads
   * it, which is called only if the message is not there yet.
   */
  mediaIds?: string[] | (() => Promise<string[]>) | undefined
  /** When it was written, a `Date` or ISO 8601; not before that of the message before it, and not in the future. */
  createdAt: Date | string
  /** When its text was last changed, if it was. */
  editedAt?: Date | string | null | undefined
  /** When it was deleted: a tombstone is imported then, and nothing of what it said. */
  deletedAt?: Date | string | null | undefined
  /** The key of the message that it answers. */
  replyTo?: string | null | undefined
  /** Makes it a reply in a thread: the key of the message that the thread is of. */
  thread?: string | null | undefined
  /** Shows a reply in a thread in the room as well. */
  alsoInRoom?: boolean | undefined
  /** Ids of those whom it addresses: people whom the chat knows. */
  mentions?: string[] | undefined
  /** Whether it addresses everyone. */
  mentionsEveryone?: boolean | undefined
  /** What people gave to it, up to `limits.reactionsPerMessage` different ones. */
  reactions?: ImportReaction[] | undefined
  /**
   * It is imported although what it refers to is missing: without its quote, without mentions and reactions of people whom the chat does
   * not know, and without reactions that the policy does not take.
   */
  lenient?: boolean | undefined
}

/** What became of the messages that were to be imported. */
export interface ImportResult {
  /** How many are in the room now that were not before. */
  imported: number
  /** How many were there already, by their keys. */
  skipped: number
}

const key = text.min(1).max(500)
const moment = z.union([z.date(), z.iso.datetime({ offset: true })], 'must be a Date, or a time in ISO 8601')
const people = inputList(id).refine((all) => new Set(all).size === all.length, 'must not repeat itself')
const upload = z.custom<() => Promise<string[]>>((value) => typeof value === 'function')

export const uploadedIds = content.mediaIds.unwrap()

export const importMessage = z.strictObject({
  key,
  userId: id.optional(),
  as: speakAs.optional(),
  kind: z.enum(['user', 'system']).optional(),
  text: content.text,
  data: data.nullable().optional(),
  mediaIds: z.union([uploadedIds, upload], 'must be a list of ids of media, or a function that gives one').optional(),
  createdAt: moment,
  editedAt: moment.nullable().optional(),
  deletedAt: moment.nullable().optional(),
  replyTo: key.nullable().optional(),
  thread: key.nullable().optional(),
  alsoInRoom: z.boolean().optional(),
  mentions: content.mentions,
  mentionsEveryone: content.mentionsEveryone,
  reactions: z.array(z.strictObject({ reaction: text.min(1), userIds: people.min(1) })).optional(),
  lenient: content.lenient,
}) satisfies SchemaOf<ImportMessage>

import { z } from 'zod'
import { type AnyData, type DataTypes, data } from './data.js'
import { endsVisibly, id, inputList, type SchemaOf, text, time, whole } from './fields.js'
import { type Media, media } from './media.js'
import { type ReactionCount, reactionCount } from './reactions.js'
import { type Thread, thread } from './threads.js'
import { type User, user } from './users.js'

/** Under which name the host's own code spoke: that of a bot, say. It is kept with the message. */
export interface SaidAs {
  /** What it is called. */
  name: string
  /** Its picture, an address over http(s) or a path of the host's own site; null where it has none. */
  avatarUrl: string | null
}

export const saidAs = z.strictObject({ name: z.string(), avatarUrl: z.string().nullable() }) satisfies SchemaOf<SaidAs>

/**
 * What a reply shows of the message that it answers, as it is now: enough to show a quote. Once that was deleted, `text` is empty and
 * `firstMedia` null.
 */
export interface ReplyTo {
  /** The message that is answered. */
  id: string
  /** Where it stands in the room, or in its thread. */
  seq: number
  /** The thread that it is in, if it is in a thread alone; null where it is in the room. */
  threadId: string | null
  /** Who wrote it; null where the host's own code did. */
  userId: string | null
  /** What its author is called; null where the host's own code wrote it. */
  userName: string | null
  /** Under which name the host's own code spoke; null where it used none. */
  as: SaidAs | null
  /** Its first 280 characters. */
  text: string
  /** The first of the files that it carries; null where it carries none. */
  firstMedia: Media | null
}

/**
 * Who had said what a message forwards, as it was when it was forwarded. Of what was forwarded before, it is the first. A room
 * exists for its members alone, so which it was is told only of a public one.
 */
export interface ForwardedFrom {
  /** The public room where it was said; null where the room was not public. */
  roomId: string | null
  /** The message there; null where the room was not public. */
  messageId: string | null
  /** Who said it; null where the host's own code did. */
  userId: string | null
  /** What they were called then, or the name under which the host's code spoke; null where it used none. */
  name: string | null
  /** When it was said, ISO 8601 in UTC. */
  createdAt: string
}

const systemMessageTypes = [
  'room.created',
  'room.renamed',
  'member.added',
  'member.joined',
  'member.left',
  'member.removed',
  'member.banned',
  'owner.changed',
  'message.pinned',
  'host',
] as const

/** What a message of the system tells of. */
export type SystemMessageType = (typeof systemMessageTypes)[number]

/**
 * What a message of the system says happened, for clients to put into words of their reader's language. Of `message.pinned` the
 * message's `replyTo` is what was pinned.
 */
export interface SystemMessage {
  /** `host`: the host's own words, which only `text` has. */
  type: SystemMessageType
  /** Who did it; null where nobody of the chat did. */
  actorId: string | null
  /** Whom it happened to. */
  userIds?: string[]
  /** What the room is called from then on. */
  name?: string
}

/** A message as it is now. One that was deleted stays as a tombstone: text, media and reactions are empty. */
export interface Message<Data extends DataTypes = AnyData> {
  /** A UUIDv7, given by the server; a UUIDv8 where it was imported. */
  id: string
  /** The room where it was said. */
  roomId: string
  /** 1, 2, 3 … in its room, with no hole; that of a reply which is in a thread alone counts in the thread. */
  seq: number
  /** The room's revision at the message's last change: of two versions the higher is the newer. */
  revision: number
  /** The sender's own id for it; null where they gave none. */
  clientId: string | null
  /** Whether somebody wrote it (a person, or the host's code under a name), or the chat or the host says what happened. */
  kind: 'user' | 'system'
  /** Null where the host's own code spoke. */
  user: User | null
  /** Under which name the host's own code spoke, as a bot; null where it used none, and of messages of people. */
  as: SaidAs | null
  /** Of the system: in English, or in the words of the host. */
  text: string
  /** What happened, where `kind` is `system`; null once the message was deleted. */
  system: SystemMessage | null
  /** What the host keeps with it, and lets clients write where it gives a schema; null where there is nothing. */
  data: Data['message'] | null
  /** The files that it carries, in their order. */
  media: Media[]
  /** Who had said it, where it was forwarded from elsewhere; null where it was not. */
  forwardedFrom: ForwardedFrom | null
  /** The message that it answers; null where it answers none. */
  replyTo: ReplyTo | null
  /** Of a reply in a thread: the message that the thread is of. Null for all others. */
  threadId: string | null
  /** 1, 2, 3 … in its thread, with no hole; null where it is in none. */
  threadSeq: number | null
  /** Whether a reply in a thread is shown in the room as well; then `seq` is that in the room. */
  alsoInRoom: boolean
  /** The replies to it, in a thread of their own; null where there are none. */
  thread: Thread | null
  /** Ids of the members whom it addresses. */
  mentions: string[]
  /** Whether it addresses everyone in the room. */
  mentionsEveryone: boolean
  /** How often each reaction was given. */
  reactions: ReactionCount[]
  /** The reader's own; absent in events, which many people receive. */
  myReactions?: string[]
  /** When it was sent, ISO 8601 in UTC; never before the message above it, unless one of the two was imported. */
  createdAt: string
  /** When its text was last changed; null where it never was. */
  editedAt: string | null
  /** When it was deleted; null while it stands. */
  deletedAt: string | null
  /** When it was pinned, ISO 8601 in UTC; null where it is not. */
  pinnedAt: string | null
  /** Who pinned it; null where it is not pinned, or the host's own code did it. */
  pinnedById: string | null
}

export const message = z.strictObject({
  id,
  roomId: id,
  seq: whole,
  revision: whole,
  clientId: z.string().nullable(),
  kind: z.enum(['user', 'system']),
  user: user.nullable(),
  as: saidAs.nullable(),
  text: z.string(),
  system: z
    .strictObject({
      type: z.enum(systemMessageTypes),
      actorId: id.nullable(),
      userIds: z.array(id).exactOptional(),
      name: z.string().exactOptional(),
    })
    .nullable(),
  data: data.nullable(),
  media: z.array(media),
  forwardedFrom: z
    .strictObject({
      ...{ roomId: id.nullable(), messageId: id.nullable(), userId: id.nullable() },
      ...{ name: z.string().nullable(), createdAt: time },
    })
    .nullable(),
  replyTo: z
    .strictObject({
      ...{ id, seq: whole, threadId: id.nullable(), userId: id.nullable() },
      ...{ userName: z.string().nullable(), as: saidAs.nullable(), text: z.string(), firstMedia: media.nullable() },
    })
    .nullable(),
  threadId: id.nullable(),
  threadSeq: whole.nullable(),
  alsoInRoom: z.boolean(),
  thread: thread.nullable(),
  mentions: z.array(id),
  mentionsEveryone: z.boolean(),
  reactions: z.array(reactionCount),
  myReactions: z.array(z.string()).exactOptional(),
  createdAt: time,
  editedAt: time.nullable(),
  deletedAt: time.nullable(),
  pinnedAt: time.nullable(),
  pinnedById: id.nullable(),
}) satisfies SchemaOf<Message>

/** A message that is to be said again elsewhere. */
export interface Forward {
  /** The room where it is; who forwards it is a member. */
  roomId: string
  /** The message, which somebody wrote and nobody deleted. */
  messageId: string
}

/** A new message: text, media, data, or several of them; or one that is forwarded. */
export interface SendMessage<Data extends DataTypes = AnyData> {
  /** Up to `limits.textLength` characters; may be left out where there is media or data. */
  text?: string | undefined
  /** Media of one's own that no message carries yet, in the order to be shown. */
  mediaIds?: string[] | undefined
  /** The message of the same room that it answers. */
  replyToId?: string | undefined
  /** Makes it a reply in a thread: the message of the room that the thread is of, which is no reply in a thread itself. */
  threadId?: string | undefined
  /** Shows a reply in a thread in the room as well. */
  alsoInRoom?: boolean | undefined
  /** Ids of members who are addressed. */
  mentions?: string[] | undefined
  /** Whether everyone in the room is addressed, which needs `canEditRoom`; false unless given. */
  mentionsEveryone?: boolean | undefined
  /** An object of JSON, up to 4 KiB: of clients only where the host gives a schema that accepts it. */
  data?: Data['message'] | null | undefined
  /**
   * A message that is said again here, with its text, its media and its data, so none of these is given beside it, and no
   * mentions: nobody is addressed by it anew.
   */
  forward?: Forward | undefined
  /** The sender's own id for it: sent again with the same one, it stays one message. */
  clientId?: string | undefined
  /**
   * The message is sent although what it refers to is gone: without its quote where the answered message was deleted or
   * is not there, without the mentions of people who are not members. It does not count for `clientId`.
   */
  lenient?: boolean | undefined
}

export const clientId = text.min(1).max(100).refine(endsVisibly, 'must not end in a space')

const ids = (most?: number) =>
  inputList(id, most).refine((all) => new Set(all).size === all.length, 'must not repeat itself')

export const content = {
  text: text.optional(),
  mediaIds: ids().optional(),
  replyToId: id.optional(),
  threadId: id.optional(),
  alsoInRoom: z.boolean().optional(),
  mentions: ids(100).optional(),
  mentionsEveryone: z.boolean().optional(),
  data: data.nullable().optional(),
  forward: z.strictObject({ roomId: id, messageId: id }).optional(),
  lenient: z.boolean().optional(),
}

export const sendMessage = z.strictObject({
  ...content,
  clientId: clientId.optional(),
}) satisfies SchemaOf<SendMessage>

/** Under which name the host's own code speaks. */
export interface SpeakAs {
  /** 1 to 100 characters, not blank. */
  name: string
  /** An address over http(s), or a path of the host's own site, up to 2048 characters. */
  avatarUrl?: string | null | undefined
}

/** A new message of the host's own code. */
export interface HostMessage<Data extends DataTypes = AnyData> extends SendMessage<Data> {
  /**
   * Whose name and picture it is shown with: a bot's, or an integration's. It is a message as those of people are then
   * (`kind: 'user'`), is counted as unread and found by searches, and has no `user`.
   */
  as?: SpeakAs | undefined
}

export const speakAs = z.strictObject({
  name: text.max(100).refine((value) => value.trim() !== '', 'must not be blank'),
  avatarUrl: text.max(2048).nullable().optional(),
}) satisfies SchemaOf<SpeakAs>

export const hostMessage = sendMessage.extend({ as: speakAs.optional() }) satisfies SchemaOf<HostMessage>

/** Over the socket the `clientId` is a must: that is where answers get lost. */
export const sendMessageCommand = { roomId: id, ...content, clientId }

/** What is to be changed of a message: at least one of them, what is left out stays. */
export interface EditMessage<Data extends DataTypes = AnyData> {
  /** The new text, up to `limits.textLength` characters. */
  text?: string | undefined
  /** Ids of members who are addressed, in place of those who were; those who were may have left meanwhile. */
  mentions?: string[] | undefined
  /** Whether everyone in the room is addressed; it needs `canEditRoom` where it was not so. */
  mentionsEveryone?: boolean | undefined
  /** In place of what was there; null takes it away. As of a new message. */
  data?: Data['message'] | null | undefined
}

export const editedFields = {
  text: content.text,
  mentions: content.mentions,
  mentionsEveryone: content.mentionsEveryone,
  data: content.data,
}
const changesSomething = (changes: EditMessage): boolean =>
  [changes.text, changes.mentions, changes.mentionsEveryone, changes.data].some((value) => value !== undefined)
const nothing = { path: ['text'], error: 'give text, mentions, mentionsEveryone or data' }

export const editMessage = z
  .strictObject(editedFields)
  .refine(changesSomething, nothing)
  .meta({ minProperties: 1 }) satisfies SchemaOf<EditMessage>

export const editMessageCommand = z
  .strictObject({ roomId: id, messageId: id, ...editedFields })
  .refine(changesSomething, nothing)

/** A page of a room's history, ascending by `seq`, or of a thread's, ascending by `threadSeq`. */
export interface MessagePage<Data extends DataTypes = AnyData> {
  /** Up to `limit` messages, ascending. */
  items: Message<Data>[]
  /** There are older ones. */
  hasBefore: boolean
  /** There are newer ones. */
  hasAfter: boolean
}

export const messagePage = z.strictObject({
  items: z.array(message),
  hasBefore: z.boolean(),
  hasAfter: z.boolean(),
}) satisfies SchemaOf<MessagePage>

import { z } from 'zod'
import { type AnyData, type DataTypes, data } from './data.js'
import { id, inputList, type SchemaOf, text, time, whole } from './fields.js'
import { type Me, me } from './members.js'
import { type Message, message } from './messages.js'
import { type RoomType, roomType } from './permissions.js'
import { type User, user } from './users.js'

/** What members who join see of a room: all of it, or what is written from their joining on. */
export type HistoryFrom = 'start' | 'joined'

/** A room. What depends on who looks is absent in events, which many people receive. */
export interface Room<Data extends DataTypes = AnyData> {
  /** A UUIDv7. */
  id: string
  /** What the host calls it, as `order:17`; null where it has no name for it. */
  key: string | null
  /** Whether it is for two people, a group, or a channel. */
  type: RoomType
  /** What it is called; null for a private room. */
  name: string | null
  /** What it is about; empty where nobody said. */
  description: string
  /** Its picture, signed and expiring; null where it has none. */
  avatarUrl: string | null
  /** What the host keeps with it, and lets clients write where it gives a schema; null where there is nothing. */
  data: Data['room'] | null
  /** Whether anyone may find and join it. */
  isPublic: boolean
  /** Of a private room: one of the two blocks the other, and neither writes. */
  isBlocked: boolean
  /** How many seconds a person waits between two messages, unless they hold `canDeleteMessages`; 0 is not at all. */
  slowModeSeconds: number
  /** Whether its members are told how far the others have read. */
  readReceipts: boolean
  /** What who joins sees: everything from the `start`, or what is written from when they `joined`. */
  historyFrom: HistoryFrom
  /** Who made it; null where the host's own code did. */
  createdById: string | null
  /** When it was made, ISO 8601 in UTC. */
  createdAt: string
  /** When its name, description, picture or settings last changed, ISO 8601 in UTC. */
  updatedAt: string
  /** How many are in it. */
  memberCount: number
  /** The `seq` of its last message, deleted or not; 0 where there is none. */
  lastMessageSeq: number
  /** The `seq` of the first message that is kept, or would be: above 1 where older ones are gone, because the host keeps none for so long. */
  firstSeq: number
  /** Counts every durable change of the room. */
  revision: number
  /** The last one that was not deleted. */
  lastMessage?: Message<Data> | null
  /** The other person of a private room. */
  peer?: User | null
  /** Null for someone who looks at a public room from outside. */
  me?: Me | null
  /** Of a room that I was asked into and have not answered: who asks (null if they are gone), and since when. */
  request?: RoomRequest
}

/** Somebody wants to be in a room with me. */
export interface RoomRequest {
  /** Who asks; null where they are gone. */
  user: User | null
  /** Since when, ISO 8601 in UTC. */
  createdAt: string
}

const historyFrom = z.enum(['start', 'joined'])

export const room = z.strictObject({
  id,
  key: z.string().nullable(),
  type: roomType,
  name: z.string().nullable(),
  description: z.string(),
  avatarUrl: z.string().nullable(),
  data: data.nullable(),
  isPublic: z.boolean(),
  isBlocked: z.boolean(),
  slowModeSeconds: whole,
  readReceipts: z.boolean(),
  historyFrom,
  createdById: id.nullable(),
  createdAt: time,
  updatedAt: time,
  memberCount: whole,
  lastMessageSeq: whole,
  firstSeq: whole,
  revision: whole,
  lastMessage: message.nullable().exactOptional(),
  peer: user.nullable().exactOptional(),
  me: me.nullable().exactOptional(),
  request: z.strictObject({ user: user.nullable(), createdAt: time }).exactOptional(),
}) satisfies SchemaOf<Room>

/** Which of my rooms are asked for; those that I have put away are left out unless they are. */
export interface RoomFilter {
  /** Rooms of this type alone. */
  type?: RoomType | undefined
  /** True: those alone that I have pinned; false: those alone that I have not. */
  pinned?: boolean | undefined
  /** True: those alone that I have put away. */
  archived?: boolean | undefined
}

/** A new room. `private` takes exactly one other user and no name; `group` and `channel` need a name. */
export interface CreateRoom<Data extends DataTypes = AnyData> {
  /** Whether it is for two people, a group, or a channel. */
  type: RoomType
  /** Up to `limits.nameLength` characters, not blank. */
  name?: string | undefined
  /** Up to `limits.descriptionLength` characters. */
  description?: string | undefined
  /** Whether anyone may find and join it; false unless given. */
  isPublic?: boolean | undefined
  /** Seconds that a person waits between two messages, 0 to 21600; 0 unless given. */
  slowModeSeconds?: number | undefined
  /** Whether its members are told how far the others have read; true unless given. */
  readReceipts?: boolean | undefined
  /** With `joined`, who joins later sees only what is written from then on; `start` unless given. Not of a private room. */
  historyFrom?: HistoryFrom | undefined
  /** A picture of one's own. */
  avatarMediaId?: string | undefined
  /** An object of JSON, up to 4 KiB: of clients only where the host gives a schema that accepts it. */
  data?: Data['room'] | null | undefined
  /** Who else is in it from the start, up to `limits.addsPerCall`. */
  userIds?: string[] | undefined
}

const name = text.refine((value) => value.trim() !== '', 'must not be blank')

const slowMode = z.int().min(0).max(21_600)

export const createRoom = z.strictObject({
  type: roomType,
  name: name.optional(),
  description: text.optional(),
  isPublic: z.boolean().optional(),
  slowModeSeconds: slowMode.optional(),
  readReceipts: z.boolean().optional(),
  historyFrom: historyFrom.optional(),
  avatarMediaId: id.optional(),
  data: data.nullable().optional(),
  userIds: inputList(id).optional(),
}) satisfies SchemaOf<CreateRoom>

/** The host's own name for a room: 1–191 characters that do not end in a space, compared byte by byte. */
export const roomKey = id

/** A new room of the host's. */
export interface HostRoom<Data extends DataTypes = AnyData> extends CreateRoom<Data> {
  /**
   * Your own name for it, as `order:17`, by which you find it again: 1–191 characters that do not end in a space, unique
   * among the rooms of its tenant until it is deleted. A private room has none: it is found by its two people.
   */
  key?: string | undefined
  /** Whose room it is, where nobody is in it yet; else it is that of its people. */
  tenantId?: string | undefined
}

export const hostRoom = createRoom.extend({
  key: roomKey.optional(),
  tenantId: id.optional(),
}) satisfies SchemaOf<HostRoom>

/** What is to be changed of a room; what is left out stays. */
export interface UpdateRoom<Data extends DataTypes = AnyData> {
  /** Up to `limits.nameLength` characters, not blank. */
  name?: string | undefined
  /** Up to `limits.descriptionLength` characters; empty takes it away. */
  description?: string | undefined
  /** Whether anyone may find and join it. */
  isPublic?: boolean | undefined
  /** Seconds that a person waits between two messages, 0 to 21600; 0 ends that. */
  slowModeSeconds?: number | undefined
  /** Whether its members are told how far the others have read. */
  readReceipts?: boolean | undefined
  /**
   * With `joined`, who joins from now on sees only what is written from then on; with `start`, everybody sees everything. Who
   * does not see everything cannot set `start`.
   */
  historyFrom?: HistoryFrom | undefined
  /** Media of one's own; null takes the picture away. */
  avatarMediaId?: string | null | undefined
  /** In place of what was there; null takes it away. As of a new room. */
  data?: Data['room'] | null | undefined
}

export const updateRoom = z.strictObject({
  name: name.optional(),
  description: text.optional(),
  isPublic: z.boolean().optional(),
  slowModeSeconds: slowMode.optional(),
  readReceipts: z.boolean().optional(),
  historyFrom: historyFrom.optional(),
  avatarMediaId: id.nullable().optional(),
  data: data.nullable().optional(),
}) satisfies SchemaOf<UpdateRoom>

import { z } from 'zod'
import { id, inputList, text, time, whole } from './fields.js'
import { type Me, me } from './members.js'
import { type Message, message } from './messages.js'
import { type RoomType, roomType } from './permissions.js'
import { type User, user } from './users.js'

/** A room. What depends on who looks is absent in events, which many people receive. */
export interface Room {
  id: string
  type: RoomType
  name: string | null
  description: string
  avatarUrl: string | null
  isPublic: boolean
  /** Of a private room: one of the two blocks the other, and neither writes. */
  isBlocked: boolean
  /** How many seconds a person waits between two messages, unless they hold `canDeleteMessages`; 0 is not at all. */
  slowModeSeconds: number
  createdById: string | null
  createdAt: string
  updatedAt: string
  memberCount: number
  lastMessageSeq: number
  /** Counts every durable change of the room. */
  revision: number
  /** The last one that was not deleted. */
  lastMessage?: Message | null
  /** The other person of a private room. */
  peer?: User | null
  /** Null for someone who looks at a public room from outside. */
  me?: Me | null
  /** Of a room that I was asked into and have not answered: who asks (null if they are gone), and since when. */
  request?: RoomRequest
}

/** Somebody wants to be in a room with me. */
export interface RoomRequest {
  user: User | null
  createdAt: string
}

export const room = z.strictObject({
  id,
  type: roomType,
  name: z.string().nullable(),
  description: z.string(),
  avatarUrl: z.string().nullable(),
  isPublic: z.boolean(),
  isBlocked: z.boolean(),
  slowModeSeconds: whole,
  createdById: id.nullable(),
  createdAt: time,
  updatedAt: time,
  memberCount: whole,
  lastMessageSeq: whole,
  revision: whole,
  lastMessage: message.nullable().exactOptional(),
  peer: user.nullable().exactOptional(),
  me: me.nullable().exactOptional(),
  request: z.strictObject({ user: user.nullable(), createdAt: time }).exactOptional(),
}) satisfies z.ZodType<Room>

/** A new room. `private` takes exactly one other user and no name; `group` and `channel` need a name. */
export interface CreateRoom {
  type: RoomType
  name?: string | undefined
  description?: string | undefined
  isPublic?: boolean | undefined
  slowModeSeconds?: number | undefined
  avatarMediaId?: string | undefined
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
  avatarMediaId: id.optional(),
  userIds: inputList(id).optional(),
}) satisfies z.ZodType<CreateRoom>

export interface UpdateRoom {
  name?: string | undefined
  description?: string | undefined
  isPublic?: boolean | undefined
  slowModeSeconds?: number | undefined
  /** Media of one's own; null takes the picture away. */
  avatarMediaId?: string | null | undefined
}

export const updateRoom = z.strictObject({
  name: name.optional(),
  description: text.optional(),
  isPublic: z.boolean().optional(),
  slowModeSeconds: slowMode.optional(),
  avatarMediaId: id.nullable().optional(),
}) satisfies z.ZodType<UpdateRoom>

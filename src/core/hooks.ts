import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { AnyData, DataTypes } from '../contract/data.js'
import type { DurableEvent } from '../contract/events.js'
import { type AddMember, addMember } from '../contract/members.js'
import { type SendMessage, sendMessage } from '../contract/messages.js'
import type { Permission, Role, RoomType } from '../contract/permissions.js'
import { ChatError } from '../contract/problems.js'
import { type CreateRoom, createRoom, type Room } from '../contract/rooms.js'
import type { ChatPrismaClient, InTransaction } from '../store/client.js'
import { isPromise } from './option-checks.js'

/** Thrown by a `before` hook, it refuses what was asked: 422 `rejected` with this text as its detail. */
export const reject = (detail: string): ChatError => new ChatError('rejected', detail)

/** What the host's last word is asked about. */
export interface PermissionCheck {
  /** What they want to do. */
  permission: Permission
  /** Who wants to. */
  userId: string
  /** Their role in the room. */
  role: Role
  /** Where they want to. */
  room: {
    /** The room's id. */
    id: string
    /** What kind of room it is. */
    type: RoomType
  }
}

/**
 * Policies of the host, each asked before anything is locked or written. Returning nothing lets what was asked through
 * as it is, returning it changed puts that in its place, throwing `reject('why')` refuses it with 422; any other error
 * is the host's own mistake: it is logged and answered with 500. A hook may be asked again for a request that is
 * repeated. The host's own calls through `chat.system` are not asked about. `prisma` is your client, or inside
 * `chat.transaction` and `chat.within` that transaction's: query with it, and a hook sees what the transaction wrote and
 * never waits for a connection that the transaction holds.
 */
export interface BeforeHooks<Prisma = ChatPrismaClient, Data extends DataTypes = AnyData> {
  /**
   * Before a message is appended, or edited (`messageId` is set then; what was asked to be changed is set, and only `text`,
   * `mentions`, `mentionsEveryone` and `data` count). What a client gave as `data` has passed your schema.
   */
  message?(
    draft: SendMessage<Data>,
    about: { userId: string; roomId: string; messageId?: string; prisma: InTransaction<Prisma> },
  ): Promised<SendMessage<Data>>
  /** Before a room is made. */
  room?(draft: CreateRoom<Data>, about: { userId: string; prisma: InTransaction<Prisma> }): Promised<CreateRoom<Data>>
  /**
   * Before somebody comes into a room, by any way: added, joining by themselves (then `draft.userId` is `userId`, and `invite`
   * is the link by which they come, if they come by one; its maker is null where your own code made it), or named
   * as one of the people of a room that is being made. `newRoom` is what is asked for then, and `roomId` the id that the room
   * will have; who makes the room is asked about in `room`. Refusing one of the people refuses the whole request. In a private
   * room only that counts.
   */
  member?(
    draft: AddMember,
    about: {
      userId: string
      roomId: string
      newRoom?: CreateRoom<Data>
      invite?: { id: string; createdById: string | null }
      prisma: InTransaction<Prisma>
    },
  ): Promised<AddMember>
  /**
   * Before somebody leaves a room by themselves; not before they are removed. Returning lets them, throwing `reject('why')`
   * keeps them in it: the buyer and the seller in the room of their order, say.
   */
  leave?(about: { userId: string; roomId: string; prisma: InTransaction<Prisma> }): void | Promise<void>
  /** Before a file that was uploaded becomes media: a virus scanner may read and refuse it. Only its name can be changed. */
  upload?(file: UploadedFile, about: { userId: string; prisma: InTransaction<Prisma> }): Promised<{ filename: string }>
}

/** A file that was uploaded, and that nobody can see yet: it is stored once the hook lets it through. */
export interface UploadedFile {
  /** What it is called, made safe. */
  filename: string
  /** What its bytes say that it is. */
  contentType: string
  /** How many bytes are going to be kept. */
  byteSize: number
  /** Its bytes as they are going to be kept, each time from the beginning, until the hook has answered. */
  read(): Promise<Readable>
}

// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is typed so
type Promised<T> = T | undefined | void | Promise<T | undefined | void>

export interface Hooks {
  before: BeforeHooks
  /**
   * The host's last word on a permission that a member holds, asked while the room is locked: in process and at once, no
   * waiting. False refuses with 403, true or nothing lets it through; a promise is an error of the host's (500).
   */
  can?: ((check: PermissionCheck) => boolean | undefined) | undefined
}

const schemas = {
  message: sendMessage,
  room: createRoom,
  member: addMember,
  upload: z.object({ filename: z.string() }),
}

interface Drafts {
  message: SendMessage
  room: CreateRoom
  member: AddMember
}
type About<Name extends keyof Drafts> = Parameters<NonNullable<BeforeHooks[Name]>>[1]

/** What a `before` hook makes of a draft: of a copy, which it may do with as it likes. */
export async function ask<Name extends keyof Drafts>(
  before: BeforeHooks,
  name: Name,
  draft: Drafts[Name],
  about: About<Name>,
): Promise<Drafts[Name]> {
  const hook = before[name] as ((draft: Drafts[Name], about: About<Name>) => Promised<Drafts[Name]>) | undefined
  if (!hook) return draft
  return returned<Drafts[Name]>(name, await hook.call(before, structuredClone(draft), about)) ?? draft
}

/** What a hook returned, if anything: where that is no draft, the hook is at fault, and not the client. */
export function returned<Draft>(name: keyof typeof schemas, draft: unknown): Draft | undefined {
  if (draft === undefined || draft === null) return undefined
  const { success, data, error } = schemas[name].safeParse(draft)
  if (success) return data as Draft
  const { path = [], message } = error.issues[0] ?? {}
  const where = path.length === 0 ? '' : `${path.join('.')}: `
  throw new TypeError(
    `express-chat: before.${name} returned what is no draft (${where}${message}); return nothing, or { ...draft } with what is to be changed`,
  )
}

/** The host's last word, as it may count: what only becomes true later is not a yes. */
export function atOnce(can: NonNullable<Hooks['can']>): NonNullable<Hooks['can']> {
  return (check) => {
    const answer: unknown = can(check)
    if (!isPromise(answer)) return answer !== false
    // One that rejects would otherwise end the process.
    Promise.resolve(answer).catch(() => undefined)
    throw new TypeError(
      'express-chat: can gave a promise, which nobody waits for while a room is locked; answer true or false at once, from what is in memory, or ask in a `before` hook',
    )
  }
}

/** A room was made. Only the host is told so: clients are told that they joined one. */
export interface RoomCreated<Data extends DataTypes = AnyData> {
  /** Tells it from other events. */
  type: 'room.created'
  /** The room's id. */
  roomId: string
  /** The first of the room. */
  revision: number
  /** As it stands once all are in it who were in it from the start. */
  room: Room<Data>
}

/** What the host is told of. */
export type ObservedEvent<Data extends DataTypes = AnyData> = DurableEvent<Data> | RoomCreated<Data>

/** Told of every durable event after its commit; its `revision` gives the order in a room. It cannot refuse; its errors are logged. */
export type EventObserver<Data extends DataTypes = AnyData> = (event: ObservedEvent<Data>) => void | Promise<void>

/** A user of the host's, as its resolver or directory knows it. */
export interface HostUser {
  /** The host's own id, as text; `me` is taken. */
  id: string
  /** Shown to others. Where it is not given, or is empty, what was said before stays, else the id is shown. */
  name?: string | null | undefined
  /** An address over http or https, or a path of your own site; what is none is left out. */
  avatarUrl?: string | null | undefined
  /**
   * Whose user it is, where one chat serves several customers of yours: for the people of a tenant the people and the public
   * rooms of all others do not exist. 1 to 191 characters. An id belongs to one tenant for good; where it is not given, what
   * was said before stays.
   */
  tenantId?: string | null | undefined
}

/** Who asks for people: somebody in the chat, of this tenant (empty without tenants). */
export interface Viewer {
  /** Who asks. */
  userId: string
  /** Whose user they are; empty without tenants. */
  tenantId: string
}

/** The host's own list of people, for those who never connected. `prisma` is what `before` hooks get, too. */
export interface Directory<Prisma = ChatPrismaClient> {
  /**
   * The users with these ids; ids of nobody, and of those whom `viewer` may not know of, are left out. Called when somebody
   * unknown is added or looked up. `viewer` is null where your own code asks.
   */
  find(
    ids: string[],
    options: { prisma: InTransaction<Prisma>; viewer: Viewer | null },
  ): HostUser[] | Promise<HostUser[]>
  /** People who match what was typed, best first, and whom `viewer` may know of; only the first `limit` are shown. */
  search(
    query: string,
    options: { limit: number; prisma: InTransaction<Prisma>; viewer: Viewer | null },
  ): HostUser[] | Promise<HostUser[]>
}

/** What the directory gave: a list of users with their ids as text, or an error of the host's. */
export function usersFrom(method: keyof Directory, given: unknown): HostUser[] {
  const ids: unknown[] | undefined = Array.isArray(given) ? given.map((user) => user?.id) : undefined
  const wrong = ids?.findIndex((id) => typeof id !== 'string')
  if (wrong === -1) return given as HostUser[]
  const what = ids && wrong !== undefined ? `a user whose id is ${typeof ids[wrong]}` : typeof given
  throw new TypeError(
    `express-chat: directory.${method} gave ${what}; give a list of users, each as { id: 'text', name }`,
  )
}

/**
 * The host's word on whom somebody may see: false, and that person has no profile for them, is not found, is never online
 * and was never seen.
 */
export type CanSee = (viewerId: string, userId: string) => boolean | Promise<boolean>

import type { Readable } from 'node:stream'
import type { DurableEvent } from '../contract/events.js'
import type { AddMember } from '../contract/members.js'
import type { SendMessage } from '../contract/messages.js'
import type { Permission, Role, RoomType } from '../contract/permissions.js'
import { ChatError } from '../contract/problems.js'
import type { CreateRoom } from '../contract/rooms.js'

/** Thrown by a `before` hook, it refuses what was asked: 422 `rejected` with this text as its detail. */
export const reject = (detail: string): ChatError => new ChatError('rejected', detail)

/** What the host's last word is asked about. */
export interface Question {
  permission: Permission
  userId: string
  role: Role
  room: { id: string; type: RoomType }
}

/**
 * Policies of the host, each asked before anything is locked or written. Returning nothing lets what was asked through
 * as it is, returning it changed puts that in its place, throwing `reject('why')` refuses it with 422; any other error
 * is the host's own mistake: it is logged and answered with 500. A hook may be asked again for a request that is
 * repeated. The host's own calls through `chat.system` are not asked about.
 */
export interface BeforeHooks {
  /** Before a message is appended, or edited (`messageId` is set then, and only `text` counts). */
  message?(draft: SendMessage, about: { userId: string; roomId: string; messageId?: string }): Promised<SendMessage>
  /** Before a room is made. */
  room?(draft: CreateRoom, about: { userId: string }): Promised<CreateRoom>
  /** Before somebody is added or joins. */
  member?(draft: AddMember, about: { userId: string; roomId: string }): Promised<AddMember>
  /** Before a file that was uploaded becomes media: a virus scanner may read and refuse it. Only its name can be changed. */
  upload?(file: UploadedFile, about: { userId: string }): Promised<{ filename: string }>
}

/** A file that is in the store, and that nobody can see yet. */
export interface UploadedFile {
  filename: string
  /** What its bytes say that it is. */
  contentType: string
  byteSize: number
  /** Its bytes, each time from the beginning. */
  read(): Promise<Readable>
}

// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is typed so
type Promised<T> = T | undefined | void | Promise<T | undefined | void>

export interface Hooks {
  before: BeforeHooks
  /**
   * The host's last word on a permission that a member holds, asked while the room is locked: in process and at once, no
   * waiting. False refuses with 403; anything else lets it through.
   */
  can?: ((question: Question) => boolean | undefined) | undefined
}

/** Told of every durable event after its commit; its `revision` gives the order in a room. It cannot refuse; its errors are logged. */
export type EventObserver = (event: DurableEvent) => void | Promise<void>

/** A user of the host's, as its resolver or directory knows it. */
export interface HostUser {
  /** The host's own id, as text; `me` is taken. */
  id: string
  /** Shown to others. Where it is not given, or is empty, what was said before stays, else the id is shown. */
  name?: string | null | undefined
  avatarUrl?: string | null | undefined
}

/** The host's own list of people, for those who never connected. */
export interface Directory {
  /** The users with these ids; ids of nobody are left out. Called when somebody unknown is added or looked up. */
  find(ids: string[]): HostUser[] | Promise<HostUser[]>
  /** People who match what was typed, best first; only the first `limit` are shown. */
  search(query: string, options: { limit: number }): HostUser[] | Promise<HostUser[]>
}

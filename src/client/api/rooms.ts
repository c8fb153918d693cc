import type { AnyData, DataTypes } from '../../contract/data.js'
import type { Changes, RoomLeftReason } from '../../contract/events.js'
import type { Page, PageRequest } from '../../contract/fields.js'
import type { UpdateMe } from '../../contract/members.js'
import type { Permission } from '../../contract/permissions.js'
import type { CreateRoom, Room, UpdateRoom } from '../../contract/rooms.js'
import type { User } from '../../contract/users.js'
import type { Bans } from './bans.js'
import type { DraftText } from './drafts.js'
import type { RoomInvites } from './invites.js'
import type { Members } from './members.js'
import type { Messages } from './messages.js'
import type { Observable } from './observable.js'
import type { Pins } from './pins.js'
import type { ScheduledMessages } from './scheduled.js'
import type { ThreadHandle } from './threads.js'

/** My rooms, as far as they were loaded. */
export interface RoomList<Data extends DataTypes = AnyData> {
  /**
   * Pinned ones first, each part last active first; `me.unreadCount` and `me.mentionCount` are kept exact. They are the first
   * 100, as many as `loadMore` has brought, and those that were looked at, or in which somebody wrote, since.
   */
  items: readonly Room<Data>[]
  /** `loading` until the first ones were read, and after a reconnect what has moved; what is known already is shown. */
  status: 'idle' | 'loading' | 'ready'
  /** There are more: `loadMore` reads them. */
  hasMore: boolean
}

/** Those of my rooms that I have put away. Nothing is asked for before `load`. */
export interface ArchivedRooms<Data extends DataTypes = AnyData> extends Observable<RoomList<Data>> {
  /** Loads the first 100, unless they are there. Never rejects; without a connection it waits for one. */
  load(): Promise<void>
  /** Loads the next 100. Never rejects; likewise. */
  loadMore(): Promise<void>
}

/** My rooms, without those that I have put away. */
export interface Rooms<Data extends DataTypes = AnyData> extends Observable<RoomList<Data>> {
  /** Those that I have put away. */
  readonly archived: ArchivedRooms<Data>
  /** Loads the next 100. Never rejects; without a connection it waits for one. */
  loadMore(): Promise<void>
  /**
   * Makes a room; asked for again, the private room with somebody is the one that stands.
   *
   * @throws `invalid_request` for what does not fit the type, `too_large` for a text over its limit, `not_found` for people
   * who are not there for me, `blocked`, `forbidden` where the host lets me not turn to somebody, `rejected` by the host,
   * `conflict` where somebody is in too many rooms.
   */
  create(room: CreateRoom<Data>): Promise<Room<Data>>
  /**
   * The room of mine that the server's application calls so, as `order:17`; null where there is none, or I am not in it.
   *
   * @throws `invalid_request` for what can be no key.
   */
  find(key: string): Promise<Room<Data> | null>
  /** Marks all my rooms as read, those that are muted or put away too: shown at once, told as `markRead` of each. */
  markAllRead(): void
  /**
   * Public rooms, which anyone may join; `q` is a part of their name or description.
   *
   * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  searchPublic(q?: string, page?: PageRequest & { signal?: AbortSignal }): Promise<Page<Room<Data>>>
}

/**
 * What is known of one room.
 *
 * - `loading`: nothing yet.
 * - `joined`: it is mine.
 * - `preview`: it is public, and I am not in it.
 * - `missing`: there is none, or none that is mine to know of.
 * - `left`: it was mine; `reason` tells why it is not any more.
 */
export type RoomState<Data extends DataTypes = AnyData> =
  | {
      /** Nothing is known yet, or there is none for me. */
      status: 'loading' | 'missing'
      /** There is nothing to show. */
      room: null
      /** It was not mine. */
      reason: null
    }
  | {
      /** The room is mine, or public and not mine. */
      status: 'joined' | 'preview'
      /** The room as I see it. */
      room: Room<Data>
      /** I have not left it. */
      reason: null
    }
  | {
      /** The room was mine. */
      status: 'left'
      /** As it was when I last saw it; null where I never did. */
      room: Room<Data> | null
      /** Why it is mine no more. */
      reason: RoomLeftReason
    }

/** One room, whether mine or not. The client gives the same object for the same id. */
export interface RoomHandle<Data extends DataTypes = AnyData> extends Observable<RoomState<Data>> {
  /** The room's id. */
  readonly id: string
  /** What is said in it. */
  readonly messages: Messages<Data>
  /** What I have begun to write in it. */
  readonly draft: DraftText
  /** What of it is pinned. */
  readonly pins: Pins<Data>
  /** Who is in it. */
  readonly members: Members
  /** Links that let people into it. */
  readonly invites: RoomInvites
  /** What I write in it that is to be sent later. */
  readonly scheduled: ScheduledMessages<Data>
  /** Who is kept out of it. */
  readonly bans: Bans
  /** Who else is typing. */
  readonly typing: Typing
  /** How many messages I have not read; 0 where the room is not mine. */
  readonly unread: Observable<number>
  /** How many messages that I have not read mention me or everyone, 100 at most; 0 where the room is not mine. */
  readonly mentions: Observable<number>

  /** The thread of a message of the room, whether anybody has replied or not. */
  thread(messageId: string): ThreadHandle<Data>
  /** Whether I may do something here, as far as is known. */
  can(permission: Permission): boolean
  /** Asks the server for the room, unless it is mine or was: for one that may be public. Never rejects. */
  load(): Promise<void>
  /**
   * Marks as read up to a message, or all, and takes a mark as unread away. Shown at once, told after a moment, of all rooms together, and again after a
   * reconnect. Before anything is known of the room it is remembered until something is.
   */
  markRead(seq?: number): void
  /**
   * Whether the room may disturb me: `true` mutes it for good, a time until then, `false` not any more. Shown once the server
   * has it.
   *
   * @throws `invalid_request` for a time that has passed, `not_found` where the room is not there for me, `forbidden` where
   * it is public and I am not in it.
   */
  mute(muted: boolean | Date): Promise<void>
  /**
   * How I keep the room for myself: muted and until when, of what I am notified, pinned, put away, marked as unread. What is
   * left out stays. Shown once the server has it, on all my devices.
   *
   * @throws `invalid_request` for what contradicts itself, and for a time that has passed, `not_found` where the room is not
   * there for me, `forbidden` where it is public and I am not in it.
   */
  updateMe(changes: UpdateMe): Promise<void>
  /**
   * Changes name, description, picture, data or whether it is public; needs `canEditRoom`.
   *
   * @throws `forbidden` without the permission and for a private room, `invalid_request` for a picture that is not mine,
   * `too_large` for a text over its limit, `not_found`.
   */
  update(changes: UpdateRoom<Data>): Promise<Room<Data>>
  /**
   * Ends the room for everyone; needs `canDeleteRoom`.
   *
   * @throws `forbidden` without the permission, `not_found`.
   */
  delete(): Promise<void>
  /**
   * Joins a public room.
   *
   * @throws `not_found` where it is not there for me, `banned`, `conflict` where it is full or I am in too many, `rejected`
   * by the host.
   */
  join(): Promise<void>
  /**
   * Leaves the room, for which the host may have a last word.
   *
   * @throws `rejected` or `forbidden` where the host keeps people in the room, `conflict` for a private one, `not_found`.
   */
  leave(): Promise<void>
  /**
   * What changed since a revision; the client reads it by itself where it has to.
   *
   * @throws `not_found` where the room is not there for me, `forbidden` where it is public and I am not in it,
   * `invalid_request` for what is no whole number.
   */
  changes(since: number, limit?: number): Promise<Changes<Data>>
}

/** Who types in a room besides me. */
export interface Typing extends Observable<readonly User[]> {
  /**
   * I am typing: call it at every key. The others are told every three seconds at most, and that it ended five seconds
   * after the last call.
   */
  start(): void
  /** I am not any more, and have sent nothing: the field was emptied. */
  stop(): void
}

/**
 * What there is to read in all my rooms, whether they are loaded or not, but for those that are muted or put away: of each as
 * much as its `notify` lets through.
 */
export interface UnreadTotal {
  /** How many messages I have not read. */
  messages: number
  /** How many of those that I have not read mention me or everyone; of one room 100 at most. */
  mentions: number
  /** In how many rooms there are any, or that I have marked as unread. */
  rooms: number
}

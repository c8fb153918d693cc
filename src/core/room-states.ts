import { Batcher } from '../concurrency/batcher.js'
import { inChunks } from '../concurrency/chunks.js'
import type { WelcomeRoom } from '../contract/frames.js'
import { type OwnChange, type OwnChangeRow, ownChangesOf, roomStatesOf } from '../store/members.js'
import { type MovedRooms, roomsMovedSince } from '../store/moved-rooms.js'
import { revisionsOf } from '../store/rooms.js'
import { unreadOf } from '../store/unread.js'
import type { Context } from './context.js'

/** The state of one of a user's rooms. */
export interface RoomState extends OwnChange {
  roomId: string
  welcome: WelcomeRoom
}

/** A room in which somebody has something to read. */
export interface UnreadRoom {
  /** The room's id. */
  roomId: string
  /** Messages of people, by others, not deleted, above `lastReadSeq`. */
  unreadCount: number
  /** Whether they want no notifications from it. */
  muted: boolean
  /** The `seq` of the last message that they have read. */
  lastReadSeq: number
  /** The `seq` of the room's last message. */
  lastMessageSeq: number
}

/** What somebody has to read. */
export interface Unread {
  /** In all rooms that are not muted. */
  messages: number
  /** Those with something to read, muted ones too. */
  rooms: UnreadRoom[]
}

/** The revisions of rooms and what is unread in them: cheap to read for many users and rooms at once. */
export class RoomStates {
  readonly #states = new Batcher<RoomState[]>(
    (userIds) => this.#read(userIds),
    () => [],
    true,
  )

  constructor(readonly context: Context) {}

  /** The current revisions of rooms; for the library's own use. */
  async revisions(ids: string[]): Promise<{ id: string; revision: number }[]> {
    return (await inChunks(ids, (some) => revisionsOf(this.context.work.db, some))).flat()
  }

  /** Which rooms moved since a time of the database's clock; for the library's own use. */
  async movedSince(clock: number): Promise<MovedRooms> {
    const { db, dialect } = this.context.work
    return roomsMovedSince(db, dialect, clock)
  }

  /** Which rooms these users read, muted or joined since then; for the library's own use. */
  async ownChanges(userIds: string[], since: Date): Promise<OwnChangeRow[]> {
    return userIds.length === 0 ? [] : ownChangesOf(this.context.work, userIds, since)
  }

  /** What a user has to read; nothing if there is no such user. */
  async unread(userId: string): Promise<Unread> {
    const rooms = (await this.#read([userId])).get(userId)?.flatMap(({ roomId, welcome }) => {
      const { unreadCount, muted, lastReadSeq, lastMessageSeq } = welcome
      return unreadCount > 0 ? [{ roomId, unreadCount, muted, lastReadSeq, lastMessageSeq }] : []
    })
    const loud = rooms?.filter(({ muted }) => !muted) ?? []
    return { messages: loud.reduce((sum, { unreadCount }) => sum + unreadCount, 0), rooms: rooms ?? [] }
  }

  /** The states of a user's rooms, for `welcome`. They are read together for all users who are welcomed at once. */
  of(userId: string): Promise<RoomState[]> {
    return this.#states.ask(userId)
  }

  /** The state of one room; undefined if the user is not in it. */
  async inRoom(userId: string, roomId: string): Promise<RoomState | undefined> {
    return (await this.#read([userId], roomId)).get(userId)?.[0]
  }

  async #read(userIds: string[], roomId?: string): Promise<Map<string, RoomState[]>> {
    const byUser = new Map<string, RoomState[]>()
    for (const row of await roomStatesOf(this.context.work, userIds, roomId)) {
      const { roomId, lastReadSeq, muted, revision, lastMessageSeq, uncounted, meRevision, meChangedAt } = row
      const unreadCount = unreadOf(lastMessageSeq, lastReadSeq, uncounted)
      const state = {
        roomId,
        meRevision,
        meChangedAt,
        welcome: { revision, lastMessageSeq, lastReadSeq, unreadCount, muted },
      }
      const others = byUser.get(row.userId)
      if (others) others.push(state)
      else byUser.set(row.userId, [state])
    }
    return byUser
  }
}

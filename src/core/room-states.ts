import { Batcher } from '../concurrency/batcher.js'
import { inChunks } from '../concurrency/chunks.js'
import type { WelcomeRoom } from '../contract/frames.js'
import type { Notify } from '../contract/members.js'
import {
  type OwnChange,
  type OwnChangeRow,
  ownChangesOf,
  type RoomStateRow,
  roomStateOf,
  roomStatesOf,
} from '../store/members.js'
import { mentionCountOf } from '../store/mentions.js'
import { type MovedRooms, roomsMovedSince } from '../store/moved-rooms.js'
import { isArchived, isMuted } from '../store/own-side.js'
import { revisionsOf } from '../store/rooms.js'
import { unreadOf } from '../store/unread.js'
import type { Context } from './context.js'
import { settleArchives } from './own-side.js'
import type { HiddenHistory } from './readable.js'

/** The state of one of a user's rooms. */
export interface RoomState extends OwnChange {
  roomId: string
  welcome: WelcomeRoom
  hidden: HiddenHistory | undefined
}

/** A room in which somebody has something to read. */
export interface UnreadRoom {
  /** The room's id. */
  roomId: string
  /** Messages of people, by others, not deleted, above `lastReadSeq`. */
  unreadCount: number
  /** Messages above `lastReadSeq` that mention them or everyone, 100 at most. */
  mentionCount: number
  /** Whether they want no notifications from it. */
  muted: boolean
  /** Of what they want to be notified, unless it is muted. */
  notify: Notify
  /** Whether they have put it away: it stands in no list that they look at. */
  isArchived: boolean
  /** Whether they want it to look unread, even with nothing to read. */
  isMarkedUnread: boolean
  /** The `seq` of the last message that they have read. */
  lastReadSeq: number
  /** The `seq` of the room's last message. */
  lastMessageSeq: number
}

/** What somebody has to read. */
export interface Unread {
  /** In all rooms that are neither muted nor put away, of each as many as its `notify` lets through. */
  messages: number
  /** Those with something to read, or marked as unread; also those that are muted or put away. */
  rooms: UnreadRoom[]
}

/** Users whose rooms one statement reads: what many rows take of the event loop is between others who want something, too. */
const usersAtOnce = 25

/** The revisions of rooms and what is unread in them: cheap to read for many users and rooms at once. */
export class RoomStates {
  readonly #states = new Batcher<RoomState[]>(
    (userIds) => this.#read(userIds),
    () => [],
    true,
    usersAtOnce,
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

  /** Which rooms these users read, joined or keep otherwise since then; for the library's own use. */
  async ownChanges(userIds: string[], since: Date): Promise<OwnChangeRow[]> {
    return userIds.length === 0 ? [] : ownChangesOf(this.context.work, userIds, since)
  }

  /** What a user has to read; nothing if there is no such user. */
  async unread(userId: string): Promise<Unread> {
    const rooms = (await this.#read([userId])).get(userId)?.flatMap(({ roomId, welcome }): UnreadRoom[] => {
      const { unreadCount, muted, lastReadSeq, lastMessageSeq, notify = 'all' } = welcome
      const { mentionCount = 0, isArchived = false, isMarkedUnread = false } = welcome
      if (unreadCount === 0 && mentionCount === 0 && !isMarkedUnread) return []
      const counts = { roomId, unreadCount, mentionCount, lastReadSeq, lastMessageSeq }
      return [{ ...counts, muted, notify, isArchived, isMarkedUnread }]
    })
    const messages = rooms?.reduce((sum, room) => sum + loudIn(room), 0) ?? 0
    return { messages, rooms: rooms ?? [] }
  }

  /** The states of a user's rooms, for `welcome`. They are read together for all users who are welcomed at once. */
  of(userId: string): Promise<RoomState[]> {
    return this.#states.ask(userId)
  }

  /** The state of one room; undefined if the user is not in it. */
  async inRoom(userId: string, roomId: string): Promise<RoomState | undefined> {
    const row = await roomStateOf(this.context.work, userId, roomId)
    if (!row) return undefined
    await settleArchives(this.context, [row])
    return stateOf(row, this.context.clock())
  }

  async #read(userIds: string[]): Promise<Map<string, RoomState[]>> {
    const byUser = new Map<string, RoomState[]>()
    const rows = await roomStatesOf(this.context.work, userIds)
    await settleArchives(this.context, rows)
    const now = this.context.clock()
    for (const row of rows) {
      const state = stateOf(row, now)
      const others = byUser.get(row.userId)
      if (others) others.push(state)
      else byUser.set(row.userId, [state])
    }
    return byUser
  }
}

function stateOf(row: RoomStateRow, now: Date): RoomState {
  const { roomId, meRevision, meChangedAt, hiddenUpTo, historyRevision, purgedSeq } = row
  // Of what is gone for all nothing is told to anybody.
  const hidden = hiddenUpTo > purgedSeq ? { upTo: hiddenUpTo, since: historyRevision ?? 0 } : undefined
  return { roomId, meRevision, meChangedAt, hidden, welcome: welcomeOf(row, now) }
}

/** What is as it is for most rooms is left out: a user may have thousands. */
function welcomeOf(row: RoomStateRow, now: Date): WelcomeRoom {
  const { lastReadSeq, revision, lastMessageSeq, uncounted, purgedSeq, mutedUntil } = row
  const muted = isMuted(row, now)
  const unreadCount = unreadOf(lastMessageSeq, lastReadSeq, uncounted, purgedSeq)
  const welcome: WelcomeRoom = { revision, lastMessageSeq, lastReadSeq, unreadCount, muted }
  if (muted && mutedUntil) welcome.mutedUntil = mutedUntil.toISOString()
  if (row.notify !== 'all') welcome.notify = row.notify as Exclude<Notify, 'all'>
  if (row.isPinned) welcome.isPinned = true
  if (isArchived(row, { isWrittenTo: row.firstByOthers > 0 }, now)) welcome.isArchived = true
  if (row.isMarkedUnread) welcome.isMarkedUnread = true
  if (row.mentions > 0) welcome.mentionCount = mentionCountOf(row.mentions)
  if (row.scheduledRevision > 0) welcome.scheduledRevision = row.scheduledRevision
  return welcome
}

/** How many messages of a room somebody wants to hear of. */
function loudIn({ muted, isArchived, notify, unreadCount, mentionCount }: UnreadRoom): number {
  if (muted || isArchived) return 0
  return { all: unreadCount, mentions: mentionCount, none: 0 }[notify]
}

import { inChunks } from '../concurrency/chunks.js'
import type { Message } from '../contract/messages.js'
import type { Room } from '../contract/rooms.js'
import type { User } from '../contract/users.js'
import type { Context } from '../core/context.js'
import { toldTo } from '../core/readable.js'
import { showMessages } from '../core/show-messages.js'
import { mentionCountOf } from '../store/mentions.js'
import { findMessages } from '../store/messages.js'
import {
  type NotifiablePlace,
  notifiableIn,
  type UnreadRoomRow,
  type UnreadThreadRow,
  unreadRoomsOf,
  unreadThreadsOf,
} from '../store/notifiable.js'
import { isArchived, isMuted } from '../store/own-side.js'
import { findRooms } from '../store/rooms.js'
import { unreadOf } from '../store/unread.js'
import { usersById } from '../store/users.js'
import type { NotificationBatch, NotifiedRoom, NotifiedThread } from './notify-options.js'

/** So many rooms and threads of one person are told at once; what is beyond comes in the next batch. */
const mostPlaces = 20

/** Up to where somebody is notified in a room or a thread, as it is stored: `[roomId, threadId or null, from, to]`. */
export type StoredPlace = [roomId: string, threadId: string | null, from: number, to: number]

/** Somebody who is looked at, and what they were about to be notified of before, if that is not known to have happened. */
export interface Asked {
  userId: string
  places: StoredPlace[] | undefined
}

/** What somebody is to be notified of. */
export interface Composed {
  /** But for its id. */
  batch: Omit<NotificationBatch, 'id'>
  places: StoredPlace[]
  /** There is more than one batch takes. */
  hasMore: boolean
}

type Row = UnreadRoomRow | UnreadThreadRow

interface Place extends NotifiablePlace {
  row: Row
}

const threadIn = (row: Row): string | null => ('threadId' in row ? row.threadId : null)

/** Says what people have to be notified of, by what is in the database at this moment, in a few statements for all of them. */
export class Composing {
  constructor(
    readonly context: Context,
    readonly mostMessages: number,
  ) {}

  /** There is nothing of those who have nothing to be notified of. */
  async compose(asked: Asked[]): Promise<Map<string, Composed>> {
    const { work } = this.context
    const userIds = asked.map(({ userId }) => userId)
    const rooms = await unreadRoomsOf(work, userIds)
    const threads = await unreadThreadsOf(work, userIds)
    const byUser = new Map<string, Row[]>(userIds.map((userId) => [userId, []]))
    for (const row of [...rooms, ...threads]) byUser.get(row.userId)?.push(row)
    const placesOf = new Map(asked.map((one) => [one.userId, this.#placesOf(one, byUser.get(one.userId) ?? [])]))
    const places = [...placesOf.values()].flatMap((own) => own.slice(0, mostPlaces))
    const ids = await notifiableIn(work, places, this.mostMessages)
    const messages = await this.#messages(ids.flat())
    const shown = await this.#rooms(places)
    const idsIn = new Map(places.map((place, n) => [place, ids[n] ?? []]))
    const composed = new Map<string, Composed>()
    for (const [userId, own] of placesOf) {
      const told = own.slice(0, mostPlaces).filter((place) => (idsIn.get(place)?.length ?? 0) > 0)
      const batch = this.#batch(told, { idsIn, messages, shown })
      if (!batch) continue
      const unread = this.#total(byUser.get(userId) ?? [])
      composed.set(userId, {
        batch: { userId, unread, ...batch },
        places: told.map(({ roomId, row, from, to }) => [roomId, threadIn(row), from, to]),
        hasMore: own.length > mostPlaces,
      })
    }
    return composed
  }

  #isLoud(row: Row): boolean {
    const now = this.context.clock()
    return row.notify !== 'none' && !isMuted(row, now) && !isArchived(row, { isWrittenTo: row.firstByOthers > 0 }, now)
  }

  /** What counts in a badge is what is unread in rooms, as `chat.system.unread` has it. */
  #total(rows: Row[]): number {
    return rows.reduce((sum, row) => {
      if (threadIn(row) !== null || !this.#isLoud(row)) return sum
      return sum + (row.notify === 'mentions' ? mentionCountOf(row.mentions) : unreadIn(row))
    }, 0)
  }

  #placesOf({ places }: Asked, rows: Row[]): Place[] {
    return rows.flatMap((row): Place[] => {
      const { userId, roomId, lastReadSeq, notified, lastSeq, hiddenUpTo } = row
      const threadId = threadIn(row)
      const mentionsOnly = row.notify === 'mentions'
      if (!this.#isLoud(row) || (mentionsOnly && row.mentions === 0)) return []
      // Of a thread that may be read everything may.
      let from = Math.max(lastReadSeq, notified, threadId === null ? hiddenUpTo : 0)
      let to = lastSeq
      if (places) {
        const begun = places.find(([room, thread]) => room === roomId && thread === threadId)
        if (!begun) return []
        from = Math.max(from, begun[2])
        to = begun[3]
      }
      return from < to ? [{ userId, roomId, ...(threadId !== null && { threadId }), from, to, mentionsOnly, row }] : []
    })
  }

  async #messages(ids: string[]): Promise<Map<string, Message>> {
    const { work } = this.context
    const rows = (await inChunks([...new Set(ids)], (some) => findMessages(work.db, some))).flat()
    const shown = (await inChunks(rows, (some) => showMessages(this.context, work.db, some, undefined))).flat()
    // One of them may have been deleted just now.
    return new Map(shown.flatMap((message) => (message.deletedAt === null ? [[message.id, message] as const] : [])))
  }

  async #rooms(places: Place[]): Promise<{ rooms: Map<string, Room>; peers: Map<string, User> }> {
    const { work, view } = this.context
    const roomIds = [...new Set(places.map(({ roomId }) => roomId))]
    const rows = (await inChunks(roomIds, (some) => findRooms(work.db, some))).flat()
    const peerIds = [...new Set(places.flatMap(({ row }) => ('peerId' in row ? (row.peerId ?? []) : [])))]
    const found = (await inChunks(peerIds, (some) => usersById(work.db, some))).flatMap((users) => [...users.values()])
    return {
      rooms: new Map(rows.map((row) => [row.id, view.room(row)])),
      peers: new Map(found.map((user) => [user.id, view.user(user)])),
    }
  }

  #batch(
    places: Place[],
    {
      idsIn,
      messages,
      shown,
    }: {
      idsIn: Map<Place, string[]>
      messages: Map<string, Message>
      shown: { rooms: Map<string, Room>; peers: Map<string, User> }
    },
  ): Pick<NotificationBatch, 'rooms' | 'threads'> | undefined {
    const rooms: NotifiedRoom[] = []
    const threads: NotifiedThread[] = []
    const told = new Set<string>()
    // Rooms come first: a reply that is shown in the room as well is told there.
    for (const place of places.toSorted((one, other) => Number('threadId' in one) - Number('threadId' in other))) {
      const { roomId, row } = place
      const room = shown.rooms.get(roomId)
      const ids = (idsIn.get(place) ?? []).filter((id) => !told.has(id)).reverse()
      const own = ids.flatMap((id) => messages.get(id) ?? []).map((message) => readableBy(message, row.hiddenUpTo))
      // The room was deleted meanwhile, or the message.
      if (!room || own.length === 0) continue
      for (const id of ids) told.add(id)
      const peer = 'peerId' in row && row.peerId !== null ? this.#peer(shown.peers, row.peerId) : null
      const notified: NotifiedRoom = {
        room: { ...room, peer },
        title: room.name ?? peer?.name ?? '',
        ...{ unread: unreadIn(row), mentions: mentionCountOf(row.mentions), messages: own },
      }
      if (place.threadId === undefined) rooms.push(notified)
      else threads.push({ threadId: place.threadId, ...notified })
    }
    return rooms.length + threads.length > 0 ? { rooms, threads } : undefined
  }

  #peer(peers: Map<string, User>, id: string): User {
    return peers.get(id) ?? this.context.view.userOr(undefined, id)
  }
}

const unreadIn = (row: Row): number =>
  unreadOf(row.lastSeq, row.lastReadSeq, row.uncounted, threadIn(row) === null ? row.hiddenUpTo : 0)

/** Without the quote of what is hidden from them. */
function readableBy(message: Message, hiddenUpTo: number): Message {
  const { roomId, revision } = message
  const told = toldTo({ type: 'message.updated', roomId, revision, message }, hiddenUpTo)
  return 'message' in told ? told.message : { ...message, replyTo: null }
}

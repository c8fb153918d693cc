import type { UnreadTotal } from '../api/rooms.js'
import { copyMap, draftOf } from './drafts.js'
import type { RoomEntry } from './room-entry.js'

/** A change copies one of so many parts: of 10,000 rooms it copies forty. */
const parts = 256

/** What is known of rooms, by their ids. It is immutable, and keeps what would otherwise be searched for in all of them. */
export interface RoomMap {
  readonly parts: readonly ReadonlyMap<string, RoomEntry>[]
  /** My rooms of which there is something to show. */
  readonly listed: ReadonlySet<string>
  /** My rooms that have to be read. */
  readonly stale: ReadonlySet<string>
  /** Those that are muted until a time, with that. */
  readonly muted: ReadonlyMap<string, string>
  readonly unread: UnreadTotal
  /** Changes with each change of what I send later, in any room. */
  readonly scheduled: number
}

export const noRooms: RoomMap = {
  parts: Array.from({ length: parts }, () => new Map()),
  listed: new Set(),
  stale: new Set(),
  muted: new Map(),
  unread: { rooms: 0, messages: 0, mentions: 0 },
  scheduled: 0,
}

function partOf(given: string): number {
  // What a newer server tells may be in no room.
  const id = String(given)
  let sum = 0
  for (let n = 0; n < id.length; n += 1) sum = (31 * sum + id.charCodeAt(n)) | 0
  return sum & (parts - 1)
}

export const roomIn = (rooms: RoomMap, id: string): RoomEntry | undefined => rooms.parts[partOf(id)]?.get(id)

export function* allRooms(rooms: RoomMap): Generator<[id: string, RoomEntry]> {
  for (const part of rooms.parts) yield* part
}

/** Whether it is a room of mine; one that is still `loading` is, once the socket has told of it. */
export const isMine = ({ status, seen }: RoomEntry): boolean =>
  status === 'joined' || (status === 'loading' && seen >= 0)

const nothing: UnreadTotal = { rooms: 0, messages: 0, mentions: 0 }

/** What of a room counts in the total: nothing where it is muted or put away, else what `notify` lets through. */
function unreadIn(entry: RoomEntry | undefined): UnreadTotal {
  const { me } = entry?.room ?? {}
  if (!entry || !isMine(entry) || !me || me.muted || me.isArchived || me.notify === 'none') return nothing
  const { unreadCount, mentionCount, isMarkedUnread } = me
  const messages = me.notify === 'mentions' ? mentionCount : unreadCount
  return { rooms: messages || mentionCount || isMarkedUnread ? 1 : 0, messages, mentions: mentionCount }
}

const scheduledIn = (entry: RoomEntry | undefined): number => entry?.room.me?.scheduledRevision ?? 0

const mutedUntil = (entry: RoomEntry): string | null | undefined => (isMine(entry) ? entry.room.me?.mutedUntil : null)

function withTime(times: ReadonlyMap<string, string>, id: string, time: string | null | undefined) {
  if (times.get(id) === (time ?? undefined)) return times
  const draft = draftOf(times as Map<string, string>, copyMap)
  if (time) draft.set(id, time)
  else draft.delete(id)
  return draft
}

function withId(ids: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  if (ids.has(id) === isIn) return ids
  const draft = draftOf(ids as Set<string>, (known) => new Set(known))
  if (isIn) draft.add(id)
  else draft.delete(id)
  return draft
}

const isSame = (one: UnreadTotal, other: UnreadTotal): boolean =>
  one.rooms === other.rooms && one.messages === other.messages && one.mentions === other.mentions

export function withRoom(rooms: RoomMap, id: string, entry: RoomEntry): RoomMap {
  const n = partOf(id)
  const before = rooms.parts[n]?.get(id)
  const changed = draftOf(rooms.parts as Map<string, RoomEntry>[], (known) => [...known])
  changed[n] = draftOf(changed[n] as Map<string, RoomEntry>, copyMap)
  changed[n].set(id, entry)
  const [less, more] = [unreadIn(before), unreadIn(entry)]
  const { unread } = rooms
  return {
    parts: changed,
    listed: withId(rooms.listed, id, entry.status === 'joined'),
    stale: withId(rooms.stale, id, entry.isStale && isMine(entry)),
    muted: withTime(rooms.muted, id, mutedUntil(entry)),
    unread: isSame(less, more)
      ? unread
      : {
          rooms: unread.rooms + more.rooms - less.rooms,
          messages: unread.messages + more.messages - less.messages,
          mentions: unread.mentions + more.mentions - less.mentions,
        },
    scheduled: rooms.scheduled + scheduledIn(entry) - scheduledIn(before),
  }
}

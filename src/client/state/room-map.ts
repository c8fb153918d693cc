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
  readonly unread: UnreadTotal
}

export const noRooms: RoomMap = {
  parts: Array.from({ length: parts }, () => new Map()),
  listed: new Set(),
  stale: new Set(),
  unread: { rooms: 0, messages: 0 },
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

const unreadIn = (entry: RoomEntry | undefined): number => {
  const { me } = entry?.room ?? {}
  return entry && isMine(entry) && me && !me.muted ? me.unreadCount : 0
}

function withId(ids: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  if (ids.has(id) === isIn) return ids
  const draft = draftOf(ids as Set<string>, (known) => new Set(known))
  if (isIn) draft.add(id)
  else draft.delete(id)
  return draft
}

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
    unread:
      less === more
        ? unread
        : {
            rooms: unread.rooms + Number(more > 0) - Number(less > 0),
            messages: unread.messages + more - less,
          },
  }
}

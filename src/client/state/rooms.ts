import type { RoomLeftReason } from '../../contract/events.js'
import type { Welcome } from '../../contract/frames.js'
import type { Me } from '../../contract/members.js'
import type { Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import { share, withEntry } from './share.js'
import { initialState, type RoomEntry, type State } from './state.js'
import { later, learn } from './users.js'

const entryOf = (state: State, id: string): RoomEntry =>
  state.rooms.get(id) ?? {
    ...{ status: 'loading', reason: null, room: { id, lastMessageSeq: 0 }, seen: -1 },
    ...{ looksAt: -1, countAt: -1, meAt: -1, mutedAt: -1, voidBefore: state.bornAt },
  }

export const withRoomEntry = (state: State, entry: RoomEntry): State => {
  const rooms = withEntry(state.rooms, entry.room.id, share(state.rooms.get(entry.room.id), entry))
  return rooms === state.rooms ? state : { ...state, rooms }
}

/** Facts that were told of a room. */
interface Told {
  /** Of all that has no revision of its own below. */
  revision: number
  room?: Room
  memberCount?: number
  lastMessageSeq?: number
  lastMessage?: Message | null | undefined
  me?: Partial<Me> | null | undefined
  /** When it was asked for, if it was. */
  asked?: number
}

const newest = (one: Message | null | undefined, other: Message | null | undefined): Message | null => {
  if (!one || !other) return one ?? other ?? null
  return one.seq > other.seq || (one.seq === other.seq && one.revision >= other.revision) ? one : other
}

/** What is known of a room with what was told of it, now or belatedly. */
export function tell(entry: RoomEntry, told: Told, version: number): RoomEntry {
  const { revision, room, me, asked = version } = told
  const known = entry.room
  const looks = room && revision >= entry.looksAt ? room : known
  const count = told.memberCount ?? room?.memberCount
  const counts = count !== undefined && revision >= entry.countAt
  const lastMessageSeq = Math.max(known.lastMessageSeq, told.lastMessageSeq ?? 0, room?.lastMessageSeq ?? 0)
  const ranks = me?.role !== undefined && revision >= entry.meAt
  const mutes = me?.muted !== undefined && asked >= entry.mutedAt
  const lastReadSeq = Math.max(known.me?.lastReadSeq ?? 0, me?.lastReadSeq ?? 0)
  return {
    ...entry,
    room: {
      ...known,
      ...looks,
      ...(counts || known.memberCount !== undefined ? { memberCount: counts ? count : known.memberCount } : {}),
      lastMessageSeq,
      lastMessage: newest(known.lastMessage, told.lastMessage),
      peer: room?.peer ?? known.peer ?? null,
      me:
        me || known.me
          ? ({
              ...me,
              ...known.me,
              ...(ranks && { role: me.role, permissions: me.permissions, joinedAt: me.joinedAt ?? known.me?.joinedAt }),
              ...(mutes && { muted: me.muted }),
              lastReadSeq,
              unreadCount: Math.max(0, lastMessageSeq - lastReadSeq),
              lastSeenAt: later(known.me?.lastSeenAt, me?.lastSeenAt),
            } as Me)
          : null,
      // That of the last change which shows here: a room looks the same after a reaction.
      revision: looks === known ? (known.revision ?? -1) : revision,
    },
    looksAt: looks === known ? entry.looksAt : revision,
    countAt: counts ? revision : entry.countAt,
    meAt: ranks ? revision : entry.meAt,
    mutedAt: mutes ? asked : entry.mutedAt,
  }
}

/** A room as the server answered or told it, whole. `asked`: the version at which it was asked for. */
export function takeRoom(state: State, room: Room, asked = state.version): State {
  const entry = entryOf(state, room.id)
  const isMine = room.me !== null && room.me !== undefined
  if (asked < entry.voidBefore || (entry.status === 'joined' && !isMine)) return state
  const { lastMessage, me, peer } = room
  const told = tell(entry, { revision: room.revision, room, lastMessage, me, asked }, state.version)
  const next: RoomEntry = {
    ...told,
    status: isMine ? 'joined' : 'preview',
    reason: null,
    seen: told.seen < 0 && isMine ? room.revision : told.seen,
  }
  return withRoomEntry(learn(state, peer, lastMessage?.user), next)
}

/** A room became mine: the socket tells all that comes after this. */
export function joinRoom(state: State, room: Room): State {
  const joined = takeRoom(state, room)
  const entry = entryOf(joined, room.id)
  return withRoomEntry(joined, { ...entry, seen: Math.max(entry.seen, room.revision) })
}

/** There is no such room, or none that is mine to know of. */
export function missRoom(state: State, id: string, asked: number): State {
  const entry = entryOf(state, id)
  if (asked < entry.voidBefore || entry.status === 'joined') return state
  return withRoomEntry(state, { ...entry, status: entry.reason ? 'left' : 'missing' })
}

/** Nothing is known, and nothing that is on its way will be. */
export const blank = ({ version }: State): State => ({ ...initialState, version, bornAt: version + 1 })

/** Who is here, and where my rooms stand. What was known of another user is forgotten. */
export function welcome(state: State, { user, rooms }: Welcome): State {
  const isSame = state.me?.id === user.id
  let next = state
  if (state.me && !isSame) next = blank(state)
  next = learn({ ...next, me: next.me ?? user }, user)
  for (const [id, entry] of next.rooms) {
    // What events told of a room that was never read may have a gap now.
    if (entry.seen >= 0 && entry.status === 'loading') next = { ...next, rooms: withEntry(next.rooms, id, undefined) }
  }
  const known = new Map(next.rooms)
  for (const [id, { revision, lastMessageSeq, lastReadSeq, muted }] of Object.entries(rooms)) {
    const entry = entryOf(next, id)
    if (entry.status === 'joined') {
      // The messages themselves are on their way.
      known.set(id, share(entry, tell(entry, { revision, me: { lastReadSeq, muted } }, state.version)))
    } else {
      const told = tell(entry, { revision, lastMessageSeq, me: { lastReadSeq, muted } }, state.version)
      known.set(id, { ...told, status: 'loading', reason: null, seen: revision })
    }
  }
  const isRead = [...known.values()].every(({ status, seen }) => status !== 'loading' || seen < 0)
  return { ...next, rooms: known, roomsStatus: isRead ? 'ready' : 'loading' }
}

/** The room is no longer mine: nothing of it stays but its name. */
export function leaveRoom(state: State, id: string, reason: RoomLeftReason): State {
  const { type, name, peer } = entryOf(state, id).room
  const left = {
    ...entryOf(initialState, id),
    ...({ status: 'left', reason, voidBefore: state.version + 1 } as const),
    room: { id, lastMessageSeq: 0, ...(type && { type, name: name ?? null, peer: peer ?? null }) },
  }
  return {
    ...forget(state, id),
    rooms: withEntry(state.rooms, id, left),
    outbox: state.outbox.some(({ roomId }) => roomId === id)
      ? state.outbox.filter(({ roomId }) => roomId !== id)
      : state.outbox,
  }
}

/** The room stands elsewhere than was known: nothing of it that was known may win over what will be read. */
export function resetRoom(state: State, id: string, revision: number): State {
  const { status, reason, room } = entryOf(state, id)
  const { me, lastMessage: _, ...looks } = room
  const reset: RoomEntry = {
    ...entryOf(initialState, id),
    ...{ status, reason, seen: revision, voidBefore: state.version + 1 },
    room: { ...looks, lastMessageSeq: 0, lastMessage: null, me: me ? { ...me, lastReadSeq: 0, unreadCount: 0 } : null },
  }
  return { ...forget(state, id), rooms: withEntry(state.rooms, id, reset) }
}

const forget = (state: State, id: string): State => ({
  ...state,
  histories: withEntry(state.histories, id, undefined),
  members: withEntry(state.members, id, undefined),
  typing: withEntry(state.typing, id, undefined),
})

/** My side of a room, as told about now. */
export function takeMe(state: State, roomId: string, me: Partial<Me>): State {
  const entry = state.rooms.get(roomId)
  if (!entry) return state
  // Role and permissions are told by events that have revisions.
  const { role: _, permissions: __, ...told } = me
  return withRoomEntry(state, tell(entry, { revision: -1, me: told }, state.version))
}

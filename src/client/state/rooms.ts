import type { RoomLeftReason } from '../../contract/events.js'
import type { Welcome } from '../../contract/frames.js'
import type { Me } from '../../contract/members.js'
import type { Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import { entryOf, initialState, patch, type RoomEntry, type State } from './state.js'
import { later, learn } from './users.js'

/** Facts that were told of a room. */
interface Told {
  /** Of all that has no revision of its own below. */
  revision: number
  room?: Room | undefined
  memberCount?: number | undefined
  lastMessageSeq?: number
  lastMessage?: Message | null | undefined
  me?: Partial<Me> | null | undefined
}

const newest = (one: Message | null | undefined, other: Message | null | undefined): Message | null => {
  if (!one || !other) return one ?? other ?? null
  return one.seq > other.seq || (one.seq === other.seq && one.revision >= other.revision) ? one : other
}

/** Adds what was told of a room, now or belatedly. `asked`: the version at which it was asked for, or told. */
export function tell(state: State, id: string, told: Told, asked = state.version): State {
  const { revision, room, me, memberCount = room?.memberCount } = told
  const entry = entryOf(state, id)
  const known = entry.room
  const at = { ...entry.at }
  /** Facts, unless they are known as they were later. */
  const win = (what: keyof typeof at, revisionOfThese: number, facts: object | false | undefined): object => {
    if (!facts || revisionOfThese < at[what]) return {}
    at[what] = revisionOfThese
    return facts
  }
  const lastMessageSeq = Math.max(known.lastMessageSeq, told.lastMessageSeq ?? room?.lastMessageSeq ?? 0)
  const lastReadSeq = Math.max(known.me?.lastReadSeq ?? 0, me?.lastReadSeq ?? 0)
  const mine = (me || known.me) && {
    ...me,
    ...known.me,
    ...win('rank', revision, me?.role && { role: me.role, permissions: me.permissions, joinedAt: me.joinedAt }),
    ...win('muted', asked, me?.muted !== undefined && { muted: me.muted }),
    ...{ lastReadSeq, unreadCount: Math.max(0, lastMessageSeq - lastReadSeq) },
    lastSeenAt: later(known.me?.lastSeenAt, me?.lastSeenAt),
  }
  const made = {
    ...known,
    ...win('looks', revision, room),
    memberCount: known.memberCount,
    ...win('count', revision, memberCount !== undefined && { memberCount }),
    ...{ lastMessageSeq, lastMessage: newest(known.lastMessage, told.lastMessage) },
    ...{ peer: room?.peer ?? known.peer ?? null, me: mine ?? null },
    // That of the last change which shows here: a room looks the same after a reaction.
    revision: at.looks,
  }
  return patch(state, id, { room: made as RoomEntry['room'], at })
}

/** A room as the server answered or told it, whole. */
export function takeRoom(state: State, room: Room, asked = state.version): State {
  const entry = entryOf(state, room.id)
  const { lastMessage, me, peer, revision } = room
  if (asked < entry.voidBefore || (entry.status === 'joined' && !me)) return state
  const told = tell(learn(state, peer, lastMessage?.user), room.id, { revision, room, lastMessage, me }, asked)
  return patch(told, room.id, {
    ...{ status: me ? 'joined' : 'preview', reason: null },
    seen: entry.seen < 0 && me ? revision : entry.seen,
  })
}

/** A room became mine: the socket tells all that comes after this. */
export function joinRoom(state: State, room: Room): State {
  const seen = Math.max(entryOf(state, room.id).seen, room.revision)
  return patch(takeRoom(state, room), room.id, { seen })
}

/** There is no such room, or none that is mine to know of. */
export function missRoom(state: State, id: string, asked: number): State {
  const { voidBefore, status, reason } = entryOf(state, id)
  if (asked < voidBefore || status === 'joined') return state
  return patch(state, id, { status: reason ? 'left' : 'missing' })
}

/** Nothing is known, and nothing that is on its way will be. */
export const blank = ({ version }: State): State => ({ ...initialState, version, bornAt: version + 1 })

/** Who is here, and where my rooms stand. */
export function welcome(state: State, { user, rooms }: Welcome): State {
  // What events told of a room that was never read may have a gap now.
  const kept = [...state.rooms].filter(([, { status, seen }]) => status !== 'loading' || seen < 0)
  let next = learn({ ...state, me: user, rooms: new Map(kept) }, user)
  let isRead = true
  for (const [id, { revision, lastMessageSeq, lastReadSeq, muted }] of Object.entries(rooms)) {
    const me = { lastReadSeq, muted }
    // The messages of one that is known are on their way.
    if (entryOf(next, id).status === 'joined') next = tell(next, id, { revision, me })
    else {
      isRead = false
      const told = tell(next, id, { revision, lastMessageSeq, me })
      next = patch(told, id, { status: 'loading', reason: null, seen: revision })
    }
  }
  return { ...next, roomsStatus: isRead ? 'ready' : 'loading' }
}

/** A room of which nothing that was known holds. */
const emptied = (state: State, id: string, changes: Partial<RoomEntry>): State => ({
  ...state,
  rooms: new Map(state.rooms).set(id, { ...entryOf(initialState, id), voidBefore: state.version + 1, ...changes }),
})

/** The room is no longer mine: nothing of it stays but its name. */
export function leaveRoom(state: State, id: string, reason: RoomLeftReason): State {
  const { type, name, peer } = entryOf(state, id).room
  const room = { id, lastMessageSeq: 0, ...(type && { type, name: name ?? null, peer: peer ?? null }) }
  const outbox = state.outbox.filter(({ roomId }) => roomId !== id)
  return { ...emptied(state, id, { status: 'left', reason, room }), outbox }
}

/** The room stands elsewhere than was known: nothing of it that was known may win over what will be read. */
export function resetRoom(state: State, id: string, seen: number): State {
  const { status, reason, room } = entryOf(state, id)
  const me = room.me && { ...room.me, lastReadSeq: 0, unreadCount: 0 }
  return emptied(state, id, {
    ...{ status, reason, seen },
    room: { ...room, lastMessageSeq: 0, lastMessage: null, me: me ?? null },
  })
}

/** My side of a room, as told about now; but for role and permissions, which events tell that have revisions. */
export const takeMe = (state: State, roomId: string, { role: _, ...me }: Partial<Me>): State =>
  tell(state, roomId, { revision: -1, me })

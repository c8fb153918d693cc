import type { RoomLeftReason } from '../../contract/events.js'
import type { List } from '../../contract/fields.js'
import type { Welcome } from '../../contract/frames.js'
import type { Me } from '../../contract/members.js'
import type { Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import { emptyBook } from './members.js'
import { emptyHistory } from './messages.js'
import { entryOf, initialState, patch, type RoomEntry, type State } from './state.js'
import { learn } from './users.js'

/** What was told of a room, or of my side of it. */
type Told = { [Key in Exclude<keyof Room, 'me'>]?: Room[Key] | undefined } & { me?: Partial<Me> | null | undefined }

const newest = (one: Message | null | undefined, other: Message | null = null): Message | null =>
  one && (!other || (one.seq - other.seq || one.revision - other.revision) >= 0) ? one : other

/**
 * Adds what was told of a room, now or belatedly. `revision`: of all that has none of its own. `asked`: the version at which
 * it was asked for, or told.
 */
export function tell(state: State, id: string, revision: number, told: Told, asked = state.version): State {
  const { me: myTold, ...looks } = told
  const { room: known, at: before } = entryOf(state, id)
  const at: Record<string, number> = { ...before }
  /** Facts over those that are known, but for what is known as it was later. */
  const over = <T extends object>(all: T, facts: object, clock: number): T => {
    const next = { ...all } as Record<string, unknown>
    for (const [key, fact] of Object.entries(facts)) {
      if (fact === undefined || clock < (at[key] ?? -1)) continue
      next[key] = fact
      at[key] = clock
    }
    return next as T
  }
  // What only moves forward needs no revision.
  const lastMessageSeq = Math.max(known.lastMessageSeq, told.lastMessageSeq ?? 0)
  const lastReadSeq = Math.max(known.me?.lastReadSeq ?? 0, myTold?.lastReadSeq ?? 0)
  const { muted, lastSeenAt, ...rank } = myTold ?? {}
  const me = (myTold || known.me) && {
    ...over(over(known.me ?? {}, rank, revision), { muted, lastSeenAt }, asked),
    ...{ lastReadSeq, unreadCount: Math.max(0, lastMessageSeq - lastReadSeq) },
  }
  const room = {
    ...over(known, looks, revision),
    ...{ lastMessageSeq, lastMessage: newest(told.lastMessage, known.lastMessage) },
    me: me ?? null,
  }
  return patch(state, id, { room: room as RoomEntry['room'], at })
}

/** A room as the server answered or told it, whole. */
export function takeRoom(state: State, room: Room, asked = state.version): State {
  const { id, lastMessage, me, peer, revision } = room
  const { seen, status, voidBefore } = entryOf(state, id)
  if (asked < voidBefore || (status === 'joined' && !me)) return state
  return patch(tell(learn(state, peer, lastMessage?.user), id, revision, room, asked), id, {
    ...{ status: me ? 'joined' : 'preview', reason: null },
    seen: seen < 0 && me ? revision : seen,
  })
}

/** A page of my rooms. */
export const takeRooms = (state: State, { items }: List<Room>, asked: number): State =>
  items.reduce((known, room) => takeRoom(known, room, asked), state)

/** A room became mine: the socket tells all that comes after this. */
export function joinRoom(state: State, room: Room): State {
  const seen = Math.max(entryOf(state, room.id).seen, room.revision)
  return patch(takeRoom(state, room), room.id, { seen })
}

/** There is no such room, or none that is mine to know of. */
export const missRoom = (state: State, id: string): State =>
  entryOf(state, id).status === 'joined' ? state : patch(state, id, { status: 'missing' })

/** A room of which nothing that was known holds but its looks, nor what is on its way; what was asked for still is. */
function emptied(state: State, id: string, room?: Partial<Room>, changes?: Partial<RoomEntry>): State {
  const { history, book } = entryOf(state, id)
  return patch(state, id, {
    ...entryOf(initialState, id),
    ...{ history: history && emptyHistory, book: book && emptyBook, voidBefore: state.version + 1 },
    ...{ room: { ...room, id, lastMessageSeq: 0, lastMessage: null }, ...changes },
  })
}

/** Nothing is known, and nothing that is on its way will be. */
export function blank(state: State): State {
  const { version, connection } = state
  const { rooms } = [...state.rooms.keys()].reduce((known, id) => emptied(known, id), state)
  return { ...initialState, rooms, version, connection, bornAt: version + 1 }
}

/** Who is here, and where my rooms stand. */
export function welcome(state: State, { user, rooms }: Welcome): State {
  let next = learn({ ...state, me: user }, user)
  for (const [id, { revision, lastMessageSeq, ...me }] of Object.entries(rooms)) {
    // The messages of one that is known are on their way.
    if (entryOf(next, id).status === 'joined') next = tell(next, id, revision, { me })
    else {
      // What events told of a room that was never read may have a gap now.
      const told = tell(emptied(next, id), id, revision, { lastMessageSeq, me })
      next = patch(told, id, { status: 'loading', reason: null, seen: revision })
    }
  }
  return { ...next, roomsStatus: 'loading' }
}

/** The room is no longer mine. */
export const leaveRoom = (state: State, id: string, reason: RoomLeftReason): State =>
  emptied(state, id, { ...entryOf(state, id).room, me: null }, { status: 'left', reason })

/** The room stands elsewhere than was known: nothing of it that was known may win over what will be read. */
export function resetRoom(state: State, id: string, seen: number): State {
  const { status, reason, room } = entryOf(state, id)
  const me = room.me && { ...room.me, lastReadSeq: 0, unreadCount: 0 }
  return emptied(state, id, { ...room, me: me ?? null }, { status, reason, seen })
}

/** My side of a room, as told about now; but for role and permissions, which events tell that have revisions. */
export const takeMe = (state: State, roomId: string, me: Partial<Me>): State => tell(state, roomId, -1, { me })

import type { RoomLeftReason } from '../../contract/events.js'
import type { Page } from '../../contract/fields.js'
import type { Welcome, WelcomeRoom } from '../../contract/frames.js'
import type { Me } from '../../contract/members.js'
import type { Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import { setLast } from './last-message.js'
import { noMembers } from './members.js'
import { emptyHistory } from './messages.js'
import { acknowledge } from './outbox.js'
import { entryOf, initialState, patch, type RoomEntry, type State, type Tally, together } from './state.js'
import { changeOf, unreadOf, withChange, withMarker, withTally } from './unread.js'
import { untimed, upsertUsers } from './users.js'

/** What was told of a room, or of my side of it. */
type RoomUpdate = { [Key in Exclude<keyof Room, 'me'>]?: Room[Key] | undefined } & {
  me?: Partial<Me> | null | undefined
}

/**
 * Adds what was told of a room, now or belatedly. `revision`: of all that has none of its own. `asked`: the version at which
 * it was asked for, or told.
 */
export function mergeRoom(
  state: State,
  id: string,
  revision: number,
  update: RoomUpdate,
  asked = state.version,
): State {
  const { me: myUpdate, lastMessage, ...looks } = update
  const { room: known, at: before, unread: counted, history, seen } = entryOf(state, id)
  const at: Record<string, number> = { ...before }
  /** Facts over those that are known, but for what is known as it was later. */
  const over = <T extends object>(all: T, values: object, clock: number): T => {
    const next = { ...all } as Record<string, unknown>
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined || clock < (at[key] ?? -1)) continue
      next[key] = value
      at[key] = clock
    }
    return next as T
  }
  // What only moves forward needs no revision.
  const lastMessageSeq = Math.max(known.lastMessageSeq, update.lastMessageSeq ?? 0)
  const lastReadSeq = Math.max(known.me?.lastReadSeq ?? 0, myUpdate?.lastReadSeq ?? 0)
  const { muted, lastSeenAt, unreadCount: _, ...rank } = myUpdate ?? {}
  const unread = withMarker(counted, lastReadSeq, history, seen >= (counted.tally?.revision ?? 0), state.me)
  const me = (myUpdate || known.me) && {
    ...over(over(known.me ?? {}, rank, revision), { muted, lastSeenAt }, asked),
    ...{ lastReadSeq, unreadCount: unreadOf(unread) },
  }
  const room = {
    ...over(known, looks, revision),
    ...{ lastMessageSeq, me: me ?? null },
  }
  return acknowledge(patch(state, id, { room: room as RoomEntry['room'], at, unread }), [lastMessage])
}

/** What the server counted as unread. */
export function takeTally(state: State, id: string, tally: Tally): State {
  const { revision, lastMessageSeq, lastReadSeq, unreadCount } = tally
  const unread = withTally(entryOf(state, id).unread, { revision, lastMessageSeq, lastReadSeq, unreadCount })
  return mergeRoom(patch(state, id, { unread }), id, -1, { me: { lastReadSeq } })
}

/** A change took a revision, be it of a message or not. */
export function takeChange(state: State, id: string, revision: number, message?: Message): State {
  const unread = withChange(entryOf(state, id).unread, revision, changeOf(message, state.me))
  return mergeRoom(patch(state, id, { unread }), id, -1, {})
}

/** A room as the server answered or told it, whole. */
export function takeRoom(state: State, room: Room, asked?: number): State {
  const { id, lastMessage, me, peer, revision } = room
  const { seen, status, voidBefore } = entryOf(state, id)
  if ((asked ?? state.version) < voidBefore || (status === 'joined' && !me)) return state
  const known = upsertUsers(state, asked ?? untimed, peer, lastMessage?.user)
  const counted = me ? takeTally(known, id, { ...room, ...me }) : known
  return patch(setLast(mergeRoom(counted, id, revision, room, asked), id, revision, lastMessage ?? null), id, {
    ...{ status: me ? 'joined' : 'preview', reason: null },
    ...{ seen: seen < 0 && me ? revision : seen, isStale: false },
  })
}

/** A page of my rooms. */
export const takeRooms = (state: State, { items }: Page<Room>, asked: number): State =>
  together(state, (begun) => items.reduce((known, room) => takeRoom(known, room, asked), begun))

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
  const { history, memberList } = entryOf(state, id)
  return patch(state, id, {
    ...entryOf(initialState, id),
    ...{ history: history && emptyHistory, memberList: memberList && noMembers, voidBefore: state.version + 1 },
    ...{ room: { ...room, id, lastMessageSeq: 0, lastMessage: null }, ...changes },
  })
}

/** Nothing is known, and nothing that is on its way will be. */
export function blank(state: State): State {
  const { version, connection } = state
  const { rooms } = together(state, (begun) => [...state.rooms.keys()].reduce((known, id) => emptied(known, id), begun))
  // Whoever looks at what others want of them goes on looking.
  const { status } = state.requests
  const requests = { items: [], status: status === 'idle' ? status : 'loading', error: null } as const
  return { ...initialState, rooms, version, connection, requests, bornAt: version + 1 }
}

/** Where one of my rooms stands. `isNamed`: hello has named it, so that events tell what was missed. */
function placeRoom(state: State, id: string, current: WelcomeRoom, isNamed: boolean): State {
  const { revision, lastMessageSeq, ...me } = current
  const { status, seen } = entryOf(state, id)
  if (status !== 'joined') {
    // What events told of a room that was never read may have a gap now.
    const merged = mergeRoom(emptied(state, id), id, revision, { lastMessageSeq, me })
    return patch(merged, id, { status: 'loading', reason: null, seen: revision })
  }
  // A database that was restored: nothing that was known may win over what will be read.
  if (revision < seen)
    return mergeRoom(patch(resetRoom(state, id, revision), id, { isStale: true }), id, revision, { me })
  // The messages of one that was named are on their way.
  if (isNamed || revision === seen) return mergeRoom(state, id, revision, { me })
  const { history, memberList } = entryOf(state, id)
  const known = { ...entryOf(state, id), history: history && emptyHistory, memberList: memberList && noMembers }
  const stale = patch(state, id, { ...known, seen: revision, isStale: true, voidBefore: state.version + 1 })
  return mergeRoom(stale, id, revision, { lastMessageSeq, me })
}

/** Who is here, and where my rooms stand. `named`: the rooms that hello has named. */
export function welcome(state: State, { user, rooms, limits }: Welcome, named: ReadonlySet<string>): State {
  const all = together(upsertUsers({ ...state, me: user, limits }, state.version, user), (begun) => {
    let next = begun
    for (const [id, current] of Object.entries(rooms)) {
      next = takeTally(placeRoom(next, id, current, named.has(id)), id, current)
    }
    for (const [id, { status }] of state.rooms) {
      // Of those that were named it is told why.
      if (status === 'joined' && !named.has(id) && !Object.hasOwn(rooms, id)) next = leaveRoom(next, id, 'removed')
    }
    return next
  })
  return { ...all, roomsStatus: 'loading' }
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
export const takeMe = (state: State, roomId: string, me: Partial<Me>): State => mergeRoom(state, roomId, -1, { me })

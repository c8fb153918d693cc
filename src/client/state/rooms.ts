import type { MessageCause, RoomLeftReason } from '../../contract/events.js'
import type { Page } from '../../contract/fields.js'
import type { Welcome, WelcomeRoom } from '../../contract/frames.js'
import type { Me } from '../../contract/members.js'
import type { Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import { together } from './drafts.js'
import { noThreads } from './known-threads.js'
import { setLast } from './last-message.js'
import { noMembers } from './members.js'
import { emptiedHistories } from './messages.js'
import { acknowledge } from './outbox.js'
import { noPins } from './pins.js'
import type { RoomEntry, Tally } from './room-entry.js'
import { allRooms, isMine, roomIn, withRoom } from './room-map.js'
import { entryOf, initialState, noUnread, patch, type State, unknownRoom } from './state.js'
import { dropThreads } from './threads.js'
import { changeOf, countsOf, withChange, withMarker, withTally } from './unread.js'
import { untimed, upsertUsers } from './users.js'

/** After this many rooms have risen meanwhile, the list of rooms begins anew. */
const mostRisen = 100

type OwnSideName =
  | ('muted' | 'mutedUntil' | 'notify')
  | ('isPinned' | 'isArchived' | 'isMarkedUnread' | 'scheduledRevision')

/** New data about a room, or about my own state in it. */
type RoomUpdate = { [Key in Exclude<keyof Room, 'me'>]?: Room[Key] | undefined } & {
  me?: Partial<Me> | null | undefined
}

/**
 * Merges new or late data about a room. `revision` is that of all data without one of its own. `asked` is the version at
 * which the data was requested, or arrived as an event; `toldSeq` is the last `seq` of the room when my side was told.
 */
export function mergeRoom(
  state: State,
  id: string,
  revision: number,
  update: RoomUpdate,
  asked = state.version,
  toldSeq = update.lastMessageSeq,
): State {
  const { me: myUpdate, lastMessage, ...looks } = update
  const { room: known, at: before, unread: counted, history, seen } = entryOf(state, id)
  const at: Record<string, number> = { ...before }
  /** Merges values into the known ones, except those that are known with a later clock. */
  const over = <T extends object>(all: T, values: object, clock: number): T => {
    const next = { ...all } as Record<string, unknown>
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined || clock < (at[key] ?? -1)) continue
      next[key] = value
      at[key] = clock
    }
    return next as T
  }
  // Values that only move forward need no revision.
  const lastMessageSeq = Math.max(known.lastMessageSeq, update.lastMessageSeq ?? 0)
  const lastReadSeq = Math.max(known.me?.lastReadSeq ?? 0, myUpdate?.lastReadSeq ?? 0)
  const { muted, mutedUntil, notify, isPinned, isArchived, isMarkedUnread, ...mine } = myUpdate ?? {}
  const { lastSeenAt, scheduledRevision, unreadCount: _, mentionCount: __, ...rank } = mine
  const unread = withMarker(counted, lastReadSeq, history, seen >= (counted.tally?.revision ?? 0), state)
  const side = { muted, mutedUntil, notify, isPinned, isArchived, isMarkedUnread, lastSeenAt, scheduledRevision }
  const me = (myUpdate || known.me) && {
    ...over(over(known.me ?? {}, rank, revision), side, asked),
    ...{ lastReadSeq, ...countsOf(unread).counts },
  }
  if (lastMessage?.kind === 'user') {
    const writer = lastMessage.user?.id === state.me?.id ? 'own' : 'others'
    at[writer] = Math.max(lastMessage.seq, at[writer] ?? 0)
  }
  if (me) withWritten(me, at, side, toldSeq ?? known.lastMessageSeq, asked)
  const room = {
    ...over(known, looks, revision),
    ...{ lastMessageSeq, me: me ?? null },
  }
  return acknowledge(patch(state, id, { room: room as RoomEntry['room'], at, unread }), [lastMessage])
}

/** What others and I have written since my side was told: others bring the room back, unless it is muted; I take the mark away. */
function withWritten(
  me: Partial<Me>,
  at: Record<string, number>,
  told: { [Key in keyof Me]?: Me[Key] | undefined },
  toldSeq: number,
  asked: number,
): void {
  if (told.isArchived !== undefined && at.isArchived === asked) at.archivedSeq = toldSeq
  if (told.isMarkedUnread !== undefined && at.isMarkedUnread === asked) at.markedSeq = toldSeq
  if (me.isArchived && !me.muted && (at.others ?? 0) > (at.archivedSeq ?? 0)) me.isArchived = false
  if (me.isMarkedUnread && (at.own ?? 0) > (at.markedSeq ?? 0)) me.isMarkedUnread = false
}

/** Merges the server's counts of what is unread. */
export function takeTally(
  state: State,
  id: string,
  {
    revision,
    lastMessageSeq,
    lastReadSeq,
    unreadCount,
    mentionCount,
  }: Omit<Tally, 'mentionCount'> & Pick<WelcomeRoom, 'mentionCount'>,
): State {
  const tally = { revision, lastMessageSeq, lastReadSeq, unreadCount, mentionCount: mentionCount ?? 0 }
  const unread = withTally(entryOf(state, id).unread, tally)
  return mergeRoom(patch(state, id, { unread }), id, -1, { me: { lastReadSeq } })
}

/** A change, of a message or not, took a revision. */
export function takeChange(state: State, id: string, revision: number, message?: Message, cause?: MessageCause): State {
  const entry = entryOf(state, id)
  const unread = withChange(entry.unread, revision, changeOf(message, state, entry, cause))
  return mergeRoom(patch(state, id, { unread }), id, -1, {})
}

/** Merges a whole room, from an answer or an event. */
export function takeRoom(state: State, room: Room, asked?: number): State {
  const { id, lastMessage, me, peer, revision } = room
  const { seen, status, voidBefore, isStale } = entryOf(state, id)
  if ((asked ?? state.version) < voidBefore) return state
  // An event will say that I am not in it any more.
  if (status === 'joined' && !me) return isStale ? patch(state, id, { isStale: false }) : state
  const known = upsertUsers(state, asked ?? untimed, peer, lastMessage?.user)
  const counted = me ? takeTally(known, id, { ...room, ...me }) : known
  return patch(setLast(mergeRoom(counted, id, revision, room, asked), id, revision, lastMessage ?? null), id, {
    ...{ status: me ? 'joined' : 'preview', reason: null },
    ...{ seen: seen < 0 && me ? revision : seen, isStale: false },
  })
}

/** Merges the page of a list of my rooms at a cursor; undefined for the first one. */
export const takeRooms = (
  state: State,
  page: Page<Room>,
  asked: number,
  cursor?: string,
  list: 'roomsCursor' | 'archivedCursor' = 'roomsCursor',
): State => ({
  ...together(() => page.items.reduce((known, room) => takeRoom(known, room, asked), state)),
  [list]: cursor === state[list] ? page.nextCursor : state[list],
})

/** A room of mine that is not listed has to be read: it is looked at, or somebody wrote in it. */
export const wantRoom = (state: State, id: string): State => patch(state, id, { status: 'loading', isStale: true })

/** I joined a room: the socket brings all later events. */
export function joinRoom(state: State, room: Room): State {
  const seen = Math.max(entryOf(state, room.id).seen, room.revision)
  return patch(takeRoom(state, room), room.id, { seen })
}

/** The room does not exist, or I may not know about it. */
export function missRoom(state: State, id: string): State {
  const { status } = entryOf(state, id)
  if (status === 'left') return state
  return patch(state, id, status === 'joined' ? { isStale: false } : { status: 'missing' })
}

/** A room of which no message is known. */
const quiet = (id: string, room?: Partial<Room>): RoomEntry['room'] => ({
  ...room,
  ...{ id, lastMessageSeq: 0, lastMessage: null },
})

/** Drops what is known of a room except its appearance, and ignores answers to earlier requests; what was requested stays requested. */
function emptied(state: State, id: string, room: RoomEntry['room'], changes?: Partial<RoomEntry>): State {
  const known = roomIn(state.rooms, id)
  const { memberList, pins } = known ?? {}
  const requested = known && {
    ...emptiedHistories(known),
    ...{ memberList: memberList && noMembers, pins: pins && noPins },
  }
  // Assigned, because spreading is slow, and there may be thousands of rooms.
  const entry = Object.assign(unknownRoom(id, state.version + 1), requested, changes, { room })
  return { ...state, rooms: withRoom(state.rooms, id, entry) }
}

/** Drops all that is known, and ignores answers to earlier requests. */
export function blank(state: State): State {
  const { version, connection, archivedStatus } = state
  const { rooms } = together(() =>
    [...allRooms(state.rooms)].reduce((known, [id]) => emptied(known, id, quiet(id)), state),
  )
  // A page that shows the requests, or what I have put away, still does.
  const again = <Status>(status: Status | 'idle') => (status === 'idle' ? status : 'loading')
  const requests = { items: [], status: again(state.requests.status), error: null } as const
  const threads = { ...noThreads, status: again(state.threads.status) }
  const kept = { rooms, version, connection, requests, threads, archivedStatus: again(archivedStatus) }
  return { ...initialState, ...kept, bornAt: version + 1 }
}

/** Whether a room that is not listed stands above listed ones now, or stands in another list. */
function hasRisen(state: State, id: string, { lastMessageSeq, isPinned, isArchived }: WelcomeRoom): boolean {
  const known = roomIn(state.rooms, id)
  if (!known || !isMine(known)) return true
  const { me, lastMessageSeq: before } = known.room
  const isMoved = Boolean(isArchived) !== me?.isArchived || (isPinned && !me?.isPinned)
  return known.status === 'loading' && (isMoved || lastMessageSeq > before)
}

/** Whether the list was read in which such a room stands. */
const isListRead = ({ roomsCursor, archivedCursor }: State, isArchived: boolean | undefined): boolean =>
  (isArchived ? archivedCursor : roomsCursor) !== undefined

/** How I keep a room, of which a welcome leaves out what is as it is for most. */
const sideIn = (current: WelcomeRoom): Pick<Me, OwnSideName> => ({
  muted: current.muted,
  mutedUntil: current.mutedUntil ?? null,
  notify: current.notify ?? 'all',
  isPinned: current.isPinned ?? false,
  isArchived: current.isArchived ?? false,
  isMarkedUnread: current.isMarkedUnread ?? false,
  scheduledRevision: current.scheduledRevision ?? 0,
})

/** A room of mine that is not listed: its events may have a gap before this. Made directly, because there may be thousands. */
function placeUnlisted(state: State, id: string, current: WelcomeRoom): State {
  const { revision, lastMessageSeq, lastReadSeq, unreadCount, mentionCount = 0, isArchived } = current
  const me = Object.assign(sideIn(current), { lastReadSeq, unreadCount, mentionCount }) as Me
  return emptied(
    state,
    id,
    { id, lastMessageSeq, lastMessage: null, me },
    {
      at: {
        lastMessageSeq: revision,
        lastReadSeq: revision,
        muted: state.version,
        archivedSeq: lastMessageSeq,
        markedSeq: lastMessageSeq,
      },
      unread: {
        tally: { revision, lastMessageSeq, lastReadSeq, unreadCount, mentionCount },
        changes: noUnread.changes,
      },
      seen: revision,
      isStale: state.rooms.stale.has(id) || (isListRead(state, isArchived) && hasRisen(state, id, current)),
    },
  )
}

/** A room that is shown, or that hello has named, is now at another place. */
function placeKnown(state: State, id: string, current: WelcomeRoom, isNamed: boolean): State {
  const { revision, lastMessageSeq, lastReadSeq } = current
  const me = { ...sideIn(current), lastReadSeq }
  const told = (known: State): State => mergeRoom(known, id, revision, { me }, known.version, lastMessageSeq)
  const { seen } = entryOf(state, id)
  // The database was restored: known data must not win over what will be read.
  if (revision < seen) return told(patch(resetRoom(state, id, revision), id, { isStale: true }))
  // The missed messages of a named room are on their way.
  if (isNamed || revision === seen) return told(state)
  const { memberList, pins, ...others } = entryOf(state, id)
  const forgotten = { ...emptiedHistories(others), memberList: memberList && noMembers, pins: pins && noPins }
  const known = { ...others, ...forgotten }
  const stale = patch(state, id, { ...known, seen: revision, isStale: true, voidBefore: state.version + 1 })
  return mergeRoom(stale, id, revision, { lastMessageSeq, me })
}

/** The state of one of my rooms in `welcome`. `isNamed`: hello has named it, so the missed events follow. */
function placeRoom(state: State, id: string, current: WelcomeRoom, isNamed: boolean): State {
  const known = roomIn(state.rooms, id)
  const isListed = known?.status === 'joined'
  // What hello named may be of another user, of which nothing is kept.
  if (!isListed && !(isNamed && known && isMine(known))) return placeUnlisted(state, id, current)
  return takeTally(placeKnown(state, id, current, isNamed), id, current)
}

/** Applies `welcome`: who I am, and the state of my rooms. `named`: the rooms that hello has named. */
export function welcome(
  state: State,
  { user, rooms, limits, blockedIds = [] }: Welcome,
  named: ReadonlySet<string>,
): State {
  const mine = Object.entries(rooms)
  const risen = mine.filter(([id, current]) => hasRisen(state, id, current))
  /** The cursor of a list, which begins anew after too many of its rooms have risen. */
  const cursorOf = (isArchived: boolean, cursor: State['roomsCursor']) =>
    risen.filter(([, current]) => Boolean(current.isArchived) === isArchived).length > mostRisen ? undefined : cursor
  const roomsCursor = mine.length === 0 ? null : cursorOf(false, state.roomsCursor)
  const archivedCursor = cursorOf(true, state.archivedCursor)
  return together(() => {
    const lists = { welcomedAt: state.version + 1, roomsCursor, archivedCursor, roomsStatus: 'loading' } as const
    const begun: State = { ...state, me: user, limits, blocked: new Set(blockedIds), ...lists }
    let next = upsertUsers(begun, state.version, user)
    for (const [id, current] of mine) next = placeRoom(next, id, current, named.has(id))
    for (const [id, entry] of allRooms(state.rooms)) {
      // For named rooms an event says why.
      if (isMine(entry) && !named.has(id) && !Object.hasOwn(rooms, id)) next = leaveRoom(next, id, 'removed')
    }
    return next
  })
}

/** The room tells anew how far its members have read: what is known of that is from before, and answers on their way too. */
export const forgetMarkers = (state: State, id: string): State =>
  patch(state, id, { memberList: entryOf(state, id).memberList && noMembers, voidBefore: state.version + 1 })

/** I am no longer in the room. */
export const leaveRoom = (state: State, id: string, reason: RoomLeftReason): State =>
  dropThreads(emptied(state, id, quiet(id, { ...entryOf(state, id).room, me: null }), { status: 'left', reason }), id)

/** The room has another revision than was known: known data must not win over what will be read. */
export function resetRoom(state: State, id: string, seen: number): State {
  const { status, reason, room } = entryOf(state, id)
  const me = room.me && { ...room.me, lastReadSeq: 0, unreadCount: 0, mentionCount: 0 }
  return dropThreads(emptied(state, id, quiet(id, { ...room, me: me ?? null }), { status, reason, seen }), id)
}

/** Merges my current own state in a room, except role and permissions, which come by events with revisions. */
export const takeMe = (state: State, roomId: string, me: Partial<Me>, asked?: number, toldSeq?: number): State =>
  mergeRoom(state, roomId, -1, { me }, asked, toldSeq)

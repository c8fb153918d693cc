import type { Changes } from '../contract/events.js'
import type { Page } from '../contract/fields.js'
import type { Me, UpdateMe } from '../contract/members.js'
import type { Room } from '../contract/rooms.js'
import type { Observable } from './api/observable.js'
import type { ArchivedRooms, RoomHandle, RoomState, Rooms as RoomsApi, UnreadTotal } from './api/rooms.js'
import type { CatchingUp } from './catching-up.js'
import type { Context } from './context.js'
import { createMembers } from './members.js'
import { createMessages } from './messages.js'
import type { Outbox } from './outbox.js'
import { createPins } from './pins.js'
import type { ReadMarkers } from './read-markers.js'
import { acknowledge } from './state/outbox.js'
import { isMine, roomIn } from './state/room-map.js'
import { takeMe, takeRoom } from './state/rooms.js'
import { entryOf, type State } from './state/state.js'
import { shownRoom } from './state/users.js'
import { cached } from './store.js'
import { createThread } from './threads.js'
import { createTyping } from './typing.js'

const lastActive = ({ lastMessage, createdAt }: Room): string => lastMessage?.createdAt ?? createdAt

/** My rooms that are listed, with those that I have put away or without them. */
export function listOf(rooms: State['rooms'], isArchived: boolean): Room[] {
  const mine = [...rooms.listed]
    .map((id) => roomIn(rooms, id)?.room as Room)
    .filter(({ me }) => Boolean(me?.isArchived) === isArchived)
  // Times of one form compare as texts, and faster so.
  const times = new Map(mine.map((room) => [room, lastActive(room)]))
  const at = (room: Room): string => times.get(room) as string
  const pins = ({ me }: Room): number => Number(me?.isPinned)
  return mine.sort((one, other) => pins(other) - pins(one) || (at(one) < at(other) ? 1 : at(one) > at(other) ? -1 : 0))
}

/** My rooms. */
export function createRooms(
  { store, http }: Context,
  catchingUp: CatchingUp,
  markers: ReadMarkers,
  archived: ArchivedRooms,
): { rooms: RoomsApi; unread: Observable<UnreadTotal> } {
  return {
    rooms: {
      archived,
      ...store.observable(
        ({ rooms, roomsStatus, roomsCursor, users }) => [rooms, roomsStatus, typeof roomsCursor === 'string', users],
        (rooms, status, hasMore, users) => ({
          items: listOf(rooms, false).map((room) => shownRoom(users, room)),
          ...{ status, hasMore },
        }),
      ),
      loadMore: catchingUp.moreRooms,
      create: async (input) => store.update(takeRoom, await http.send<Room>('POST', ['rooms'], input)),
      async find(key) {
        const { version } = store.state
        const [room] = (await http.get<Page<Room>>(['rooms'], { key })).items
        return room ? store.update(takeRoom, room, version) : null
      },
      searchPublic: http.search('rooms', 'public'),
      markAllRead: () => markers.markAll(),
    },
    unread: store.observable<[UnreadTotal], UnreadTotal>(({ rooms }) => [rooms.unread]),
  }
}

/** What the client itself does with a room beside what its user may. */
export interface OwnRoom extends RoomHandle {
  /** Reads on what its user asked for once, and what was forgotten since. */
  resume(): void
  /** Lets go of messages that nobody looks at. */
  trim(): void
}

/** How the server keeps what was asked for. */
function sideOf({ muted, mutedUntil, ...changes }: UpdateMe): Partial<Me> {
  const side = changes as Partial<Me>
  if (mutedUntil) return { ...side, muted: true, mutedUntil }
  // A muting for good stays where only the end of one was asked for: the socket tells.
  return muted === undefined ? side : { ...side, muted, mutedUntil: null }
}

/** One room. */
export function createRoom(
  context: Context,
  catchingUp: CatchingUp,
  outbox: Outbox,
  markers: ReadMarkers,
  id: string,
): OwnRoom {
  const { store, http, socket, entry } = context
  const path = ['rooms', id]
  const me = [...path, 'members', 'me']
  const bans = [...path, 'bans']
  const invites = [...path, 'invites']
  const scheduled = [...path, 'scheduled']
  const typing = createTyping(context, id)
  const messages = createMessages(context, outbox, id, () => {
    typing.sent()
    socket.used(false)
  })
  const members = createMembers(context, id)
  const pins = createPins(context, id)
  const threads = new Map<string, ReturnType<typeof createThread>>()

  async function updateMe(changes: UpdateMe): Promise<void> {
    const request = async (read: { lastReadSeq?: number }) => {
      const asked = store.state.version
      await http.send('PATCH', me, { ...read, ...changes })
      // Where the socket has told of it meanwhile, it may have told of something later, too.
      store.update(takeMe, id, sideOf(changes), asked)
    }
    await (changes.isMarkedUnread === undefined ? request({}) : markers.setMark(id, request))
  }

  return {
    id,
    ...store.observable(
      (state) => {
        const { status, reason, room } = entryOf(state, id)
        return [status, reason, room, state.users]
      },
      (status, reason, room, users) => {
        const isShown = room.type && status !== 'loading' && status !== 'missing'
        return { status, reason, room: isShown ? shownRoom(users, room) : null } as RoomState
      },
    ),
    ...{ draft: context.draft(id), messages, pins, members, typing },
    bans: {
      list: ({ signal, ...query } = {}) => http.get(bans, query, signal),
      set: (userId, ban = {}) => http.send('PUT', [...bans, userId], ban),
      remove: (userId) => http.send('DELETE', [...bans, userId]),
    },
    scheduled: {
      ...store.observable((state) => [entryOf(state, id).room.me?.scheduledRevision ?? null]),
      list: ({ signal, ...query } = {}) => http.get(scheduled, query, signal),
      create: (message) => http.send('POST', [...path, 'messages'], message),
      update: (id, changes) => http.send('PATCH', [...scheduled, id], changes),
      cancel: (id) => http.send('DELETE', [...scheduled, id]),
    },
    invites: {
      list: ({ signal, ...query } = {}) => http.get(invites, query, signal),
      create: (invite = {}) => http.send('POST', invites, invite),
      remove: (inviteId) => http.send('DELETE', [...invites, inviteId]),
    },
    thread: cached((messageId) => createThread(context, outbox, id, messageId, () => socket.used(false)), threads),
    trim() {
      messages.trim()
      for (const thread of threads.values()) thread.trim()
    },
    resume() {
      const { history, memberList, pins: known } = entry(id)
      if (history) void messages.load()
      if (known) void pins.load()
      for (const [messageId, thread] of threads) if (entry(id).threads?.has(messageId)) thread.resume()
      if (memberList) void members.load()
    },
    unread: store.observable(
      (state) => [entryOf(state, id)],
      ({ room }) => room.me?.unreadCount ?? 0,
    ),
    mentions: store.observable(
      (state) => [entryOf(state, id)],
      ({ room }) => room.me?.mentionCount ?? 0,
    ),
    can: (permission) => entry(id).room.me?.permissions?.[permission] ?? false,
    load: async () => {
      const known = entry(id)
      if (/joined|left/.test(known.status)) return
      // One of mine is read already, because there is a handle of it.
      await (isMine(known) ? catchingUp.want(id) : catchingUp.room(id))
    },
    markRead: (seq) => markers.mark(id, seq),
    mute: (muted) => updateMe(typeof muted === 'boolean' ? { muted } : { mutedUntil: muted.toISOString() }),
    updateMe,
    update: async (changes) => store.update(takeRoom, await http.send<Room>('PATCH', path, changes)),
    delete: () => http.send('DELETE', path),
    async join() {
      await http.send('POST', [...path, 'members'], { userId: 'me' })
      await catchingUp.room(id)
    },
    leave: () => http.send('DELETE', me),
    async changes(since, limit) {
      const changes = await http.get<Changes>([...path, 'changes'], { since, limit })
      store.update(
        acknowledge,
        changes.events.map((event) => ('message' in event ? event.message : null)),
      )
      return changes
    },
  }
}

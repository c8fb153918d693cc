import type { Room } from '../contract/rooms.js'
import type { RoomHandle, RoomState, Rooms as RoomsApi, UnreadTotal } from './api/rooms.js'
import type { Topic } from './api/topic.js'
import type { CatchingUp } from './catching-up.js'
import type { Context } from './context.js'
import { createMembers } from './members.js'
import { createMessages } from './messages.js'
import type { Outbox } from './outbox.js'
import type { ReadMarkers } from './read-markers.js'
import { takeMe, takeRoom } from './state/rooms.js'
import { entryOf, type State } from './state/state.js'
import { createTyping } from './typing.js'

const lastActive = ({ lastMessage, createdAt }: Room): string => lastMessage?.createdAt ?? createdAt

function mineOf(rooms: State['rooms']): Room[] {
  const mine = [...rooms.values()].flatMap(({ status, room }) => (status === 'joined' ? (room as Room) : []))
  return mine.sort((one, other) => lastActive(other).localeCompare(lastActive(one)))
}

/** My rooms. */
export function createRooms({ store, http }: Context): { rooms: RoomsApi; unread: Topic<UnreadTotal> } {
  return {
    rooms: {
      ...store.topic(
        ({ rooms, roomsStatus }) => [rooms, roomsStatus],
        (rooms, status) => ({ items: mineOf(rooms), status }),
      ),
      create: async (input) => store.update(takeRoom, await http.send<Room>('POST', ['rooms'], input)),
      searchPublic: http.search('rooms', 'public'),
    },
    unread: store.topic(
      ({ rooms }) => [rooms],
      (rooms) => {
        const counts = mineOf(rooms).flatMap(({ me }) => (me && !me.muted && me.unreadCount > 0 ? me.unreadCount : []))
        return { rooms: counts.length, messages: counts.reduce((sum, count) => sum + count, 0) }
      },
    ),
  }
}

/** What the client itself does with a room beside what its user may. */
export interface OwnRoom extends RoomHandle {
  /** Reads on what its user asked for once, and what was forgotten since. */
  resume(): void
  /** Lets go of messages that nobody looks at. */
  trim(): void
}

/** One room. */
export function createRoom(
  context: Context,
  catchingUp: CatchingUp,
  outbox: Outbox,
  markers: ReadMarkers,
  id: string,
): OwnRoom {
  const { store, http, entry } = context
  const path = ['rooms', id]
  const me = [...path, 'members', 'me']
  const typing = createTyping(context, id)
  const messages = createMessages(context, outbox, id, typing.sent)
  const members = createMembers(context, id)

  return {
    id,
    ...store.topic(
      (state) => {
        const { status, reason, room } = entryOf(state, id)
        return [status, reason, room]
      },
      (status, reason, room) => {
        const isShown = room.type && status !== 'loading' && status !== 'missing'
        return { status, reason, room: isShown ? room : null } as RoomState
      },
    ),
    ...{ messages, members, typing },
    trim: messages.trim,
    resume() {
      const { history, book } = entry(id)
      if (history) void messages.load()
      if (book) void members.load()
    },
    unread: store.topic(
      (state) => [entryOf(state, id)],
      ({ room }) => room.me?.unreadCount ?? 0,
    ),
    can: (permission) => entry(id).room.me?.permissions?.[permission] ?? false,
    load: async () => {
      if (!/joined|left/.test(entry(id).status)) await catchingUp.room(id)
    },
    markRead: (seq) => markers.mark(id, seq),
    async mute(muted) {
      await http.send('PATCH', me, { muted })
      store.update(takeMe, id, { muted })
    },
    update: async (changes) => store.update(takeRoom, await http.send<Room>('PATCH', path, changes)),
    delete: () => http.send('DELETE', path),
    async join() {
      await http.send('POST', [...path, 'members'], { userId: 'me' })
      await catchingUp.room(id)
    },
    leave: () => http.send('DELETE', me),
    changes: (since, limit) => http.get([...path, 'changes'], { since, limit }),
  }
}

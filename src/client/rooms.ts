import type { Changes } from '../contract/events.js'
import type { List } from '../contract/fields.js'
import type { Room } from '../contract/rooms.js'
import type { ChatClientError } from './api/errors.js'
import type { RoomHandle, RoomState, Rooms as RoomsApi, UnreadTotal } from './api/rooms.js'
import type { Topic } from './api/topic.js'
import type { Context } from './context.js'
import { createMembers } from './members.js'
import { createMessages } from './messages.js'
import type { Outbox } from './outbox.js'
import type { ReadMarkers } from './read-markers.js'
import { missRoom, takeMe, takeRoom } from './state/rooms.js'
import type { RoomEntry, State } from './state/state.js'
import { createTyping } from './typing.js'

const wasMine = new Set(['joined', 'preview'])

function stateOf(entry: RoomEntry | undefined): RoomState {
  const { status = 'loading', room, reason } = entry ?? {}
  if (status === 'left') return { status, room: room?.type ? (room as Room) : null, reason: reason ?? 'removed' }
  return wasMine.has(status)
    ? { status: status as 'joined', room: room as Room, reason: null }
    : { status: status as 'loading', room: null, reason: null }
}

const lastActive = ({ lastMessage, createdAt }: Room): string => lastMessage?.createdAt ?? createdAt

function mineOf(rooms: State['rooms']): Room[] {
  const mine = [...rooms.values()].flatMap(({ status, room }) => (status === 'joined' ? (room as Room) : []))
  return mine.sort((one, other) => (lastActive(one) < lastActive(other) ? 1 : -1))
}

export interface RoomParts {
  context: Context
  outbox: Outbox
  markers: ReadMarkers
}

/** What the client itself does with a room beside what its user may. */
export interface OwnRoom extends RoomHandle {
  /** Reads on what its user asked for once, and what was forgotten since. */
  resume(): void
}

/** My rooms. */
export function createRooms({ store, http }: Context): { rooms: RoomsApi; unread: Topic<UnreadTotal> } {
  return {
    rooms: {
      ...store.topic(
        ({ rooms, roomsStatus }) => [rooms, roomsStatus],
        (rooms, status) => ({ items: mineOf(rooms), status }),
      ),
      async create(input) {
        const asked = store.state.version
        const room = await http.request<Room>('POST', ['rooms'], { body: input })
        store.update((state) => takeRoom(state, room, asked))
        return room
      },
      searchPublic: (q, { signal, ...page } = {}) =>
        http.request<List<Room>>('GET', ['rooms', 'public'], { query: { q: q || undefined, ...page }, signal }),
    },
    unread: store.topic(
      ({ rooms }) => [rooms],
      (rooms) => {
        const loud = mineOf(rooms).filter(({ me }) => me && !me.muted && me.unreadCount > 0)
        return { rooms: loud.length, messages: loud.reduce((sum, { me }) => sum + (me?.unreadCount ?? 0), 0) }
      },
    ),
  }
}

/** One room. */
export function createRoom({ context, outbox, markers }: RoomParts, id: string): OwnRoom {
  const { store, http } = context
  const path = ['rooms', id]
  const typing = createTyping(context, id)
  const messages = createMessages(context, outbox, id, typing.sent)
  const members = createMembers(context, id)
  const entry = () => store.state.rooms.get(id)

  async function read(): Promise<void> {
    const isMine = () => entry()?.status === 'joined'
    try {
      await context.insist(
        async (asked) => {
          if (isMine()) return
          const room = await http.request<Room>('GET', path)
          store.update((state) => takeRoom(state, room, asked))
        },
        () => true,
      )
    } catch (error) {
      if ((error as ChatClientError).code === 'aborted') return
      store.update((state) => missRoom(state, id, state.version))
    }
  }

  return {
    id,
    ...store.topic(({ rooms }) => [rooms.get(id)], stateOf),
    messages,
    members,
    typing,
    unread: store.topic(
      ({ rooms }) => [rooms.get(id)],
      (known) => (known?.status === 'joined' ? (known.room.me?.unreadCount ?? 0) : 0),
    ),
    can: (permission) => entry()?.status === 'joined' && entry()?.room.me?.permissions?.[permission] === true,
    load: read,
    resume() {
      messages.resume()
      members.resume()
    },
    markRead: (seq) => markers.mark(id, seq),
    async mute(muted) {
      const before = entry()?.room.me?.muted
      store.update((state) => takeMe(state, id, { muted }))
      try {
        await http.request('PATCH', [...path, 'members', 'me'], { body: { muted } })
      } catch (error) {
        if (before !== undefined) store.update((state) => takeMe(state, id, { muted: before }))
        throw error
      }
    },
    async update(changes) {
      const asked = store.state.version
      const room = await http.request<Room>('PATCH', path, { body: changes })
      store.update((state) => takeRoom(state, room, asked))
      return room
    },
    delete: () => http.request('DELETE', path),
    async join() {
      const asked = store.state.version
      await http.request('POST', [...path, 'members'], { body: { userId: 'me' } })
      const room = await http.request<Room>('GET', path)
      store.update((state) => takeRoom(state, room, asked))
      messages.resume()
      members.resume()
    },
    leave: () => http.request('DELETE', [...path, 'members', 'me']),
    changes: (since, limit) => http.request<Changes>('GET', [...path, 'changes'], { query: { since, limit } }),
  }
}

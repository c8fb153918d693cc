import { useEffect, useState } from 'react'
import type {
  AnyData,
  ArchivedRooms,
  ChatClientError,
  DataOf,
  DataSource,
  RoomHandle,
  RoomList,
  RoomState,
  Rooms,
  UnreadTotal,
  User,
} from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useConnection } from './connection.js'
import { type MaybeId, nobody, noRoom, zero } from './nothing.js'
import { useObservable } from './observable.js'

/**
 * My rooms as far as they were loaded: pinned ones first, each part last active first, and the handle that loads more. With
 * `archived: true` those that I have put away instead, which are asked for then.
 */
export function useRooms<Source extends DataSource = AnyData>(options?: {
  archived?: false
}): RoomList<DataOf<Source>> & { handle: Rooms<DataOf<Source>> }
export function useRooms<Source extends DataSource = AnyData>(options: {
  archived: true
}): RoomList<DataOf<Source>> & { handle: ArchivedRooms<DataOf<Source>> }
export function useRooms<Source extends DataSource = AnyData>({
  archived = false,
}: {
  archived?: boolean
} = {}): RoomList<DataOf<Source>> & { handle: Rooms<DataOf<Source>> | ArchivedRooms<DataOf<Source>> } {
  const { rooms } = useChatClient<Source>()
  useEffect(() => {
    if (archived) void rooms.archived.load()
  }, [rooms, archived])
  const handle = archived ? rooms.archived : rooms
  return { ...useObservable<RoomList<DataOf<Source>>>(handle), handle }
}

type State<Source extends DataSource> = RoomState<DataOf<Source>>
type Handle<Source extends DataSource> = RoomHandle<DataOf<Source>>

/** One room, mine or public, and the handle to act on it. Asks the server where it is not mine. Without an id: `loading`, and no handle. */
export function useRoom<Source extends DataSource = AnyData>(roomId: string): State<Source> & { handle: Handle<Source> }
export function useRoom<Source extends DataSource = AnyData>(
  roomId: MaybeId,
): State<Source> & { handle: Handle<Source> | null }
export function useRoom<Source extends DataSource = AnyData>(
  roomId: MaybeId,
): State<Source> & { handle: Handle<Source> | null } {
  const client = useChatClient<Source>()
  const handle = roomId ? client.room(roomId) : null
  const state = useObservable<State<Source>>(handle ?? noRoom)
  useEffect(() => void handle?.load(), [handle])
  return { ...state, handle }
}

/**
 * The room of mine that the server's application calls so, as `order:17`, and the handle to act on it: asked for once this
 * is mounted, and told of as soon as I am in it. `missing` where there is none, or I am not in it. Without a key: `loading`.
 */
export function useRoomByKey<Source extends DataSource = AnyData>(
  key: MaybeId,
): State<Source> & { handle: Handle<Source> | null } {
  const client = useChatClient<Source>()
  const [found, setFound] = useState<{ key: string; id: string | null } | null>(null)
  const isLive = useConnection().status === 'live'
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is asked for again once there is a connection
  useEffect(() => {
    if (!key) return undefined
    let isWanted = true
    const set = (id: string | null) => isWanted && setFound({ key, id })
    client.rooms.find(key).then(
      (room) => set(room?.id ?? null),
      (error: ChatClientError) => error.isTransient || set(null),
    )
    const end = client.onEvent((event) => event.type === 'room.joined' && event.room.key === key && set(event.room.id))
    return () => {
      isWanted = false
      end()
    }
  }, [client, key, isLive])
  const isKnown = found !== null && found.key === key
  const known = useRoom<Source>(isKnown ? found.id : null)
  return isKnown && found.id === null ? { status: 'missing', room: null, reason: null, handle: null } : known
}

/** Who else is typing in a room; nobody without an id. */
export function useTyping(roomId: MaybeId): readonly User[] {
  const client = useChatClient()
  return useObservable<readonly User[]>(roomId ? client.room(roomId).typing : nobody)
}

/**
 * How many messages I have not read: in a room, or, called without anything, in all rooms but those that are muted or put
 * away, of each as many as its `notify` lets through.
 */
export function useUnread(): UnreadTotal
export function useUnread(roomId: MaybeId): number
export function useUnread(...of: [roomId?: MaybeId]): UnreadTotal | number {
  const client = useChatClient()
  const [roomId] = of
  // An id that is not there yet is no question for all rooms.
  const inRoom = roomId ? client.room(roomId).unread : zero
  return useObservable<UnreadTotal | number>(of.length === 0 ? client.unread : inRoom)
}

/** How many messages of a room that I have not read mention me or everyone, 100 at most; 0 without an id. */
export function useMentions(roomId: MaybeId): number {
  const client = useChatClient()
  return useObservable<number>(roomId ? client.room(roomId).mentions : zero)
}

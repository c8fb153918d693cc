import { useCallback, useEffect, useMemo, useState } from 'react'
import type {
  AnyData,
  Ban,
  Bans,
  ChatClientError,
  DataOf,
  DataSource,
  FoundMessage,
  Message,
  Page,
  Room,
  SearchMessages,
  User,
} from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import type { MaybeId } from './nothing.js'

/** A list that is searched, a page at a time. */
export interface Listing<T> {
  /** What was found so far. */
  items: readonly T[]
  /** A page is on its way. */
  isLoading: boolean
  /** Why the last page failed; null where it did not. */
  error: ChatClientError | null
  /** There is more: `loadMore` reads it. */
  hasMore: boolean
  /** Reads the next page, unless one is on its way. */
  loadMore(): void
  /** Asks again from the beginning. */
  reload(): void
}

/** How long typing has to pause before it is asked for. */
const pauseMs = 200

export type Read<T> = (page: { signal: AbortSignal; cursor?: string }) => Promise<Page<T>>

interface Pages<T> {
  /** Where it was looked. */
  where: unknown
  /** What `nextCursor` goes on with. */
  read: Read<T> | null
  items: readonly T[]
  nextCursor: string | null
  isLoading: boolean
  error: ChatClientError | null
}

const nothing: Omit<Pages<never>, 'where'> = { read: null, items: [], nextCursor: null, isLoading: false, error: null }

/**
 * Pages of what `read` gives: anew for another `read`, null for nothing. What was asked before is void, and cancelled; what
 * was found by it is shown until there is an answer, but nothing that was found elsewhere than in `where`.
 */
export function useListing<T>(read: Read<T> | null, where: unknown): Listing<T> {
  const [known, setPages] = useState<Pages<T>>({ ...nothing, where, isLoading: read !== null })
  const pages = known.where === where ? known : { ...nothing, where, isLoading: read !== null }
  const [asked, setAsked] = useState<{ read: Read<T> | null; cursor?: string }>({ read: null })

  useEffect(() => {
    if (!read) return setPages({ ...nothing, where })
    setPages((known) => ({ ...(known.where === where ? known : nothing), where, isLoading: true }))
    const timer = setTimeout(() => setAsked({ read }), pauseMs)
    return () => clearTimeout(timer)
  }, [read, where])

  useEffect(() => {
    const { cursor } = asked
    if (!asked.read || asked.read !== read) return undefined
    const controller = new AbortController()
    setPages((known) => ({ ...known, isLoading: true, error: null }))
    asked.read({ signal: controller.signal, ...(cursor !== undefined && { cursor }) }).then(
      ({ items, nextCursor }) => {
        if (controller.signal.aborted) return
        setPages((known) => ({
          ...{ where, read, nextCursor, isLoading: false, error: null },
          items: cursor === undefined ? items : [...known.items, ...items],
        }))
      },
      (error: ChatClientError) => {
        if (!controller.signal.aborted) setPages((known) => ({ ...known, isLoading: false, error }))
      },
    )
    return () => controller.abort()
  }, [asked, read, where])

  const { items, isLoading, error } = pages
  const nextCursor = pages.read === read ? pages.nextCursor : null
  const loadMore = useCallback(() => {
    if (nextCursor !== null && !isLoading) setAsked({ read, cursor: nextCursor })
  }, [read, nextCursor, isLoading])
  const reload = useCallback(() => setAsked({ read }), [read])
  return useMemo(
    () => ({ items, isLoading, error, hasMore: nextCursor !== null, loadMore, reload }),
    [items, isLoading, error, nextCursor, loadMore, reload],
  )
}

/** Of a long search, so many pages that are empty are passed over. */
const mostEmpty = 5

/** A search goes through so much at a time, and may have found nothing by then: it is gone on with. */
const untilFound =
  <T>(read: Read<T>): Read<T> =>
  async (page) => {
    let found = await read(page)
    for (let n = 0; n < mostEmpty && found.items.length === 0 && found.nextCursor !== null; n += 1) {
      found = await read({ ...page, cursor: found.nextCursor })
    }
    return found
  }

/** People who can be added, as they are typed for; asks once typing pauses. An empty `q` lists all. */
export function useUserSearch(q: string): Listing<User> {
  const { users } = useChatClient()
  return useListing(
    useMemo<Read<User>>(() => untilFound((page) => users.search(q, page)), [users, q]),
    users,
  )
}

/** Public rooms, which anyone may join; an empty `q` lists all. */
export function usePublicRooms<Source extends DataSource = AnyData>(q = ''): Listing<Room<DataOf<Source>>> {
  const { rooms } = useChatClient<Source>()
  return useListing(
    useMemo<Read<Room<DataOf<Source>>>>(() => untilFound((page) => rooms.searchPublic(q, page)), [rooms, q]),
    rooms,
  )
}

/**
 * Who is kept out of a room, for who may remove people, and the handle to ban and to let in; nobody without an id. `reload`
 * after a change shows it.
 */
export function useBans(roomId: MaybeId): Listing<Ban> & { handle: Bans | null } {
  const client = useChatClient()
  const handle = roomId ? client.room(roomId).bans : null
  const list = useListing<Ban>(handle?.list ?? null, handle)
  return { ...list, handle }
}

/** Messages of a room that contain `q`, newest first; an empty one finds nothing, and neither does a search without an id. */
export function useMessageSearch<Source extends DataSource = AnyData>(
  roomId: MaybeId,
  q: string,
): Listing<Message<DataOf<Source>>> {
  const client = useChatClient<Source>()
  const messages = roomId ? client.room(roomId).messages : null
  const read = useMemo<Read<Message<DataOf<Source>>> | null>(
    () => (messages && q.trim() !== '' ? untilFound((page) => messages.search(q, page)) : null),
    [messages, q],
  )
  return useListing(read, messages)
}

/**
 * Messages of all my rooms, newest first, each with its room and where in its text `q` is: those that contain `q`, of
 * somebody, with media, or all of these together. Where none of the three is given it finds nothing.
 */
export function useSearch<Source extends DataSource = AnyData>(
  filter: Omit<SearchMessages, 'limit' | 'cursor'>,
): Listing<FoundMessage<DataOf<Source>>> {
  const client = useChatClient<Source>()
  const { q, roomId, userId, before, after, has } = filter
  const read = useMemo<Read<FoundMessage<DataOf<Source>>> | null>(() => {
    const words = q?.trim() ? q : undefined
    if (words === undefined && userId === undefined && has === undefined) return null
    return untilFound((page) => client.search({ q: words, roomId, userId, before, after, has, ...page }))
  }, [client, q, roomId, userId, before, after, has])
  return useListing(read, client)
}

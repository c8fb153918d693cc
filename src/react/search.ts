import { useCallback, useEffect, useMemo, useState } from 'react'
import type { ChatClientError, List, Message, Room, User } from '../client/index.js'
import { useChatClient } from './chat-provider.js'

/** A list that is searched, a page at a time. */
export interface Listing<T> {
  items: readonly T[]
  isLoading: boolean
  error: ChatClientError | null
  hasMore: boolean
  loadMore(): void
  /** Asks again from the beginning. */
  reload(): void
}

/** How long typing has to pause before it is asked for. */
const pauseMs = 200

type Read<T> = (page: { signal: AbortSignal; cursor?: string }) => Promise<List<T>>

interface Pages<T> {
  items: readonly T[]
  nextCursor: string | null
  isLoading: boolean
  error: ChatClientError | null
}

const nothing: Pages<never> = { items: [], nextCursor: null, isLoading: false, error: null }

/** Pages of what `read` gives: anew for another `read`, null for nothing. What was asked before is void, and cancelled. */
function useListing<T>(read: Read<T> | null): Listing<T> {
  const [pages, setPages] = useState<Pages<T>>(nothing)
  const [asked, setAsked] = useState<{ read: Read<T> | null; cursor?: string }>({ read: null })

  useEffect(() => {
    if (!read) return setPages(nothing)
    setPages((known) => ({ ...known, isLoading: true }))
    const timer = setTimeout(() => setAsked({ read }), pauseMs)
    return () => clearTimeout(timer)
  }, [read])

  useEffect(() => {
    const { cursor } = asked
    if (!asked.read || asked.read !== read) return undefined
    const controller = new AbortController()
    setPages((known) => ({ ...known, isLoading: true, error: null }))
    asked.read({ signal: controller.signal, ...(cursor !== undefined && { cursor }) }).then(
      ({ items, nextCursor }) => {
        if (controller.signal.aborted) return
        setPages((known) => ({
          ...{ nextCursor, isLoading: false, error: null },
          items: cursor === undefined ? items : [...known.items, ...items],
        }))
      },
      (error: ChatClientError) => {
        if (!controller.signal.aborted) setPages((known) => ({ ...known, isLoading: false, error }))
      },
    )
    return () => controller.abort()
  }, [asked, read])

  const { items, nextCursor, isLoading, error } = pages
  const loadMore = useCallback(() => {
    if (nextCursor !== null && !isLoading) setAsked({ read, cursor: nextCursor })
  }, [read, nextCursor, isLoading])
  const reload = useCallback(() => setAsked({ read }), [read])
  return useMemo(
    () => ({ items, isLoading, error, hasMore: nextCursor !== null, loadMore, reload }),
    [items, isLoading, error, nextCursor, loadMore, reload],
  )
}

/** People who can be added, as they are typed for; asks once typing pauses. An empty `q` lists all. */
export function useUserSearch(q: string): Listing<User> {
  const { users } = useChatClient()
  return useListing(useCallback<Read<User>>((page) => users.search(q, page), [users, q]))
}

/** Public rooms, which anyone may join; an empty `q` lists all. */
export function usePublicRooms(q = ''): Listing<Room> {
  const { rooms } = useChatClient()
  return useListing(useCallback<Read<Room>>((page) => rooms.searchPublic(q, page), [rooms, q]))
}

/** Messages of a room that contain `q`, newest first; an empty one finds nothing. */
export function useMessageSearch(roomId: string, q: string): Listing<Message> {
  const { messages } = useChatClient().room(roomId)
  const read = useCallback<Read<Message>>((page) => messages.search(q, page), [messages, q])
  return useListing(q.trim() === '' ? null : read)
}

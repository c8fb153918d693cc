import type { Changes } from '../contract/events.js'
import type { List } from '../contract/fields.js'
import type { Message } from '../contract/messages.js'
import type { Room } from '../contract/rooms.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { applyEvent } from './state/events.js'
import { takeMessage } from './state/messages.js'
import { missRoom, takeRoom } from './state/rooms.js'
import { entryOf } from './state/state.js'

/** From so many rooms on they are read as a list. */
const manyRooms = 3

export type CatchingUp = ReturnType<typeof createCatchingUp>

/** Reads what the socket does not tell: what was there before, and what a hole may hide. Nothing of it rejects. */
export function createCatchingUp({ store, http, insist }: Context) {
  let epoch = 0

  async function room(roomId: string, isWanted: () => boolean = () => true): Promise<void> {
    let version = store.state.version
    try {
      await insist(async (asked) => {
        version = asked
        const read = await http.request<Room>('GET', ['rooms', roomId])
        store.update((state) => takeRoom(state, read, asked))
      }, isWanted)
    } catch {
      if (isWanted()) store.update((state) => missRoom(state, roomId, version))
    }
  }

  /** Rooms of mine that are not known yet. */
  const unread = () => [...store.state.rooms.values()].filter(({ status, seen }) => status === 'loading' && seen >= 0)

  async function readRooms(isCurrent: () => boolean): Promise<void> {
    for (let cursor: string | null | undefined = unread().length > manyRooms ? undefined : null; cursor !== null; ) {
      const query = { limit: 100, cursor }
      cursor = await insist(async (asked): Promise<string | null> => {
        const { items, nextCursor } = await http.request<List<Room>>('GET', ['rooms'], { query })
        store.update((state) => items.reduce((known, each) => takeRoom(known, each, asked), state))
        return nextCursor
      }, isCurrent)
    }
    // Few, or slipped from one page to another while they were read.
    for (const { room: each } of unread()) await room(each.id, isCurrent)
    if (isCurrent()) store.update((state) => ({ ...state, roomsStatus: 'ready' }))
  }

  async function readChanges(roomId: string, since: number): Promise<void> {
    const isWanted = () => entryOf(store.state, roomId).status === 'joined'
    for (let at = since, isMore = true; isMore; ) {
      const query = { since: at }
      const { events, revision, hasMore } = await insist(async (asked) => {
        const changes = await http.request<Changes>('GET', ['rooms', roomId, 'changes'], { query })
        if (asked >= entryOf(store.state, roomId).voidBefore) {
          store.update((state) => changes.events.reduce(applyEvent, state))
        }
        return changes
      }, isWanted)
      at = revision
      isMore = hasMore && events.length > 0
    }
  }

  return {
    room,
    /** Reads the rooms of a welcome that are not known yet; what an earlier welcome began is void. */
    rooms(): void {
      epoch += 1
      const current = epoch
      readRooms(() => current === epoch).catch(ignore)
    },
    /** What changed in a room since a revision, in case not all of it was told. */
    changes(roomId: string, since: number): void {
      readChanges(roomId, since).catch(ignore)
    },
    /** A message of which events do not tell all. */
    message({ roomId, id }: Message): void {
      insist(
        async () => {
          const message = await http.request<Message>('GET', ['rooms', roomId, 'messages', id])
          store.update((state) => takeMessage(state, message))
        },
        () => entryOf(store.state, roomId).history,
      ).catch(ignore)
    },
  }
}

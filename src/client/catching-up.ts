import type { Changes } from '../contract/events.js'
import type { List } from '../contract/fields.js'
import type { Message } from '../contract/messages.js'
import type { Room } from '../contract/rooms.js'
import type { Context } from './context.js'
import { applyEvent } from './state/events.js'
import { takeMessage } from './state/messages.js'
import { missRoom, takeRoom } from './state/rooms.js'

/** From so many rooms on they are read as a list. */
const manyRooms = 3

/** Reads what the socket does not tell: what was there before, and what a hole may hide. Nothing of it rejects. */
export class CatchingUp {
  #epoch = 0

  constructor(readonly context: Context) {}

  /** Reads the rooms of a welcome that are not known yet. */
  async rooms(): Promise<void> {
    const { store, http } = this.context
    const epoch = ++this.#epoch
    const isCurrent = () => epoch === this.#epoch
    const unread = () => [...store.state.rooms.values()].filter(({ status, seen }) => status === 'loading' && seen >= 0)
    try {
      for (let cursor: string | null = unread().length > manyRooms ? '' : null; cursor !== null; ) {
        cursor = await this.context.insist(async (asked): Promise<string | null> => {
          const query = { limit: 100, cursor: cursor || undefined }
          const page = await http.request<List<Room>>('GET', ['rooms'], { query })
          store.update((state) => page.items.reduce((known, room) => takeRoom(known, room, asked), state))
          return page.nextCursor
        }, isCurrent)
      }
      // Few, or slipped from one page to another while they were read.
      for (const { room } of unread()) await this.room(room.id, isCurrent)
      if (isCurrent()) store.update((state) => ({ ...state, roomsStatus: 'ready' }))
    } catch {
      // Another welcome came in between, and reads on.
    }
  }

  async room(roomId: string, isWanted = () => true): Promise<void> {
    const { store, http } = this.context
    let version = 0
    try {
      await this.context.insist(async (asked) => {
        version = asked
        const room = await http.request<Room>('GET', ['rooms', roomId])
        store.update((state) => takeRoom(state, room, asked))
      }, isWanted)
    } catch {
      if (isWanted()) store.update((state) => missRoom(state, roomId, version))
    }
  }

  /** What changed in a room since a revision, in case not all of it was told. */
  async changes(roomId: string, since: number): Promise<void> {
    const { store, http } = this.context
    try {
      for (let at = since, hasMore = true; hasMore; ) {
        const page: Changes = await this.context.insist(
          async (asked) => {
            const path = ['rooms', roomId, 'changes']
            const changes = await http.request<Changes>('GET', path, { query: { since: at } })
            const isVoid = asked < (store.state.rooms.get(roomId)?.voidBefore ?? Number.POSITIVE_INFINITY)
            if (!isVoid) store.update((state) => changes.events.reduce(applyEvent, state))
            return changes
          },
          () => store.state.rooms.get(roomId)?.status === 'joined',
        )
        at = page.revision
        hasMore = page.hasMore
      }
    } catch {
      // Not mine any more: there is nothing to catch up with.
    }
  }

  /** A message of which events do not tell all. */
  async message({ roomId, id }: Message): Promise<void> {
    const { store, http } = this.context
    const isWanted = () => store.state.histories.has(roomId)
    try {
      const read = () => http.request<Message>('GET', ['rooms', roomId, 'messages', id])
      const message = await this.context.insist(read, isWanted)
      store.update((state) => takeMessage(state, message))
    } catch {
      // Not mine any more.
    }
  }
}

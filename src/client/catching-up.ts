import type { Changes } from '../contract/events.js'
import type { List } from '../contract/fields.js'
import type { Message } from '../contract/messages.js'
import type { Room } from '../contract/rooms.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { takeChanges } from './state/events.js'
import { takeMessage } from './state/messages.js'
import { missRoom, takeRoom } from './state/rooms.js'

/** From so many rooms on they are read as a list. */
const manyRooms = 3

export type CatchingUp = ReturnType<typeof createCatchingUp>

/** Reads what the socket does not tell: what was there before, and what a hole may hide. Nothing of it rejects. */
export function createCatchingUp({ store, read, entry }: Context) {
  let epoch = 0

  async function room(roomId: string, isWanted: () => boolean = () => true): Promise<void> {
    const { version } = store.state
    try {
      await read(['rooms', roomId], {}, takeRoom, isWanted)
    } catch {
      if (isWanted()) store.update(missRoom, roomId, version)
    }
  }

  /** Rooms of mine that are not known yet. */
  const unread = () => [...store.state.rooms.values()].filter(({ status, seen }) => status === 'loading' && seen >= 0)

  async function readRooms(isCurrent: () => boolean): Promise<void> {
    for (let cursor: string | null | undefined = unread().length > manyRooms ? undefined : null; cursor !== null; ) {
      const page: List<Room> = await read<List<Room>>(
        ['rooms'],
        { limit: 100, cursor },
        (state, { items }, asked) => items.reduce((known, each) => takeRoom(known, each, asked), state),
        isCurrent,
      )
      cursor = page.nextCursor
    }
    // Few, or slipped from one page to another while they were read.
    for (const { room: each } of unread()) await room(each.id, isCurrent)
    if (isCurrent()) store.update((state) => ({ ...state, roomsStatus: 'ready' }))
  }

  async function readChanges(roomId: string, since: number): Promise<void> {
    for (let at = since, isMore = true; isMore; ) {
      const { revision, hasMore } = await read<Changes>(
        ['rooms', roomId, 'changes'],
        { since: at },
        (state, changes, asked) => takeChanges(state, roomId, changes, asked),
        () => entry(roomId).status === 'joined',
      )
      at = revision
      isMore = hasMore
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
      const path = ['rooms', roomId, 'messages', id]
      read<Message>(
        path,
        {},
        (state, message) => takeMessage(state, message),
        () => entry(roomId).history,
      ).catch(ignore)
    },
  }
}

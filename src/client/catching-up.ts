import type { List } from '../contract/fields.js'
import type { Message } from '../contract/messages.js'
import type { Room } from '../contract/rooms.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { takeChanges } from './state/events.js'
import { takeMessage } from './state/messages.js'
import { missRoom, takeRoom, takeRooms } from './state/rooms.js'
import { once } from './store.js'

const isWanted = () => true

export type CatchingUp = ReturnType<typeof createCatchingUp>

/** Reads what the socket does not tell: what was there before, and what a hole may hide. Nothing of it rejects. */
export function createCatchingUp({ store, read }: Context) {
  async function room(roomId: string): Promise<void> {
    await read(['rooms', roomId], {}, isWanted, takeRoom).catch(() => store.update(missRoom, roomId))
  }

  /** Rooms of mine that are not known yet. */
  const unread = () => [...store.state.rooms.values()].filter(({ status, seen }) => status === 'loading' && seen >= 0)

  async function readPages(): Promise<void> {
    for (let cursor: string | null | undefined; cursor !== null && unread().length > 0; ) {
      const page: List<Room> = await read(['rooms'], { limit: 100, cursor }, isWanted, takeRooms)
      cursor = page.nextCursor
    }
  }

  async function changes(roomId: string, since: number): Promise<void> {
    const path = ['rooms', roomId, 'changes']
    const { revision, hasMore } = await read(path, { since }, ({ status }) => status === 'joined', takeChanges)
    if (hasMore) await changes(roomId, revision)
  }

  return {
    room,
    /** Reads the rooms of a welcome that are not known yet. */
    rooms: once(async () => {
      await readPages().catch(ignore)
      // Slipped from one page to another while they were read.
      for (const { room: each } of unread()) await room(each.id)
      store.set({ roomsStatus: 'ready' })
    }),
    /** What changed in a room since a revision, in case not all of it was told. */
    changes: (roomId: string, since: number) => changes(roomId, since).catch(ignore),
    /** A message of which events do not tell all. */
    message({ roomId, id }: Message): void {
      const path = ['rooms', roomId, 'messages', id]
      read(
        path,
        {},
        ({ history }) => history,
        (state, message: Message) => takeMessage(state, message),
      ).catch(ignore)
    },
  }
}

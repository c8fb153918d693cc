import type { Page } from '../contract/fields.js'
import type { Member } from '../contract/members.js'
import type { Message } from '../contract/messages.js'
import type { Room } from '../contract/rooms.js'
import type { User } from '../contract/users.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { takeChanges } from './state/events.js'
import { takeMember } from './state/members.js'
import { takeMessage } from './state/messages.js'
import { missRoom, takeRoom, takeRooms } from './state/rooms.js'
import { untimed, upsertUsers } from './state/users.js'
import { once } from './store.js'

const isWanted = () => true
/** Up to how many rooms are read one by one. */
const mostAlone = 20
const mostRounds = 3
/** So many are asked for at once who type, and whom nobody has told of. */
const mostPeople = 20
/** How many changes of a room may wait to be counted in; with more, it is cheaper to request the unread count. */
const mostChanges = 100

const stranger = (id: string): User => ({ id, name: id, description: '', avatarUrl: null, lastSeenAt: null })

export type CatchingUp = ReturnType<typeof createCatchingUp>

/** Reads what the socket does not bring: older data, and what a gap may hide. Nothing here rejects. */
export function createCatchingUp({ store, read, entry }: Context) {
  const asked = new Set<string>()

  async function room(roomId: string): Promise<void> {
    await read(['rooms', roomId], {}, isWanted, takeRoom).catch(() => store.update(missRoom, roomId))
  }

  /** My rooms that are not known yet, or are out of date. */
  const unread = () =>
    [...store.state.rooms.values()].filter(({ status, seen, isStale }) =>
      status === 'loading' ? seen >= 0 : status === 'joined' && isStale,
    )

  async function readPages(): Promise<void> {
    for (let cursor: string | null | undefined; cursor !== null && unread().length > 0; ) {
      const page: Page<Room> = await read(['rooms'], { limit: 100, cursor }, isWanted, takeRooms)
      cursor = page.nextCursor
    }
  }

  async function changes(roomId: string, since: number): Promise<void> {
    const path = ['rooms', roomId, 'changes']
    const { revision, hasMore } = await read(path, { since }, ({ status }) => status === 'joined', takeChanges)
    if (hasMore) await changes(roomId, revision)
  }

  /** Reads rooms again for which events are not enough; each once at a time. */
  const completing = new Set<string>()
  async function complete(roomId: string): Promise<void> {
    const { last, unread } = entry(roomId)
    if (completing.has(roomId) || (!last.isUnknown && unread.changes.size <= mostChanges)) return
    completing.add(roomId)
    await room(roomId)
    completing.delete(roomId)
  }

  return {
    room,
    complete,
    /** Reads the rooms of a welcome that are not known yet. */
    rooms: once(async () => {
      // After a reconnect in between, rooms of earlier pages may have changed.
      for (let rounds = 0; rounds === 0 || (rounds < mostRounds && unread().length > mostAlone); rounds += 1) {
        await readPages().catch(ignore)
      }
      // They moved from one page to another while the pages were read.
      for (const { room: each } of unread()) await room(each.id)
      store.set({ roomsStatus: 'ready' })
    }),
    /** Reads the changes of a room since a revision, in case some events are missing. */
    changes: (roomId: string, since: number) =>
      changes(roomId, since)
        .then(() => complete(roomId))
        .catch(ignore),
    /** Reads users of a room who came only as ids and are unknown. */
    people(roomId: string, userIds: readonly string[]): void {
      const unknown = userIds.filter((id) => !store.state.users.has(id) && !asked.has(id))
      for (const id of unknown.slice(0, mostPeople)) {
        asked.add(id)
        read(
          ['rooms', roomId, 'members', id],
          {},
          ({ status }) => status === 'joined',
          (state, member: Member) => takeMember(state, member),
        )
          // A placeholder name is better than no user.
          .catch(() => store.state.users.has(id) || store.update(upsertUsers, untimed, stranger(id)))
          .finally(() => asked.delete(id))
      }
    },
    /** Reads a message for which events are not enough. */
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

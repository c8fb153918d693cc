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
/** So few rooms are read one by one. */
const mostAlone = 20
const mostRounds = 3
/** So many are asked for at once who type, and whom nobody has told of. */
const mostPeople = 20
/** Changes of a room that cannot be counted in; with more, it is cheaper to ask what is unread. */
const mostChanges = 100

const stranger = (id: string): User => ({ id, name: id, description: '', avatarUrl: null, lastSeenAt: null })

export type CatchingUp = ReturnType<typeof createCatchingUp>

/** Reads what the socket does not tell: what was there before, and what a hole may hide. Nothing of it rejects. */
export function createCatchingUp({ store, read, entry }: Context) {
  const asked = new Set<string>()

  async function room(roomId: string): Promise<void> {
    await read(['rooms', roomId], {}, isWanted, takeRoom).catch(() => store.update(missRoom, roomId))
  }

  /** Rooms of mine that are not known yet, or not as they are now. */
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

  /** Reads rooms anew of which events do not tell all; each once at a time. */
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
      // After a reconnect in between, rooms of the pages before may have moved.
      for (let rounds = 0; rounds === 0 || (rounds < mostRounds && unread().length > mostAlone); rounds += 1) {
        await readPages().catch(ignore)
      }
      // Slipped from one page to another while they were read.
      for (const { room: each } of unread()) await room(each.id)
      store.set({ roomsStatus: 'ready' })
    }),
    /** What changed in a room since a revision, in case not all of it was told. */
    changes: (roomId: string, since: number) =>
      changes(roomId, since)
        .then(() => complete(roomId))
        .catch(ignore),
    /** People of a room who are told of by id, and of whom nothing is known. */
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
          // Better a name that says little than nobody.
          .catch(() => store.state.users.has(id) || store.update(upsertUsers, untimed, stranger(id)))
          .finally(() => asked.delete(id))
      }
    },
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

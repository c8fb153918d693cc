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
import { isMine } from './state/room-map.js'
import { missRoom, takeRoom, takeRooms, wantRoom } from './state/rooms.js'
import { untimed, upsertUsers } from './state/users.js'
import { once } from './store.js'

const isWanted = () => true
/** Up to how many rooms are read one by one. */
const mostAlone = 3
const pageSize = 100
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

  const page = (cursor?: string): Promise<Page<Room>> =>
    read(['rooms'], { limit: pageSize, cursor }, isWanted, takeRooms, cursor)

  /** Reads the rooms that have to be read: pages where there are many, since most of them have just risen. */
  async function readStale(): Promise<void> {
    const { listed, stale } = store.state.rooms
    let cursor: string | null | undefined
    for (let n = 0; n < (listed.size + stale.size) / pageSize && cursor !== null; n += 1) {
      if (store.state.rooms.stale.size <= mostAlone) break
      cursor = (await page(cursor)).nextCursor
    }
    for (const id of store.state.rooms.stale) await room(id)
  }

  const rooms = once(async () => {
    if (store.state.roomsCursor === undefined) await page().catch(ignore)
    do {
      await readStale().catch(ignore)
      if (store.state.roomsStatus !== 'ready') store.set({ roomsStatus: 'ready' })
    } while (store.state.rooms.stale.size > 0)
  })

  /** Rooms that are looked at, until they are marked together. */
  const wanted = new Set<string>()

  function markWanted(): void {
    for (const id of wanted) {
      const known = entry(id)
      if (known.status === 'loading' && isMine(known)) store.update(wantRoom, id)
    }
    wanted.clear()
    if (store.state.rooms.stale.size > 0) void rooms()
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
    /** Reads the first page of my rooms, and those that have to be read. */
    rooms,
    /** Reads the next page of my rooms that has any that were not listed. */
    moreRooms: once(async () => {
      await rooms()
      const { size } = store.state.rooms.listed
      while (typeof store.state.roomsCursor === 'string' && store.state.rooms.listed.size === size) {
        // Where the server does not know the cursor any more, the list begins anew.
        await page(store.state.roomsCursor).catch(() => store.set({ roomsCursor: undefined }))
        await rooms()
      }
    }),
    /** A room is looked at: if it is one of mine that was not listed, it is read. Not at once: a page may be about to be drawn. */
    want(roomId: string): void {
      if (wanted.size === 0) void Promise.resolve().then(markWanted)
      wanted.add(roomId)
    },
    /** Reads the changes of a room since a revision, in case some events are missing. */
    changes: (roomId: string, since: number) =>
      entry(roomId).status === 'loading'
        ? room(roomId)
        : changes(roomId, since)
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

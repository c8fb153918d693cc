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
import { countsOf } from './state/unread.js'
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
/** How often a room is read again in a row. */
const mostTries = 3

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

  /** Reads pages where many rooms have to be read, since most of them have just risen. */
  async function readPages(): Promise<void> {
    const { listed, stale } = store.state.rooms
    let cursor: string | null | undefined
    for (let n = 0; n < (listed.size + stale.size) / pageSize && cursor !== null; n += 1) {
      if (store.state.rooms.stale.size <= mostAlone) break
      cursor = (await page(cursor)).nextCursor
    }
  }

  const rooms = once(async () => {
    /** The welcome after which the server refused the first page. */
    let refusedAt: number | undefined
    const isFirstMissing = () => store.state.roomsCursor === undefined && refusedAt !== store.state.welcomedAt
    do {
      if (isFirstMissing()) {
        await page().catch(() => {
          refusedAt = store.state.welcomedAt
        })
      }
      // What comes meanwhile has its turn in the next round.
      const { stale } = store.state.rooms
      await readPages().catch(ignore)
      // Whatever comes of it, each is not stale any more afterwards.
      for (const id of stale) if (store.state.rooms.stale.has(id)) await room(id)
      if (store.state.roomsStatus !== 'ready') store.set({ roomsStatus: 'ready' })
      // A listener may look at another room now.
      await Promise.resolve()
    } while (store.state.rooms.stale.size > 0 || isFirstMissing())
  })

  /** Rooms that are looked at, until they are marked together. */
  let wanted: string[] = []
  let marking: Promise<void> | undefined

  async function markWanted(): Promise<void> {
    const all = wanted
    wanted = []
    marking = undefined
    for (const id of all) {
      const known = entry(id)
      if (known.status === 'loading' && isMine(known)) store.update(wantRoom, id)
    }
    if (store.state.rooms.stale.size > 0) await rooms()
  }

  async function changes(roomId: string, since: number): Promise<void> {
    const path = ['rooms', roomId, 'changes']
    const { revision, hasMore } = await read(path, { since }, ({ status }) => status === 'joined', takeChanges)
    if (hasMore) await changes(roomId, revision)
  }

  /** Reads rooms again for which events are not enough; each once at a time. */
  const completing = new Set<string>()
  async function complete(roomId: string): Promise<void> {
    const isIncomplete = () => {
      const { last, unread } = entry(roomId)
      return last.isUnknown || unread.changes.size > mostChanges || countsOf(unread).isUncertain
    }
    if (completing.has(roomId)) return
    completing.add(roomId)
    // An answer that was overtaken by an event says nothing.
    for (let tries = 0; tries < mostTries && isIncomplete(); tries += 1) await room(roomId)
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
      for (let restarts = 0; restarts < 2 && store.state.rooms.listed.size === size; ) {
        const cursor = store.state.roomsCursor
        if (typeof cursor !== 'string') return
        try {
          await page(cursor)
        } catch {
          // Where the server does not know the cursor any more, the list begins anew.
          restarts += 1
          store.set({ roomsCursor: undefined })
          await rooms()
        }
      }
    }),
    /** Reads a page of the rooms that I have put away. */
    archived: (cursor?: string): Promise<Page<Room>> =>
      read(
        ['rooms'],
        { archived: true, limit: pageSize, cursor },
        isWanted,
        takeRooms,
        cursor,
        'archivedCursor' as const,
      ),
    /** A room is looked at: if it is one of mine that was not listed, it is read. Not at once: a page may be about to be drawn. */
    want(roomId: string): Promise<void> {
      wanted.push(roomId)
      marking ??= Promise.resolve().then(markWanted)
      return marking
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

import { hash } from 'node:crypto'
import type { List, Page } from '../contract/fields.js'
import type { Message } from '../contract/messages.js'
import type { FoundMessage, SearchMessages } from '../contract/search.js'
import { findMessages } from '../store/messages.js'
import { fold } from '../store/search.js'
import { SearchBudget } from '../store/search-budget.js'
import { authorToken, mediaToken, tokensOf } from '../store/search-filter.js'
import { roomNames, roomsToSearch, type SearchedRoom, type Wanted } from '../store/search-messages.js'
import type { Actor } from './actor.js'
import type { Context } from './context.js'
import { highlightsOf } from './highlights.js'
import { enter } from './membership.js'
import { type Found, searchRooms } from './message-search.js'
import { showMessages } from './messages.js'
import { clocksApartMs, type Place, RoomWalk } from './room-walk.js'
import { startsOf } from './search-start.js'

const roomsAtOnce = 2000

/** Texts of this length, which is the limit unless the host gives another, are what the databases' numbers of rows are made for. */
const usualLength = 8000

/** The search of messages: of one room, or of all rooms that somebody is in. It ends once `signal` says that nobody waits. */
export class Search {
  constructor(readonly context: Context) {}

  budget(signal: AbortSignal | undefined): SearchBudget {
    return new SearchBudget(this.context.limits.searchRows, signal)
  }

  /** Messages of a room that contain `q`, newest first. */
  async inRoom(
    actor: Actor,
    roomId: string,
    { q, cursor, limit = 50 }: Page & { q: string },
    signal?: AbortSignal,
  ): Promise<List<Message>> {
    const { work, cursors } = this.context
    const { room } = await enter(work.db, roomId, actor)
    const list = `search ${roomId} ${q}`
    const before = cursors.read<number>(list, cursor) ?? 2 ** 31 - 1
    const seq = Math.min(room.lastMessageSeq, before - 1)
    const budget = this.budget(signal)
    // In one room the order is that of `seq`, and no moment is needed.
    const walk = new RoomWalk(roomId, seq, { foundAt: Infinity, until: Infinity, writtenBy: Infinity })
    const text = fold(q)
    const { found, rest } = await this.#search({ text }, [walk], { limit, after: -Infinity, before: Infinity }, budget)
    await budget.next()
    const rows = await findMessages(
      work.db,
      found.map(({ id }) => id),
    )
    await budget.next()
    const shown = rows.filter((row) => row.deletedAt === null).sort((a, b) => b.seq - a.seq)
    const items: Message[] = []
    for (const message of await showMessages(this.context, work.db, shown, actor)) {
      // As things are now: what was changed since it was found is left out.
      await budget.look(message.text)
      if (fold(message.text).includes(text)) items.push(message)
    }
    return { items, nextCursor: rest ? cursors.write(list, rest.seq) : null }
  }

  /** Messages of all rooms that somebody is in, newest first. */
  async everywhere(userId: string, asked: SearchMessages, signal?: AbortSignal): Promise<List<FoundMessage>> {
    const { work, cursors } = this.context
    const { q, roomId, before, after, has, cursor, limit = 50 } = asked
    const budget = this.budget(signal)
    const list = listOf(userId, asked)
    const last = cursors.read<[at: number, roomId: string, seq: number]>(list, cursor)
    const behind = last && { at: last[0], roomId: last[1], seq: last[2] }
    if (roomId !== undefined) await enter(work.db, roomId, userId)
    const rooms = await this.#rooms(userId, roomId, budget)
    const within = {
      after: after === undefined ? -Infinity : Date.parse(after),
      before: before === undefined ? Infinity : Date.parse(before),
    }
    const walks = await this.#walks(rooms, within.before, behind, budget)
    const text = q === undefined || q === '' ? undefined : fold(q)
    const wanted: Wanted = { text, userId: asked.userId, hasMedia: has === 'media' }
    const { found, rest } = await this.#search(wanted, walks, { limit, ...within, behind }, budget)
    const items = await this.#show(userId, found, text, budget)
    return { items, nextCursor: rest ? cursors.write(list, [rest.at, rest.roomId, rest.seq]) : null }
  }

  #search(
    wanted: Wanted,
    walks: RoomWalk[],
    asked: { limit: number; after: number; before: number; behind?: Place | undefined },
    budget: SearchBudget,
  ): Promise<{ found: Found[]; rest: Place | undefined }> {
    const { work, limits } = this.context
    const { db, dialect } = work
    const tokens = [
      ...(wanted.text === undefined ? [] : tokensOf(wanted.text)),
      ...(wanted.userId === undefined ? [] : [authorToken(wanted.userId)]),
      ...(wanted.hasMedia ? [mediaToken] : []),
    ]
    const { messages } = dialect.searchedAtOnce
    const messagesAtOnce = Math.max(1, Math.min(messages, Math.floor((messages * usualLength) / limits.textLength)))
    return searchRooms({ db, dialect, wanted, tokens, ...asked, messagesAtOnce, budget }, walks)
  }

  async #rooms(userId: string, roomId: string | undefined, budget: SearchBudget): Promise<SearchedRoom[]> {
    const { work } = this.context
    const rooms: SearchedRoom[] = []
    for (let afterId = ''; ; ) {
      await budget.next()
      const some = await roomsToSearch(work, userId, { roomId, afterId, take: roomsAtOnce })
      rooms.push(...some)
      afterId = some.at(-1)?.roomId ?? ''
      if (some.length < roomsAtOnce) return rooms
    }
  }

  /** Each room from where the page before ended, or from a time on. */
  async #walks(
    rooms: SearchedRoom[],
    before: number,
    behind: Place | undefined,
    budget: SearchBudget,
  ): Promise<RoomWalk[]> {
    const { at, roomId: hereId, seq: hereSeq } = behind ?? { at: Infinity, roomId: '', seq: 0 }
    // Of what was written in the same moment, that in rooms of higher ids comes first.
    const untilOf = ({ roomId }: SearchedRoom): number => Math.min(before - 1, roomId > hereId ? at - 1 : at)
    const newestOf = (room: SearchedRoom) => room.lastMessageAt.getTime() + clocksApartMs
    const cut = rooms.filter((room) => room.roomId !== hereId && room.lastMessageAt.getTime() > untilOf(room))
    const starts = await startsOf(
      this.context.work,
      cut.map((room) => ({ roomId: room.roomId, lastSeq: room.lastMessageSeq, until: untilOf(room) })),
      budget,
    )
    const startOf = new Map(cut.map(({ roomId }, n) => [roomId, starts[n] ?? 0]))
    return rooms.map((room) => {
      const { roomId, lastMessageSeq } = room
      const isHere = roomId === hereId
      const seq = isHere ? Math.min(lastMessageSeq, hereSeq - 1) : (startOf.get(roomId) ?? lastMessageSeq)
      // What is left of a room that has given something counts as no newer than that, and may have been written later.
      // Elsewhere, what begins above the cursor was on a page before, and is left out as it is found.
      const writtenBy = isHere ? newestOf(room) : Math.min(newestOf(room), untilOf(room) + clocksApartMs)
      return new RoomWalk(roomId, seq, { foundAt: isHere ? at : Infinity, until: untilOf(room), writtenBy })
    })
  }

  /** As things are now: who was removed meanwhile, and what was changed, is left out. */
  async #show(
    userId: string,
    found: Found[],
    wanted: string | undefined,
    budget: SearchBudget,
  ): Promise<FoundMessage[]> {
    if (found.length === 0) return []
    const { work } = this.context
    await budget.next()
    const [rows, names] = await Promise.all([
      findMessages(
        work.db,
        found.map(({ id }) => id),
      ),
      roomNames(work.db, userId, [...new Set(found.map(({ place }) => place.roomId))]),
    ])
    const byId = new Map(rows.map((row) => [row.id, row]))
    const shown = found.flatMap(({ id }) => {
      const row = byId.get(id)
      return row && row.deletedAt === null && names.has(row.roomId) ? row : []
    })
    await budget.next()
    const items: FoundMessage[] = []
    for (const message of await showMessages(this.context, work.db, shown, userId)) {
      await budget.look(message.text)
      if (wanted !== undefined && !fold(message.text).includes(wanted)) continue
      const room = { id: message.roomId, name: names.get(message.roomId) ?? null }
      items.push({ message, room, highlights: wanted === undefined ? [] : highlightsOf(message.text, wanted) })
    }
    return items
  }
}

/** Short, since a cursor names the list that it is of. */
const listOf = (userId: string, { q, roomId, userId: authorId, before, after, has }: SearchMessages): string =>
  hash('sha256', JSON.stringify(['search', userId, q, roomId, authorId, before, after, has]), 'base64url').slice(0, 22)

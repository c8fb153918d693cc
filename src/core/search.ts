import { hash } from 'node:crypto'
import { portionsOf } from '../concurrency/chunks.js'
import { NewestFirst } from '../concurrency/newest-first.js'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { Message } from '../contract/messages.js'
import type { FoundMessage, SearchMessages } from '../contract/search.js'
import { findMessages, type MessageRow } from '../store/messages.js'
import { isKept } from '../store/readable.js'
import { fold } from '../store/search.js'
import { SearchBudget } from '../store/search-budget.js'
import { authorToken, mediaToken, tokensOf } from '../store/search-filter.js'
import { roomNames, type Wanted } from '../store/search-messages.js'
import { endsOf, probesOf, roomsToSearch, type Start, startsIn } from '../store/search-starts.js'
import { bottomOf } from '../store/threads.js'
import { type Actor, system } from './actor.js'
import type { Context } from './context.js'
import { highlightsOf } from './highlights.js'
import { requireMember } from './membership.js'
import { type Found, searchRooms } from './message-search.js'
import { isReadable, type Reader, readerIn, readerOf } from './readable.js'
import type { Place } from './room-walk.js'
import { showMessages } from './show-messages.js'

/** To look when a message was written costs a part of what a message does that is gone through. */
const costOfProbe = 1 / 16

/** Texts of this length, which is the limit unless the host gives another, are what the databases' numbers of rows are made for. */
const usualLength = 8000

/** The search of messages: of one room, or of all rooms that somebody is in. It ends once `signal` says that nobody waits. */
export class Search {
  /** One at a time of each user: who types asks for what they typed last, and what they asked before can wait. */
  readonly #turns = new NewestFirst()

  constructor(readonly context: Context) {}

  budget(signal: AbortSignal | undefined): SearchBudget {
    return new SearchBudget(this.context.limits.searchRows, signal)
  }

  /** Messages of a room that contain `q`, newest first. */
  async inRoom(
    actor: Actor,
    roomId: string,
    asked: PageRequest & { q: string },
    signal?: AbortSignal,
  ): Promise<Page<Message>> {
    const search = () => this.#inRoom(actor, roomId, asked, this.budget(signal))
    return actor === system ? search() : this.#turns.take(actor, search)
  }

  async #inRoom(
    actor: Actor,
    roomId: string,
    { q, cursor, limit = pageSize }: PageRequest & { q: string },
    budget: SearchBudget,
  ): Promise<Page<Message>> {
    const { work, cursors } = this.context
    await budget.next()
    const membership = await requireMember(work.db, roomId, actor)
    const { room } = membership
    const reader = readerIn(membership)
    const list = `found ${roomId} ${q}`
    const last = cursors.read<[at: number | null, seq: number]>(list, cursor)
    const behind = last && { at: last[0] ?? Infinity, roomId, seq: last[1] }
    // In a room the order is that of `seq`, and no moment is needed; its replies stand between its messages by theirs.
    const ends = endsOf(roomId, {
      ...{ seq: room.lastMessageSeq, at: Infinity, replySeq: room.replySeq, repliesAt: Infinity },
      hiddenUpTo: reader?.hiddenUpTo(roomId) ?? room.purgedSeq,
    })
    const starts = await this.#starts(ends, Infinity, behind, budget)
    const text = fold(q)
    const { found, rest } = await this.#search({ text }, starts, { limit, after: -Infinity, before: Infinity }, budget)
    await budget.next()
    const rows = await findMessages(
      work.db,
      found.map(({ id }) => id),
    )
    await budget.next()
    const byId = new Map(rows.map((row) => [row.id, row]))
    // A reply is found wherever its thread is, which may be hidden.
    const isThere = (row: MessageRow) => row.deletedAt === null && isKept(row, room) && isReadable(row, reader)
    const shown = found.flatMap(({ id }) => byId.get(id) ?? []).filter(isThere)
    const items: Message[] = []
    for (const message of await showMessages(this.context, work.db, shown, reader)) {
      // As things are now: what was changed since it was found is left out.
      await budget.look(message.text)
      if (fold(message.text).includes(text)) items.push(message)
    }
    return { items, nextCursor: rest ? cursors.write(list, [rest.at, rest.seq]) : null }
  }

  /** Messages of all rooms that somebody is in, newest first. */
  async everywhere(userId: string, asked: SearchMessages, signal?: AbortSignal): Promise<Page<FoundMessage>> {
    return this.#turns.take(userId, () => this.#everywhere(userId, asked, this.budget(signal)))
  }

  async #everywhere(userId: string, asked: SearchMessages, budget: SearchBudget): Promise<Page<FoundMessage>> {
    const { work, cursors } = this.context
    await budget.next()
    const { q, roomId, before, after, has, cursor, limit = pageSize } = asked
    const list = listOf(userId, asked)
    const last = cursors.read<[at: number, roomId: string, seq: number]>(list, cursor)
    const behind = last && { at: last[0], roomId: last[1], seq: last[2] }
    if (roomId !== undefined) await requireMember(work.db, roomId, userId)
    const rooms = await this.#rooms(userId, roomId, budget)
    const scope = {
      after: after === undefined ? -Infinity : Date.parse(after),
      before: before === undefined ? Infinity : Date.parse(before),
    }
    const starts = await this.#starts(rooms, scope.before, behind, budget)
    const text = q === undefined || q === '' ? undefined : fold(q)
    const wanted: Wanted = { text, userId: asked.userId, hasMedia: has === 'media' }
    const { found, rest } = await this.#search(wanted, starts, { limit, ...scope }, budget)
    const reader = readerOf(userId, new Map(rooms.map((room) => [room.roomId, room.hiddenUpTo])))
    const items = await this.#show(reader, found, text, budget)
    return { items, nextCursor: rest ? cursors.write(list, [rest.at, rest.roomId, rest.seq]) : null }
  }

  #search(
    wanted: Wanted,
    starts: Start[],
    asked: { limit: number; after: number; before: number },
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
    return searchRooms({ db, dialect, wanted, tokens, ...asked, messagesAtOnce, budget }, starts)
  }

  async #rooms(userId: string, roomId: string | undefined, budget: SearchBudget): Promise<Start[]> {
    const { work } = this.context
    const rooms: Start[] = []
    let after: unknown
    do {
      await budget.next()
      const some = await roomsToSearch(work, userId, { roomId, after })
      rooms.push(...some.rooms)
      after = some.after
    } while (after !== undefined)
    return rooms
  }

  /** Each room, and its replies, from where the page before ended, or from a time on: those that have gone on since begin further down. */
  async #starts(rooms: Start[], before: number, behind: Place | undefined, budget: SearchBudget): Promise<Start[]> {
    const { at, roomId: hereId, seq: hereSeq } = behind ?? { at: Infinity, roomId: '', seq: 0 }
    const starts: Start[] = []
    const goneOn = new Map<string, { until: number; some: Start[] }>()
    for (const room of rooms) {
      const bottom = bottomOf(room.seq)
      const isHere = room.roomId === hereId
      // Of what was written in the same moment, that in rooms of higher ids comes first, and in a room what is no reply.
      const isBefore = room.roomId > hereId || (isHere && bottom > bottomOf(hereSeq))
      const until = Math.min(before - 1, isBefore ? at - 1 : at)
      if (isHere && bottom === bottomOf(hereSeq)) starts.push({ ...room, seq: Math.min(room.seq, hereSeq - 1), at })
      else if (room.at <= until) starts.push(room)
      else {
        const alike = goneOn.get(`${until} ${bottom}`) ?? { until, some: [] }
        alike.some.push(room)
        goneOn.set(`${until} ${bottom}`, alike)
      }
    }
    for (const { until, some } of goneOn.values()) {
      for (const portion of portionsOf(some, probesOf, this.context.work.dialect.searchedAtOnce.probes)) {
        await budget.next()
        starts.push(...(await startsIn(this.context.work, portion, until)))
        for (const room of portion) budget.spend(probesOf(room) * costOfProbe)
      }
    }
    return starts
  }

  /** As things are now: who was removed meanwhile, and what was changed, is left out. */
  async #show(
    reader: Reader,
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
      roomNames(work.db, reader.userId, [...new Set(found.map(({ place }) => place.roomId))]),
    ])
    const byId = new Map(rows.map((row) => [row.id, row]))
    const shown = found.flatMap(({ id }) => {
      const row = byId.get(id)
      return row && row.deletedAt === null && names.has(row.roomId) && isReadable(row, reader) ? row : []
    })
    await budget.next()
    const items: FoundMessage[] = []
    for (const message of await showMessages(this.context, work.db, shown, reader)) {
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

import { setTimeout as delay } from 'node:timers/promises'
import { lastShown } from '../store/messages.js'
import {
  deleteMessages,
  firstReplyAt,
  firstSince,
  holdLonger,
  leaveRoom,
  messagesUpTo,
  type PurgedRow,
  repliesBefore,
  repliesIn,
  writtenAt,
} from '../store/purge.js'
import { findRoom, type RoomRow } from '../store/rooms.js'
import type { SweptRow } from '../store/sweep.js'
import type { Context } from './context.js'
import { inRoom } from './erasure/rooms.js'
import type { Sweep } from './media/sweep.js'

/** How long a server has a room before another takes it to be dead: longer than transactions take. */
export const holdMs = 60_000
/** How often it says that it is alive. */
const renewMs = 20_000
/** Messages that one transaction removes. */
const messagesAtOnce = 25

/** A room that this server has, and before when its messages are too old. */
interface Held {
  id: string
  before: Date
  until: Date
  signal: AbortSignal
}

/**
 * Removes what is too old in one room. First the room says up to where nothing is there any more: that is one change, told to all,
 * and from then on nobody sees it. Then the rows go, a few at a time, which nobody waits for.
 */
export class RoomPurge {
  /** How many it has removed. */
  messages = 0
  files = 0
  #until: Date
  #renewed = performance.now()

  constructor(
    readonly context: Context,
    readonly sweep: Sweep,
    readonly held: Held,
  ) {
    this.#until = held.until
  }

  async run(): Promise<void> {
    const { work } = this.context
    const { id, signal } = this.held
    const room = await findRoom(work.db, id)
    if (!room) return
    const upTo = await this.#boundary(room)
    if (upTo > room.purgedSeq) await this.#hide(id, upTo)
    let above = 0
    for (let some = await this.#next(room, above, upTo); some; some = await this.#next(room, above, upTo)) {
      await this.#remove(some.rows, some.places)
      above = some.above
      if (signal.aborted || !(await this.#holds())) {
        await this.#leave(undefined)
        return
      }
    }
    await this.#leave(await this.#keptSince(room, upTo))
  }

  /**
   * Up to where messages are too old. They are gone through from the first that is left, and not halved: behind newer ones there may be
   * imported ones that are older. What is gone already counts as old.
   */
  async #boundary({ id, purgedSeq, lastMessageSeq }: RoomRow): Promise<number> {
    const first = await firstSince(this.context.work.db, id, purgedSeq, this.held.before)
    return first === undefined ? Math.max(purgedSeq, lastMessageSeq) : first - 1
  }

  async #hide(roomId: string, upTo: number): Promise<void> {
    const { view } = this.context
    await inRoom(this.context, roomId, async ({ tx, change }) => {
      if (!change) {
        await tx.chatRoom.updateMany({ where: { id: roomId, purgedSeq: { lt: upTo } }, data: { purgedSeq: upTo } })
        return
      }
      if (change.room.purgedSeq >= upTo) return
      // The list of rooms is ordered by the message that is shown as the last.
      const last = await lastShown(tx, roomId)
      const isEmpty = (last?.seq ?? 0) <= upTo
      const revision = change.takeRevision()
      change.set({
        ...{ purgedSeq: upTo, editedRevision: revision },
        ...(isEmpty && { lastMessageAt: change.room.createdAt }),
      })
      change.events.push({ type: 'room.updated', roomId, revision, room: view.room(change.room) })
    })
  }

  /** What is removed next: replies first, since by the message that their thread is of they are found. */
  async #next(
    room: RoomRow,
    above: number,
    upTo: number,
  ): Promise<{ rows: PurgedRow[]; places?: { threadId: string; seq: number }[]; above: number } | undefined> {
    const { db } = this.context.work
    const rows = await messagesUpTo(db, { roomId: room.id, above, upTo }, messagesAtOnce)
    const threads = rows.flatMap(({ id, thread }) => (thread === null ? [] : [id]))
    const replies = threads.length > 0 ? await repliesIn(db, threads, messagesAtOnce) : undefined
    if (replies && replies.places.length > 0) return { ...replies, above }
    const last = rows.at(-1)
    if (last) return { rows, above: last.seq }
    // Of a room that was deleted nothing else tells where they are.
    const left = room.deletedAt === null ? [] : await repliesBefore(db, room.id, this.held.before, messagesAtOnce)
    return left.length > 0 ? { rows: left, above } : undefined
  }

  async #remove(rows: PurgedRow[], places: { threadId: string; seq: number }[] | undefined): Promise<void> {
    const { work } = this.context
    const begun = performance.now()
    const { count, media } = await work.transaction(({ tx }) => deleteMessages(tx, rows, places))
    this.messages += count
    for (const file of media) await this.#removeFile(file)
    // Whoever else wants the database has at least as long.
    await delay(performance.now() - begun, undefined, { signal: this.held.signal }).catch(() => undefined)
  }

  /** A file that something else uses stays; one that cannot be removed now is the sweep's. */
  async #removeFile(file: SweptRow): Promise<void> {
    const { storage } = this.context
    if (storage && (await this.sweep.remove(storage, file).catch(() => false))) this.files += 1
  }

  /** Whether this server still has the room. */
  async #holds(): Promise<boolean> {
    if (performance.now() - this.#renewed < renewMs) return true
    const { work, clock } = this.context
    const until = new Date(clock().getTime() + holdMs)
    const held = await work.write((db) => holdLonger(db, this.held.id, this.#until, until))
    if (held) [this.#until, this.#renewed] = [until, performance.now()]
    return held
  }

  #leave(keptSince: Date | undefined): Promise<unknown> {
    return this.context.work.write((db) => leaveRoom(db, this.held.id, this.#until, keptSince))
  }

  /** Before when nothing is left. A clock that was ahead does not keep it from being looked at again. */
  async #keptSince({ id, deletedAt }: RoomRow, upTo: number): Promise<Date> {
    const { work, clock } = this.context
    const first = await writtenAt(work.db, id, upTo + 1)
    const reply = deletedAt === null ? undefined : await firstReplyAt(work.db, id)
    return new Date(Math.min(...[clock(), first, reply].flatMap((at) => at?.getTime() ?? [])))
  }
}

import { type FactsRow, quickMs, type StandingRow } from './dialects/dialect.js'
import type { Append, Numbering } from './judging.js'

/** What was read serves this long: the other half of its time is for the write. */
const goodMs = quickMs / 2
/** A room that others write to as well is read each time for so long. */
const sharedMs = 5_000
/** With more it begins anew: who is remembered costs a kB or two. */
const mostSenders = 10_000

interface SenderMemory {
  facts: FactsRow
  readAt: number
  /** By our clock. */
  goodUntil: number
}

interface RoomMemory {
  numbering: Numbering
  senders: Map<string, SenderMemory>
}

/** What a batch of messages was judged by. */
export interface Judgement {
  items: Append[]
  recalled: FactsRow[]
  /** Under a lock it does not matter when. */
  read: (FactsRow & { readAt?: number })[]
  /** By our clock, before it was read. */
  sentAt: number
  /** The revisions of rooms before, and where they stand now; what is not among them was passed over. */
  stood: ReadonlyMap<string, number>
  rooms: ReadonlyMap<string, Numbering>
}

/**
 * How rooms stood when they were last read or written to here, and who wrote, for the messages that follow at once. These
 * are written only where a room still stands there, so nothing is decided by what is remembered that is no longer so.
 */
export class Remembered {
  readonly #rooms = new Map<string, RoomMemory>()
  readonly #shared = new Map<string, number>()
  #senders = 0
  #changes = 0

  /** What is read before people change is not kept after it. */
  get changes(): number {
    return this.#changes
  }

  /** As they would be read, the messages to rooms of which all is known that they ask for; else a hole. */
  recall(items: Append[]): (StandingRow | undefined)[] {
    const now = performance.now()
    const known = items.map((item) => this.#sender(item, now))
    const unknown = new Set(items.flatMap(({ roomId }, n) => (known[n] ? [] : [roomId])))
    return items.map(({ roomId }, n) => {
      const [sender, memory] = [known[n], this.#rooms.get(roomId)]
      if (!sender || !memory || unknown.has(roomId)) return undefined
      const { room, seq, revision } = memory.numbering
      const { id: _, ...facts } = room
      return { ...sender.facts, ...facts, n, revision, lastMessageSeq: seq, readAt: sender.readAt }
    })
  }

  #sender({ roomId, userId, replyToId, mentions }: Append, now: number): SenderMemory | undefined {
    // What may be refused for what it says is told first whether it is there already. And of a null user the database
    // would take a clientId twice.
    if (replyToId !== null || mentions.length > 0 || userId === null) return undefined
    const sender = this.#rooms.get(roomId)?.senders.get(userId)
    return sender && sender.goodUntil > now ? sender : undefined
  }

  /** To be called once all of it was written. */
  keep({ items, recalled, read, sentAt, stood, rooms }: Judgement): void {
    if (this.#senders + read.length > mostSenders) this.#clear()
    for (const roomId of new Set(read.map(({ n }) => (items[n] as Append).roomId))) {
      const numbering = rooms.get(roomId)
      // A room that was found where it was left: those who wrote before are as they were.
      if (!numbering || this.#rooms.get(roomId)?.numbering.revision === stood.get(roomId)) continue
      this.#delete(roomId)
      if ((this.#shared.get(roomId) ?? 0) <= sentAt) this.#rooms.set(roomId, { numbering, senders: new Map() })
    }
    for (const { n, readAt = 0, ...facts } of read) {
      const { roomId, userId } = items[n] as Append
      const senders = this.#rooms.get(roomId)?.senders
      if (!senders || !rooms.has(roomId) || userId === null) continue
      // When they wrote last is read each time where that counts.
      if (rooms.get(roomId)?.room.slowModeSeconds) continue
      if (!senders.has(userId)) this.#senders += 1
      const goodUntil = sentAt + goodMs
      senders.set(userId, { facts: { n, ...facts, ...nothingFound }, readAt, goodUntil })
    }
    for (const { n } of [...recalled, ...read]) {
      const { roomId } = items[n] as Append
      const [memory, numbering] = [this.#rooms.get(roomId), rooms.get(roomId)]
      // Forgotten meanwhile, or passed over.
      if (!memory || !numbering) continue
      memory.numbering = numbering
    }
  }

  /** Rooms that stand elsewhere than they did: others write to them too. */
  missed(roomIds: Iterable<string>): void {
    if (this.#shared.size > mostSenders) this.#shared.clear()
    for (const roomId of roomIds) this.#shared.set(roomId, performance.now() + sharedMs)
  }

  /** Something else changed in these rooms. That is a matter of speed only. */
  forget(roomIds: Iterable<string>): void {
    for (const roomId of roomIds) this.#delete(roomId)
  }

  /** What is shown of people changed. */
  forgetPeople(): void {
    this.#changes += 1
    this.#clear()
  }

  #delete(roomId: string): void {
    this.#senders -= this.#rooms.get(roomId)?.senders.size ?? 0
    this.#rooms.delete(roomId)
  }

  #clear(): void {
    this.#senders = 0
    this.#rooms.clear()
  }
}

/** A repeated clientId shows when it is written, and then all is read. */
const nothingFound = {
  existingId: null,
  existingHash: null,
  existingDeletedAt: null,
  replySeq: null,
  replyUserId: null,
  replyText: null,
  replyDeletedAt: null,
}

import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import { portionsOf } from '../concurrency/chunks.js'
import type { RoomChanged, RoomImported } from '../publish/notice.js'
import type { Database } from '../store/database.js'
import { failureOf } from '../store/failures.js'
import {
  type BlockRange,
  blocksAmong,
  messagesOfBlock,
  roomsAmong,
  roomsToIndex,
  roomToIndex,
  writeBlock,
} from '../store/search-blocks.js'
import { blockOf, blockSize, SearchFilter } from '../store/search-filter.js'
import { replyBottom } from '../store/threads.js'
import type { Logger } from './logger.js'

/** How often what was said here since is taken in. */
const catchUpMs = 60_000
/** How often all rooms are looked through for what no server took in. */
const lookThroughMs = 6 * 60 * 60_000
/** Rooms that are remembered until they are taken in; those beyond are found by looking through all. */
const mostNoted = 10_000
/** A few messages more cost a search less than they cost to be taken in. */
const fewest = 16
/** What one statement asks for at most. */
const roomsAtOnce = 100
const blocksAtOnce = 500
/** Stands for the last blocks of the replies of a room, of which so many are looked at. No block has this number. */
const lastReplies = Number.NEGATIVE_INFINITY
const blocksOfReplies = 8

/** Neighbouring blocks of a room that stands at `lastSeq`. */
interface Stretch extends BlockRange {
  lastSeq: number
}

/**
 * Writes what the search knows of messages, in the background: soon what is said here, and once in a while what no server
 * has taken in, which is all there is after an upgrade. A send knows nothing of it.
 */
export class SearchIndex {
  /** Blocks of rooms in which something happened. */
  readonly #noted = new Map<string, Set<number>>()
  /** Blocks that could not be written, which are noted again when the next round begins. */
  #failed: { roomId: string; number: number }[] = []
  /** Why the first of them could not. */
  #gap: { error: unknown } | undefined
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #round = Promise.resolve()
  #nextLook = 0
  /** The last room that was looked through, where something came between. */
  #lookedTo = ''

  constructor(
    readonly database: Database,
    readonly logger: Logger,
    /** How long it rests after each statement, in times of what it took. */
    readonly restFactor = 4,
  ) {}

  /** What was committed here. */
  note(changes: RoomChanged[]): void {
    for (const { roomId, events } of changes) {
      for (const event of events) {
        if (!('message' in event) || ('cause' in event && event.cause)) continue
        const { threadId, alsoInRoom, seq } = event.message
        this.#note(roomId, threadId === null || alsoInRoom ? blockOf(seq) : lastReplies)
      }
    }
  }

  /** What was imported here. */
  noteImported({ roomId, seqs: [from, to], replySeqs: [first, last] }: RoomImported): void {
    const note = (low: number, high: number) => {
      for (let number = blockOf(low); low <= high && number <= blockOf(high); number += 1) this.#note(roomId, number)
    }
    note(from, to)
    note(replyBottom + first, replyBottom + last)
  }

  #note(roomId: string, number: number): void {
    const noted = this.#noted.get(roomId)
    if (noted) noted.add(number)
    else if (this.#noted.size < mostNoted) this.#noted.set(roomId, new Set([number]))
  }

  /** For as long as nothing else keeps the process alive; gives what ends it, after which no statement is run. */
  start(): () => Promise<void> {
    // Not all servers of a deployment at once, and nothing in a process that lives shortly.
    this.#nextLook = performance.now() + catchUpMs * (1 + Math.random() * 3)
    this.#wait()
    return () => {
      this.#stopping.abort()
      clearTimeout(this.#timer)
      return this.#round
    }
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  #wait(): void {
    if (this.#isStopped) return
    const begin = () => {
      this.#round = this.#work()
    }
    this.#timer = setTimeout(begin, catchUpMs * (0.75 + Math.random() / 2)).unref()
  }

  async #work(): Promise<void> {
    await this.catchUp().catch((error) => this.#log(error))
    if (performance.now() >= this.#nextLook) await this.lookThrough().catch((error) => this.#log(error))
    this.#wait()
  }

  #log(error: unknown): void {
    if (this.#isStopped || isPassing(error)) return
    try {
      this.logger.error('express-chat: the index of the search has a gap', error)
    } catch {
      // The logger is the host's. Where it throws there is nobody to tell, and the index goes on.
    }
  }

  /** Takes in what was noted. */
  async catchUp(): Promise<void> {
    for (const { roomId, number } of this.#failed.splice(0)) this.#note(roomId, number)
    await this.#takeInNoted()
    this.#throwGap()
  }

  /** Takes in whatever is in no block, room by room; where it failed on the way, from there on. */
  async lookThrough(): Promise<void> {
    const { client } = this.database
    for (let isLast = false; !isLast; ) {
      // This may take hours, in which people chat.
      await this.#takeInNoted()
      if (this.#isStopped) return
      const rooms = await this.#rested(() => roomsToIndex(client, this.#lookedTo, roomsAtOnce))
      const stretches = rooms.flatMap(({ id, lastMessageSeq, replySeq }) => [
        ...stretchesOf(id, lastMessageSeq, 0),
        ...stretchesOf(id, replyBottom + replySeq, replyBottom),
      ])
      for (const some of portions(stretches)) {
        await this.#takeIn(some)
        await this.#takeInNoted()
      }
      if (this.#isStopped) return
      isLast = rooms.length < roomsAtOnce
      this.#lookedTo = isLast ? '' : (rooms.at(-1)?.id ?? '')
    }
    this.#nextLook = performance.now() + lookThroughMs
    this.#throwGap()
  }

  async #takeInNoted(): Promise<void> {
    const all = [...this.#noted]
    for (let n = 0; n < all.length && !this.#isStopped; n += roomsAtOnce) {
      const noted = new Map(all.slice(n, n + roomsAtOnce))
      for (const roomId of noted.keys()) this.#noted.delete(roomId)
      try {
        const rooms = await this.#rested(() => roomsAmong(this.database.client, [...noted.keys()]))
        const stretches = rooms.flatMap((room) =>
          [...(noted.get(room.id) ?? [])].map((number) =>
            number === lastReplies ? lastRepliesOf(room) : stretchOf(room, number),
          ),
        )
        for (const some of portions(stretches)) await this.#takeIn(some)
      } catch (error) {
        for (const [roomId, numbers] of noted) for (const number of numbers) this.#note(roomId, number)
        throw error
      }
    }
  }

  async #takeIn(stretches: Stretch[]): Promise<void> {
    if (this.#isStopped) return
    const blocks = await this.#rested(() => blocksAmong(this.database.client, stretches))
    const known = new Map(blocks.map(({ roomId, number, upTo }) => [`${number} ${roomId}`, upTo]))
    for (const { roomId, lastSeq, from, below } of stretches) {
      for (let number = from; number < below; number += 1) {
        const bottom = number * blockSize
        const top = Math.min(lastSeq, bottom + blockSize)
        const isFull = top === bottom + blockSize
        const missing = top - (known.get(`${number} ${roomId}`) ?? bottom)
        if (missing <= 0 || (missing < fewest && !isFull)) continue
        if (this.#isStopped) return
        await this.#rested(() => this.#writeOrRemember(roomId, number))
      }
    }
  }

  /** A block that cannot be written holds up no other one, a database that is away does. */
  async #writeOrRemember(roomId: string, number: number): Promise<void> {
    try {
      await this.#write(roomId, number)
    } catch (error) {
      if (this.#failed.length < mostNoted) this.#failed.push({ roomId, number })
      if (isPassing(error)) throw error
      this.#gap ??= { error }
    }
  }

  async #write(roomId: string, number: number): Promise<void> {
    const { database } = this
    // Where the room stands is read first: what changes from then on is seen when the block is written.
    const room = await roomToIndex(database.client, roomId)
    await turn()
    if (this.#isStopped) return
    if (!room) return
    const messages = await messagesOfBlock(database.client, roomId, number, room.purgedSeq)
    const last = messages.at(-1)
    if (!last) return
    const filter = new SearchFilter()
    for (const message of messages) {
      if (message.kind === 'user' && message.deletedAt === null) filter.add(message)
      await turn()
    }
    if (this.#isStopped) return
    const lastAt = new Date(Math.max(...messages.map(({ createdAt }) => createdAt.getTime())))
    const block = { roomId, number, upTo: last.seq, lastAt, filter: filter.bytes() }
    await database.transaction((tx) => writeBlock(tx, block, room.revision))
  }

  /** Rests after the work, unless it is the last: the index can wait, and those who chat cannot. */
  async #rested<T>(work: () => Promise<T>): Promise<T> {
    const before = performance.now()
    try {
      return await work()
    } finally {
      const options = { ref: false, signal: this.#stopping.signal }
      await delay((performance.now() - before) * this.restFactor, undefined, options).catch(() => undefined)
    }
  }

  #throwGap(): void {
    const gap = this.#gap
    this.#gap = undefined
    if (gap) throw gap.error
  }
}

/** A database that is away for a while is found by others as well, and there is time until the next round. */
const isPassing = (error: unknown): boolean => ['unavailable', 'retry'].includes(failureOf(error))

interface RoomEnds {
  id: string
  lastMessageSeq: number
  replySeq: number
}

/** A block of the room, or of its replies where it was noted again because it could not be written. */
const stretchOf = ({ id, lastMessageSeq, replySeq }: RoomEnds, number: number): Stretch => ({
  ...{ roomId: id, from: number, below: number + 1 },
  lastSeq: number < 0 ? replyBottom + replySeq : lastMessageSeq,
})

/** Of the number of a reply in its thread nobody can tell its block, so the last ones are looked at. */
function lastRepliesOf({ id, replySeq }: RoomEnds): Stretch {
  const lastSeq = replyBottom + replySeq
  const below = blockOf(lastSeq) + 1
  return { roomId: id, lastSeq, from: Math.max(blockOf(replyBottom + 1), below - blocksOfReplies), below }
}

/** All blocks of a room, or of its replies, without the last one where it has so few messages that they are not taken in. */
function stretchesOf(roomId: string, lastSeq: number, bottom: number): Stretch[] {
  const end = blockOf(lastSeq - fewest + 1) + 1
  const stretches: Stretch[] = []
  for (let from = blockOf(bottom + 1); from < end; from += blocksAtOnce) {
    stretches.push({ roomId, lastSeq, from, below: Math.min(from + blocksAtOnce, end) })
  }
  return stretches
}

/** Of what one statement asks for. */
const portions = (stretches: Stretch[]) =>
  portionsOf(stretches, ({ from, below }) => below - from, blocksAtOnce, roomsAtOnce)

import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { RoomEvents } from '../store/change.js'
import type { Database } from '../store/database.js'
import { failureOf } from '../store/failures.js'
import { blocksAmong, messagesOfBlock, roomsToIndex, roomToIndex, writeBlock } from '../store/search-blocks.js'
import { blockOf, blockSize, SearchFilter } from '../store/search-filter.js'
import type { Logger } from './logger.js'

/** How often what was said here since is taken in. */
const catchUpMs = 60_000
/** How often all rooms are looked through for what no server took in. */
const lookThroughMs = 6 * 60 * 60_000
/** Rooms that are remembered until they are taken in; those beyond are found by looking through all. */
const mostNoted = 10_000
/** A few messages more cost a search less than they cost to be taken in. */
const fewest = 16
/** Rest after writing, in times of what it took: the index can wait, and those who chat cannot. */
const restFactor = 4
const roomsAtOnce = 100
const blocksAtOnce = 1000

/**
 * Writes what the search knows of messages, in the background: soon what is said here, and once in a while what no server
 * has taken in, which is all there is after an upgrade. A send knows nothing of it.
 */
export class SearchIndex {
  /** Blocks of rooms in which something happened. */
  readonly #noted = new Map<string, Set<number>>()
  #isStopped = false
  #timer: NodeJS.Timeout | undefined
  #nextLook = 0

  constructor(
    readonly database: Database,
    readonly logger: Logger,
  ) {}

  /** What was committed here. */
  note(changes: RoomEvents[]): void {
    for (const { roomId, events } of changes) {
      for (const event of events) {
        if (!('message' in event) || ('cause' in event && event.cause)) continue
        const noted = this.#noted.get(roomId)
        if (noted) noted.add(blockOf(event.message.seq))
        else if (this.#noted.size < mostNoted) this.#noted.set(roomId, new Set([blockOf(event.message.seq)]))
      }
    }
  }

  /** For as long as nothing else keeps the process alive; gives what ends it. */
  start(): () => void {
    // Not all servers of a deployment at once, and nothing in a process that lives shortly.
    this.#nextLook = performance.now() + catchUpMs * (1 + Math.random() * 3)
    this.#wait()
    return () => {
      this.#isStopped = true
      clearTimeout(this.#timer)
    }
  }

  #wait(): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => void this.#round(), catchUpMs * (0.75 + Math.random() / 2)).unref()
  }

  async #round(): Promise<void> {
    try {
      await this.catchUp()
      if (performance.now() >= this.#nextLook) {
        this.#nextLook = performance.now() + lookThroughMs
        await this.lookThrough()
      }
    } catch (error) {
      // A database that is away for a while is found here as well, and there is time until the next round.
      const isPassing = ['unavailable', 'retry'].includes(failureOf(error))
      if (!this.#isStopped && !isPassing) this.logger.error('express-chat: the index of the search has a gap', error)
    }
    this.#wait()
  }

  /** Takes in what was noted. */
  async catchUp(): Promise<void> {
    const noted = [...this.#noted]
    this.#noted.clear()
    for (const [roomId, numbers] of noted) {
      const room = await roomToIndex(this.database.client, roomId)
      if (room) await this.#takeIn(roomId, room.lastMessageSeq, [...numbers])
    }
  }

  /** Takes in whatever is in no block, room by room. */
  async lookThrough(): Promise<void> {
    for (let afterId = ''; ; ) {
      const rooms = await roomsToIndex(this.database.client, afterId, roomsAtOnce)
      for (const { id, lastMessageSeq } of rooms) {
        for (let from = 0; from <= blockOf(lastMessageSeq); from += blocksAtOnce) {
          const below = Math.min(from + blocksAtOnce, blockOf(lastMessageSeq) + 1)
          await this.#takeIn(
            id,
            lastMessageSeq,
            Array.from({ length: below - from }, (_, n) => from + n),
          )
        }
      }
      afterId = rooms.at(-1)?.id ?? ''
      if (rooms.length < roomsAtOnce) return
    }
  }

  async #takeIn(roomId: string, lastSeq: number, numbers: number[]): Promise<void> {
    const { client } = this.database
    const range = { from: Math.min(...numbers), below: Math.max(...numbers) + 1 }
    const known = new Map((await blocksAmong(client, roomId, range)).map(({ number, upTo }) => [number, upTo]))
    for (const number of numbers) {
      const bottom = number * blockSize
      const top = Math.min(lastSeq, bottom + blockSize)
      const isFull = top === bottom + blockSize
      const missing = top - (known.get(number) ?? bottom)
      if (missing <= 0 || (missing < fewest && !isFull)) continue
      if (this.#isStopped) return
      const before = performance.now()
      await this.#write(roomId, number)
      await pause((performance.now() - before) * restFactor, undefined, { ref: false })
    }
  }

  async #write(roomId: string, number: number): Promise<void> {
    const { database } = this
    // Where the room stands is read first: what changes from then on is seen when the block is written.
    const room = await roomToIndex(database.client, roomId)
    const messages = await messagesOfBlock(database.client, roomId, number)
    const last = messages.at(-1)
    if (!room || !last) return
    const filter = new SearchFilter()
    for (const message of messages) {
      if (message.kind === 'user' && message.deletedAt === null) filter.add(message)
      await turn()
    }
    const lastAt = new Date(Math.max(...messages.map(({ createdAt }) => createdAt.getTime())))
    const block = { roomId, number, upTo: last.seq, lastAt, filter: filter.bytes() }
    await database.transaction((tx) => writeBlock(tx, block, room.revision))
  }
}

import type { AskedBlock } from '../store/search-blocks.js'
import { blockOf, blockSize } from '../store/search-filter.js'
import { bottomOf } from '../store/threads.js'

/** A place among the messages of several rooms: by the time at which they were written, then by room, then by `seq`. */
export interface Place {
  /** In ms. */
  at: number
  roomId: string
  seq: number
}

/** Where a search of a room begins, and up to which `seq` the room is hidden from who searches. */
export interface WalkStart extends Place {
  until?: number
  hiddenUpTo?: number
}

/** Below the lowest message that a walk comes to: of the room, or of its replies, of which it is not known in advance which are hidden. */
export const endOf = ({ seq, hiddenUpTo = 0 }: WalkStart): number => (seq < 0 ? bottomOf(seq) : hiddenUpTo)

/** The newest place first. */
export const newestFirst = (a: Place, b: Place): number => {
  if (a.at !== b.at) return b.at - a.at
  if (a.roomId !== b.roomId) return a.roomId < b.roomId ? 1 : -1
  return b.seq - a.seq
}

/** Messages of a room to be read, from the highest down. */
interface Stretch {
  low: number
  high: number
  /** When the highest was written, where a block told it. */
  at: number | undefined
}

/** How many blocks of a room, and then how many of its messages, are asked at first; more each time. */
const [firstBlocks, firstMessages, mostMessages] = [8, 8, 1024]

/** The way of one search down one room, or down its replies: over what its blocks say to be without what is wanted, through all else. */
export class RoomWalk {
  readonly roomId: string
  /** What is to be read, the highest first. */
  readonly #stretches: Stretch[] = []
  /** Below this no block was asked yet. */
  #asked: number
  #blocks = firstBlocks
  #messages = firstMessages
  /** Nothing that is left was written later, in ms: in a room time does not go back. */
  #at: number
  /** Below the lowest message. */
  readonly #bottom: number

  /** What was written later is not asked for, or was found before, in ms. */
  readonly until: number

  constructor(start: WalkStart) {
    const { roomId, seq, at, until = Number.POSITIVE_INFINITY } = start
    this.roomId = roomId
    this.until = until
    this.#asked = seq
    this.#bottom = endOf(start)
    this.#at = at
  }

  get isDone(): boolean {
    return this.#asked === this.#bottom && this.#stretches.length === 0
  }

  /** The newest that may still be found here. */
  get place(): Place {
    const [next] = this.#stretches
    return {
      at: Math.min(this.#at, next?.at ?? Number.POSITIVE_INFINITY),
      roomId: this.roomId,
      seq: next?.high ?? this.#asked,
    }
  }

  /** Where a message is that was found, the highest first. */
  placeOf(seq: number, writtenAt: number): Place {
    this.#at = Math.min(this.#at, writtenAt)
    return { at: this.#at, roomId: this.roomId, seq }
  }

  /** The blocks to be asked before anything is read; undefined while there is something to read. */
  get blocksToAsk(): { low: number; high: number } | undefined {
    if (this.#stretches.length > 0 || this.#asked === this.#bottom) return undefined
    const high = blockOf(this.#asked)
    return { low: Math.max(blockOf(this.#bottom + 1), high - this.#blocks + 1), high }
  }

  /** What the blocks from `low` up said; what none tells of is to be read. */
  takeBlocks(low: number, blocks: AskedBlock[]): void {
    const known = new Map(blocks.map((block) => [blockOf(block.upTo), block]))
    for (let number = blockOf(this.#asked); number >= low; number -= 1) {
      const bottom = Math.max(number * blockSize, this.#bottom)
      const top = Math.min(this.#asked, (number + 1) * blockSize)
      const block = known.get(number)
      const upTo = Math.max(bottom, Math.min(block?.upTo ?? bottom, top))
      if (upTo < top) this.#add({ low: upTo + 1, high: top, at: undefined })
      if (block?.lastAt && upTo > bottom) this.#add({ low: bottom + 1, high: upTo, at: block.lastAt.getTime() })
    }
    this.#asked = Math.max(low * blockSize, this.#bottom)
    this.#blocks *= 4
  }

  #add(stretch: Stretch): void {
    const last = this.#stretches.at(-1)
    const isOne = last && last.at === undefined && stretch.at === undefined && last.low === stretch.high + 1
    if (isOne) last.low = stretch.low
    else this.#stretches.push(stretch)
  }

  /** What to read next; `isIndexed` where a block told of it. */
  get next(): { low: number; high: number; isIndexed: boolean } | undefined {
    const [first] = this.#stretches
    if (!first) return undefined
    const low = Math.max(first.low, first.high - this.#messages + 1)
    return { low, high: first.high, isIndexed: first.at !== undefined }
  }

  /** Everything down to `low` was read, of which the last was written then. */
  took(low: number, writtenAt: number): void {
    const [first] = this.#stretches
    if (!first) return
    this.#messages = Math.min(this.#messages * 2, mostMessages)
    this.#at = Math.min(this.#at, writtenAt)
    first.high = low - 1
    if (first.high < first.low) this.#stretches.shift()
  }
}

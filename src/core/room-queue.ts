import { endOf, newestFirst, type Place, RoomWalk, type WalkStart } from './room-walk.js'

/**
 * The rooms of one search, the one that may hold the newest first. Most of somebody's rooms are never looked into: they wait
 * in their order, and only those that were are in the heap.
 */
export class RoomQueue {
  readonly #waiting: WalkStart[]
  #next = 0
  /** A binary heap: none is newer than the one at half its index. */
  readonly #heap: RoomWalk[] = []

  /** With where each room, and its replies, begin, which may be below the first message that is to be found. */
  constructor(starts: WalkStart[]) {
    this.#waiting = starts.filter((start) => start.seq > endOf(start)).sort(newestFirst)
  }

  /** The newest place at which something may still be found. */
  get newest(): Place | undefined {
    const [first] = this.#heap
    const waiting = this.#waiting[this.#next]
    if (!first || !waiting) return first?.place ?? waiting
    const { place } = first
    return newestFirst(place, waiting) < 0 ? place : waiting
  }

  /** Takes out the room that is there. */
  take(): RoomWalk | undefined {
    const { newest } = this
    if (newest && newest === this.#waiting[this.#next]) {
      this.#next += 1
      return new RoomWalk(newest)
    }
    const [first] = this.#heap
    const last = this.#heap.pop()
    if (last && last !== first) this.#sink(last)
    return first
  }

  /** Puts it back, unless nothing is left of it. */
  put(walk: RoomWalk): void {
    if (walk.isDone) return
    const heap = this.#heap
    let at = heap.length
    for (let parent = (at - 1) >> 1; at > 0; parent = (at - 1) >> 1) {
      const above = heap[parent]
      if (!above || newestFirst(above.place, walk.place) <= 0) break
      heap[at] = above
      at = parent
    }
    heap[at] = walk
  }

  #sink(walk: RoomWalk): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
      if (!left) break
      const isRight = right && newestFirst(right.place, left.place) < 0
      const child = isRight ? right : left
      if (newestFirst(walk.place, child.place) <= 0) break
      heap[at] = child
      at = 2 * at + (isRight ? 2 : 1)
    }
    heap[at] = walk
  }
}

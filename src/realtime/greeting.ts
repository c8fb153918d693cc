import { isId } from '../contract/fields.js'
import { hello } from '../contract/frames.js'
import { parse } from '../contract/parse.js'

/** How many rooms a client may name in all parts of its `hello`, and what those parts may take. */
const mostRooms = 50_000
const mostBytes = mostRooms * 100
/** What a part counts as at least: so many small ones are no way around the bounds. */
const partBytes = 1_000

const isRevision = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** More than a `hello` may hold. */
export class HelloTooLong extends Error {}

/** What a client says first: in one frame, or in several of which only the last has no `more`. */
export class Greeting {
  readonly #rooms = new Map<string, number>()
  #bytes = 0
  #named = 0
  #isOver = false

  /** Whether all was said, or something that is no `hello`. */
  get isOver(): boolean {
    return this.#isOver
  }

  /**
   * The rooms of all parts with what was seen of each, once this is the last part. Throws where it is no `hello`, or too
   * much of it. A part may be larger than other frames, since it is `welcome` that tells how large those may be.
   */
  receive(data: Buffer): Map<string, number> | undefined {
    this.#isOver = true
    this.#bytes += Math.max(data.length, partBytes)
    if (this.#bytes > mostBytes) throw new HelloTooLong('hello is too long')
    const { rooms = {}, ...rest } = Object(JSON.parse(data.toString())) as { rooms?: Record<string, unknown> }
    const { more = false } = parse(hello, rest)
    if (typeof rooms !== 'object' || rooms === null || Array.isArray(rooms)) throw new TypeError('rooms is no object')
    for (const [roomId, revision] of Object.entries(rooms)) {
      this.#named += 1
      // Zod would go on after the first that is wrong, and take its time for each.
      if (!isId(roomId) || roomId === '__proto__' || !isRevision(revision))
        throw new TypeError('rooms has no revisions')
      this.#rooms.set(roomId, revision)
    }
    if (this.#named > mostRooms) throw new HelloTooLong(`hello names ${mostRooms} rooms at most`)
    this.#isOver = !more
    return more ? undefined : this.#rooms
  }
}

import { isId } from '../contract/fields.js'
import { hello } from '../contract/frames.js'
import { parse } from '../contract/parse.js'

/** How many rooms a client may name in all parts of its `hello`, and how many bytes these may have. */
const mostRooms = 50_000
const mostBytes = mostRooms * 100
/** How many bytes a part counts as at least, so that many small ones cannot evade the limit. */
const partBytes = 1_000

const isRevision = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** More than a `hello` may hold. */
export class HelloTooLong extends Error {}

/** The `hello` of a client: in one frame, or in several of which all but the last have `more`. */
export class Greeting {
  readonly #rooms = new Map<string, number>()
  #bytes = 0
  #named = 0

  /**
   * Returns the rooms of all parts with their revisions if this is the last part. Throws if it is no `hello`, or too much. A
   * part may be larger than other frames, because the client learns the limit for those only from `welcome`.
   */
  receive(data: Buffer): Map<string, number> | undefined {
    this.#bytes += Math.max(data.length, partBytes)
    if (this.#bytes > mostBytes) throw new HelloTooLong('hello is too long')
    const { rooms = {}, ...rest } = Object(JSON.parse(data.toString())) as { rooms?: Record<string, unknown> }
    const { more = false } = parse(hello, rest)
    if (typeof rooms !== 'object' || rooms === null || Array.isArray(rooms)) throw new TypeError('rooms is no object')
    for (const [roomId, revision] of Object.entries(rooms)) {
      this.#named += 1
      // Zod would continue after the first invalid entry, and spend time on each.
      if (!isId(roomId) || roomId === '__proto__' || !isRevision(revision))
        throw new TypeError('rooms has no revisions')
      this.#rooms.set(roomId, revision)
    }
    if (this.#named > mostRooms) throw new HelloTooLong(`hello names ${mostRooms} rooms at most`)
    return more ? undefined : this.#rooms
  }
}

import type { DurableEvent } from '../../contract/events.js'
import type { Core } from '../../core/create-core.js'
import { endsHiding, lowestPlaceIn, toldTo } from '../../core/readable.js'
import type { Connection } from '../connection.js'
import { frameOf } from './frame.js'

/** With more events than this in one room nothing is replayed: the client reads that room again. */
const most = 500

/**
 * How long a read is used for other sockets that missed the same: after a deploy they come back within some seconds. It may be
 * used as long as it reaches the room's current revision.
 */
const keptMs = 5_000
const mostKept = 100

/** The frame of an event as the user of a connection is told it. */
function frameFor(connection: Connection, event: DurableEvent, frame: Buffer): Buffer {
  const hidden = connection.hiddenIn(event.roomId)
  if (!hidden) return frame
  if (endsHiding(event, hidden)) connection.hide(event.roomId, undefined)
  return lowestPlaceIn(event) > hidden.upTo ? frame : frameOf(toldTo(event, hidden.upTo))
}

interface Missed {
  events: { event: DurableEvent; frame: Buffer }[]
  revision: number
  hasMore: boolean
  isErased?: boolean
}

export type Replay =
  | { type: 'sent'; revision: number }
  | { type: 'tooMuch'; revision: number }
  /** The user is not in the room any more, and was told so. */
  | { type: 'left' }

/** Sends sockets the events that they missed. Sockets that missed the same at about the same time share one read and one encoding. */
export class Replays {
  readonly #reading = new Map<string, Promise<Missed>>()

  constructor(readonly core: Core) {}

  /** `atLeast` is the newest known revision of the room: a read that does not reach it is too old. */
  async send(connection: Connection, roomId: string, since: number, atLeast: number): Promise<Replay> {
    const { userId } = connection
    const { events, revision, hasMore, isErased } = await this.#read(roomId, since, atLeast)
    const isTooMuch = hasMore || isErased
    const isBack = events.some(({ event }) => event.type === 'member.added' && event.member.user.id === userId)
    if (isTooMuch || isBack) {
      const state = await this.core.roomStates.inRoom(userId, roomId)
      connection.hide(roomId, state?.hidden)
      // Whoever has left and come back may hold what they may not read any more.
      if (state && (isTooMuch || state.hidden)) return { type: 'tooMuch', revision: state.welcome.revision }
      if (state) return this.#sendAll(connection, roomId, events, revision)
      this.#sendLeft(connection, roomId, await this.core.members.reasonOfLeaving(userId, roomId))
      return { type: 'left' }
    }
    return this.#sendAll(connection, roomId, events, revision)
  }

  async #sendAll(connection: Connection, roomId: string, events: Missed['events'], revision: number): Promise<Replay> {
    for (const { event, frame } of events) {
      // A removed user may not see later events, although they were read together.
      if (event.type === 'member.removed' && event.member.user.id === connection.userId) {
        this.#sendLeft(connection, roomId, event.removedById === connection.userId ? 'left' : 'removed')
        return { type: 'left' }
      }
      connection.send(frameFor(connection, event, frame))
      if (event.type === 'room.deleted') {
        this.#sendLeft(connection, roomId, 'deleted')
        return { type: 'left' }
      }
      while (connection.isBehind) await connection.drained()
    }
    return { type: 'sent', revision }
  }

  #sendLeft(connection: Connection, roomId: string, reason: 'removed' | 'left' | 'deleted'): void {
    connection.send(frameOf({ type: 'room.left', roomId, reason }))
  }

  async #read(roomId: string, since: number, atLeast: number): Promise<Missed> {
    const key = `${roomId} ${since}`
    for (let tried: Promise<Missed> | undefined; ; ) {
      const underWay = this.#reading.get(key)
      // Without a read there must be no await: all callers of one turn would find no read, and start one each.
      if (!underWay || underWay === tried) break
      const missed = await underWay
      if (missed.hasMore || missed.revision >= atLeast) return missed
      tried = underWay
    }
    const reading = this.core.changes
      .read(roomId, since, most)
      .then(({ events, ...rest }) => ({ ...rest, events: events.map((event) => ({ event, frame: frameOf(event) })) }))
    this.#reading.set(key, reading)
    const forget = () => {
      if (this.#reading.get(key) === reading) this.#reading.delete(key)
    }
    reading.then(() => (this.#reading.size > mostKept ? forget() : setTimeout(forget, keptMs).unref()), forget)
    return reading
  }
}

import type { DurableEvent } from '../../contract/events.js'
import type { Core } from '../../core/create-core.js'
import type { Connection } from '../connection.js'
import { frameOf } from './frame.js'

/** More than this in one room is not replayed: the client reads that room anew. */
const most = 500

/**
 * What was read serves all who missed the same: after a deploy they come back within some seconds, not in one. It is
 * current for as long as it reaches to where the room stands.
 */
const keptMs = 5_000
const mostKept = 100

interface Missed {
  events: { event: DurableEvent; frame: Buffer }[]
  revision: number
  hasMore: boolean
}

export type Replay =
  | { type: 'sent'; revision: number }
  | { type: 'tooMuch'; revision: number }
  /** The user is no longer in the room, and was told so. */
  | { type: 'left' }

/** Sends what sockets missed. Those who missed the same at about the same time share one read and one encoding. */
export class Replays {
  readonly #reading = new Map<string, Promise<Missed>>()

  constructor(readonly core: Core) {}

  /** `atLeast` is where the room is known to stand: a read that began before that is too old. */
  async send(connection: Connection, roomId: string, since: number, atLeast: number): Promise<Replay> {
    const { events, revision, hasMore } = await this.#read(roomId, since, atLeast)
    if (hasMore) {
      const { userId } = connection
      const state = await this.core.roomStates.inRoom(userId, roomId)
      if (state) return { type: 'tooMuch', revision: state.welcome.revision }
      this.#sendLeft(connection, roomId, await this.core.members.reasonOfLeaving(userId, roomId))
      return { type: 'left' }
    }
    for (const { event, frame } of events) {
      // Whatever comes after one's own removal is not one's to see, though it was read along.
      if (event.type === 'member.removed' && event.member.user.id === connection.userId) {
        this.#sendLeft(connection, roomId, event.removedById === connection.userId ? 'left' : 'removed')
        return { type: 'left' }
      }
      connection.send(frame)
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
      // Nothing is awaited where nothing is read: all who come in one turn would find nothing, and read.
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

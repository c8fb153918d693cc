import type { DurableEvent } from '../../contract/events.js'
import type { Connection } from '../connection.js'
import { type FencedFrame, frameOf } from './frame.js'

/** What a channel needs from its surroundings. */
export interface ChannelHost {
  /** Reads the events after a revision, once for all sockets of this server. */
  readGap(roomId: string, since: number): Promise<{ events: DurableEvent[]; revision: number; hasMore: boolean }>
  /** A user was added; if they are connected here, their sockets have to be told and joined. */
  joined(userId: string, roomId: string): void
  /** A connection has left the room, and was told so. */
  left(connection: Connection, roomId: string): void
  /** An event was sent to the connections in the room. */
  happened(event: DurableEvent): void
  /** A connection that knows the room up to `known` has to be sent later events, up to `delivered` at least, and joined again. */
  behind(connection: Connection, roomId: string, known: number, delivered: number): void
  /** Called when the channel may be empty. */
  delivered(channel: Channel): void
  failed(error: unknown): void
}

/** Events of one room may come out of order by some ms; only a gap that stays is read from the database. */
const gapPatienceMs = 20
/** How many ephemeral events wait at most for the events before them. */
const mostEphemeral = 100
/** When the database is asked again after a failure. */
const retryMs = 1_000

/**
 * The subscribers of one room on this server, and the last revision that was delivered to them. Only the next revision is
 * delivered: early events wait, missing ones are read, duplicates are dropped. So a removal takes effect before anything
 * later can be seen: the sequence is the fence.
 */
export class Channel {
  readonly live = new Set<Connection>()
  /** Connections that already know more than was delivered here, and up to which revision. */
  readonly #aheadOfRoom = new Map<Connection, number>()
  readonly #outOfOrder = new Map<number, DurableEvent>()
  /** Ephemeral events that wait until a revision was delivered. */
  #ephemeral: { send: () => void; revision: number }[] = []
  /** The highest revision of which a hint came. */
  #newest: number
  #gap: NodeJS.Timeout | undefined
  #reading = false
  #closed = false

  constructor(
    readonly roomId: string,
    public delivered: number,
    readonly host: ChannelHost,
  ) {
    this.#newest = delivered
  }

  get isEmpty(): boolean {
    return this.live.size === 0 && this.#aheadOfRoom.size === 0
  }

  /** `known` is the revision up to which the connection has events from elsewhere; it is not below `delivered`. */
  add(connection: Connection, known: number): void {
    connection.roomIds.add(this.roomId)
    if (known > this.delivered) this.#aheadOfRoom.set(connection, known)
    else this.live.add(connection)
  }

  remove(connection: Connection): void {
    connection.roomIds.delete(this.roomId)
    this.live.delete(connection)
    this.#aheadOfRoom.delete(connection)
  }

  has(connection: Connection): boolean {
    return this.live.has(connection) || this.#aheadOfRoom.has(connection)
  }

  *connections(): Generator<Connection> {
    yield* this.live
    yield* this.#aheadOfRoom.keys()
  }

  accept(events: DurableEvent[]): void {
    for (const event of events) {
      if (event.revision <= this.delivered) continue
      this.#outOfOrder.set(event.revision, event)
      this.#newest = Math.max(this.#newest, event.revision)
    }
    // The read begins at what is delivered now, which must not change until it has ended.
    if (!this.#reading) this.#deliverInOrder()
    this.#readSoon(gapPatienceMs)
  }

  /** A hint that the room is at a revision: if the events up to it do not come within `waitMs`, they are read. */
  hint(revision: number, waitMs = gapPatienceMs): void {
    this.#newest = Math.max(this.#newest, revision)
    this.#readSoon(waitMs)
  }

  /**
   * Sends an ephemeral event once the revision at which it happened was delivered. Otherwise it could reach a member who was
   * removed before it, in a revision that has not been delivered here yet.
   */
  sendEphemeral({ frame, revision }: FencedFrame): void {
    this.after(revision, () => {
      for (const connection of this.connections()) connection.sendEphemeral(frame)
    })
  }

  /** Calls `send` once a revision was delivered; never, if too many wait or the channel is closed. */
  after(revision: number, send: () => void): void {
    this.#ephemeral.push({ send, revision })
    if (this.#ephemeral.length > mostEphemeral) this.#ephemeral.shift()
    if (revision > this.delivered) this.hint(revision)
    else this.#sendDueEphemeral()
  }

  #sendDueEphemeral(): void {
    const due = this.#ephemeral.filter(({ revision }) => revision <= this.delivered)
    if (due.length === 0) return
    this.#ephemeral = this.#ephemeral.filter(({ revision }) => revision > this.delivered)
    for (const { send } of due) send()
  }

  #deliverInOrder(): void {
    const next: DurableEvent[] = []
    for (let revision = this.delivered + 1; ; revision += 1) {
      const event = this.#outOfOrder.get(revision)
      if (!event) break
      this.#outOfOrder.delete(revision)
      next.push(event)
    }
    this.#deliver(next)
  }

  #readSoon(waitMs: number): void {
    if (this.#newest <= this.delivered || this.#gap || this.#reading || this.#closed) return
    this.#gap = setTimeout(() => {
      this.#gap = undefined
      if (this.#newest > this.delivered) void this.#read()
    }, waitMs)
    this.#gap.unref()
  }

  async #read(): Promise<void> {
    this.#reading = true
    let waitMs = gapPatienceMs
    try {
      for (let hasMore = true; hasMore && !this.#closed; ) {
        const page = await this.host.readGap(this.roomId, this.delivered)
        hasMore = page.hasMore
        this.#deliverRead(page.events, page.revision)
      }
    } catch (error) {
      waitMs = retryMs
      this.host.failed(error)
    }
    this.#reading = false
    this.#deliverInOrder()
    this.#readSoon(waitMs)
    this.host.delivered(this)
  }

  /** A read has each row once, as it is now, so it is not right for connections that already know a part of it. */
  #deliverRead(events: DurableEvent[], upTo: number): void {
    for (const [connection, known] of [...this.#aheadOfRoom]) {
      if (known >= upTo) continue
      this.remove(connection)
      this.host.behind(connection, this.roomId, known, upTo)
    }
    this.#deliver(events)
    this.delivered = Math.max(this.delivered, upTo)
    this.#catchUp(this.delivered + 1)
    for (const revision of this.#outOfOrder.keys()) if (revision <= upTo) this.#outOfOrder.delete(revision)
    this.#sendDueEphemeral()
  }

  /** Delivers in order. The events between two changes of membership are encoded once, as one buffer for all. */
  #deliver(events: DurableEvent[]): void {
    let run: Buffer[] = []
    const flush = () => {
      if (run.length === 0) return
      const frames = run.length === 1 ? (run[0] as Buffer) : Buffer.concat(run)
      run = []
      for (const connection of this.live) connection.send(frames)
    }
    for (const event of events) {
      if (this.#aheadOfRoom.size > 0) {
        flush()
        this.#catchUp(event.revision)
      }
      this.delivered = event.revision
      if (event.type === 'member.removed') {
        flush()
        this.#drop(event.member.user.id, event.removedById === event.member.user.id ? 'left' : 'removed')
      }
      run.push(frameOf(event))
      if (event.type === 'member.added') this.host.joined(event.member.user.id, event.roomId)
      if (event.type === 'room.deleted') {
        flush()
        for (const connection of [...this.connections()]) this.#leave(connection, 'deleted')
      }
    }
    flush()
    if (this.#aheadOfRoom.size > 0) this.#catchUp(this.delivered + 1)
    for (const event of events) this.host.happened(event)
    this.#sendDueEphemeral()
  }

  /** Connections that wanted events from this revision on are live now. */
  #catchUp(revision: number): void {
    for (const [connection, known] of this.#aheadOfRoom) {
      if (known >= revision) continue
      this.#aheadOfRoom.delete(connection)
      this.live.add(connection)
    }
  }

  #drop(userId: string, reason: 'removed' | 'left'): void {
    for (const connection of [...this.connections()]) if (connection.userId === userId) this.#leave(connection, reason)
  }

  #leave(connection: Connection, reason: 'removed' | 'left' | 'deleted'): void {
    this.remove(connection)
    connection.send(frameOf({ type: 'room.left', roomId: this.roomId, reason }))
    this.host.left(connection, this.roomId)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#gap)
    for (const connection of [...this.connections()]) this.remove(connection)
    // Nobody else is here to wait until the gap before it is closed, so the added user is joined at once.
    for (const event of this.#outOfOrder.values()) {
      if (event.type === 'member.added') this.host.joined(event.member.user.id, event.roomId)
    }
    this.#outOfOrder.clear()
  }
}

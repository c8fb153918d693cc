import type { DurableEvent } from '../../contract/events.js'
import { endsHiding, lowestPlaceIn, toldTo } from '../../core/readable.js'
import type { Connection } from '../connection.js'
import { Backlog } from './backlog.js'
import { type FencedFrame, frameOf } from './frame.js'

/** What was read of a room. With `isErased` somebody has gone whose leaving is not among the events. */
interface Gap {
  events: DurableEvent[]
  revision: number
  hasMore: boolean
  isErased?: boolean
}

/** What a channel needs from its surroundings. */
export interface ChannelHost {
  /** Reads the events after a revision, once for all sockets of this server. */
  readGap(roomId: string, since: number): Promise<Gap>
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
/** When the database is asked again after a failure. */
const retryMs = 1_000
/** An array that grows by itself takes places for 16 more in advance, which most rooms never fill. */
const few = 16

/**
 * The subscribers of one room on this server, and the last revision that was delivered to them. Only the next revision is
 * delivered: early events wait, missing ones are read, duplicates are dropped. So a removal takes effect before anything
 * later can be seen: the sequence is the fence. There are as many as rooms, so it holds nothing that is empty.
 */
export class Channel {
  /** To find one of them takes a small part of what it takes to send all of them a message. */
  #live: Connection[] = []
  /** Connections that already know more than was delivered here, and up to which revision. */
  #aheadOfRoom: Map<Connection, number> | undefined
  #backlog: Backlog | undefined
  /** Messages above this are hidden from nobody who was ever here. */
  #hiddenUpTo = 0
  #closed = false

  constructor(
    readonly roomId: string,
    public delivered: number,
    readonly host: ChannelHost,
  ) {}

  get isEmpty(): boolean {
    return this.#live.length === 0 && !this.#aheadOfRoom
  }

  /** `known` is the revision up to which the connection has events from elsewhere; it is not below `delivered`. */
  add(connection: Connection, known: number): void {
    connection.entered(this.roomId)
    this.#hiddenUpTo = Math.max(this.#hiddenUpTo, connection.hiddenIn(this.roomId)?.upTo ?? 0)
    if (known > this.delivered) this.#aheadOfRoom = (this.#aheadOfRoom ?? new Map()).set(connection, known)
    else this.#addLive(connection)
  }

  #addLive(connection: Connection): void {
    if (this.#live.length < few) this.#live = this.#live.concat(connection)
    else this.#live.push(connection)
  }

  remove(connection: Connection): void {
    connection.left(this.roomId)
    this.#removeLive(connection)
    this.#removeAhead(connection)
  }

  /** The last one takes the place, since their order does not matter, and moving all would take long in a large room. */
  #removeLive(connection: Connection): void {
    const place = this.#live.indexOf(connection)
    if (place < 0) return
    const last = this.#live.pop() as Connection
    if (last !== connection) this.#live[place] = last
  }

  #removeAhead(connection: Connection): void {
    this.#aheadOfRoom?.delete(connection)
    if (this.#aheadOfRoom?.size === 0) this.#aheadOfRoom = undefined
  }

  has(connection: Connection): boolean {
    return this.#live.includes(connection) || this.#aheadOfRoom?.has(connection) === true
  }

  *connections(): Generator<Connection> {
    yield* this.#live
    if (this.#aheadOfRoom) yield* this.#aheadOfRoom.keys()
  }

  accept(events: DurableEvent[]): void {
    const later = events.filter(({ revision }) => revision > this.delivered)
    if (!this.#backlog && later.every(({ revision }, n) => revision === this.delivered + 1 + n)) {
      this.#deliver(later)
      return
    }
    for (const event of later) this.#waitFor(event.revision).outOfOrder.set(event.revision, event)
    // The read begins at what is delivered now, which must not change until it has ended.
    if (this.#backlog?.isReading === false) this.#deliver(this.#backlog.takeFrom(this.delivered + 1))
    this.#readSoon(gapPatienceMs)
  }

  /** A hint that the room is at a revision: if the events up to it do not come within `waitMs`, they are read. */
  hint(revision: number, waitMs = gapPatienceMs): void {
    if (revision <= this.delivered) return
    this.#waitFor(revision)
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
    if (revision <= this.delivered) {
      // What came before it may still wait to be sent in this turn.
      this.#backlog?.sendDue(this.delivered)
      send()
    } else {
      this.#waitFor(revision).addEphemeral(revision, send)
      this.#readSoon(gapPatienceMs)
    }
  }

  #waitFor(revision: number): Backlog {
    this.#backlog ??= new Backlog(revision)
    this.#backlog.newest = Math.max(this.#backlog.newest, revision)
    return this.#backlog
  }

  /** Reads what does not come within `waitMs`; if nothing is missing any more, there is no backlog. */
  #readSoon(waitMs: number): void {
    const backlog = this.#backlog
    if (!backlog || backlog.timer || backlog.isReading || this.#closed) return
    if (backlog.newest <= this.delivered) {
      this.#backlog = undefined
      return
    }
    backlog.timer = setTimeout(() => {
      backlog.timer = undefined
      if (backlog.newest > this.delivered) void this.#read(backlog)
      else this.#backlog = undefined
    }, waitMs)
    backlog.timer.unref()
  }

  async #read(backlog: Backlog): Promise<void> {
    backlog.isReading = true
    let waitMs = gapPatienceMs
    try {
      for (let hasMore = true; hasMore && !this.#closed; ) {
        const page = await this.host.readGap(this.roomId, this.delivered)
        hasMore = page.hasMore
        if (page.isErased) this.#sendBehind(page.revision)
        this.#deliverRead(page.events, page.revision)
      }
    } catch (error) {
      waitMs = retryMs
      this.host.failed(error)
    }
    backlog.isReading = false
    this.#deliver(backlog.takeFrom(this.delivered + 1))
    this.#readSoon(waitMs)
    this.host.delivered(this)
  }

  /** Whoever is here has to be told another way. */
  #sendBehind(upTo: number): void {
    const known = this.delivered
    for (const connection of [...this.#live]) {
      this.remove(connection)
      this.host.behind(connection, this.roomId, known, upTo)
    }
  }

  /** A read has each row once, as it is now, so it is not right for connections that already know a part of it. */
  #deliverRead(events: DurableEvent[], upTo: number): void {
    for (const [connection, known] of [...(this.#aheadOfRoom ?? [])]) {
      if (known >= upTo) continue
      this.remove(connection)
      this.host.behind(connection, this.roomId, known, upTo)
    }
    this.#deliver(events)
    this.delivered = Math.max(this.delivered, upTo)
    this.#catchUp(this.delivered + 1)
    this.#backlog?.forgetUntil(this.delivered)
    this.#backlog?.sendDue(this.delivered)
  }

  /** Delivers in order. The events between two changes of membership are encoded once, as one buffer for all. */
  #deliver(events: DurableEvent[]): void {
    let run: Buffer[] = []
    const flush = () => {
      if (run.length === 0) return
      const frames = run.length === 1 ? (run[0] as Buffer) : Buffer.concat(run)
      run = []
      for (const connection of this.#live) connection.send(frames)
    }
    for (const event of events) {
      if (this.#aheadOfRoom) {
        flush()
        this.#catchUp(event.revision)
      }
      this.delivered = event.revision
      if (event.type === 'member.removed') {
        flush()
        this.#drop(event.member.user.id, event.removedById === event.member.user.id ? 'left' : 'removed')
      }
      if (this.#hiddenUpTo > 0 && this.#concernsHidden(event)) {
        flush()
        this.#sendAsTold(event)
      } else run.push(frameOf(event))
      if (event.type === 'member.added') this.host.joined(event.member.user.id, event.roomId)
      if (event.type === 'room.deleted') {
        flush()
        for (const connection of [...this.connections()]) this.#leave(connection, 'deleted')
      }
    }
    flush()
    this.#catchUp(this.delivered + 1)
    for (const event of events) this.host.happened(event)
    this.#backlog?.sendDue(this.delivered)
  }

  /** Whether not everybody may be told the same, or what is hidden ends. */
  #concernsHidden(event: DurableEvent): boolean {
    return event.type === 'room.updated' || lowestPlaceIn(event) <= this.#hiddenUpTo
  }

  /** Sends each connection the event as its user is told it: they differ in what is hidden from them. */
  #sendAsTold(event: DurableEvent): void {
    const frames = new Map<number, Buffer>()
    for (const connection of this.#live) {
      const hidden = connection.hiddenIn(this.roomId)
      const upTo = hidden?.upTo ?? 0
      const frame = frames.get(upTo) ?? frameOf(toldTo(event, upTo))
      frames.set(upTo, frame)
      if (hidden && endsHiding(event, hidden)) connection.hide(this.roomId, undefined)
      connection.send(frame)
    }
  }

  /** Connections that wanted events from this revision on are live now. */
  #catchUp(revision: number): void {
    for (const [connection, known] of this.#aheadOfRoom ?? []) {
      if (known >= revision) continue
      this.#removeAhead(connection)
      this.#addLive(connection)
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
    for (const connection of [...this.connections()]) this.remove(connection)
    const backlog = this.#backlog
    if (!backlog) return
    clearTimeout(backlog.timer)
    // Nobody else is here to wait until the gap before it is closed, so the added user is joined at once.
    for (const event of backlog.outOfOrder.values()) {
      if (event.type === 'member.added') this.host.joined(event.member.user.id, event.roomId)
    }
    backlog.outOfOrder.clear()
  }
}

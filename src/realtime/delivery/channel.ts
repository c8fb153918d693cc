import type { DurableEvent } from '../../contract/events.js'
import type { Connection } from '../connection.js'
import { type FencedFrame, frameOf } from './frame.js'

/** What a channel needs of those around it. */
export interface ChannelHost {
  /** Reads what came after a revision: once for all of this server. */
  readGap(roomId: string, since: number): Promise<{ events: DurableEvent[]; revision: number; hasMore: boolean }>
  /** Somebody was added; if they are here, they are to be told and joined. */
  joined(userId: string, roomId: string): void
  /** Hears no more of the room, and was told so. */
  left(connection: Connection, roomId: string): void
  /** Was told to those who are in the room. */
  happened(event: DurableEvent): void
  /** Who knows the room up to `known` is to be told what came after, up to `delivered` at least, and joined again. */
  behind(connection: Connection, roomId: string, known: number, delivered: number): void
  /** Nobody may be left here. */
  delivered(channel: Channel): void
  failed(error: unknown): void
}

/** Commits of one room may be told out of order by some ms; only a gap that stays is read from the database. */
const gapPatienceMs = 20
/** So much news of the moment waits at most for what came before it. */
const mostEphemeral = 100
/** How soon the database is asked again that could not answer. */
const retryMs = 1_000

/**
 * The subscribers of one room on this server, and the last revision that they were given. Strictly the next one is
 * delivered: what comes early waits, what is missing is read, what comes again is dropped. So a removal takes effect
 * before anything later can be seen: the fence is the sequence.
 */
export class Channel {
  readonly live = new Set<Connection>()
  /** Those who know more already than was delivered here, and up to which revision. */
  readonly #aheadOfRoom = new Map<Connection, number>()
  readonly #outOfOrder = new Map<number, DurableEvent>()
  /** What waits until a revision was delivered. */
  #ephemeral: { send: () => void; revision: number }[] = []
  /** The highest revision that was heard of. */
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

  /** `known` is the revision up to which the connection was told otherwise; not below `delivered`. */
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
    // What is being read begins where delivery stands now: it must not move until then.
    if (!this.#reading) this.#deliverInOrder()
    this.#readSoon(gapPatienceMs)
  }

  /** A hint that the room stands at a revision: if nobody tells what led there within `waitMs`, it is read. */
  hint(revision: number, waitMs = gapPatienceMs): void {
    this.#newest = Math.max(this.#newest, revision)
    this.#readSoon(waitMs)
  }

  /**
   * Tells what is never replayed and has no revision of its own, but not before that at which it happened was delivered:
   * else somebody could hear it whose removal came first, and is not known here yet.
   */
  sendEphemeral({ frame, revision }: FencedFrame): void {
    this.after(revision, () => {
      for (const connection of this.connections()) connection.sendEphemeral(frame)
    })
  }

  /** Calls `tell` once a revision was delivered; never, where too much waits or the channel is closed. */
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

  /** What was read holds each row once, as it is now; so it tells nothing right to those who know a part of it. */
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

  /** In order, each run between two changes of membership encoded once and given to all as one buffer. */
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

  /** Those who wanted to hear from this revision on are live now. */
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
    // Nobody waits here for the gap before it to close; the one who was added does.
    for (const event of this.#outOfOrder.values()) {
      if (event.type === 'member.added') this.host.joined(event.member.user.id, event.roomId)
    }
    this.#outOfOrder.clear()
  }
}

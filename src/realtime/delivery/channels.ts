import { KeyedMutex } from '../../concurrency/keyed-mutex.js'
import type { Semaphore } from '../../concurrency/semaphore.js'
import type { DurableEvent, RoomEphemeralEvent } from '../../contract/events.js'
import { closeCodes } from '../../contract/frames.js'
import { ChatError } from '../../contract/problems.js'
import type { Core } from '../../core/create-core.js'
import type { Connection } from '../connection.js'
import { Channel, type ChannelHost } from './channel.js'
import { fencedFrameOf, frameOf } from './frame.js'
import { Replays } from './replay.js'

/** Of how many recently changed rooms the newest revision is remembered. */
const mostRevisions = 1_000
const gapRead = 500

export interface ChannelsListener {
  /** A user was added; if they are connected here, their sockets have to be told and joined. */
  joined(userId: string, roomId: string): void
  /** A connection was told that its user has joined a room. */
  confirmedJoin(connection: Connection): void
  /** A connection has left a room, and was told so. */
  left(connection: Connection, roomId: string): void
  /** An event was sent to the connections in its room. */
  happened(event: DurableEvent): void
  failed(error: unknown): void
}

/** The rooms that have subscribers on this server, and how connections get into them. */
export class Channels implements ChannelHost {
  readonly #channels = new Map<string, Channel>()
  readonly #newest = new Map<string, number>()
  readonly #replays: Replays
  /** Brings a connection into a room one step at a time: two at once would send the same events twice. */
  readonly #mutex = new KeyedMutex()

  constructor(
    readonly core: Core,
    readonly listener: ChannelsListener,
  ) {
    this.#replays = new Replays(core)
  }

  /** The rooms that have subscribers here. */
  ids(): string[] {
    return [...this.#channels.keys()]
  }

  get(roomId: string): Channel | undefined {
    return this.#channels.get(roomId)
  }

  /** Whether a connection is subscribed to a room, or about to be. */
  hears(connection: Connection, roomId: string): boolean {
    return this.get(roomId)?.has(connection) === true || this.#mutex.has(keyOf(connection, roomId))
  }

  /** Sends an event that may be lost to those who are in its room, and were when the room stood at `revision`. */
  sendEphemeral(event: RoomEphemeralEvent, revision: number): void {
    this.get(event.roomId)?.sendEphemeral(fencedFrameOf(event, revision))
  }

  /** Sends a connection its user's own state in a room, if it is subscribed; if it is about to be, only once it is. */
  sendOwn(connection: Connection, roomId: string, frame: Buffer): void {
    const send = () => {
      if (this.get(roomId)?.has(connection)) connection.send(frame)
    }
    if (!this.#mutex.has(keyOf(connection, roomId))) send()
    else
      this.#orReconnect(
        connection,
        this.#inTurn(connection, roomId, async () => send()),
      )
  }

  /**
   * Subscribes a connection that knows everything of the room up to `known`, so that it gets each later event once, in order.
   * False if more was delivered here already: then it needs those events first.
   */
  subscribe(connection: Connection, roomId: string, known: number): boolean {
    if (connection.closed) return true
    const channel = this.get(roomId) ?? this.#open(roomId, known)
    if (channel.has(connection)) return true
    if (known < channel.delivered) return false
    channel.add(connection, known)
    return true
  }

  /**
   * Sends a connection what it missed of a room since `known`, up to `atLeast` or later, and subscribes it from there on.
   * It holds the connection's mutex for the room from now on, even while it waits for one of the `slots`.
   */
  resume(connection: Connection, roomId: string, known: number, atLeast: number, slots?: Semaphore): Promise<void> {
    const work = () => this.#catchUp(connection, roomId, known, atLeast)
    return this.#inTurn(connection, roomId, () => (slots ? slots.run(work) : work()))
  }

  async #catchUp(connection: Connection, roomId: string, since: number, atLeast: number): Promise<void> {
    let known = since
    do {
      if (connection.closed) return
      const expected = Math.max(atLeast, this.get(roomId)?.delivered ?? 0)
      const replay = await this.#replays.send(connection, roomId, known, expected)
      if (replay.type === 'left') return this.left(connection, roomId)
      if (replay.revision < expected) throw new Error(`room ${roomId} was read as it stood before revision ${expected}`)
      known = replay.revision
      if (replay.type === 'tooMuch') connection.send(frameOf({ type: 'room.reset', roomId, revision: known }))
    } while (!this.subscribe(connection, roomId, known))
  }

  joined(userId: string, roomId: string): void {
    this.listener.joined(userId, roomId)
  }

  left(connection: Connection, roomId: string): void {
    this.listener.left(connection, roomId)
  }

  happened(event: DurableEvent): void {
    this.listener.happened(event)
  }

  failed(error: unknown): void {
    this.listener.failed(error)
  }

  behind(connection: Connection, roomId: string, known: number, delivered: number): void {
    this.#orReconnect(connection, this.resume(connection, roomId, known, delivered))
  }

  /** Tells a connection that its user has joined a room, and subscribes it. */
  join(connection: Connection, roomId: string): void {
    if (this.get(roomId)?.has(connection)) return
    const joining = this.#inTurn(connection, roomId, async () => {
      // It was welcomed with this room meanwhile, or another event has told it.
      if (connection.closed || this.get(roomId)?.has(connection)) return
      const room = await this.#roomFor(connection.userId, roomId)
      if (!room) return
      const { historyFrom } = room
      const state = historyFrom === 'joined' ? await this.core.roomStates.inRoom(connection.userId, roomId) : undefined
      // They are not in it any more.
      if (historyFrom === 'joined' && !state) return
      connection.hide(roomId, state?.hidden)
      connection.send(frameOf({ type: 'room.joined', room }))
      this.listener.confirmedJoin(connection)
      const { revision } = room
      if (!this.subscribe(connection, roomId, revision)) await this.#catchUp(connection, roomId, revision, revision)
    })
    this.#orReconnect(connection, joining)
  }

  async #roomFor(userId: string, roomId: string) {
    try {
      const room = await this.core.rooms.get(userId, roomId)
      return room.me ? room : undefined
    } catch (error) {
      if (error instanceof ChatError && error.code === 'not_found') return undefined
      throw error
    }
  }

  #inTurn(connection: Connection, roomId: string, work: () => Promise<void>): Promise<void> {
    return this.#mutex.take(keyOf(connection, roomId), work)
  }

  /** A reconnect, which resumes, is better than a socket that silently misses a room. */
  #orReconnect(connection: Connection, work: Promise<void>): void {
    work.catch((error) => {
      this.listener.failed(error)
      connection.close(closeCodes.restarting, '1000')
    })
  }

  #open(roomId: string, revision: number): Channel {
    const channel = new Channel(roomId, revision, this)
    this.#channels.set(roomId, channel)
    channel.hint(this.#newest.get(roomId) ?? 0)
    return channel
  }

  /** Remembers the newest revision of a room, for connections that are reading it right now and get no events yet. */
  note(roomId: string, revision: number): void {
    const newest = Math.max(revision, this.#newest.get(roomId) ?? 0)
    this.#newest.delete(roomId)
    this.#newest.set(roomId, newest)
    if (this.#newest.size <= mostRevisions) return
    const [oldest = ''] = this.#newest.keys()
    this.#newest.delete(oldest)
  }

  readGap(roomId: string, since: number) {
    this.core.context.meters?.gapRead()
    return this.core.changes.read(roomId, since, gapRead)
  }

  /** A connection ends. */
  leave(connection: Connection, roomId: string): void {
    const channel = this.get(roomId)
    channel?.remove(connection)
    if (channel) this.delivered(channel)
  }

  /** Closes a channel without subscribers. */
  delivered(channel: Channel): void {
    if (!channel.isEmpty) return
    if (this.#channels.get(channel.roomId) === channel) this.#channels.delete(channel.roomId)
    channel.close()
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close()
    this.#channels.clear()
  }
}

const keyOf = (connection: Connection, roomId: string): string => `${connection.id} ${roomId}`

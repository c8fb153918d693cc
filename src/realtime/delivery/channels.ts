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

/** How many rooms are remembered in which something happened lately. */
const mostRevisions = 1_000
const gapRead = 500

export interface ChannelsListener {
  /** Somebody was added; if they are here, they are to be told and joined. */
  joined(userId: string, roomId: string): void
  /** A connection was told of a room that has become its user's. */
  confirmedJoin(connection: Connection): void
  /** It hears no more of a room, and was told so. */
  left(connection: Connection, roomId: string): void
  /** Was told to those here who are in the room. */
  happened(event: DurableEvent): void
  failed(error: unknown): void
}

/** The rooms that somebody on this server hears of, and the ways into them. */
export class Channels implements ChannelHost {
  readonly #channels = new Map<string, Channel>()
  readonly #newest = new Map<string, number>()
  readonly #replays: Replays
  /** What brings a connection into a room, one at a time: two would tell it the same twice. */
  readonly #mutex = new KeyedMutex()

  constructor(
    readonly core: Core,
    readonly listener: ChannelsListener,
  ) {
    this.#replays = new Replays(core)
  }

  /** The rooms that somebody here hears of. */
  ids(): string[] {
    return [...this.#channels.keys()]
  }

  get(roomId: string): Channel | undefined {
    return this.#channels.get(roomId)
  }

  /** Whether a connection is in a room, or on its way. */
  hears(connection: Connection, roomId: string): boolean {
    return this.get(roomId)?.has(connection) === true || this.#mutex.has(keyOf(connection, roomId))
  }

  /** Sends an event that may be lost to those who are in its room, and were when the room stood at `revision`. */
  sendEphemeral(event: RoomEphemeralEvent, revision: number): void {
    this.get(event.roomId)?.sendEphemeral(fencedFrameOf(event, revision))
  }

  /** Tells a connection something of its user's own in a room, if it is in it; on its way there, only once it is. */
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
   * Subscribes a connection to a room of which it knows everything up to `known`; so it gets each later event once, in
   * order. False where more was delivered here already: that is to be told first.
   */
  enter(connection: Connection, roomId: string, known: number): boolean {
    if (connection.closed) return true
    const channel = this.get(roomId) ?? this.#open(roomId, known)
    if (channel.has(connection)) return true
    if (known < channel.delivered) return false
    channel.add(connection, known)
    return true
  }

  /**
   * Tells a connection what it missed of a room since `known`, up to `atLeast` or later, and subscribes it from there on.
   * It has its turn from now on, though it may wait for one of the `slots`.
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
    } while (!this.enter(connection, roomId, known))
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

  /** Tells a connection of a room that has become its user's, and subscribes it. */
  join(connection: Connection, roomId: string): void {
    if (this.get(roomId)?.has(connection)) return
    const joining = this.#inTurn(connection, roomId, async () => {
      // Welcomed meanwhile with this room among its own, or told by another event.
      if (connection.closed || this.get(roomId)?.has(connection)) return
      const room = await this.#roomFor(connection.userId, roomId)
      if (!room) return
      connection.send(frameOf({ type: 'room.joined', room }))
      this.listener.confirmedJoin(connection)
      const { revision } = room
      if (!this.enter(connection, roomId, revision)) await this.#catchUp(connection, roomId, revision, revision)
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

  /** Rather a reconnect, which resumes, than a socket that silently lacks a room. */
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

  /** Remembers where a room stands, for those who are reading it right now and could not hear of it yet. */
  note(roomId: string, revision: number): void {
    const newest = Math.max(revision, this.#newest.get(roomId) ?? 0)
    this.#newest.delete(roomId)
    this.#newest.set(roomId, newest)
    if (this.#newest.size <= mostRevisions) return
    const [oldest = ''] = this.#newest.keys()
    this.#newest.delete(oldest)
  }

  readGap(roomId: string, since: number) {
    return this.core.changes.read(roomId, since, gapRead)
  }

  /** A connection ends. */
  leave(connection: Connection, roomId: string): void {
    const channel = this.get(roomId)
    channel?.remove(connection)
    if (channel) this.delivered(channel)
  }

  /** Gives a channel up that nobody listens to. */
  delivered(channel: Channel): void {
    if (!channel.isEmpty) return
    if (this.#channels.get(channel.roomId) === channel) this.#channels.delete(channel.roomId)
    channel.close()
  }

  /** Looks where the rooms stand by now. */
  async poll(): Promise<void> {
    for (const { id, revision } of await this.core.roomStates.revisions([...this.#channels.keys()])) {
      this.get(id)?.hint(revision)
    }
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close()
    this.#channels.clear()
  }
}

const keyOf = (connection: Connection, roomId: string): string => `${connection.id} ${roomId}`

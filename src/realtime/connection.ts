import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodes } from '../contract/frames.js'
import type { Admitted } from '../core/identity.js'
import type { HiddenHistory } from '../core/readable.js'

/** How long a peer may take to answer a close before it is cut off. */
const closingMs = 5_000

/** Longest delay of a timer. */
const longestTimer = 2 ** 31 - 1

/** Connections in the same rooms have the same frames to write, which are concatenated once for all that follow one another. */
class Joined {
  #frames: Buffer[] = []
  #bytes: Buffer | undefined

  of(frames: Buffer[]): Buffer {
    const before = this.#frames
    if (!this.#bytes || before.length !== frames.length || frames.some((frame, n) => frame !== before[n])) {
      this.#frames = frames
      this.#bytes = Buffer.concat(frames)
    }
    return this.#bytes
  }
}

/** The longest rest after a flush. */
const longestRestMs = 20

/**
 * Collects connections that have frames to write, and flushes them at the end of the event loop's turn, with one write a
 * socket. If that takes long, as with a thousand people in a room, it rests for as long afterwards. What comes meanwhile goes
 * into the same writes, so at most half of the time is spent on writing, which keeps a busy room from lagging.
 */
export class WriteBatcher {
  #dirty: Connection[] = []
  #scheduled = false
  #restUntil = 0

  /** `flushed` is called each time that all was written. */
  constructor(readonly flushed: () => void = () => undefined) {}

  /** Whether something waits to be written. */
  get isWaiting(): boolean {
    return this.#scheduled
  }

  add(connection: Connection): void {
    this.#dirty.push(connection)
    if (this.#scheduled) return
    this.#scheduled = true
    const restMs = this.#restUntil - performance.now()
    // A timer counts in whole ms.
    if (restMs >= 1) setTimeout(() => this.#flush(), restMs)
    else setImmediate(() => this.#flush())
  }

  #flush(): void {
    const start = performance.now()
    const dirty = this.#dirty
    this.#dirty = []
    this.#scheduled = false
    const joined = new Joined()
    for (const each of dirty) each.flush(joined)
    const end = performance.now()
    this.#restUntil = end + Math.min(end - start, longestRestMs)
    this.flushed()
  }
}

export interface ConnectionOptions {
  id: string
  admitted: Admitted
  webSocket: WebSocket
  /** The underlying socket: shared frames are written to it directly, because `webSocket` would copy each. */
  stream: Duplex
  writeBatcher: WriteBatcher
  /** Bytes that may wait for a slow reader. */
  queuedBytes: number
  /** The time, by which sessions end. */
  clock: () => Date
}

/** One socket of one user. */
export class Connection {
  readonly id: string
  readonly userId: string
  /** The user's last revocation before the connection began. */
  readonly revocation: string | null
  /** Whether it has said hello, and gets events from then on. */
  isListening = false
  /** Whether somebody looks at the page; so it is until the client says otherwise. */
  isInFront = true
  /** Pings of the heartbeat that were not answered. */
  silence = 0
  /** When the first ping was sent that is still unanswered. */
  unansweredSince: number | undefined
  readonly #roomIds: string[] = []
  /** Rooms of which not everything is shown to the user; most connections have none. */
  #hidden: Map<string, HiddenHistory> | undefined
  readonly #webSocket: WebSocket
  readonly #stream: Duplex
  readonly #writeBatcher: WriteBatcher
  readonly #queuedBytes: number
  readonly #clock: () => Date
  #frames: Buffer[] = []
  #bytes = 0
  /** The bytes that came at once when nothing waited, even if they are more than may wait. */
  #atOnce = 0
  #closed = false
  #closedWith: number | undefined
  #revoked = false
  #expiry: NodeJS.Timeout | undefined
  #beforeGreeting: (() => void)[] | undefined = []

  constructor(options: ConnectionOptions) {
    this.id = options.id
    this.#webSocket = options.webSocket
    this.#stream = options.stream
    this.#writeBatcher = options.writeBatcher
    this.#queuedBytes = options.queuedBytes
    this.#clock = options.clock
    const { session, revocation } = options.admitted
    this.userId = session.userId
    this.revocation = revocation
    if (session.expiresAt !== null) this.#expireAt(session.expiresAt)
  }

  #expireAt(time: number): void {
    const life = time - this.#clock().getTime()
    if (life <= 0) {
      this.close(closeCodes.sessionExpired, 'the session expired')
      return
    }
    this.#expiry = setTimeout(() => this.#expireAt(time), Math.min(life, longestTimer))
    this.#expiry.unref()
  }

  /** The rooms that it is subscribed to. */
  get roomIds(): readonly string[] {
    return this.#roomIds
  }

  entered(roomId: string): void {
    this.#roomIds.push(roomId)
  }

  left(roomId: string): void {
    const place = this.#roomIds.lastIndexOf(roomId)
    if (place >= 0) this.#roomIds.splice(place, 1)
  }

  /** What is hidden from the user in a room from now on; undefined: nothing. */
  hide(roomId: string, hidden: HiddenHistory | undefined): void {
    if (hidden) this.#hidden = (this.#hidden ?? new Map()).set(roomId, hidden)
    else this.#hidden?.delete(roomId)
  }

  hiddenIn(roomId: string): HiddenHistory | undefined {
    return this.#hidden?.get(roomId)
  }

  /** The code with which this server closed it; undefined if it did not. */
  get closedWith(): number | undefined {
    return this.#closedWith
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Whether its user was signed out: none of its commands begins from then on. */
  get isRevoked(): boolean {
    return this.#revoked
  }

  get greeted(): boolean {
    return this.#beforeGreeting === undefined
  }

  /** Nothing may be sent before `welcome`, so the action is run right after it. */
  whenGreeted(action: () => void): void {
    if (this.#beforeGreeting) this.#beforeGreeting.push(action)
    else action()
  }

  greet(): void {
    const queued = this.#beforeGreeting ?? []
    this.#beforeGreeting = undefined
    for (const action of queued) action()
  }

  send(frame: Buffer): void {
    if (this.#closed) return
    this.#frames.push(frame)
    this.#bytes += frame.length
    if (this.#frames.length === 1) this.#writeBatcher.add(this)
  }

  /** A slow reader loses ephemeral frames first. */
  sendEphemeral(frame: Buffer): void {
    if (this.#waiting < this.#queuedBytes / 2) this.send(frame)
  }

  get #waiting(): number {
    return this.#bytes + this.#stream.writableLength
  }

  /** Whether a long replay should pause: it is sent no faster than the client reads. */
  get isBehind(): boolean {
    const untaken = this.#stream.writableNeedDrain ? this.#stream.writableLength : 0
    return !this.#closed && this.#bytes + untaken >= this.#queuedBytes / 4
  }

  flush(joined = new Joined()): void {
    if (this.#frames.length === 0 || this.#closed) return
    const frames = this.#frames
    const [stream, webSocket] = [this.#stream, this.#webSocket]
    // A client that has read everything so far is not slow, however much comes at once, nor while it reads that.
    if (stream.writableLength === 0) this.#atOnce = this.#bytes
    if (stream.writableLength > 0 && this.#waiting > this.#queuedBytes + this.#atOnce) {
      this.close(closeCodes.tooSlow, 'too slow a reader: reconnect and resume')
      return
    }
    this.#frames = []
    this.#bytes = 0
    // After a close frame, which ws answers by itself, nothing may follow.
    if (webSocket.readyState !== webSocket.OPEN) return
    stream.write(frames.length === 1 ? frames[0] : joined.of(frames))
  }

  /** Writes what waits; resolves once the socket has taken it. */
  async drained(): Promise<void> {
    this.flush()
    const stream = this.#stream
    if (this.#closed || !stream.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      const done = () => {
        stream.off('drain', done)
        stream.off('close', done)
        resolve()
      }
      stream.on('drain', done)
      stream.on('close', done)
    })
  }

  ping(): void {
    this.silence += 1
    this.ask()
  }

  /** Sends a ping that has to be answered. */
  ask(): void {
    this.unansweredSince ??= performance.now()
    this.#webSocket.ping()
  }

  acknowledge(): void {
    this.unansweredSince = undefined
  }

  close(code: number, reason: string): void {
    if (code === closeCodes.sessionExpired) this.#revoked = true
    if (this.#closed) return
    if (code !== closeCodes.tooSlow) this.flush()
    // The flush may have closed it as too slow.
    if (this.closed) return
    this.#closedWith = code
    this.ended()
    const webSocket = this.#webSocket
    webSocket.close(code, reason)
    setTimeout(() => webSocket.terminate(), closingMs).unref()
  }

  terminate(): void {
    this.#webSocket.terminate()
  }

  /** Nothing is written from here on. */
  ended(): void {
    this.#closed = true
    this.#frames = []
    this.#bytes = 0
    clearTimeout(this.#expiry)
  }
}

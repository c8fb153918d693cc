import { closeCodes } from '../contract/frames.js'
import type { Connection } from './connection.js'

/** How long a socket may take to answer a ping before it counts as dead. */
const signMs = 1_000

const nobody: readonly Peer[] = []

/** One socket, with its session. */
export interface Peer {
  readonly connection: Connection
  /** Dismisses the socket: the client reconnects after so many ms. */
  dismiss(afterMs: number): void
}

/** The sockets of each user on this server, in the order in which they were opened. The newest is always accepted. */
export class Connections {
  readonly #users = new Map<string, readonly Peer[]>()
  #count = 0
  /** Users who have too many sockets here, until the pings show which are alive. */
  readonly #asked = new Map<string, NodeJS.Timeout>()
  /** Users who have too many on all servers together, until it is decided which go here; true if it has to be decided again. */
  readonly #crowded = new Map<string, boolean>()

  constructor(
    /** The most sockets of a user on all servers; there may be more only until it is decided which one has to go. */
    readonly most: number,
  ) {}

  /** How many sockets there are. */
  get count(): number {
    return this.#count
  }

  get isEmpty(): boolean {
    return this.#users.size === 0
  }

  *all(): Generator<Peer> {
    for (const peers of this.#users.values()) yield* peers
  }

  users(): string[] {
    return [...this.#users.keys()]
  }

  has(userId: string): boolean {
    return this.#users.has(userId)
  }

  of(userId: string): readonly Peer[] {
    return this.#users.get(userId) ?? nobody
  }

  /** The user's connections that have said hello, and get events. */
  listening(userId: string): Connection[] {
    const connections: Connection[] = []
    for (const { connection } of this.of(userId)) if (connection.isListening) connections.push(connection)
    return connections
  }

  add(peer: Peer): void {
    const { userId } = peer.connection
    this.#users.set(userId, this.of(userId).concat(peer))
    this.#count += 1
    this.#makeRoom(userId)
  }

  remove(peer: Peer): void {
    const { userId } = peer.connection
    const others = this.of(userId).filter((each) => each !== peer)
    this.#count -= this.of(userId).length - others.length
    if (others.length > 0) {
      this.#users.set(userId, others)
      return
    }
    this.#users.delete(userId)
    this.#forget(userId)
  }

  /** A socket has answered, or sent a frame. */
  acknowledge({ connection }: Peer): void {
    connection.acknowledge()
    const { userId } = connection
    if (this.#asked.has(userId) && this.#open(userId).every((each) => each.connection.unansweredSince === undefined)) {
      this.#replace(userId)
    }
  }

  /** The user's sockets that are not being closed. */
  #open(userId: string): Peer[] {
    return this.of(userId).filter(({ connection }) => !connection.closed)
  }

  /**
   * A phone that changed networks leaves sockets behind that look alive until the next ping, so each is pinged first. A user
   * who opens very many at once does not get that time.
   */
  #makeRoom(userId: string): void {
    const open = this.#open(userId)
    if (open.length > this.most * 2) this.#replace(userId)
    if (open.length <= this.most || open.length > this.most * 2 || this.#asked.has(userId)) return
    this.#asked.set(userId, setTimeout(() => this.#replace(userId), signMs).unref())
    for (const { connection } of open.slice(0, -1)) connection.ask()
  }

  /**
   * A user has too many sockets on all servers together. Those here are pinged as well, and `surplus` says afterwards how many
   * of them have to be closed. If a socket is opened somewhere after that was read, it is read again.
   */
  async crowded(userId: string, surplus: (open: number) => Promise<number>): Promise<void> {
    const isUnderWay = this.#crowded.has(userId)
    this.#crowded.set(userId, true)
    if (isUnderWay) return
    try {
      while (this.#crowded.get(userId)) {
        for (const { connection } of this.#open(userId)) connection.ask()
        await new Promise((resolve) => setTimeout(resolve, signMs).unref())
        this.#crowded.set(userId, false)
        const count = await surplus(this.#open(userId).length)
        if (count > 0) this.#close(userId, count)
      }
    } finally {
      this.#crowded.delete(userId)
    }
  }

  /** Closes the sockets beyond the limit; never the newest. */
  #replace(userId: string): void {
    this.#forget(userId)
    this.#close(userId, this.#open(userId).length - this.most)
  }

  /** Closes so many: first those that have not answered for the longest time, then the oldest, the newest last. */
  #close(userId: string, count: number): void {
    const open = this.#open(userId)
    const since = ({ connection }: Peer) => connection.unansweredSince ?? Number.MAX_VALUE
    const others = open.slice(0, -1).sort((a, b) => since(a) - since(b))
    for (const { connection } of [...others, ...open.slice(-1)].slice(0, Math.max(0, count))) {
      connection.close(closeCodes.replaced, 'replaced by a newer socket of the same user')
    }
  }

  #forget(userId: string): void {
    clearTimeout(this.#asked.get(userId))
    this.#asked.delete(userId)
  }
}

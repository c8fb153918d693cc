import type { WebSocket } from 'ws'
import type { TestHost } from '../host.js'
import { patienceMs } from '../patience.js'
import { Follower } from '../realtime/follower.js'
import type { Frame } from '../socket.js'
import type { World } from './world.js'

/** One socket from its hello to its end. */
export interface Connection {
  /** What it said that it had seen: revisions by room id. */
  seen: Map<string, number>
  /** How much had been told of each room, by its number, when it was welcomed. */
  from: number[]
  frames: Frame[]
  /** What was on its way then was lost. */
  isCut: boolean
}

/** A user's client: it comes back with what it has seen, keeps what it is told, and can ask for something meanwhile. */
export class Device {
  readonly connections: Connection[] = []
  readonly follower: Follower
  #socket: WebSocket | undefined
  #commands = 0
  #wake = new Set<() => void>()

  constructor(
    host: TestHost,
    readonly userId: string,
  ) {
    this.follower = new Follower(userId, [host], () => 0)
  }

  get isConnected(): boolean {
    return this.#socket !== undefined
  }

  async connect(world: World): Promise<void> {
    this.cut()
    const socket = await this.follower.connect()
    const seen = new Map([...this.follower.rooms].map(([id, room]) => [id, room.seen]))
    const connection = { seen, from: world.rooms.map(({ told }) => told.length), frames: [] as Frame[], isCut: false }
    this.connections.push(connection)
    this.#socket = socket
    socket.on('message', (data) => {
      if (connection.isCut) return
      connection.frames.push(JSON.parse(data.toString()))
      for (const wake of this.#wake) wake()
    })
    await this.#frame('ready', (frame) => frame.type === 'ready')
  }

  /** Sends a command and gives its answer, an `ok` or an `error` frame. */
  async command(type: string, input: object): Promise<Frame> {
    this.#commands += 1
    const id = `c${this.#commands}`
    this.#socket?.send(JSON.stringify({ type, id, ...input }))
    return this.#frame(`the answer to ${type}`, (frame) => frame.id === id)
  }

  cut(): void {
    const connection = this.connections.at(-1)
    if (connection) connection.isCut = true
    this.#socket?.terminate()
    this.#socket = undefined
    for (const wake of this.#wake) wake()
  }

  /** Resolves once it has been told everything of these rooms, and has read what it had to read. */
  async caughtUp(revisions: Map<string, number>): Promise<void> {
    if (!this.#socket) return
    for (const [roomId, revision] of revisions) await this.follower.caughtUp(roomId, revision)
    await this.command('presence.watch', { userIds: [] })
  }

  async #frame(what: string, matches: (frame: Frame) => boolean): Promise<Frame> {
    const connection = this.connections.at(-1) as Connection
    return new Promise((resolve, reject) => {
      const done = (act: () => void) => {
        clearTimeout(timer)
        this.#wake.delete(check)
        act()
      }
      const fail = (why: string) => done(() => reject(new Error(`${this.userId}: ${what} did not come${why}`)))
      const check = () => {
        const frame = connection.frames.find(matches)
        if (frame) done(() => resolve(frame))
        else if (connection.isCut) fail(': the socket was cut off')
      }
      const timer = setTimeout(() => fail(''), patienceMs)
      this.#wake.add(check)
      check()
    })
  }
}

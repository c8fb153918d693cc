import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Frame } from '../../socket.js'
import type { DeviceLog, Told } from '../history.js'
import { type Api, readRoom } from './api.js'
import type { Nodes } from './nodes.js'
import { thingOf } from './things.js'

/** What it holds of a room: up to which revision, and whether it has read what came before it began to listen. */
interface Held {
  seen: number
  isWhole: boolean
}

const answerMs = 5_000

/**
 * A client that does what the protocol says: it keeps what it has seen of each room, and whatever becomes of its socket,
 * it comes back, to any node, and resumes. All that it is told goes into its log.
 */
export class Device {
  readonly log: DeviceLog
  readonly rooms = new Map<string, Held>()
  connections = 0
  #socket: WebSocket | undefined
  #isReady = false
  #stopped = false
  #loading = 0
  #commands = 0
  readonly #answers = new Map<string, (answer: Frame | undefined) => void>()
  #running: Promise<void> | undefined

  constructor(
    readonly userId: string,
    name: string,
    readonly nodes: Nodes,
    readonly random: () => number,
    readonly api: Api,
  ) {
    this.log = { device: name, userId, told: [] }
  }

  start(): void {
    this.#running = this.#keepConnected()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#socket?.terminate()
    await this.#running
  }

  async #keepConnected(): Promise<void> {
    for (let failures = 0; !this.#stopped; ) {
      const before = this.connections
      const { code, reason } = await this.#connectOnce()
      failures = this.connections > before ? 0 : failures + 1
      const asked = code === 1012 ? Math.min(Number(reason) || 0, 500) : 0
      await pause(asked + this.random() * Math.min(50 * 2 ** failures, 800))
    }
  }

  /** From one connection to its end. */
  async #connectOnce(): Promise<{ code: number; reason: string }> {
    const url = `${this.nodes.pick(this.random).url.replace('http', 'ws')}/ws`
    const socket = new WebSocket(url, ['chat.v1'], {
      headers: { 'x-user': this.userId },
      handshakeTimeout: answerMs,
    })
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.on('open', () => {
      this.connections += 1
      this.#hello(socket)
    })
    socket.on('message', (data) => this.#received(JSON.parse(data.toString())))
    return new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.#isReady = false
        this.#note({ type: 'closed', code })
        for (const answer of [...this.#answers.values()]) answer(undefined)
        resolve({ code, reason: reason.toString() })
      })
    })
  }

  #note(told: Told): void {
    this.log.told.push(told)
  }

  #hello(socket: WebSocket): void {
    for (const [roomId, { isWhole }] of this.rooms) if (!isWhole) this.rooms.delete(roomId)
    const rooms = Object.fromEntries([...this.rooms].map(([roomId, { seen }]) => [roomId, seen]))
    this.#note({ type: 'hello', rooms })
    socket.send(JSON.stringify({ type: 'hello', rooms }))
  }

  #received(frame: Frame): void {
    const { type, roomId } = frame
    if (frame.id !== undefined || type === 'error') this.#answers.get(frame.id)?.(frame)
    else if (type === 'welcome') this.#welcomed(frame.rooms)
    else if (type === 'ready') {
      this.#isReady = true
      this.#note({ type: 'ready' })
    } else if (type === 'room.joined') {
      this.#note({ type: 'joined', roomId: frame.room.id, revision: frame.room.revision })
      this.#load(frame.room.id, frame.room.revision)
    } else if (type === 'room.left') {
      this.#note({ type: 'left', roomId })
      this.rooms.delete(roomId)
    } else if (type === 'room.reset') {
      this.#note({ type: 'reset', roomId, revision: frame.revision })
      this.#load(roomId, frame.revision)
    } else if (frame.revision !== undefined && frame.type !== 'me.updated') this.#happened(frame)
    else if (roomId !== undefined) this.#note({ type: 'aside', roomId, name: type })
  }

  #welcomed(rooms: Record<string, { revision: number }>): void {
    const revisions = Object.fromEntries(Object.entries(rooms).map(([roomId, { revision }]) => [roomId, revision]))
    this.#note({ type: 'welcome', rooms: revisions })
    for (const [roomId, revision] of Object.entries(revisions)) {
      if (!this.rooms.has(roomId)) this.#load(roomId, revision)
    }
  }

  #happened(event: Frame): void {
    const { roomId, revision, type } = event
    this.#note({ type: 'event', at: performance.now(), roomId, revision, name: type, thing: thingOf(event) })
    const held = this.rooms.get(roomId)
    if (held) held.seen = Math.max(held.seen, revision)
  }

  /** Reads a room anew; what comes live meanwhile is newer, or the same. */
  #load(roomId: string, revision: number): void {
    const held: Held = { seen: revision, isWhole: false }
    this.rooms.set(roomId, held)
    const isWanted = () => !this.#stopped && this.rooms.get(roomId) === held
    this.#loading += 1
    const load = async () => {
      while (isWanted()) {
        const things = await readRoom(this.api, this.userId, roomId)
        if (things && isWanted()) {
          this.#note({ type: 'read', roomId, things })
          held.isWhole = true
          return
        }
        await pause(100)
      }
    }
    load().finally(() => {
      this.#loading -= 1
    })
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** Whether it would hear an answer. */
  get isListening(): boolean {
    return this.#isReady && this.#socket?.isPaused === false
  }

  /** The answer to a command; undefined if the socket was lost, or none came. */
  command(type: string, input: object): Promise<Frame | undefined> {
    const socket = this.#socket
    if (!this.#isReady || !socket) return Promise.resolve(undefined)
    this.#commands += 1
    const id = `${this.#commands}`
    return new Promise((resolve) => {
      const done = (answer: Frame | undefined) => {
        clearTimeout(timer)
        this.#answers.delete(id)
        resolve(answer)
      }
      const timer = setTimeout(done, answerMs, undefined)
      this.#answers.set(id, done)
      socket.send(JSON.stringify({ type, id, ...input }))
    })
  }

  /** Whether it has seen each of these rooms up to where it stands, and no others are its own. */
  isAt(revisions: Map<string, number>): boolean {
    if (!this.#isReady || this.#loading > 0 || this.rooms.size !== revisions.size) return false
    return [...revisions].every(([roomId, revision]) => this.rooms.get(roomId)?.seen === revision)
  }

  /** Reads nothing more from its socket, as a machine that sleeps. */
  pauseReading(): void {
    this.#socket?.pause()
  }

  resumeReading(): void {
    if (this.#socket?.isPaused) this.#socket.resume()
  }

  /** Ends its connection with a reset, not with a goodbye; what it did not read until now is lost. */
  reset(): void {
    const stream: Socket | undefined = this.#socket && Reflect.get(this.#socket, '_socket')
    // One that is on its way has nothing to be reset, and would hear nothing for ever without its listener.
    if (!stream) return
    this.#socket?.removeAllListeners('message')
    stream.resetAndDestroy()
  }
}

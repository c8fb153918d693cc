import { type Numbers, percentile } from '../harness/measure.js'
import type { SeededRoom } from '../harness/seed.js'
import { matcher, type ProtocolName, protocols } from './protocols.js'
import type { RawSocket } from './raw-socket.js'

export interface PeopleOptions {
  protocol: ProtocolName
  port: number
  rooms: SeededRoom[]
}

interface Load {
  /** Messages a second, whatever became of the ones before. */
  rate: number
  seconds: number
}

/** Nobody writes again sooner, unless nobody is left who has been silent for as long. */
const silenceMs = 1000
/** Somebody is looked for so often who has. */
const tries = 30
/** A server that is so far behind has lost: nothing more is sent to it. */
const mostBehindMs = 1000
const drainMs = 20_000
/** Stands before and behind a message's number, and nowhere else in any frame. */
const mark = 0x7e

const now = () => performance.now()

/** People who are all connected, of whom now this one, now that one writes in one of their rooms. */
export class People {
  readonly #sockets: RawSocket[] = []
  readonly #wroteAt: number[] = []
  readonly #random = randomFrom(1)
  /** Of each message that was ever sent: when it was due, how many have to get it, and how long until the last one had it. */
  readonly #dueAt: number[] = []
  readonly #missing: number[] = []
  readonly #tookMs: number[] = []
  #open = 0
  #closed = 0
  #finished: () => void = () => undefined

  constructor(readonly options: PeopleOptions) {}

  async open(): Promise<void> {
    const count = Math.max(...this.options.rooms.map(({ members, first = 0 }) => first + members))
    for (let n = 0; n < count; n += 50) {
      const some = Array.from({ length: Math.min(50, count - n) }, (_, k) => this.#connect(n + k))
      this.#sockets.push(...(await Promise.all(some)))
    }
  }

  async #connect(n: number): Promise<RawSocket> {
    const { protocol, port, rooms } = this.options
    const { open, enter, delivered } = protocols[protocol]
    const own = rooms.filter(({ members, first = 0 }) => n >= first && n < first + members).map(({ id }) => id)
    const socket = await open(port, `u${n}`, own[0])
    if (enter) for (const roomId of own.slice(1)) await enter(socket, `u${n}`, roomId)
    const isMessage = matcher(delivered)
    socket.onFrame = (data, start) => {
      if (isMessage(data, start)) this.#received(numberIn(data, start))
    }
    socket.onClose = () => {
      if (this.#closed === 0) process.stderr.write(`${protocol}: somebody's socket was closed\n`)
      this.#closed += 1
    }
    return socket
  }

  #received(n: number): void {
    const missing = (this.#missing[n] ?? 0) - 1
    this.#missing[n] = missing
    if (missing !== 0) return
    this.#tookMs[n] = now() - (this.#dueAt[n] ?? 0)
    this.#open -= 1
    if (this.#open === 0) this.#finished()
  }

  /** Sends what was due at a moment, by a random member of a random room. */
  #send(due: number): void {
    const { rooms, protocol } = this.options
    let [room, sender] = [rooms[0] as SeededRoom, 0]
    for (let n = 0, silent = Number.NEGATIVE_INFINITY; n < tries && silent < silenceMs; n += 1) {
      const inRoom = rooms[Math.floor(this.#random() * rooms.length)] as SeededRoom
      const one = (inRoom.first ?? 0) + Math.floor(this.#random() * inRoom.members)
      const since = due - (this.#wroteAt[one] ?? Number.NEGATIVE_INFINITY)
      if (since > silent) [room, sender, silent] = [inRoom, one, since]
    }
    this.#wroteAt[sender] = due
    const n = this.#dueAt.push(due) - 1
    this.#missing[n] = room.members
    this.#open += 1
    this.#sockets[sender]?.send(protocols[protocol].message(n, room.id, `~${n}~ `.padEnd(150, 'lorem ipsum dolor ')))
  }

  /** How long it took until the last member had each message, in ms since it was due; and what this process took itself. */
  async run({ rate, seconds }: Load): Promise<Numbers> {
    const first = this.#dueAt.length
    const cpu = process.cpuUsage()
    const late: number[] = []
    const start = now()
    // As people do, at random: sometimes several at once.
    let due = start
    const next = () => {
      due -= (Math.log(1 - this.#random()) * 1000) / rate
    }
    next()
    await new Promise<void>((resolve) => {
      let oldest = first
      const tick = () => {
        while (due <= now() && due < start + seconds * 1000) {
          late.push(now() - due)
          this.#send(due)
          next()
        }
        while (this.#missing[oldest] === 0) oldest += 1
        const isLost = now() - (this.#dueAt[oldest] ?? now()) > mostBehindMs
        if (isLost || due >= start + seconds * 1000) resolve()
        else setTimeout(tick, 1)
      }
      tick()
    })
    const sentMs = now() - start
    await this.#drained()
    const { user, system } = process.cpuUsage(cpu)
    const sent = this.#dueAt.length - first
    // What never came took for ever.
    const took = Array.from({ length: sent }, (_, n) => this.#tookMs[first + n] ?? Number.MAX_VALUE)
    return {
      sent,
      lost: took.filter((ms) => ms === Number.MAX_VALUE).length,
      p50: percentile(took, 0.5),
      p99: percentile(took, 0.99),
      lateP99: percentile(late, 0.99),
      loadCpuMs: (user + system) / 1000,
      sentMs,
    }
  }

  /** Until everybody has everything. */
  async #drained(): Promise<void> {
    if (this.#open === 0) return
    await new Promise<void>((resolve) => {
      const giveUp = setTimeout(() => {
        // Whatever still comes of them counts no more.
        for (const [n, missing] of this.#missing.entries()) if (missing > 0) this.#missing[n] = Number.NaN
        this.#open = 0
        resolve()
      }, drainMs)
      this.#finished = () => {
        clearTimeout(giveUp)
        resolve()
      }
    })
    this.#finished = () => undefined
  }

  end(): void {
    for (const socket of this.#sockets) socket.end()
  }
}

function numberIn(data: Buffer, start: number): number {
  let n = 0
  for (let at = data.indexOf(mark, start) + 1; data[at] !== mark; at += 1) n = n * 10 + (data[at] as number) - 48
  return n
}

/** The same numbers each time (mulberry32), so that all contenders carry the same. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

import { type Numbers, percentile } from '../harness/measure.js'
import { matcher, type ProtocolName, protocols } from './protocols.js'
import type { RawSocket } from './raw-socket.js'

/** Who is in a room, by their numbers. */
export interface PeopledRoom {
  id: string
  people: number[]
}

export interface PeopleOptions {
  protocol: ProtocolName
  port: number
  /** Of other servers of the same chat, over which the people spread. */
  otherPorts?: number[]
  rooms: PeopledRoom[]
}

interface Load {
  /** Messages a second, whatever became of the ones before. */
  rate: number
  seconds: number
  /** A server that is so far behind has lost: nothing more is sent to it. */
  mostBehindMs?: number
}

/** Nobody writes again sooner, unless nobody is left who has been silent for as long. */
const silenceMs = 1000
/** Somebody is looked for so often who has. */
const tries = 30
const usualMostBehindMs = 1000
const drainMs = 20_000
/** Stands before and behind a message's number, and nowhere else in any frame. */
const mark = 0x7e

const now = () => performance.now()

/** People who are all connected, of whom now this one, now that one writes in one of their rooms. */
export class People {
  readonly #sockets = new Map<number, RawSocket>()
  readonly #wroteAt: number[] = []
  readonly #random = randomFrom(1)
  /** Of each message that was ever sent: when it was due, how many have to get it, and how long until the last one had it. */
  readonly #dueAt: number[] = []
  readonly #missing: number[] = []
  readonly #tookMs: number[] = []
  #open = 0
  #closed = 0
  #isStopped = false
  #finished: () => void = () => undefined

  constructor(readonly options: PeopleOptions) {}

  async open(): Promise<void> {
    const everybody = [...new Set(this.options.rooms.flatMap(({ people }) => people))]
    for (let n = 0; n < everybody.length; n += 50) {
      await Promise.all(everybody.slice(n, n + 50).map((one) => this.#connect(one)))
    }
  }

  async #connect(n: number): Promise<void> {
    const { protocol, port, otherPorts = [], rooms } = this.options
    const { open, enter, delivered } = protocols[protocol]
    const ports = [port, ...otherPorts]
    const [first, ...others] = enter ? rooms.filter(({ people }) => people.includes(n)) : []
    const socket = await open(ports[n % ports.length] as number, `u${n}`, first?.id)
    for (const { id } of others) await enter?.(socket, `u${n}`, id)
    this.#sockets.set(n, socket)
    const isMessage = matcher(delivered)
    socket.onFrame = (data, start) => {
      if (isMessage(data, start)) this.#received(numberIn(data, start))
    }
    socket.onClose = () => {
      if (this.#closed === 0) process.stderr.write(`${protocol}: somebody's socket was closed\n`)
      this.#closed += 1
    }
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
    let [room, sender] = [rooms[0] as PeopledRoom, 0]
    for (let n = 0, silent = Number.NEGATIVE_INFINITY; n < tries && silent < silenceMs; n += 1) {
      const inRoom = rooms[Math.floor(this.#random() * rooms.length)] as PeopledRoom
      const one = inRoom.people[Math.floor(this.#random() * inRoom.people.length)] as number
      const since = due - (this.#wroteAt[one] ?? Number.NEGATIVE_INFINITY)
      if (since > silent) [room, sender, silent] = [inRoom, one, since]
    }
    this.#wroteAt[sender] = due
    const n = this.#dueAt.push(due) - 1
    this.#missing[n] = room.people.length
    this.#open += 1
    this.#sockets
      .get(sender)
      ?.send(protocols[protocol].message(n, room.id, `~${n}~ `.padEnd(150, 'lorem ipsum dolor ')))
  }

  /** How long it took until the last member had each message, in ms since it was due; and what this process took itself. */
  async run({ rate, seconds, mostBehindMs = usualMostBehindMs }: Load): Promise<Numbers> {
    this.#isStopped = false
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
        if (isLost || this.#isStopped || due >= start + seconds * 1000) resolve()
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

  /** Sends nothing more in this run, which then ends early. */
  stop(): void {
    this.#isStopped = true
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
    for (const socket of this.#sockets.values()) socket.end()
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

import { setTimeout as delay } from 'node:timers/promises'
import { percentile } from '../harness/measure.js'
import { HttpSocket } from './http-socket.js'
import { matcher } from './protocols.js'
import { RawSocket } from './raw-socket.js'

/** Somebody who was connected, and the rooms that they have open. */
export interface Arrival {
  person: number
  rooms: string[]
}

export interface ArrivalsOptions {
  port: number
  /** Of other servers of the same chat, over which the people spread. */
  otherPorts?: number[]
  arrivals: Arrival[]
  /** Where all of their rooms stand: they have missed nothing. */
  revision: number
}

/** How it went: all times are counted from the moment at which the connections were lost. */
export interface Arrived {
  /** Until the last one was live; nothing where somebody never was. */
  ms: number | null
  /** Until a tenth was live, two tenths, and so on. */
  tenthsMs: (number | null)[]
  /** Attempts that failed, each made again. */
  retries: number
}

/** As the published client waits: half of it at random. */
const firstDelayMs = 300
/** Who is not live by then does not try again. */
const patienceMs = 60_000
const isReady = matcher('{"type":"ready"')

/** People who lost their connection at the same moment, as by a deploy, and come back as the published client does. */
export class Arrivals {
  readonly #sockets: RawSocket[] = []
  #retries = 0

  constructor(readonly options: ArrivalsOptions) {}

  async open(): Promise<void> {}

  async run(): Promise<Arrived> {
    const start = performance.now()
    const took = await Promise.all(
      this.options.arrivals.map(async (arrival) => {
        const isLive = await this.#comeBack(arrival, start + patienceMs)
        return isLive ? performance.now() - start : Number.POSITIVE_INFINITY
      }),
    )
    return {
      ms: Math.max(...took),
      tenthsMs: Array.from({ length: 10 }, (_, n) => percentile(took, (n + 1) / 10)),
      retries: this.#retries,
    }
  }

  async #comeBack(arrival: Arrival, until: number): Promise<boolean> {
    for (let failures = 0; ; failures += 1) {
      await delay(Math.min(10_000, firstDelayMs * 2 ** failures) * (0.5 + Math.random() / 2))
      try {
        await this.#connect(arrival)
        return true
      } catch {
        this.#retries += 1
        if (performance.now() > until) return false
      }
    }
  }

  /** A ticket, the socket, and `hello` with the rooms that are open. */
  async #connect({ person, rooms }: Arrival): Promise<void> {
    const { port, otherPorts = [], revision } = this.options
    const ports = [port, ...otherPorts]
    const own = ports[person % ports.length] as number
    const http = new HttpSocket(own, `u${person}`)
    const { status, body } = await http.ask('POST', '/chat/ws-ticket').finally(() => http.end())
    if (status !== 201) throw new Error(`no ticket: ${status} ${body}`)
    const { ticket } = JSON.parse(body) as { ticket: string }
    const socket = await RawSocket.open(own, '/chat/ws', { 'Sec-WebSocket-Protocol': `chat.v1, ticket.${ticket}` })
    this.#sockets.push(socket)
    await new Promise<void>((resolve, reject) => {
      socket.onFrame = (data, start) => {
        if (isReady(data, start)) resolve()
      }
      socket.onClose = () => reject(new Error('the socket was closed before it was live'))
      const seen = Object.fromEntries(rooms.map((id) => [id, revision]))
      socket.send(JSON.stringify({ type: 'hello', rooms: seen }))
    })
    socket.onFrame = () => undefined
  }

  end(): void {
    for (const socket of this.#sockets) socket.end()
  }
}

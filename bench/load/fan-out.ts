import type { Numbers } from '../harness/measure.js'
import { percentile } from '../harness/measure.js'
import { matcher, type ProtocolName, protocols, textOf } from './protocols.js'
import type { RawSocket } from './raw-socket.js'

export interface Audience {
  protocol: ProtocolName
  port: number
  roomId: string
  members: number
  /** Of the users: the sender, whom the members follow. */
  first?: number
}

interface Load {
  /** Messages that not everybody has yet; the next one follows as soon as one of them is everywhere. */
  inFlight?: number
  /** Or messages a second, whatever became of the ones before. */
  rate?: number
  seconds: number
}

const drainMs = 10_000
const now = () => performance.now()

/** One room: a sender, and members who count what they get. */
export class FanOut {
  readonly #receivers: RawSocket[] = []
  #sender: RawSocket | undefined
  #got: number[] = []
  #sentAt: number[] = []
  #latencies: number[] = []
  #last = 0
  #finished: () => void = () => undefined

  constructor(readonly audience: Audience) {}

  async open(): Promise<void> {
    const { protocol, port, roomId, members, first = 0 } = this.audience
    const { open, delivered } = protocols[protocol]
    const isMessage = matcher(delivered)
    this.#sender = await open(port, `u${first}`, roomId)
    this.#sender.onFrame = () => undefined
    for (let n = 1; n <= members; n += 50) {
      const some = Array.from({ length: Math.min(50, members - n + 1) }, (_, k) =>
        open(port, `u${first + n + k}`, roomId),
      )
      this.#receivers.push(...(await Promise.all(some)))
    }
    for (const receiver of this.#receivers) {
      let seen = 0
      receiver.onFrame = (data, start) => {
        if (isMessage(data, start)) this.#received(seen++)
      }
      receiver.onClose = () => process.stderr.write(`${protocol}: a receiver was closed\n`)
    }
  }

  #received(n: number): void {
    const got = (this.#got[n] ?? 0) + 1
    this.#got[n] = got
    if (got < this.#receivers.length) return
    this.#last = now()
    this.#latencies.push(this.#last - (this.#sentAt[n] ?? 0))
    this.#finished()
  }

  #send(at = now()): void {
    const { protocol, roomId } = this.audience
    const n = this.#sentAt.push(at) - 1
    this.#sender?.send(protocols[protocol].message(n, roomId, textOf(n)))
  }

  /** Deliveries a second, and how long it took until the last one had it, in ms. */
  async run({ inFlight, rate, seconds }: Load): Promise<Numbers> {
    this.#latencies = []
    const sentBefore = this.#sentAt.length
    const start = now()
    if (rate === undefined) await this.#closedLoop(inFlight ?? 1, seconds)
    else await this.#openLoop(rate, seconds)
    const deliveries = this.#latencies.length * this.#receivers.length
    return {
      deliveries,
      perSecond: deliveries / ((this.#last - start) / 1000),
      lost: this.#sentAt.length - sentBefore - this.#latencies.length,
      p50: percentile(this.#latencies, 0.5),
      p99: percentile(this.#latencies, 0.99),
    }
  }

  async #closedLoop(inFlight: number, seconds: number): Promise<void> {
    const until = now() + seconds * 1000
    let open = inFlight
    await new Promise<void>((resolve) => {
      this.#finished = () => {
        if (now() < until) this.#send()
        else if (--open === 0) resolve()
      }
      for (let n = 0; n < inFlight; n += 1) this.#send()
    })
  }

  async #openLoop(rate: number, seconds: number): Promise<void> {
    const total = rate * seconds
    const start = now()
    let sent = 0
    let finished = 0
    await new Promise<void>((resolve) => {
      const giveUp = setTimeout(resolve, seconds * 1000 + drainMs)
      this.#finished = () => {
        if (++finished < total) return
        clearTimeout(giveUp)
        resolve()
      }
      const tick = () => {
        // Counted from when it was due: what a busy sender is late by is a wait like any other.
        while (sent < total && start + (sent * 1000) / rate <= now()) this.#send(start + (sent++ * 1000) / rate)
        if (sent < total) setTimeout(tick, 1)
      }
      tick()
    })
  }

  end(): void {
    for (const socket of [this.#sender, ...this.#receivers]) socket?.end()
  }
}

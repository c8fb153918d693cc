import { type Numbers, percentile } from '../harness/measure.js'
import { HttpSocket } from './http-socket.js'

export interface SearchesOptions {
  port: number
  userId: string
  path: string
}

/** One page of a screen. */
const wanted = 20

/** One reader who searches, and asks on until a screen is full or all was searched. */
export class Searches {
  readonly #socket: HttpSocket

  constructor(readonly options: SearchesOptions) {
    this.#socket = new HttpSocket(options.port, options.userId)
  }

  async open(): Promise<void> {}

  async run({ seconds }: { seconds: number }): Promise<Numbers> {
    const latencies: number[] = []
    let found = 0
    const until = performance.now() + seconds * 1000
    for (let at = performance.now(); at < until || latencies.length < 3; ) {
      found = await this.#search()
      const then = performance.now()
      latencies.push(then - at)
      at = then
    }
    return { found, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
  }

  /** How many were found. */
  async #search(): Promise<number> {
    let found = 0
    for (let cursor: string | null = ''; cursor !== null && found < wanted; ) {
      const from = cursor && `&cursor=${cursor}`
      const { status, body } = await this.#socket.ask('GET', `${this.options.path}${from}`)
      if (status !== 200) throw new Error(`${status} ${body}`)
      const page: { items: unknown[]; nextCursor: string | null } = JSON.parse(body)
      found += page.items.length
      cursor = page.nextCursor
    }
    return found
  }
}

import { type Numbers, percentile } from '../harness/measure.js'
import { HttpSocket } from './http-socket.js'

export interface RequestsOptions {
  port: number
  userId: string
  path: string
}

/** One reader who asks for a page, waits for it and asks again. */
export class Requests {
  readonly #socket: HttpSocket

  constructor(readonly options: RequestsOptions) {
    this.#socket = new HttpSocket(options.port, options.userId)
  }

  async open(): Promise<void> {}

  async run({ seconds }: { seconds: number }): Promise<Numbers> {
    const latencies: number[] = []
    const until = performance.now() + seconds * 1000
    for (let at = performance.now(); at < until || latencies.length < 3; ) {
      const answer = await this.#socket.ask('GET', this.options.path)
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`)
      const then = performance.now()
      latencies.push(then - at)
      at = then
    }
    return { requests: latencies.length, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
  }
}

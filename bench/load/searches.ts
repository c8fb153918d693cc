import { type Numbers, timed } from '../harness/measure.js'
import { HttpSocket } from './http-socket.js'
import type { RequestsOptions } from './requests.js'

/** One page of a screen. */
const wanted = 20

/** One reader who searches, and asks on until a screen is full or all was searched. */
export class Searches {
  readonly #socket: HttpSocket

  constructor(readonly options: RequestsOptions) {
    this.#socket = new HttpSocket(options.port, options.userId)
  }

  async open(): Promise<void> {}

  async run({ seconds }: { seconds: number }): Promise<Numbers> {
    let found = 0
    const numbers = await timed(seconds, async () => {
      found = await this.#search()
    })
    return { ...numbers, found }
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

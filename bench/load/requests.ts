import { type Numbers, timed } from '../harness/measure.js'
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

  run({ seconds }: { seconds: number }): Promise<Numbers> {
    return timed(seconds, async () => {
      const answer = await this.#socket.ask('GET', this.options.path)
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`)
    })
  }
}

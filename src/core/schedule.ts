import { setTimeout as delay } from 'node:timers/promises'
import type { DueMessages } from './due-messages.js'
import type { Logger } from './logger.js'

/** How often it is looked, by the index, for what is due until the next look. */
const lookMs = 10_000

/** Sends what is to be sent later when it is time, as long as the server runs; it keeps no process alive. */
export class Schedule {
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  readonly #end = new AbortController()

  constructor(
    readonly due: DueMessages,
    readonly clock: () => Date,
    readonly logger: Logger,
  ) {}

  /** Returns a function that ends it. */
  start(): () => Promise<void> {
    // The servers of a deployment do not all look at once.
    this.#wait(lookMs * (0.5 + Math.random() / 2))
    return async () => {
      this.#end.abort()
      clearTimeout(this.#timer)
      await this.#looking
    }
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
        .catch((error) => this.logger.error('express-chat: what is to be sent later could not be sent', error))
        .then(() => {
          if (!this.#end.signal.aborted) this.#wait(lookMs)
        })
    }, ms).unref()
  }

  async #look(): Promise<void> {
    const at = await this.due.next(lookMs)
    if (!at) return
    const waitMs = Math.max(0, at.getTime() - this.clock().getTime())
    await delay(waitMs, undefined, { ref: false, signal: this.#end.signal }).catch(() => undefined)
    if (!this.#end.signal.aborted) await this.due.send()
  }
}

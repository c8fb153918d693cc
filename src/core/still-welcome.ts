import { withTimeout } from '../concurrency/with-timeout.js'
import type { Logger } from './logger.js'

/** Whether somebody who was let in may still be here, by your word: a boolean, at once or later. */
export type IsStillWelcome = (userId: string) => boolean | Promise<boolean>

/** How often it is looked for who is to be asked about. */
const tickMs = 1_000
/** So many are asked about at a time. */
const most = 10
const minute = 60_000

export interface StillWelcomeOptions {
  ask: IsStillWelcome | undefined
  /** Each who is here is asked about once in so long. */
  everyMinutes: number
  /** How long an answer may take. */
  answerMs: number
  logger: Logger
  /** Ends the sockets of somebody who is not welcome any more. */
  end(userId: string): void
}

/** Asks the host about those who were let in, when they come by ticket and then now and then. */
export class StillWelcome {
  /** When each who is here is asked about next. */
  readonly #due = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #asking = 0

  constructor(readonly options: StillWelcomeOptions) {}

  /** Throws where the host gives no answer. */
  async ask(userId: string): Promise<boolean> {
    const { ask } = this.options
    if (!ask) return true
    const answer: unknown = await ask(userId)
    if (typeof answer === 'boolean') return answer
    throw new TypeError(`express-chat: isStillWelcome gave ${typeof answer}; give true or false`)
  }

  get #everyMs(): number {
    return this.options.everyMinutes * minute
  }

  /** Somebody's first socket came. At any time of the period: those who came together, after a deploy, are not asked about together. */
  came(userId: string): void {
    if (!this.options.ask || this.#due.has(userId)) return
    this.#due.set(userId, performance.now() + Math.random() * (this.#everyMs - tickMs))
    this.#timer ??= setInterval(() => this.#look(), tickMs).unref()
  }

  /** Somebody's last socket went. */
  left(userId: string): void {
    this.#due.delete(userId)
    if (this.#due.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const now = performance.now()
    for (const [userId, at] of this.#due) {
      if (this.#asking >= most) return
      if (at > now) continue
      this.#due.set(userId, now + this.#everyMs)
      void this.#askAbout(userId)
    }
  }

  async #askAbout(userId: string): Promise<void> {
    const { answerMs, logger, end } = this.options
    this.#asking += 1
    try {
      const late = () => new Error(`isStillWelcome did not answer within ${answerMs / 1000} s`)
      if (!(await withTimeout(answerMs, this.ask(userId), late))) end(userId)
    } catch (error) {
      logger.error('express-chat: isStillWelcome failed; the sockets stay open until it is asked again', error)
    } finally {
      this.#asking -= 1
    }
  }
}

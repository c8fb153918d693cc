import { diagnosisOf } from '../store/diagnosis.js'
import { SetupError } from '../store/setup-error.js'
import { logSetup } from './failures.js'
import type { Logger } from './logger.js'

/** How long the host may take to ask whether the chat is ready: it hears by that what is wrong, and no log says it again. */
const untilAskedMs = 1_000

/** The check that is made at start: once where it ends well or says what to mend, and again where the database was away. */
export class Start {
  #checking: Promise<void> | undefined
  #isHostAsking = false
  #hasEnded = false
  #timer: NodeJS.Timeout | undefined

  constructor(
    readonly check: () => Promise<void>,
    readonly logger: Logger,
  ) {
    this.ready().catch((error) => {
      if (error instanceof SetupError) this.#timer = setTimeout(() => this.#log(error), untilAskedMs).unref()
      else if (!this.#hasEnded) this.#diagnose(error)
    })
  }

  /** For requests, which wait for it and reject with what was found wrong. */
  readonly ready = (): Promise<void> => {
    this.#checking ??= this.check().catch((error) => {
      if (!(error instanceof SetupError)) this.#checking = undefined
      throw error
    })
    return this.#checking
  }

  /** For the host. */
  readonly readyForHost = (): Promise<void> => {
    this.#isHostAsking = true
    return this.ready()
  }

  /** Nobody wants to know any more. */
  end(): void {
    this.#hasEnded = true
    clearTimeout(this.#timer)
  }

  #log(error: SetupError): void {
    if (!this.#isHostAsking) logSetup(error, this.logger)
  }

  /** It is looked at again with the next request; without one, nobody would know why there is no chat. */
  #diagnose(error: unknown): void {
    this.logger.warn(`express-chat: ${diagnosisOf(error)}`, ...(this.#isHostAsking ? [] : [error]))
  }
}

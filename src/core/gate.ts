import { ChatError } from '../contract/problems.js'
import { within } from './deadline.js'
import type { Limits } from './limits.js'

/** A stream takes as long as it takes; an upgrade is refused in the end where the chat closes, so that does not wait for it. */
type Passing = 'answer' | 'stream' | 'upgrade'

/**
 * The way in for whatever clients ask, over HTTP and socket alike: bounds how much is under way and how long each waits
 * for its answer, so that a database that hangs fills no memory, and lets nobody in once the chat has closed.
 */
export class Gate {
  /** The chat is about to close: who comes is still served, and is to come over another connection next time. */
  isDraining = false
  #isClosed = false
  #inside = 0
  /** Of those inside, who is answered before the chat has closed. */
  #awaited = 0
  #emptied = (): void => undefined

  constructor(readonly limits: Pick<Limits, 'requestsAtOnce' | 'answerMs'>) {}

  check(): void {
    if (this.#isClosed) throw away('the server is going away')
  }

  /** Throws `unavailable` where there is no room or no answer in time; what is late is done all the same. */
  async pass<T>(work: () => Promise<T>, kind: Passing = 'answer'): Promise<T> {
    const { requestsAtOnce, answerMs } = this.limits
    const isAwaited = kind !== 'upgrade'
    this.check()
    if (this.#inside >= requestsAtOnce) throw away('too much is waiting')
    this.#inside += 1
    if (isAwaited) this.#awaited += 1
    const going = work().finally(() => {
      this.#inside -= 1
      if (isAwaited) this.#awaited -= 1
      if (this.#awaited === 0) this.#emptied()
    })
    if (kind === 'stream') return going
    const late = `there was no answer within ${answerMs / 1000} s; whether it took effect is unknown`
    return within(answerMs, going, () => away(late))
  }

  /** Lets nobody in any more; resolves once all are out, or after the time that an answer may take. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#awaited === 0) return
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
    await within(this.limits.answerMs, emptied, () => away('')).catch(() => undefined)
  }
}

const away = (detail: string): ChatError => new ChatError('unavailable', detail, { retryAfter: 1 })

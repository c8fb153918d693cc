import { withTimeout } from '../concurrency/with-timeout.js'
import { ChatError } from '../contract/problems.js'
import type { Limits } from './limits.js'

/** A stream takes as long as it takes; an upgrade is refused in the end where the chat closes, so that does not wait for it. */
type Passing = 'answer' | 'stream' | 'upgrade'

/** What somebody holds while they are answered. */
export interface Place {
  /** It is now known whose it is. Throws `unavailable` where that user holds their share already. */
  claim(userId: string): void
  /** Aborts once nobody waits for the answer any more: they were told that there is none in time, or have gone. */
  readonly signal: AbortSignal
  /** Who waited is gone. */
  leave(): void
}

/**
 * The way in for whatever clients ask, over HTTP and socket alike: bounds how much is under way and how long each waits
 * for its answer, so that a database that hangs fills no memory, and lets nobody in once the chat has closed. No user holds
 * more than a share of the places, so that one who asks for everything at once takes none of the others'. Those of whom it
 * is not known yet who they are have places of their own: they may not take those of users, and there is nothing by which
 * they could be told apart.
 */
export class Gate {
  /** The chat is about to close: who comes is still served, and is to come over another connection next time. */
  isDraining = false
  #isClosed = false
  /** How many are inside of whom it is not known yet who they are, and how many of users. */
  #strangers = 0
  #known = 0
  readonly #users = new Map<string, number>()
  /** Of those inside, who is answered before the chat has closed. */
  #awaited = 0
  #emptied = (): void => undefined

  constructor(readonly limits: Pick<Limits, 'requestsAtOnce' | 'requestsPerUser' | 'answerMs'>) {}

  check(): void {
    if (this.#isClosed) throw away('the server is going away')
  }

  /** Throws `unavailable` where there is no room or no answer in time; what is late is done all the same, unless it looks at `signal`. */
  async pass<T>(work: (place: Place) => Promise<T>, kind: Passing = 'answer', userId?: string): Promise<T> {
    const { requestsAtOnce, answerMs } = this.limits
    const isAwaited = kind !== 'upgrade'
    this.check()
    let holder: string | undefined
    if (userId === undefined) {
      if (this.#strangers >= requestsAtOnce) throw away('too much is waiting')
      this.#strangers += 1
    } else {
      this.#take(userId)
      holder = userId
    }
    const claim = (user: string) => {
      if (holder !== undefined) return
      this.#take(user)
      this.#strangers -= 1
      holder = user
    }
    if (isAwaited) this.#awaited += 1
    const waiting = new Waiting()
    const leave = () => waiting.end(away('nobody waits for the answer'))
    const going = work({
      claim,
      leave,
      get signal() {
        return waiting.signal
      },
    }).finally(() => {
      if (holder === undefined) this.#strangers -= 1
      else this.#leave(holder)
      if (isAwaited) this.#awaited -= 1
      if (this.#awaited === 0) this.#emptied()
    })
    if (kind === 'stream') return going
    const late = `there was no answer within ${answerMs / 1000} s; whether it took effect is unknown`
    return withTimeout(answerMs, going, () => {
      const tooLate = away(late)
      waiting.end(tooLate)
      return tooLate
    })
  }

  #take(userId: string): void {
    const { requestsAtOnce, requestsPerUser } = this.limits
    const count = this.#users.get(userId) ?? 0
    if (count >= requestsPerUser) throw away('too much of yours is waiting')
    if (this.#known >= requestsAtOnce) throw away('too much is waiting')
    this.#users.set(userId, count + 1)
    this.#known += 1
  }

  #leave(userId: string): void {
    const count = (this.#users.get(userId) ?? 1) - 1
    if (count === 0) this.#users.delete(userId)
    else this.#users.set(userId, count)
    this.#known -= 1
  }

  /** Lets nobody in any more; resolves once all are out, or after the time that an answer may take. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#awaited === 0) return
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
    await withTimeout(this.limits.answerMs, emptied, () => away('')).catch(() => undefined)
  }
}

/** Whether anybody waits. Most never ask for the signal, and it costs them nothing. */
class Waiting {
  #controller: AbortController | undefined
  #ended: ChatError | undefined

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#ended) this.#controller.abort(this.#ended)
    return this.#controller.signal
  }

  end(reason: ChatError): void {
    this.#ended ??= reason
    this.#controller?.abort(this.#ended)
  }
}

const away = (detail: string): ChatError => new ChatError('unavailable', detail, { retryAfter: 1 })

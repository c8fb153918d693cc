import { withTimeout } from '../concurrency/with-timeout.js'
import { ChatError } from '../contract/problems.js'
import type { Limits } from './limits.js'

/** Streams have no time limit. Upgrades are refused in the end if the chat closes, so closing does not wait for them. */
type Passing = 'answer' | 'stream' | 'upgrade'

/** The place of a request while it is answered. */
export interface Place {
  /** The request is authenticated now. Throws `unavailable` if the user holds their share of places already. */
  claim(userId: string): void
  /** Aborts once nobody waits for the answer any more: the client got a timeout, or has disconnected. */
  readonly signal: AbortSignal
  /** The client has disconnected. */
  leave(): void
}

/**
 * All requests and commands pass through here. The gate limits how many are in progress and how long each may wait for its
 * answer, so that a database that hangs fills no memory, and it refuses all once the chat has closed. A user gets only a share
 * of the places, so that one user cannot take those of others. Requests that are not authenticated yet have places of their
 * own, because they must not take those of users, and nothing tells them apart.
 */
export class Gate {
  /** The chat is about to close: requests are still served, but clients should use another connection next time. */
  isDraining = false
  #isClosed = false
  /** How many requests in progress are not authenticated yet, and how many are of users. */
  #strangers = 0
  #known = 0
  readonly #users = new Map<string, number>()
  /** The requests in progress that are answered before the chat has closed. */
  #awaited = 0
  #emptied = (): void => undefined

  constructor(readonly limits: Pick<Limits, 'requestsAtOnce' | 'requestsPerUser' | 'answerMs'>) {}

  check(): void {
    if (this.#isClosed) throw away('the server is going away')
  }

  /** Throws `unavailable` if there is no place, or no answer in time; late work goes on all the same, unless it checks `signal`. */
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

  /** Refuses new requests; resolves once all others have ended, or after the time that an answer may take. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#awaited === 0) return
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
    await withTimeout(this.limits.answerMs, emptied, () => away('')).catch(() => undefined)
  }
}

/** The signal is created on first use, because most requests never use it. */
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

import { Agent, request as plainRequest } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import { isPrivateLiteral, type LookUp, NotPublic, publicLookup } from './addresses.js'

/** So much of an answer is read, and nothing is done with it. */
const mostAnswerBytes = 64 * 1024
/** So long, in ms, a request may go on once the server is to stop. */
const graceMs = 5_000

/** What the receiver said. */
export interface Answer {
  status: number
  /** What its `Retry-After` says, if it says so. */
  retryAfter: string | undefined
}

/** No connection came about, whatever was to be sent. */
export class Unreachable extends Error {}

export interface PosterOptions {
  url: URL
  allowPrivate: boolean
  /** How long an answer may take, from the beginning, in ms. */
  timeoutMs: number
  /** How many requests go there at once. */
  concurrency: number
  lookUp?: LookUp | undefined
}

/** Posts to one address: follows no redirect, waits no longer than it may, and connects to the public internet alone. */
export class Poster {
  readonly #options: PosterOptions
  readonly #agent: Agent

  constructor(options: PosterOptions) {
    const { url, allowPrivate, concurrency, lookUp } = options
    this.#options = options
    this.#agent = new (url.protocol === 'https:' ? SecureAgent : Agent)({
      ...{ keepAlive: true, maxSockets: concurrency, maxFreeSockets: concurrency },
      // A name is looked up for each connection; an address is never looked up, so `post` looks at it.
      ...(!allowPrivate && { lookup: publicLookup(lookUp) }),
    })
  }

  /** Rejects where there is no answer, with `Unreachable` where there was not even a connection. */
  async post(body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
    const { url, allowPrivate } = this.#options
    if (!allowPrivate && isPrivateLiteral(url)) throw new Unreachable(new NotPublic(url.hostname).message)
    return this.#post(body, headers, signal)
  }

  #post(body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
    const { url, timeoutMs } = this.#options
    const { promise, resolve, reject } = withResolvers<Answer>()
    const request = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, {
      method: 'POST',
      agent: this.#agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    })
    const giveUp = (what: string) => void request.destroy(new Error(what))
    const timer = setTimeout(() => giveUp(`it did not answer within ${timeoutMs / 1_000} s`), timeoutMs)
    let grace: NodeJS.Timeout | undefined
    const stop = () => {
      grace = setTimeout(() => giveUp('the server is to stop'), graceMs)
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    let [isConnected, isAnswered] = [false, false]
    request.on('socket', (socket) => {
      if (request.reusedSocket) isConnected = true
      else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => (isConnected = true))
    })
    request.on('response', (response) => {
      isAnswered = true
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] })
      let bytes = 0
      response.on('data', ({ length }: Buffer) => {
        bytes += length
        if (bytes > mostAnswerBytes) request.destroy()
      })
      response.on('error', ignore)
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      // A connection that was kept may end at the very moment that it is used again, and a new one is as good.
      if (request.reusedSocket && !isAnswered && error.code === 'ECONNRESET') resolve(this.#post(body, headers, signal))
      else reject(isConnected ? error : new Unreachable(error.message || error.code, { cause: error }))
    })
    request.on('close', () => {
      clearTimeout(timer)
      clearTimeout(grace)
      signal.removeEventListener('abort', stop)
    })
    request.end(body)
    return promise
  }

  close(): void {
    this.#agent.destroy()
  }
}

const ignore = (): void => undefined

function withResolvers<Value>() {
  let resolve = (_: Value | Promise<Value>): void => undefined
  let reject = (_: Error): void => undefined
  const promise = new Promise<Value>((...both) => {
    ;[resolve, reject] = both
  })
  return { promise, resolve, reject }
}

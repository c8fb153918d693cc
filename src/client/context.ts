import { ChatClientError } from './api/errors.js'
import { ignore, pause } from './browser.js'
import type { Http } from './http.js'
import type { Socket } from './socket.js'
import type { State } from './state/state.js'
import type { Store } from './store.js'

const retryMs = 2_000

/** What the parts of a client share. */
export class Context {
  #connected: { promise: Promise<void>; resolve: () => void } | undefined
  #isConnected = false

  constructor(
    readonly store: Store,
    readonly http: Http,
    readonly socket: Socket,
  ) {}

  get state(): State {
    return this.store.state
  }

  setConnected(isConnected: boolean): void {
    this.#isConnected = isConnected
    if (!isConnected) return
    this.#connected?.resolve()
    this.#connected = undefined
  }

  /** Resolves between a `welcome` and the end of its socket: what is read then cannot miss what is told. */
  connected(): Promise<void> {
    if (this.#isConnected) return Promise.resolve()
    if (!this.#connected) {
      let resolve: () => void = ignore
      const promise = new Promise<void>((done) => {
        resolve = done
      })
      this.#connected = { promise, resolve }
    }
    return this.#connected.promise
  }

  /** Reads until there is an answer, or nobody wants it any more: then it rejects with `aborted`. */
  async insist<T>(read: (version: number) => Promise<T>, isWanted: () => boolean): Promise<T> {
    for (;;) {
      await this.connected()
      if (!isWanted()) throw new ChatClientError('aborted')
      try {
        return await read(this.state.version)
      } catch (error) {
        if (!(error as ChatClientError).isTransient) throw error
        await pause((error as ChatClientError).retryAfterMs ?? retryMs)
      }
    }
  }
}

/** For how long work may keep the event loop. */
const longestMs = 10

/**
 * Lets the event loop turn. An embedded database answers without ever yielding to timers and sockets, so code that awaits one
 * write after the other would keep everybody else waiting until it has ended.
 */
export class LoopTurns {
  /** When the loop was kept for the first time since it turned. */
  #since: number | undefined

  /** Resolves at once, unless the loop has not turned for a while. */
  async pass(): Promise<void> {
    if (this.#since === undefined) {
      this.#since = performance.now()
      setImmediate(() => {
        this.#since = undefined
      })
    } else if (performance.now() - this.#since >= longestMs) await new Promise<void>((turned) => setImmediate(turned))
  }
}

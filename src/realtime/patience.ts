/** So many offences at once, and then one more for each part of the time, are borne: who lives long may err often. */
const most = 50
const secondsToForgetAll = 60

/** How much of what a client does wrong is borne. */
export class Patience {
  #offences = 0
  #at = performance.now()

  /** Something was wrong again. False once that was too often. */
  bear(): boolean {
    const now = performance.now()
    const forgotten = ((now - this.#at) / 1000) * (most / secondsToForgetAll)
    this.#at = now
    this.#offences = Math.max(0, this.#offences - forgotten) + 1
    return this.#offences < most
  }
}

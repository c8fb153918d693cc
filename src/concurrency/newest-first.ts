/** Work with the same key runs one after the other; of the waiting work, the newest is next. */
export class NewestFirst {
  readonly #waiting = new Map<string, (() => void)[]>()

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key)
    if (waiting) await new Promise<void>((resolve) => waiting.push(resolve))
    else this.#waiting.set(key, [])
    try {
      return await work()
    } finally {
      const next = this.#waiting.get(key)?.pop()
      if (next) next()
      else this.#waiting.delete(key)
    }
  }
}

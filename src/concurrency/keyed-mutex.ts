/** Work with the same key runs in the order of the calls, each after the one before has ended. */
export class KeyedMutex {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Whether work with this key is running or waiting. */
  has(key: string): boolean {
    return this.#last.has(key)
  }

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(key) ?? Promise.resolve()).then(work, work)
    this.#last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key)
    }
  }
}

/** A map that keeps what was set last, up to so many: for what can be read again. */
export class Newest<Value> {
  readonly #values = new Map<string, Value>()

  constructor(readonly most: number) {}

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: Value): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size <= this.most) return
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest)
      return
    }
  }

  delete(key: string): void {
    this.#values.delete(key)
  }
}

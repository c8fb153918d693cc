import { setImmediate as turn } from 'node:timers/promises'

/** What gathering a text's letters costs, in rows: so many of its characters are one. */
const charactersOfRow = 64
/** So many characters are looked at before others are let in. */
const charactersAtOnce = 50_000

/**
 * What one search may cost. It is asked between all statements: who waits for the answer may be gone, or may have been
 * told that there is none, and then the search ends with what `signal` was aborted with.
 */
export class SearchBudget {
  #rows: number
  /** Of messages that are in no block: half of all, so that a long stretch of these leaves something for the others. */
  #unindexed: number
  #characters = 0

  constructor(
    rows: number,
    readonly signal?: AbortSignal | undefined,
  ) {
    this.#rows = rows
    this.#unindexed = Math.ceil(rows / 2)
  }

  get isSpent(): boolean {
    return this.#rows <= 0 || this.#unindexed <= 0
  }

  /** Before each statement. An embedded database answers without letting anybody else in, not even the news that nobody waits. */
  async next(): Promise<void> {
    await turn()
    this.signal?.throwIfAborted()
    this.#characters = 0
  }

  spend(rows: number): void {
    this.#rows -= rows
  }

  spendUnindexed(rows: number): void {
    this.#rows -= rows
    this.#unindexed -= rows
  }

  /** Before a text is looked at in this process. */
  async look(text: string): Promise<void> {
    this.#rows -= text.length / charactersOfRow
    this.#characters += text.length
    if (this.#characters > charactersAtOnce) await this.next()
  }
}

import { setImmediate as turn } from 'node:timers/promises'

/** So many characters of a text cost as much as a row, when its letters are collected. */
const charactersOfRow = 64
/** After so many characters, other work gets a turn of the event loop. */
const charactersAtOnce = 50_000

/**
 * Limits the cost of a search. It is checked between all statements. If the client has gone, or has been told that there is no
 * answer, the search ends with the reason of `signal`.
 */
export class SearchBudget {
  #rows: number
  /** The budget for messages that are in no block. It is half of the whole, so that many of these leave something for the others. */
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

  /** Has to be called before each statement. With an embedded database nothing else runs meanwhile, not even the news that the client has gone. */
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

  /** Has to be called before a text is searched in this process. */
  async look(text: string): Promise<void> {
    this.#rows -= text.length / charactersOfRow
    this.#characters += text.length
    if (this.#characters > charactersAtOnce) await this.next()
  }
}

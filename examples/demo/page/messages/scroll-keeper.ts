/** Whoever is as near to the end as this reads there, and follows it. */
const nearEndPx = 48

/**
 * Keeps a reader's place in a list that grows at both ends, of which only a part is in the page: at the end it follows,
 * elsewhere the row on top stays where it was. By itself, because browsers do that in different ways and one not at all.
 */
export class ScrollKeeper {
  isAtEnd = true
  #top = 0
  #anchor: { key: string; offset: number } | null = null

  constructor(
    readonly viewport: HTMLElement,
    /** How far below the beginning a row begins that is not in the page. */
    readonly startOf: (key: string) => number | undefined,
  ) {}

  /** After the reader has scrolled. Who does not go up stays at the end: what is below has just grown, as pictures do. */
  scrolled(): void {
    const { isAtEnd } = this
    const top = this.#top
    this.#look()
    if (isAtEnd && this.#top >= top) this.isAtEnd = true
    const row = this.#rows().find((each) => this.#offsetOf(each) + each.offsetHeight > 0)
    // There is none in sight while one is brought to rows that are not in the page yet.
    if (row && this.#offsetOf(row) < this.viewport.clientHeight) this.#hold(row.dataset.key ?? '', this.#offsetOf(row))
  }

  /** After rows or heights have changed. */
  restore(mayFollow: boolean): void {
    // The reader may have moved on, and the event of it is still to come.
    const moved = this.viewport.scrollTop - this.#top
    if (moved < 0) this.#look()
    if (this.#anchor) this.#anchor.offset -= moved
    if (this.isAtEnd && mayFollow) this.toEnd()
    if (!this.#anchor) return
    const { key, offset } = this.#anchor
    const row = this.#rows().find((each) => each.dataset.key === key)
    const start = this.startOf(key)
    if (row) this.viewport.scrollTop += this.#offsetOf(row) - offset
    else if (start !== undefined) this.viewport.scrollTop = start - offset
    this.#look()
  }

  toEnd(): void {
    this.viewport.scrollTop = this.viewport.scrollHeight
    this.#look()
    this.isAtEnd = true
    this.#anchor = null
  }

  /** Brings a row into sight, in the page or not, a third from the top. */
  toRow(key: string): void {
    this.#look()
    this.isAtEnd = false
    this.#hold(key, this.viewport.clientHeight / 3)
    this.restore(false)
  }

  /** Brings a row into sight, and moves nothing where it is. */
  intoSight(key: string): void {
    const row = this.#rows().find((each) => each.dataset.key === key)
    const top = row && this.#offsetOf(row)
    if (row && top !== undefined && top >= 0 && top + row.offsetHeight <= this.viewport.clientHeight) return
    this.toRow(key)
  }

  #hold(key: string, offset: number): void {
    this.#anchor = { key, offset }
  }

  #look(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.viewport
    this.#top = scrollTop
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < nearEndPx
  }

  #rows(): HTMLElement[] {
    return [...this.viewport.querySelectorAll<HTMLElement>('[data-key]')]
  }

  #offsetOf(row: HTMLElement): number {
    return row.getBoundingClientRect().top - this.viewport.getBoundingClientRect().top
  }
}

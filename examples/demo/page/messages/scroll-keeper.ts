const nearEndPx = 48

/**
 * Keeps a reader's place in a list that grows at both ends: at the end it follows, elsewhere what was on top stays where it
 * was. By itself, because browsers do that in different ways and one not at all.
 */
export class ScrollKeeper {
  isAtEnd = true
  #top = 0
  #anchor: { row: HTMLElement; offset: number } | null = null

  /** `rows` is in `viewport`, which is positioned and scrolls. */
  constructor(
    readonly viewport: HTMLElement,
    readonly rows: HTMLElement,
  ) {}

  /** After the reader has scrolled. Who does not go up stays at the end: what is below has just grown, as pictures do. */
  scrolled(): void {
    const { isAtEnd } = this
    const top = this.#top
    this.capture()
    if (isAtEnd && this.#top >= top) this.isAtEnd = true
  }

  /** Remembers the reader's place. */
  capture(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.viewport
    this.#top = scrollTop
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < nearEndPx
    const row = this.#rowAt(scrollTop)
    this.#anchor = row ? { row, offset: row.offsetTop } : null
  }

  /** After heights have changed. */
  restore(mayFollow: boolean): void {
    const { viewport } = this
    if (this.isAtEnd && mayFollow) viewport.scrollTop = viewport.scrollHeight
    else if (this.#anchor?.row.isConnected) viewport.scrollTop += this.#anchor.row.offsetTop - this.#anchor.offset
    this.capture()
  }

  toEnd(): void {
    this.viewport.scrollTop = this.viewport.scrollHeight
    this.capture()
  }

  /** Brings a row into sight, a third from the top. */
  toRow(row: HTMLElement): void {
    this.viewport.scrollTop = row.offsetTop - this.viewport.clientHeight / 3
    this.capture()
  }

  /** The last row that is in sight to its end. */
  lastInSight(): HTMLElement | null {
    const bottom = this.viewport.scrollTop + this.viewport.clientHeight
    const row = this.#rowAt(bottom)
    if (!row) return this.rows.lastElementChild as HTMLElement | null
    return row.previousElementSibling as HTMLElement | null
  }

  /** The first row that ends below a height. */
  #rowAt(height: number): HTMLElement | null {
    const rows = this.rows.children
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      const row = rows[middle] as HTMLElement
      if (row.offsetTop + row.offsetHeight > height + 1) high = middle
      else low = middle + 1
    }
    return (rows[low] as HTMLElement | undefined) ?? null
  }
}

import type { Topic } from './api/topic.js'
import { initialState, type State } from './state/state.js'

/** Holds the state, and tells those who listen. */
export class Store {
  state = initialState
  readonly #listeners = new Set<() => void>()
  #isHeld = false
  #isStale = false

  update(change: (state: State) => State): void {
    const next = change(this.state)
    if (next === this.state) return
    this.state = { ...next, version: this.state.version + 1 }
    this.#tell()
  }

  /** What is caught up with is shown as one change: nobody is told until it is let go. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    if (!isHeld && this.#isStale) this.#tell()
  }

  #tell(): void {
    this.#isStale = this.#isHeld
    if (this.#isHeld) return
    for (const listener of [...this.#listeners]) listener()
  }

  listen(listener: () => void): () => void {
    // One of its own, should the same function listen twice.
    const own = () => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  /**
   * A part of the state, or something made of parts: `make` is called again only when one of `parts` is another, and what it
   * makes keeps its identity while it is the same on its first two levels.
   */
  topic<Parts extends readonly unknown[], T>(
    parts: (state: State) => readonly [...Parts],
    make: (...parts: Parts) => T,
  ): Topic<T> {
    let last: { parts: readonly [...Parts]; made: T } | undefined
    const select = (state: State): T => {
      const now = parts(state)
      if (last && isSame(last.parts, now)) return last.made
      last = { parts: now, made: keep(last?.made, make(...now), 2) }
      return last.made
    }
    let initial: { made: T } | undefined
    return {
      getSnapshot: () => select(this.state),
      subscribe: (listener) => {
        let told = select(this.state)
        return this.listen(() => {
          const now = select(this.state)
          if (Object.is(now, told)) return
          told = now
          listener()
        })
      },
      getInitialSnapshot: () => {
        initial ??= { made: make(...parts(initialState)) }
        return initial.made
      },
    }
  }
}

type Values = Readonly<Record<string, unknown>>

function isSame(one: unknown, other: unknown): boolean {
  const keys = Object.keys(other as Values)
  return (
    keys.length === Object.keys(one as Values).length &&
    keys.every((key) => Object.is((one as Values)[key], (other as Values)[key]))
  )
}

/** `old`, if `next` holds the same; else `next` with the lists of `old` that stayed the same. */
function keep<T>(old: T | undefined, next: T, depth: number): T {
  if (typeof old !== 'object' || typeof next !== 'object' || !old || !next) return next
  if (Array.isArray(next) || depth === 1) return isSame(old, next) ? old : next
  const kept = { ...next }
  for (const key of Object.keys(next) as (keyof T & string)[]) {
    if (Array.isArray(next[key])) kept[key] = keep(old[key], next[key], 1)
  }
  return isSame(old, kept) ? old : kept
}

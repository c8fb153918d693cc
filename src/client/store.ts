import type { Observable } from './api/observable.js'
import { share } from './state/share.js'
import { initialState, type State } from './state/state.js'

/** A list of listeners. */
export function createListeners<Given extends unknown[] = []>() {
  const listeners = new Set<[(...given: Given) => void]>()
  return {
    notify: (...given: Given): void => {
      for (const [listener] of [...listeners]) listener(...given)
    },
    listen: (listener: (...given: Given) => void): (() => void) => {
      // A new object, in case the same function listens twice.
      const own: [typeof listener] = [listener]
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}

export type Store = ReturnType<typeof createStore>

/** Holds the state, and notifies listeners. */
export function createStore() {
  const { notify, listen } = createListeners()
  let state = initialState
  let isHeld = false
  return {
    get state() {
      return state
    },
    set(changes: Partial<State>): void {
      this.update((state) => ({ ...state, ...changes }))
    },
    /** Applies a change with these arguments, and returns the first of them. */
    update<Given extends unknown[]>(change: (state: State, ...given: Given) => State, ...given: Given): Given[0] {
      state = { ...change(state, ...given), version: state.version + 1 }
      if (!isHeld) notify()
      return given[0]
    },
    /** Shows a replay as one change: listeners are not notified until it is released. */
    hold(held: boolean): void {
      isHeld = held
      if (!held) notify()
    },
    /** A value made of parts of the state. It is made again only if one of them has changed, and reuses what stayed the same. */
    observable<const Inputs extends readonly unknown[], T>(
      inputsOf: (state: State) => Inputs,
      make: (...inputs: Inputs) => T = (...[only]) => only as T,
    ): Observable<T> {
      let last: { inputs: Inputs; made: T } | undefined
      const getSnapshot = (): T => {
        const inputs = inputsOf(state)
        if (!last?.inputs.every((input, n) => input === inputs[n]))
          last = { inputs, made: share(last?.made, make(...inputs)) }
        return last.made
      }
      let initial: T | undefined
      return {
        getSnapshot,
        getInitialSnapshot: () => (initial ??= make(...inputsOf(initialState))),
        subscribe(listener) {
          let seen = getSnapshot()
          return listen(() => {
            const now = getSnapshot()
            if (now === seen) return
            seen = now
            listener()
          })
        },
      }
    },
  }
}

/** Runs the work unless it is running: callers meanwhile wait for the same run. */
export function once<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= task().finally(() => {
      running = undefined
    })
    return running
  }
}

/** Makes the value of an id once, and returns it again. */
export function cached<T>(make: (id: string) => T, made = new Map<string, T>()): (id: string) => T {
  return (id) => {
    if (!made.has(id)) made.set(id, make(id))
    return made.get(id) as T
  }
}

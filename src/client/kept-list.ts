import type { ChatClientError } from './api/errors.js'
import { delay } from './browser.js'
import type { Context } from './context.js'
import type { State } from './state/state.js'
import { once } from './store.js'

const retryMs = 2_000

/**
 * A list of the state that is read whole once somebody asks for it, and again whenever it may have changed. What was asked
 * for by somebody else, or before the list changed, is never shown: it is asked for again.
 */
export function createKeptList<Name extends 'blocks' | 'requests'>(
  { store, socket }: Pick<Context, 'store' | 'socket'>,
  name: Name,
  readAll: () => Promise<State[Name]['items']>,
) {
  let [isWanted, isStale] = [false, true]
  const set = (changes: Partial<State[Name]>) =>
    store.set({ [name]: { ...store.state[name], ...changes } } as Partial<State>)

  /** Gives why it could not be read. */
  async function readOnce(): Promise<ChatClientError | undefined> {
    const asked = store.state.version
    const known = store.state[name].items
    try {
      const items = await readAll()
      isStale ||= asked < store.state.bornAt || known !== store.state[name].items
      if (!isStale) set({ items, status: 'ready', error: null } as Partial<State[Name]>)
      return undefined
    } catch (error) {
      isStale = true
      return asked < store.state.bornAt ? undefined : (error as ChatClientError)
    }
  }

  const read = once(async () => {
    while (isStale) {
      isStale = false
      const isKnown = store.state[name].status === 'ready'
      if (!isKnown) set({ status: 'loading', error: null } as Partial<State[Name]>)
      const error = await readOnce()
      if (!error) continue
      // What is known is shown until it was read anew; after a reconnect it is read by that.
      if (!isKnown || !error.isTransient) return set({ status: 'failed', error } as Partial<State[Name]>)
      if (!socket.isLive()) return
      await delay(error.retryAfterMs ?? retryMs)
    }
  })

  return {
    set,
    load(): Promise<void> {
      isWanted = true
      return read()
    },
    /** It may be another one by now. */
    changed(): void {
      isStale = true
      if (isWanted) void read()
    },
  }
}

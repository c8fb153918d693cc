import type { ChatClientError } from './api/errors.js'
import { delay } from './browser.js'
import type { Context } from './context.js'
import type { State } from './state/state.js'
import { once } from './store.js'

const retryMs = 2_000

/**
 * A list of the state that is read completely on the first request, and again whenever it may have changed. An answer that was
 * requested in another session, or before the list changed, is never shown: it is requested again.
 */
export function createKeptList<Name extends 'blocks' | 'requests'>(
  { store, socket }: Pick<Context, 'store' | 'socket'>,
  name: Name,
  readAll: () => Promise<State[Name]['items']>,
) {
  let [isWanted, isStale] = [false, true]
  const set = (changes: Partial<State[Name]>) =>
    store.set({ [name]: { ...store.state[name], ...changes } } as Partial<State>)

  /** Returns why it could not be read. */
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
      // The known list is shown until it was read again; after a reconnect the welcome causes that.
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
    /** The list may have changed. */
    changed(): void {
      isStale = true
      if (isWanted) void read()
    },
  }
}

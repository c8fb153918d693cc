import { ChatClientError } from './api/errors.js'
import { pause } from './browser.js'
import type { Http } from './http.js'
import type { Socket } from './socket.js'
import { entryOf, type State } from './state/state.js'
import type { Store } from './store.js'

const retryMs = 2_000

/** What the parts of a client share. */
export type Context = ReturnType<typeof createContext>

export function createContext(store: Store, http: Http, socket: Socket) {
  let open: (() => void) | undefined
  let gate = Promise.resolve()

  /** Between a `welcome` and the end of its socket: what is read then cannot miss what is told. */
  function setConnected(isConnected: boolean): void {
    if (isConnected) {
      open?.()
      open = undefined
    } else if (!open) {
      gate = new Promise((resolve) => {
        open = resolve
      })
    }
  }
  setConnected(false)

  return {
    store,
    http,
    socket,
    setConnected,
    entry: (roomId: string) => entryOf(store.state, roomId),
    /**
     * Reads into the state, until there is an answer, or nobody wants it any more: then it rejects with `aborted`. `take` is
     * given what came, the version at which it was asked for, and what else is given.
     */
    async read<T, Given extends unknown[]>(
      path: readonly string[],
      query: object,
      isWanted: () => unknown,
      take: (state: State, value: T, asked: number, ...given: Given) => State,
      ...given: Given
    ): Promise<T> {
      for (;;) {
        await gate
        if (!isWanted()) throw new ChatClientError('aborted')
        try {
          const asked = store.state.version
          const value = await http.get<T>(path, query)
          // What is of a session or of a room that is no more is read again.
          if (asked >= entryOf(store.state, path[1] ?? '').voidBefore) return store.update(take, value, asked, ...given)
        } catch (error) {
          const { isTransient, retryAfterMs = retryMs } = error as ChatClientError
          if (!isTransient) throw error
          await pause(retryAfterMs)
        }
      }
    },
  }
}

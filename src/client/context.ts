import { ChatClientError } from './api/errors.js'
import { delay, ignore } from './browser.js'
import type { Http } from './http.js'
import type { Socket } from './socket.js'
import { entryOf, type RoomEntry, type State } from './state/state.js'
import type { Store } from './store.js'

const retryMs = 2_000

/** What the parts of a client share. */
export type Context = ReturnType<typeof createContext>

export function createContext(store: Store, http: Http, socket: Socket) {
  /** Rooms whose messages or members somebody looked at, the last one last. */
  const used = new Set<string>()
  let open: () => void = ignore
  let gate: Promise<void>

  function shut(): void {
    const before = open
    // Who waits already waits on.
    gate = new Promise<void>((resolve) => {
      open = resolve
    }).then(before)
  }
  shut()

  return {
    store,
    http,
    socket,
    /** Between a `welcome` and the end of its socket what is read cannot miss what is told. */
    open: () => open(),
    shut,
    used,
    /** Somebody looks at a room: of many, those are resumed first. */
    use(roomId: string): void {
      used.delete(roomId)
      used.add(roomId)
    },
    entry: (roomId: string) => entryOf(store.state, roomId),
    /**
     * Reads into the state, until there is an answer, or nobody wants it any more: then it rejects with `aborted`. `isWanted`
     * is given the room that it is of; `take` what came, the version at which it was asked for, and what else is given.
     */
    async read<T, Given extends unknown[]>(
      path: readonly string[],
      query: object,
      isWanted: (room: RoomEntry) => unknown,
      take: (state: State, value: T, asked: number, ...given: Given) => State,
      ...given: Given
    ): Promise<T> {
      const room = () => entryOf(store.state, path[1] ?? '')
      socket.used(true)
      for (;;) {
        // It may have been shut again before this goes on.
        let before: unknown
        do {
          before = gate
          await gate
        } while (before !== gate)
        if (!isWanted(room())) throw new ChatClientError('aborted')
        try {
          const asked = store.state.version
          const value = await http.get<T>(path, query)
          // What is of a session or of a room that is no more is read again.
          if (asked >= room().voidBefore) return store.update(take, value, asked, ...given)
        } catch (error) {
          const { isTransient, retryAfterMs = retryMs } = error as ChatClientError
          if (!isTransient) throw error
          await delay(retryAfterMs)
        }
      }
    },
  }
}

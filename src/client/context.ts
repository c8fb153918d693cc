import { ChatClientError } from './api/errors.js'
import { delay, ignore } from './browser.js'
import { createDraftTexts } from './draft-texts.js'
import type { Http } from './http.js'
import type { Socket } from './socket.js'
import type { RoomEntry } from './state/room-entry.js'
import { entryOf, type State } from './state/state.js'
import type { Store } from './store.js'

const retryMs = 2_000

/** What the modules of a client share. */
export type Context = ReturnType<typeof createContext>

export function createContext(store: Store, http: Http, socket: Socket) {
  /** Rooms whose messages or members were opened, the latest last. */
  const used = new Set<string>()
  let open: () => void = ignore
  let gate: Promise<void>

  function shut(): void {
    const before = open
    // Waiting callers go on waiting.
    gate = new Promise<void>((resolve) => {
      open = resolve
    }).then(before)
  }
  shut()

  /**
   * Whether an answer is of now: answers of an earlier session, of a room that was reset, and lists from before a welcome are
   * not. `asked` is the version at which it was requested.
   */
  function isCurrent([, roomId]: readonly string[], asked: number): boolean {
    const { welcomedAt, bornAt } = store.state
    return asked >= Math.max(roomId === undefined ? welcomedAt : entryOf(store.state, roomId).voidBefore, bornAt)
  }

  async function ask<T, Given extends unknown[]>(
    path: readonly string[],
    request: () => Promise<T>,
    isWanted: (room: RoomEntry) => unknown,
    take: (state: State, value: T, asked: number, ...given: Given) => State,
    ...given: Given
  ): Promise<T> {
    const room = () => entryOf(store.state, path[1] ?? '')
    socket.used(true)
    for (;;) {
      // The connection may have ended again before this continues.
      let before: unknown
      do {
        before = gate
        await gate
      } while (before !== gate)
      if (!isWanted(room())) throw new ChatClientError('aborted')
      try {
        const asked = store.state.version
        const value = await request()
        if (isCurrent(path, asked)) return store.update(take, value, asked, ...given)
      } catch (error) {
        const { isTransient, retryAfterMs = retryMs } = error as ChatClientError
        if (!isTransient) throw error
        await delay(retryAfterMs)
      }
    }
  }

  return {
    store,
    http,
    socket,
    draft: createDraftTexts(store, http),
    /** Reads between a `welcome` and the end of its socket miss no event. */
    open: () => open(),
    shut,
    used,
    /** A room was opened: opened rooms are resumed first. */
    use(roomId: string): void {
      used.delete(roomId)
      used.add(roomId)
    },
    entry: (roomId: string) => entryOf(store.state, roomId),
    isCurrent,
    /** As `read`, by a request that may change something: it has to be one that may be repeated. */
    ask,
    /**
     * Reads into the state, until there is an answer, or nobody wants it any more: then it rejects with `aborted`. `isWanted`
     * gets the room; `take` gets the answer, the version at which it was requested, and the other arguments.
     */
    read: <T, Given extends unknown[]>(
      path: readonly string[],
      query: object,
      isWanted: (room: RoomEntry) => unknown,
      take: (state: State, value: T, asked: number, ...given: Given) => State,
      ...given: Given
    ): Promise<T> => ask(path, () => http.get<T>(path, query), isWanted, take, ...given),
  }
}

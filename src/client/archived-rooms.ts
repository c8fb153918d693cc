import type { ArchivedRooms } from './api/rooms.js'
import { ignore } from './browser.js'
import type { CatchingUp } from './catching-up.js'
import type { Context } from './context.js'
import { listOf } from './rooms.js'
import { shownRoom } from './state/users.js'
import { once } from './store.js'

/** My rooms that I have put away: read only once somebody asks for them. */
export function createArchivedRooms({ store }: Context, catchingUp: CatchingUp): ArchivedRooms & { resume(): void } {
  const load = once(async () => {
    if (store.state.archivedCursor === undefined) {
      store.set({ archivedStatus: 'loading' })
      // A list that the server refuses is asked for again after the next welcome.
      await catchingUp.archived().catch(ignore)
    }
    if (store.state.archivedStatus !== 'ready') store.set({ archivedStatus: 'ready' })
  })

  return {
    ...store.observable(
      ({ rooms, archivedStatus, archivedCursor, users }) => [
        rooms,
        archivedStatus,
        typeof archivedCursor === 'string',
        users,
      ],
      (rooms, status, hasMore, users) => ({
        items: listOf(rooms, true).map((room) => shownRoom(users, room)),
        ...{ status, hasMore },
      }),
    ),
    load,
    loadMore: once(async () => {
      await load()
      const cursor = store.state.archivedCursor
      if (typeof cursor !== 'string') return
      await catchingUp.archived(cursor).catch(() => {
        // Where the server does not know the cursor any more, the list begins anew.
        store.set({ archivedCursor: undefined })
        return load()
      })
    }),
    /** After a welcome the list may begin anew. */
    resume() {
      if (store.state.archivedStatus !== 'idle') void load()
    },
  }
}

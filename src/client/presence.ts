import type { Presence as Api } from './api/users.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { cached } from './store.js'

const most = 200
const settleMs = 20

/** Whom somebody here watches: the server is told of all of them together. */
export function createPresence({ store, socket }: Context): Api & { tell(): void } {
  const watched = new Map<string, number>()
  let isTelling = false

  async function watchAll(): Promise<void> {
    const userIds = [...watched.keys()].slice(-most)
    const present = await socket.command<string[]>('presence.watch', { userIds })
    store.update(({ presence, users, ...state }) => {
      const told = userIds.map((id) => {
        const online = present.includes(id)
        const known = presence.get(id)
        const lastSeenAt = users.get(id)?.lastSeenAt ?? null
        return [id, known?.online === online ? known : { online, lastSeenAt }] as const
      })
      return { ...state, users, presence: new Map(told) }
    })
  }

  const tell = () => {
    isTelling = false
    watchAll().catch(ignore)
  }

  function count(userIds: readonly string[], by: 1 | -1): void {
    for (const id of userIds) {
      const now = (watched.get(id) ?? 0) + by
      // The last asked for are at the end.
      if (by > 0 || now === 0) watched.delete(id)
      if (now > 0) watched.set(id, now)
    }
    if (!isTelling) setTimeout(tell, settleMs)
    isTelling = true
  }

  return {
    tell,
    watch(userIds) {
      let isWatching = true
      count(userIds, 1)
      return () => {
        if (isWatching) count(userIds, -1)
        isWatching = false
      }
    },
    of: cached((userId) =>
      store.topic(
        ({ presence }) => [presence.get(userId)],
        (state) => state,
      ),
    ),
  }
}

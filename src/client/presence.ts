import type { Presence as Api, PresenceState } from './api/users.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { cached } from './store.js'

const most = 200
const settleMs = 20

/** Whom somebody here watches: the server is told of all of them together. */
export function createPresence({ store, socket }: Context): Api & { tell(): void } {
  const watched = new Set<readonly string[]>()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function watchAll(): Promise<void> {
    // Those who were asked for last come first.
    const userIds = [...new Set([...watched].reverse().flat())].slice(0, most)
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
    watchAll().catch(ignore)
  }
  const tellSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(tell, settleMs)
  }

  return {
    tell,
    watch(userIds) {
      const own = [...userIds]
      watched.add(own)
      tellSoon()
      return () => {
        watched.delete(own)
        tellSoon()
      }
    },
    of: cached((userId) =>
      store.topic<[PresenceState | undefined], PresenceState | undefined>(({ presence }) => [presence.get(userId)]),
    ),
  }
}

import type { Presence as Api } from './api/users.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'

const most = 200

/** Whom somebody here watches: the server is told of all of them together. */
export function createPresence({ store, socket }: Context): Api & { tell(): Promise<void>; close(): void } {
  const watched = new Map<string, number>()
  const topics = new Map<string, ReturnType<Api['of']>>()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function tell(): Promise<void> {
    timer = undefined
    const userIds = [...watched.keys()].slice(-most)
    const present = new Set(await socket.command<string[]>('presence.watch', { userIds }))
    store.update((state) => {
      const presence = new Map(
        userIds.map((id) => {
          const known = state.presence.get(id)
          if (known?.online === present.has(id)) return [id, known]
          return [id, { online: present.has(id), lastSeenAt: state.users.get(id)?.lastSeenAt ?? null }]
        }),
      )
      return { ...state, presence }
    })
  }

  const tellSoon = () => {
    timer ??= setTimeout(() => tell().catch(ignore), 20)
  }

  return {
    watch(userIds) {
      for (const id of userIds) {
        const count = watched.get(id) ?? 0
        watched.delete(id)
        watched.set(id, count + 1)
      }
      tellSoon()
      let isWatching = true
      return () => {
        if (!isWatching) return
        isWatching = false
        for (const id of userIds) {
          const count = watched.get(id) ?? 0
          if (count > 1) watched.set(id, count - 1)
          else watched.delete(id)
        }
        tellSoon()
      }
    },
    of(userId) {
      let topic = topics.get(userId)
      if (!topic) {
        topic = store.topic(
          ({ presence }) => [presence.get(userId)],
          (state) => state,
        )
        topics.set(userId, topic)
      }
      return topic
    },
    tell,
    close() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

import type { Presence as Api, PresenceState } from './api/users.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { bytesOf, envelopeBytes, usualFrameBytes } from './frame-size.js'
import { isId } from './ids.js'
import { cached, once } from './store.js'

const most = 200
const settleMs = 20

/** Whom somebody here watches: the server is told of all of them together. */
export function createPresence({ store, socket }: Context): Api & { refresh(): void } {
  const watched = new Set<readonly string[]>()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Counts what has to be told, so that what is told is the last of it. */
  let wanted = 0

  async function watchAll(): Promise<void> {
    // Those who were asked for last come first.
    const all = [...new Set([...watched].reverse().flat())]
    // Ids of the host's may be long; the frame has to fit, also into that of a server that says no limits.
    const { frameBytes = usualFrameBytes } = store.state.limits ?? {}
    let bytes = envelopeBytes
    const userIds = all.slice(0, most).filter((id) => {
      bytes += bytesOf(JSON.stringify(id)) + 1
      return bytes <= frameBytes
    })
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

  /** One at a time: the answer to an older question is of other people. */
  const sendAll = once(async () => {
    for (let told = 0; told !== wanted; ) {
      told = wanted
      await watchAll()
    }
  })
  const refresh = () => {
    wanted += 1
    sendAll().catch(ignore)
  }
  const sendSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(refresh, settleMs)
  }

  return {
    refresh,
    watch(userIds) {
      const own = userIds.filter(isId)
      watched.add(own)
      sendSoon()
      return () => {
        watched.delete(own)
        sendSoon()
      }
    },
    of: cached((userId) =>
      store.observable<[PresenceState | undefined], PresenceState | undefined>(({ presence }) => [
        presence.get(userId),
      ]),
    ),
  }
}

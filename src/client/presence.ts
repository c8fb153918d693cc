import type { Presence as Api, PresenceState } from './api/users.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { bytesOf, envelopeBytes, usualFrameBytes } from './frame-size.js'
import { isId } from './ids.js'
import { cached, once } from './store.js'

const most = 200
const settleMs = 20

/** The users watched in this client: the server gets all of them in one command. */
export function createPresence({ store, socket }: Context): Api & { refresh(): void } {
  const watched = new Set<readonly string[]>()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Counts the changes of the list, so that the last one is sent. */
  let wanted = 0

  async function watchAll(): Promise<void> {
    // The users watched last come first.
    const all = [...new Set([...watched].reverse().flat())]
    // The host's ids may be long, and the frame has to fit even the default limit.
    const { frameBytes = usualFrameBytes } = store.state.limits ?? {}
    let bytes = envelopeBytes
    const userIds = all.slice(0, most).filter((id) => {
      bytes += bytesOf(JSON.stringify(id)) + 1
      return bytes <= frameBytes
    })
    const present = await socket.command<string[]>('presence.watch', { userIds })
    store.update(({ presence, users, ...state }) => {
      const states = userIds.map((id) => {
        const online = present.includes(id)
        const known = presence.get(id)
        const lastSeenAt = users.get(id)?.lastSeenAt ?? null
        return [id, known?.online === online ? known : { online, lastSeenAt }] as const
      })
      return { ...state, users, presence: new Map(states) }
    })
  }

  /** One at a time, because the answer to an older command is about other users. */
  const sendAll = once(async () => {
    for (let sent = 0; sent !== wanted; ) {
      sent = wanted
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

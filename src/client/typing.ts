import type { Typing as Api } from './api/rooms.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { entryOf } from './state/state.js'
import { since } from './waits.js'

/** The server forgets it after six seconds. */
const againMs = 3_000
const lastsMs = 5_000

/** Who is typing in a room, and whether I am. `sent`: my message tells the server that I have stopped. */
export function createTyping({ store, socket }: Context, roomId: string): Api & { sent(): void } {
  let sentAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const send = (isTyping: boolean) => void socket.command('typing', { roomId, isTyping }).catch(ignore)
  const sent = () => {
    clearTimeout(timer)
    sentAt = 0
  }
  const stop = () => {
    if (sentAt > 0) send(false)
    sent()
  }

  return {
    ...store.observable(
      (state) => [entryOf(state, roomId).typing, state.users],
      (ids, users) => ids.flatMap((id) => users.get(id) ?? []),
    ),
    start() {
      clearTimeout(timer)
      timer = setTimeout(stop, lastsMs)
      if (since(sentAt) < againMs) return
      sentAt = Date.now()
      send(true)
    },
    stop,
    sent,
  }
}

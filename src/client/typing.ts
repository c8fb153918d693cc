import type { Typing as Api } from './api/rooms.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'

/** The server forgets it after six seconds. */
const againMs = 3_000
const lastsMs = 5_000

/** Who types in a room, and that I do. */
export function createTyping({ store, socket }: Context, roomId: string): Api & { sent(): void } {
  let toldAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const tell = (isTyping: boolean) => void socket.command('typing', { roomId, isTyping }).catch(ignore)
  const end = () => {
    clearTimeout(timer)
    const wasTyping = toldAt > 0
    toldAt = 0
    return wasTyping
  }
  const stop = () => end() && tell(false)

  return {
    ...store.topic(
      ({ typing, users }) => [typing.get(roomId), users],
      (ids = [], users) => ids.flatMap((id) => users.get(id) ?? []),
    ),
    start() {
      if (!socket.isLive) return
      clearTimeout(timer)
      timer = setTimeout(stop, lastsMs)
      if (Date.now() - toldAt < againMs) return
      toldAt = Date.now()
      tell(true)
    },
    stop: () => void stop(),
    // The server knows by the message.
    sent: () => void end(),
  }
}

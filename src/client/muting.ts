import type { CatchingUp } from './catching-up.js'
import type { Context } from './context.js'
import { takeMe } from './state/rooms.js'
import { patch } from './state/state.js'

/** `setTimeout` fires at once for more. */
const longestMs = 2 ** 31 - 1

/** Rooms that are muted until a time are not muted any more once it has come, of which nobody tells. */
export function createMuting({ store, entry }: Context, catchingUp: CatchingUp): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  /** The ends for which a room was read again. A server whose clock is behind would say each time that it is muted. */
  const readFor = new Map<string, string>()

  function wait(): void {
    clearTimeout(timer)
    const times = [...store.state.rooms.muted.values()].map((time) => Date.parse(time))
    if (times.length > 0) timer = setTimeout(end, Math.min(longestMs, Math.max(0, Math.min(...times) - Date.now())))
  }

  function end(): void {
    for (const [roomId, time] of store.state.rooms.muted) {
      if (Date.parse(time) > Date.now()) continue
      store.update(takeMe, roomId, { muted: false, mutedUntil: null })
      // Somebody may have written in it while it was muted, which brings it back now.
      if (!entry(roomId).room.me?.isArchived || readFor.get(roomId) === time) continue
      readFor.set(roomId, time)
      store.update(patch, roomId, { isStale: true })
    }
    void catchingUp.rooms()
    wait()
  }

  store
    .observable(
      ({ rooms }) => [rooms.muted],
      (times) => [...times.values()].sort()[0],
    )
    .subscribe(wait)
}

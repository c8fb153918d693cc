import type { Me } from '../contract/members.js'
import type { ChatClientError } from './api/errors.js'
import type { Context } from './context.js'
import { takeMe } from './state/rooms.js'

/** A burst of messages is one reading. */
const settleMs = 150
const retryMs = 1_000

export type ReadMarkers = ReturnType<typeof createReadMarkers>

/** How far I have read, told after a moment, until the server has heard it. */
export function createReadMarkers({ store, socket, entry }: Context) {
  const untold = new Map<string, number>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const flushIn = (ms: number) => {
    timer ??= setTimeout(flush, ms)
  }
  const take = (roomId: string, me: Partial<Me>) => store.update(takeMe, roomId, me)

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (!socket.isLive()) return
    for (const [roomId, seq] of untold) {
      untold.delete(roomId)
      socket.command<Me>('read', { roomId, seq }).then(
        (me) => take(roomId, me),
        ({ isTransient, retryAfterMs = retryMs }: ChatClientError) => {
          if (!isTransient) return
          untold.set(roomId, Math.max(seq, untold.get(roomId) ?? 0))
          flushIn(retryAfterMs)
        },
      )
    }
  }

  return {
    flush,
    mark(roomId: string, seq?: number): void {
      const { status, room } = entry(roomId)
      const lastReadSeq = Math.min(seq ?? room.lastMessageSeq, room.lastMessageSeq)
      if (status !== 'joined' || lastReadSeq <= (room.me?.lastReadSeq ?? 0)) return
      take(roomId, { lastReadSeq })
      untold.set(roomId, lastReadSeq)
      flushIn(settleMs)
    },
    close: () => untold.clear(),
  }
}

import type { Me, ReadMany, ReadManyAnswer } from '../contract/members.js'
import type { ChatClientError } from './api/errors.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import { takeMe } from './state/rooms.js'

/** A burst of messages is one reading. */
const settleMs = 150
const retryMs = 1_000
/** So many rooms are told of in one frame: fewer than may be, since a host may have its frames small. */
const mostRooms = 200

export type ReadMarkers = ReturnType<typeof createReadMarkers>

/** How far I have read, told after a moment, of all rooms together, until the server has heard it. */
export function createReadMarkers({ store, socket, entry }: Context) {
  const untold = new Map<string, number>()
  /** What was read of rooms of which nothing is known yet. */
  const waiting = new Map<string, number>()
  let endWaiting = ignore as () => void
  let timer: ReturnType<typeof setTimeout> | undefined

  const flushIn = (ms: number) => {
    timer ??= setTimeout(flush, ms)
  }
  const take = (roomId: string, me: Partial<Me>) => store.update(takeMe, roomId, me)

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (!socket.isLive()) return
    const rooms = [...untold].map(([roomId, seq]) => ({ roomId, seq }))
    untold.clear()
    while (rooms.length > 0) send(rooms.splice(0, mostRooms))
  }

  function send(rooms: ReadMany['rooms']): void {
    socket.command<ReadManyAnswer>('read.many', { rooms }).then(
      (answer) => {
        for (const [roomId, me] of Object.entries(answer.rooms)) take(roomId, me)
      },
      ({ isTransient, retryAfterMs = retryMs }: ChatClientError) => {
        if (!isTransient) return
        for (const { roomId, seq } of rooms) untold.set(roomId, Math.max(seq, untold.get(roomId) ?? 0))
        flushIn(retryAfterMs)
      },
    )
  }

  /** Marks what was marked before it was known, once it is. */
  function catchUp(): void {
    for (const [roomId, seq] of waiting) {
      const { status, seen } = entry(roomId)
      if (status === 'loading' && seen < 0) continue
      waiting.delete(roomId)
      mark(roomId, seq)
    }
    if (waiting.size === 0) endWaiting()
  }

  function mark(roomId: string, upTo: unknown = Number.MAX_SAFE_INTEGER): void {
    // Many rooms go in one frame, and what is wrong in it would cost all of them.
    const seq = typeof upTo === 'number' ? Math.floor(upTo) : Number.NaN
    if (Number.isNaN(seq)) throw new TypeError(`express-chat: markRead takes the seq of a message, not ${String(upTo)}`)
    const { status, room, seen, history } = entry(roomId)
    if (status === 'loading' && seen < 0) {
      waiting.set(roomId, Math.max(seq, waiting.get(roomId) ?? 0))
      endWaiting()
      endWaiting = store.observable(({ version }) => [version]).subscribe(catchUp)
      return
    }
    // A page may show more than events have told.
    const last = Math.max(room.lastMessageSeq, history?.items.at(-1)?.seq ?? 0)
    const lastReadSeq = Math.min(seq, last)
    if ((status !== 'joined' && status !== 'loading') || lastReadSeq <= (room.me?.lastReadSeq ?? 0)) return
    take(roomId, { lastReadSeq })
    untold.set(roomId, lastReadSeq)
    flushIn(settleMs)
  }

  return {
    flush,
    mark,
    /** Marks all that is known of. */
    markAll(): void {
      for (const roomId of store.state.rooms.keys()) mark(roomId)
    },
    close(): void {
      endWaiting()
      waiting.clear()
      untold.clear()
    },
  }
}

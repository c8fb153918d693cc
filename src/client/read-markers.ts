import type { Me } from '../contract/members.js'
import type { ChatClientError } from './api/errors.js'
import type { Context } from './context.js'
import { takeMe } from './state/rooms.js'

/** A burst of messages is one reading. */
const settleMs = 150

/** How far I have read, told after a moment, until the server has heard it. */
export class ReadMarkers {
  readonly #untold = new Map<string, number>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(readonly context: Context) {}

  mark(roomId: string, seq?: number): void {
    const { store } = this.context
    const { room, status } = store.state.rooms.get(roomId) ?? {}
    if (!room?.me || status !== 'joined') return
    const furthest = Math.min(seq ?? room.lastMessageSeq, room.lastMessageSeq)
    if (furthest <= room.me.lastReadSeq) return
    store.update((state) => takeMe(state, roomId, { lastReadSeq: furthest }))
    this.#untold.set(roomId, furthest)
    this.#timer ??= setTimeout(() => this.flush(), settleMs)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { socket } = this.context
    if (!socket.isLive) return
    for (const [roomId, seq] of this.#untold) {
      this.#untold.delete(roomId)
      socket.command<Me>('read', { roomId, seq }).then(
        (me) => this.context.store.update((state) => takeMe(state, roomId, me)),
        (error: ChatClientError) => {
          if (!error.isTransient) return
          this.#untold.set(roomId, Math.max(seq, this.#untold.get(roomId) ?? 0))
          this.#timer ??= setTimeout(() => this.flush(), error.retryAfterMs ?? 1_000)
        },
      )
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#untold.clear()
  }
}

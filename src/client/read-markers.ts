import type { Me, ReadMany, ReadManyAnswer } from '../contract/members.js'
import type { ChatClientError } from './api/errors.js'
import { ignore } from './browser.js'
import type { Context } from './context.js'
import type { KeyedMutex } from './keyed-mutex.js'
import { allRooms } from './state/room-map.js'
import { takeMe } from './state/rooms.js'

/** The markers of a burst of messages are sent as one. */
const settleMs = 150
const retryMs = 1_000
/** How many rooms go into one frame: fewer than the maximum, because a host may have small frames. */
const mostRooms = 200

export type ReadMarkers = ReturnType<typeof createReadMarkers>

/** Sends how far I have read, after a short delay, for all rooms together, until the server has it. */
export function createReadMarkers({ store, socket, entry }: Context, mutex: KeyedMutex) {
  const untold = new Map<string, number>()
  /** Markers of rooms that are not known yet. */
  const waiting = new Map<string, number>()
  /** Rooms that are being marked. */
  const marking = new Set<string>()
  let endWaiting = ignore as () => void
  let timer: ReturnType<typeof setTimeout> | undefined

  const flushIn = (ms: number) => {
    timer ??= setTimeout(flush, ms)
  }
  /** What is told and asked here goes one after the other. */
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => mutex.take('read', task)
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
    inTurn(() => socket.command<ReadManyAnswer>('read.many', { rooms })).then(
      (answer) => {
        for (const [roomId, { lastReadSeq, lastSeenAt }] of Object.entries(answer.rooms)) {
          // The socket tells the rest, in its order.
          take(roomId, { lastReadSeq, lastSeenAt })
        }
      },
      (error: ChatClientError) => again(rooms, error),
    )
  }

  function again(rooms: ReadMany['rooms'], { isTransient, retryAfterMs = retryMs }: ChatClientError): void {
    if (!isTransient) return
    for (const { roomId, seq } of rooms) untold.set(roomId, Math.max(seq, untold.get(roomId) ?? 0))
    flushIn(retryAfterMs)
  }

  /** Applies the markers of rooms that were not known before. */
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
    // Many rooms go into one frame, and one invalid marker would fail them all.
    const seq = typeof upTo === 'number' ? Math.floor(upTo) : Number.NaN
    if (Number.isNaN(seq)) throw new TypeError(`express-chat: markRead takes the seq of a message, not ${String(upTo)}`)
    if (marking.has(roomId)) {
      inTurn(async () => mark(roomId, seq)).catch(ignore)
      return
    }
    const { status, room, seen, history } = entry(roomId)
    if (status === 'loading' && seen < 0) {
      waiting.set(roomId, Math.max(seq, waiting.get(roomId) ?? 0))
      endWaiting()
      endWaiting = store.observable(({ version }) => [version]).subscribe(catchUp)
      return
    }
    // A page may show newer messages than events have brought.
    const last = Math.max(room.lastMessageSeq, history?.items.at(-1)?.seq ?? 0)
    const lastReadSeq = Math.min(seq, last)
    const { lastReadSeq: before = 0, isMarkedUnread } = room.me ?? {}
    if ((status !== 'joined' && status !== 'loading') || (lastReadSeq <= before && !isMarkedUnread)) return
    take(roomId, { lastReadSeq, ...(isMarkedUnread && { isMarkedUnread: false }) })
    untold.set(roomId, lastReadSeq)
    flushIn(settleMs)
  }

  return {
    flush,
    mark,
    /** Marks a room as unread, after what was read before, which goes along: told later, it would take the mark away. */
    setMark(roomId: string, request: (read: { lastReadSeq?: number }) => Promise<void>): Promise<void> {
      marking.add(roomId)
      return inTurn(async () => {
        const seq = untold.get(roomId)
        untold.delete(roomId)
        try {
          await request(seq === undefined ? {} : { lastReadSeq: seq })
        } catch (error) {
          // Where its user is gone, so is what was read.
          if (seq !== undefined && marking.has(roomId)) again([{ roomId, seq }], error as ChatClientError)
          throw error
        } finally {
          marking.delete(roomId)
        }
      })
    },
    /** Marks all known messages as read. */
    markAll(): void {
      for (const [roomId] of allRooms(store.state.rooms)) mark(roomId)
    },
    close(): void {
      endWaiting()
      waiting.clear()
      marking.clear()
      untold.clear()
    },
  }
}

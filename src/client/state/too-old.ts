import type { Message, ReplyTo } from '../../contract/messages.js'
import type { RoomEntry } from './room-entry.js'
import { entryOf, type State } from './state.js'

/** The `seq` of the first message of a room that is there for me. */
export const firstSeqOf = ({ me, firstSeq = 1 }: RoomEntry['room']): number => Math.max(me?.firstSeq ?? 1, firstSeq)

/**
 * Whether messages have become too old of which something is known here, be it a quote or that they were not read. Most clients
 * know none of them, and have nothing to read again.
 */
export function isCut(state: State, id: string, { firstSeq = 1 }: RoomEntry['room']): boolean {
  const { room, history, threads, pins, last } = entryOf(state, id)
  const isOld = (known: Message | ReplyTo | null | undefined): boolean =>
    !!known && (known.seq < firstSeq || ('replyTo' in known && isOld(known.replyTo)))
  const { me } = room
  return (
    firstSeq > (room.firstSeq ?? 1) &&
    (!!threads ||
      !!pins ||
      isOld(last.message) ||
      !!history?.items.some(isOld) ||
      !!(me?.unreadCount && me.lastReadSeq + 1 < firstSeq) ||
      [...state.threads.known.values()].some(({ roomId, root }) => roomId === id && isOld(root)))
  )
}

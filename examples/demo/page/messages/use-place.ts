import type { Messages, MessageWindow } from 'express-chat/client'
import { useMessages, useRoom, useThread, useUnread } from 'express-chat/react'
import { useCallback } from 'react'

/** What is said in one place, and how far I have read there. */
export interface Place {
  window: MessageWindow & { handle: Messages }
  unread: number
  lastReadSeq: number
  /** What was written before I joined is hidden from me. */
  isCut: boolean
  markRead(seq: number): void
}

/** A room, or a thread in it. */
export function usePlace(roomId: string, threadId: string | undefined): Place {
  const { room, handle } = useRoom(roomId)
  const { handle: messages, ...window } = useMessages(threadId === undefined ? roomId : null)
  const { handle: thread, me, root: _, ...replies } = useThread(roomId, threadId)
  const unread = useUnread(roomId)
  const markRead = useCallback(
    (seq: number) => {
      // What cannot be told now is told with the next one.
      if (thread) thread.markRead(seq).catch(() => undefined)
      else handle.markRead(seq)
    },
    [handle, thread],
  )
  if (!thread) {
    return {
      window: { ...window, handle: messages ?? handle.messages },
      ...{ unread, lastReadSeq: room?.me?.lastReadSeq ?? 0, isCut: (room?.me?.firstSeq ?? 1) > 1, markRead },
    }
  }
  return {
    window: { ...replies, handle: thread.messages },
    ...{ unread: me?.unreadCount ?? 0, lastReadSeq: me?.lastReadSeq ?? 0, isCut: false, markRead },
  }
}

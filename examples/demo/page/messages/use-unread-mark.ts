import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

interface UnreadMarkOptions {
  unread: number
  lastReadSeq: number
  /** The key of what I have just written, if it stands last. */
  written: string | null
  isAtEnd: RefObject<boolean>
}

/** The `seq` from which messages are new to the reader: where they began when one came, or while one did not look. */
export function useUnreadMark({ unread, lastReadSeq, written, isAtEnd }: UnreadMarkOptions): number | null {
  const [unreadFrom, setUnreadFrom] = useState(unread > 0 ? lastReadSeq + 1 : null)
  const wasRead = useRef(unread === 0)
  useLayoutEffect(() => {
    const isInSight = document.visibilityState === 'visible' && isAtEnd.current
    if (unread > 0 && wasRead.current && !isInSight) setUnreadFrom(lastReadSeq + 1)
    wasRead.current = unread === 0
  }, [unread, lastReadSeq, isAtEnd])
  // Who writes has read what stands above.
  useLayoutEffect(() => {
    if (written !== null) setUnreadFrom(null)
  }, [written])
  return unreadFrom
}

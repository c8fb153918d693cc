import { useChatClient, useMessages } from 'express-chat/react'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { Message } from './message.js'

interface TimelineProps {
  roomId: string
  myId: string | undefined
  /** How far the other one has read. */
  otherReadSeq: number
}

export function Timeline({ roomId, myId, otherReadSeq }: TimelineProps) {
  const { items, status, error, hasBefore, handle } = useMessages(roomId)
  const end = useEnd(items.length)
  useReading(roomId, items.at(-1)?.seq ?? 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <div className="timeline" role="log" aria-label="Messages" tabIndex={0} ref={end}>
      {status === 'failed' && (
        <p className="error">
          {error?.message}{' '}
          <button type="button" onClick={() => handle.load()}>
            Try again
          </button>
        </p>
      )}
      {hasBefore && (
        <button type="button" onClick={() => handle.loadBefore()}>
          Earlier
        </button>
      )}
      {items.map((message) => (
        <Message
          key={message.key}
          message={message}
          isMine={message.user !== null && message.user.id === myId}
          isRead={message.seq <= otherReadSeq}
          handle={handle}
        />
      ))}
    </div>
  )
}

/** Keeps the end in view as messages come, unless somebody has scrolled up to read. */
function useEnd(count: number) {
  const ref = useRef<HTMLDivElement>(null)
  const wasAtEnd = useRef(true)
  useLayoutEffect(() => {
    const { current } = ref
    if (current && count > 0 && wasAtEnd.current) current.scrollTop = current.scrollHeight
    const note = () => {
      if (current) wasAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < 60
    }
    current?.addEventListener('scroll', note)
    return () => current?.removeEventListener('scroll', note)
  }, [count])
  return ref
}

/** What is on a page that somebody looks at has been read. */
function useReading(roomId: string, lastSeq: number) {
  const client = useChatClient()
  useEffect(() => {
    const read = () => {
      if (lastSeq > 0 && document.visibilityState === 'visible') client.room(roomId).markRead(lastSeq)
    }
    read()
    document.addEventListener('visibilitychange', read)
    return () => document.removeEventListener('visibilitychange', read)
  }, [client, roomId, lastSeq])
}

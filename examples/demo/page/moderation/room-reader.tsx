import type { MessagePage, Report } from 'express-chat/client'
import { useChatClient } from 'express-chat/react'
import { useEffect, useState } from 'react'
import { Dialog } from '../design/dialog.js'
import { useOverlays } from '../design/overlays.js'
import { fullTime } from '../design/time.js'
import { summary } from '../messages/summary.js'
import { authorName } from '../people/user-name.js'

/** How many messages are read at once. */
const limit = 20

interface RoomReaderProps {
  report: Report
  onClose(): void
}

/** What was said around a message that is reported. A moderator need not be in the room; that it was read is audited. */
export function RoomReader({ report: { roomId, messageId, copy }, onClose }: RoomReaderProps) {
  const client = useChatClient()
  const { attempt } = useOverlays()
  const [name, setName] = useState('')
  const [page, setPage] = useState<MessagePage | null>(null)
  const read = (position: { around?: number; before?: number; after?: number }) =>
    attempt(async () => setPage(await client.moderation.room(roomId).messages({ ...position, limit })))
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is opened
  useEffect(() => {
    void read({ around: copy.seq })
    void attempt(async () => setName((await client.moderation.room(roomId).get()).name ?? 'A private room'))
  }, [])
  const messages = page?.items ?? []
  return (
    <Dialog title={name || 'Messages'} onClose={onClose}>
      {page?.hasBefore && (
        <button type="button" className="button" onClick={() => void read({ before: messages[0]?.seq ?? 0 })}>
          Earlier messages
        </button>
      )}
      <ol className="read-room" aria-label="Messages">
        {messages.map((message) => (
          <li key={message.id} aria-current={message.id === messageId || undefined}>
            <b dir="auto">{authorName(message)}</b>{' '}
            <small className="hint">
              <time dateTime={message.createdAt}>{fullTime(message.createdAt)}</time>
            </small>
            <div dir="auto">{summary(message)}</div>
          </li>
        ))}
      </ol>
      {page === null && <p className="hint">Loading…</p>}
      {page?.hasAfter && (
        <button type="button" className="button" onClick={() => void read({ after: messages.at(-1)?.seq ?? 0 })}>
          Later messages
        </button>
      )}
    </Dialog>
  )
}

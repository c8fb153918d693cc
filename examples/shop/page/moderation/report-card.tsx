import type { Report } from 'express-chat/client'
import { useChatClient } from 'express-chat/react'
import { useState } from 'react'
import { shortTime } from '../design/time.js'
import { RoomReader } from './room-reader.js'

const weekMs = 7 * 24 * 60 * 60 * 1000

/** A message as it was when it was reported, and what can be done about it. */
export function ReportCard({ report, onHandled }: { report: Report; onHandled(): void }) {
  const { moderation } = useChatClient()
  const [isReading, setIsReading] = useState(false)
  const [error, setError] = useState('')
  const { id, roomId, messageId, authorId, reason, text, copy } = report
  const room = moderation.room(roomId)

  const handle = async (status: 'resolved' | 'dismissed', act?: () => Promise<unknown>) => {
    try {
      await act?.()
      await moderation.updateReport(id, { status })
      onHandled()
    } catch (refusal) {
      setError(String(refusal))
    }
  }
  const silence = async () => {
    await room.deleteMessage(messageId)
    if (authorId) await room.silence(authorId, new Date(Date.now() + weekMs).toISOString())
  }
  return (
    <>
      <blockquote className="reported">
        <p>{copy.text || copy.media.map(({ filename }) => filename).join(', ')}</p>
        <small>
          {copy.userName}, {shortTime(copy.createdAt)}
        </small>
      </blockquote>
      <p>
        Reported for <strong>{reason}</strong>
        {text && `: ${text}`}
      </p>
      <div className="row wrap">
        <button
          type="button"
          className="danger"
          onClick={() => handle('resolved', () => room.deleteMessage(messageId))}
        >
          Delete the message
        </button>
        <button type="button" className="danger" onClick={() => handle('resolved', silence)}>
          Delete, and silence for a week
        </button>
        <button type="button" onClick={() => handle('dismissed')}>
          It is all right
        </button>
        <button type="button" aria-expanded={isReading} onClick={() => setIsReading(!isReading)}>
          Read the conversation
        </button>
      </div>
      <p className="error" role="alert">
        {error}
      </p>
      {isReading && <RoomReader roomId={roomId} seq={copy.seq} />}
    </>
  )
}

import type { Messages, ShownMessage } from 'express-chat/client'
import { useState } from 'react'
import { shortTime } from '../design/time.js'
import { Files } from './files.js'
import { ReportDialog } from './report-dialog.js'

interface MessageProps {
  message: ShownMessage
  isMine: boolean
  /** The other one has read it. */
  isRead: boolean
  handle: Messages
}

export function Message({ message, isMine, isRead, handle }: MessageProps) {
  const [isShown, setIsShown] = useState(false)
  if (message.kind === 'system') return <p className="system">{message.text}</p>
  if (message.isBlocked && !isShown) {
    return (
      <p className="system">
        You block who wrote this.{' '}
        <button type="button" onClick={() => setIsShown(true)}>
          Show
        </button>
      </p>
    )
  }
  return (
    <article className={`message ${isMine ? 'mine' : ''}`}>
      <div className="bubble">
        {message.deletedAt ? (
          <p className="muted">This was deleted.</p>
        ) : (
          <p className="message-text">{message.text}</p>
        )}
        <Files media={message.media} uploads={message.files} />
        <small className="meta">
          {isMine ? (
            <span className="for-screen-readers">You, </span>
          ) : (
            message.user?.name || message.as?.name || 'Deleted user'
          )}{' '}
          {shortTime(message.createdAt)} {isMine && <Ticks message={message} isRead={isRead} />}
        </small>
      </div>
      <Actions message={message} isMine={isMine} handle={handle} />
    </article>
  )
}

/** How far a message of mine is. */
function Ticks({ message, isRead }: Pick<MessageProps, 'message' | 'isRead'>) {
  if (message.state === 'failed') return <span className="error">not sent: {message.error?.message}</span>
  if (message.state === 'sending') return <span>sending …</span>
  return <span className={isRead ? 'read' : ''}>{isRead ? '✓✓ read' : '✓ sent'}</span>
}

function Actions({ message, isMine, handle }: Omit<MessageProps, 'isRead'>) {
  const [isReporting, setIsReporting] = useState(false)
  const [said, setSaid] = useState('')
  if (message.deletedAt) return null
  if (message.state === 'failed') {
    return (
      <div className="actions">
        <button type="button" className="plain" onClick={() => handle.retry(message.key)}>
          Try again
        </button>
        <button type="button" className="plain" onClick={() => handle.discard(message.key)}>
          Discard
        </button>
      </div>
    )
  }
  if (isMine) {
    return (
      <div className="actions">
        <button type="button" className="plain" onClick={() => handle.delete(message.id)}>
          Delete
        </button>
      </div>
    )
  }
  const report = async (reason: string, text: string) => {
    await handle.report(message.id, { reason, text })
    setIsReporting(false)
    setSaid('Thank you. Somebody of the shop will look at it.')
  }
  return (
    <div className="actions" role="status">
      {said ? (
        <small>{said}</small>
      ) : (
        <button type="button" className="plain" onClick={() => setIsReporting(true)}>
          Report
        </button>
      )}
      {isReporting && <ReportDialog onReport={report} onClose={() => setIsReporting(false)} />}
    </div>
  )
}

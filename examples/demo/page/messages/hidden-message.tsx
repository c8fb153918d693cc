import type { ShownMessage } from 'express-chat/client'
import { clockTime, fullTime } from '../design/time.js'

interface HiddenMessageProps {
  message: ShownMessage
  isCurrent: boolean
  onShow(): void
}

/** What somebody said whom I block: that they did, and what shows it. */
export function HiddenMessage({ message, isCurrent, onShow }: HiddenMessageProps) {
  return (
    <article
      className="message system"
      data-seq={message.seq || undefined}
      aria-label={`Somebody you blocked, ${fullTime(message.createdAt)}`}
      tabIndex={isCurrent ? 0 : -1}
    >
      <span className="message-text">Message from somebody you blocked</span>
      <button type="button" className="button small" tabIndex={isCurrent ? 0 : -1} onClick={onShow}>
        Show
      </button>
      <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
        {clockTime(message.createdAt)}
      </time>
    </article>
  )
}

import type { ShownMessage } from 'express-chat/client'
import { useEdits } from 'express-chat/react'
import { Dialog } from '../design/dialog.js'
import { LoadError } from '../design/load-error.js'
import { fullTime } from '../design/time.js'
import { useConversation } from './conversation-actions.js'
import { MessageText } from './message-text.js'

interface EditsDialogProps {
  message: ShownMessage
  onClose(): void
}

/** What a message says, and what it said before, where one may see that. */
export function EditsDialog({ message, onClose }: EditsDialogProps) {
  const { nameOf, myId } = useConversation()
  const { items, isLoading, error, hasMore, loadMore, reload } = useEdits(message.roomId, message.id)
  const versions = [{ ...message, at: message.editedAt ?? message.createdAt }, ...items]
  const isHidden = error?.code === 'forbidden' || error?.code === 'not_found'
  return (
    <Dialog title="Edits" onClose={onClose}>
      <ol className="edits" aria-label="What it said, newest first">
        {versions.map(({ text, mentions, at }, n) => (
          <li key={at}>
            <small className="hint">
              <time dateTime={at}>{fullTime(at)}</time>
              {n === 0 && ' · now'}
            </small>
            <MessageText text={text} names={mentions.map(nameOf)} myName={nameOf(myId)} />
          </li>
        ))}
      </ol>
      {isLoading && items.length === 0 && <p className="hint">Loading…</p>}
      {hasMore && (
        <button type="button" className="button" onClick={loadMore}>
          Show more
        </button>
      )}
      {isHidden && <p>What it said before is not shown to you.</p>}
      {error && !isHidden && <LoadError error={error} onRetry={reload} />}
    </Dialog>
  )
}

import type { ShownMessage } from 'express-chat/client'
import { IconButton } from '../design/icon-button.js'
import { summary } from '../messages/summary.js'
import { authorName } from '../people/user-name.js'

/** What the next text is about: a reply to a message, or another text for one that was sent, or was not. */
export interface Subject {
  kind: 'reply' | 'edit' | 'revise'
  message: ShownMessage
}

export function SubjectLine({ subject: { kind, message }, onCancel }: { subject: Subject; onCancel(): void }) {
  return (
    <div className="composer-subject">
      <span className="grow">
        <b>{kind !== 'reply' ? 'Edit message' : `Reply to ${authorName(message)}`}</b>
        <span className="ellipsis" dir="auto">
          {summary(message)}
        </span>
      </span>
      <IconButton icon="close" label="Cancel" small onClick={onCancel} />
    </div>
  )
}

import type { Messages, MessageWindow } from 'express-chat/client'
import { FailedMutation } from '../messages/failed-mutation.js'

interface NotSavedProps {
  window: MessageWindow
  messages: Messages
}

/** What was refused of messages that are not in sight; what is, says so itself. */
export function NotSaved({ window: { items, failedMutations }, messages }: NotSavedProps) {
  const here = new Set(items.map(({ id }) => id))
  const others = failedMutations.filter(({ messageId }) => !here.has(messageId))
  if (others.length === 0) return null
  return (
    <section className="not-saved" aria-label="Not saved">
      {others.map((mutation) => (
        <FailedMutation
          key={mutation.clientId}
          mutation={mutation}
          onRetry={messages.retry}
          onDiscard={messages.discard}
        />
      ))}
    </section>
  )
}

import type { ShownMessage } from 'express-chat/client'
import { useObservable, useRoom } from 'express-chat/react'
import { FailedMutation } from '../messages/failed-mutation.js'
import { useCopy } from '../messages/use-copy.js'

/** What I wrote in a room before it was not mine any more, and which was not sent: to be copied, or discarded. */
export function UnsentMessages({ roomId }: { roomId: string }) {
  const { messages } = useRoom(roomId).handle
  const { items, failedMutations } = useObservable(messages)
  const failed = items.filter(({ state }) => state === 'failed')
  if (failed.length + failedMutations.length === 0) return null
  return (
    <section className="unsent" aria-label="Not sent">
      <h3>Not sent</h3>
      <ul>
        {failed.map((message) => (
          <UnsentMessage
            key={message.key}
            message={message}
            onDiscard={() => message.clientId && messages.discard(message.clientId)}
          />
        ))}
      </ul>
      {failedMutations.map((mutation) => (
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

function UnsentMessage({ message: { text }, onDiscard }: { message: ShownMessage; onDiscard(): void }) {
  const copy = useCopy()
  return (
    <li>
      <span className="grow" dir="auto">
        {text || 'Files'}
      </span>
      {copy && text !== '' && (
        <button type="button" className="link-button" onClick={() => copy(text)}>
          Copy
        </button>
      )}
      <button type="button" className="link-button" onClick={onDiscard}>
        Discard
      </button>
    </li>
  )
}

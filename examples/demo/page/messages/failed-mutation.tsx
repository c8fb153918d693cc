import type { ShownMutation } from 'express-chat/client'
import { explain } from '../design/explain.js'
import { focusHome } from '../design/focus.js'
import { useCopy } from './use-copy.js'

interface FailedMutationProps {
  mutation: ShownMutation
  onRetry(clientId: string): void
  onDiscard(clientId: string): void
}

function whatOf(mutation: ShownMutation): string {
  if (mutation.type === 'message.edit') return 'Edit not saved'
  if (mutation.type === 'message.delete') return 'Not deleted'
  return mutation.type === 'reaction.add' ? `${mutation.reaction} not added` : `${mutation.reaction} not taken back`
}

/** What I did to a message without a connection, and was refused later: with the reason, and what can be done about that. */
export function FailedMutation({ mutation, onRetry, onDiscard }: FailedMutationProps) {
  const copy = useCopy()
  const { clientId, error } = mutation
  const text = mutation.type === 'message.edit' ? mutation.text : undefined
  return (
    <p className="failure" role="alert">
      <span>
        {whatOf(mutation)}: {error ? explain(error) : 'the server refused it'}
      </span>
      {text && (
        <q className="ellipsis" dir="auto">
          {text}
        </q>
      )}
      <button type="button" className="link-button" onClick={() => onRetry(clientId)}>
        Try again
      </button>
      {copy && text && (
        <button type="button" className="link-button" onClick={() => copy(text)}>
          Copy
        </button>
      )}
      <button
        type="button"
        className="link-button"
        onClick={() => {
          focusHome()
          onDiscard(clientId)
        }}
      >
        Dismiss
      </button>
    </p>
  )
}

import type { ShownMessage } from 'express-chat/client'
import { explain } from '../design/explain.js'
import { focusHome } from '../design/focus.js'
import { useConversation } from './conversation-actions.js'
import { mayBeTaken } from './upload-control.js'
import { useCopy } from './use-copy.js'

/** Whether the very same message may be taken another time: the network, or what I may do here, may be another then. */
export const canBeRetried = ({ error, files = [] }: ShownMessage): boolean =>
  error?.isTransient ||
  error?.code === 'forbidden' ||
  // One that is refused again leaves the message as it is.
  files.some((file) => mayBeTaken(file.getSnapshot()))

/** Why a message was not sent, and what can be done about that. */
export function Failure({ message }: { message: ShownMessage }) {
  const { canReply, retry, revise, discard } = useConversation()
  const copy = useCopy()
  return (
    <p className="failure" role="alert">
      <span>Not sent: {message.error ? explain(message.error) : 'the server refused it'}</span>
      {canBeRetried(message) && <Action label="Try again" onClick={() => retry(message)} />}
      {canReply && !message.forwardedFrom && <Action label="Edit" onClick={() => revise(message)} />}
      {copy && message.text !== '' && <Action label="Copy" onClick={() => copy(message.text)} />}
      <Action
        label="Discard"
        onClick={() => {
          focusHome()
          discard(message)
        }}
      />
    </p>
  )
}

function Action({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <button type="button" className="link-button" onClick={onClick}>
      {label}
    </button>
  )
}

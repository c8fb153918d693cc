import type { ShownMessage } from 'express-chat/client'
import { useConversation } from './conversation-actions.js'

/** Who reacted how; a click joins in or takes it back. */
export function Reactions({ message, tab }: { message: ShownMessage; tab: number }) {
  const { nameOf, myId, toggle, openPicker } = useConversation()
  if (message.reactions.length === 0) return null
  return (
    <div className="reactions">
      {message.reactions.map(({ reaction, count, userIds }) => {
        const people = userIds.map((id) => (id === myId ? 'you' : nameOf(id)))
        const who = people.join(', ') + (count > people.length ? ` and ${count - people.length} more` : '')
        return (
          <button
            key={reaction}
            type="button"
            className="chip"
            title={who}
            tabIndex={tab}
            aria-label={`${reaction} ${count}, from ${who}`}
            aria-pressed={message.myReactions.includes(reaction)}
            onClick={() => toggle(message, reaction)}
          >
            {reaction}
            <span>{count}</span>
          </button>
        )
      })}
      <button
        type="button"
        className="chip more"
        tabIndex={tab}
        aria-label="Another reaction"
        title="Another reaction"
        onClick={(event) => openPicker(message, event.currentTarget, 'few')}
      >
        +
      </button>
    </div>
  )
}

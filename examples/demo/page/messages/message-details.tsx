import type { Reaction, ShownMessage } from 'express-chat/client'
import { useMembers, useMessages } from 'express-chat/react'
import { useEffect, useState } from 'react'
import { UserAvatar } from '../design/avatar.js'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { fullTime } from '../design/time.js'
import { userName } from '../people/user-name.js'
import '../people/people.css'

interface MessageDetailsProps {
  message: ShownMessage
  onClose(): void
}

/** Who has read a message, and who reacted to it. */
export function MessageDetails({ message, onClose }: MessageDetailsProps) {
  const members = useMembers(message.roomId).items
  const readers = members.filter(({ user, lastReadSeq }) => lastReadSeq >= message.seq && user.id !== message.user?.id)
  const { reactions, error } = useReactions(message)
  return (
    <Dialog title="Message" onClose={onClose}>
      <p className="hint">
        {userName(message.user)}, {fullTime(message.createdAt)}
        {message.editedAt && `, edited ${fullTime(message.editedAt)}`}
      </p>
      {reactions.length > 0 && (
        <section>
          <h3>Reactions</h3>
          <ul className="person-list">
            {reactions.map(({ id, user, reaction }) => (
              <li key={id} className="person">
                <UserAvatar user={user} />
                <span className="grow">{userName(user)}</span>
                {reaction}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>Read by</h3>
        <ul className="person-list">
          {readers.map(({ user }) => (
            <li key={user.id} className="person">
              <UserAvatar user={user} />
              {userName(user)}
            </li>
          ))}
        </ul>
        {readers.length === 0 && <p className="hint">Nobody yet</p>}
      </section>
      <p className="form-error" role="alert">
        {error}
      </p>
    </Dialog>
  )
}

function useReactions(message: ShownMessage): { reactions: readonly Reaction[]; error: string } {
  const { handle } = useMessages(message.roomId)
  const [state, setState] = useState<{ reactions: readonly Reaction[]; error: string }>({ reactions: [], error: '' })
  useEffect(() => {
    let isWanted = true
    handle.reactions(message.id, { limit: 100 }).then(
      ({ items }) => isWanted && setState({ reactions: items, error: '' }),
      (problem) => isWanted && setState({ reactions: [], error: explain(problem) }),
    )
    return () => {
      isWanted = false
    }
  }, [handle, message.id])
  return state
}

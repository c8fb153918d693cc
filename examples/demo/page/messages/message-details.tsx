import type { Member, Reaction, ShownMessage } from 'express-chat/client'
import { useMembers, useMessages } from 'express-chat/react'
import { useEffect, useState } from 'react'
import { UserAvatar } from '../design/avatar.js'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { fullTime } from '../design/time.js'
import { authorName, userName } from '../people/user-name.js'
import '../people/people.css'

interface MessageDetailsProps {
  message: ShownMessage
  onClose(): void
}

/** Who has read a message, and who reacted to it. */
export function MessageDetails({ message, onClose }: MessageDetailsProps) {
  const members = useMembers(message.roomId).items
  const others = members.filter(({ user }) => user.id !== message.user?.id)
  const readers = others.filter(({ lastReadSeq }) => lastReadSeq >= message.seq)
  const waiting = others.filter(({ lastReadSeq }) => lastReadSeq < message.seq)
  const { reactions, error } = useReactions(message)
  return (
    <Dialog title="Message details" onClose={onClose}>
      <p className="hint">
        {authorName(message)}, {fullTime(message.createdAt)}
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
      <PeopleSection title={`Read by ${readers.length} of ${others.length}`} members={readers} />
      {waiting.length > 0 && <PeopleSection title="Not read yet" members={waiting} />}
      <p className="form-error" role="alert">
        {error}
      </p>
    </Dialog>
  )
}

function PeopleSection({ title, members }: { title: string; members: readonly Member[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <ul className="person-list" aria-label={title}>
        {members.map(({ user }) => (
          <li key={user.id} className="person">
            <UserAvatar user={user} />
            {userName(user)}
          </li>
        ))}
      </ul>
    </section>
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

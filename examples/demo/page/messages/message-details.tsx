import type { Member, Reaction, ShownMessage } from 'express-chat/client'
import { useMembers, useMessages, useReaders, useRoom } from 'express-chat/react'
import { useEffect, useRef, useState } from 'react'
import { UserAvatar } from '../design/avatar.js'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { LoadError } from '../design/load-error.js'
import { fullTime } from '../design/time.js'
import { authorName, userName } from '../people/user-name.js'
import '../people/people.css'

interface MessageDetailsProps {
  message: ShownMessage
  onClose(): void
}

/** Who has read a message, and who reacted to it. */
export function MessageDetails({ message, onClose }: MessageDetailsProps) {
  const { reactions, error } = useReactions(message)
  const { room } = useRoom(message.roomId)
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
      {room?.readReceipts ? (
        <Readers message={message} />
      ) : (
        <p className="hint">This room doesn’t tell who has read it.</p>
      )}
      <p className="form-error" role="alert">
        {error}
      </p>
    </Dialog>
  )
}

/** Who has read it, and who has not, as far as its people are known. */
function Readers({ message }: { message: ShownMessage }) {
  const { items: members, hasMore: hasMoreMembers } = useMembers(message.roomId)
  const { items: readers, error, hasMore, loadMore, reload } = useReaders(message.roomId, message.id)
  const others = members.filter(({ user }) => user.id !== message.user?.id)
  const waiting = others.filter(({ lastReadSeq }) => lastReadSeq < message.seq)
  // While it is open, somebody may read on.
  const hasRead = others.length - waiting.length
  const shownAt = useRef(hasRead)
  useEffect(() => {
    if (shownAt.current !== hasRead) reload()
    shownAt.current = hasRead
  }, [hasRead, reload])
  const total = hasMoreMembers ? '' : ` of ${readers.length + waiting.length}`
  return (
    <>
      <PeopleSection title={`Read by ${readers.length}${hasMore ? ' and more' : total}`} members={readers} />
      {hasMore && (
        <button type="button" className="button" onClick={loadMore}>
          Show more
        </button>
      )}
      {waiting.length > 0 && <PeopleSection title="Not read yet" members={waiting} />}
      {error && <LoadError error={error} onRetry={reload} />}
    </>
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

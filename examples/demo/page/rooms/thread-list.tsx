import type { FollowedThread } from 'express-chat/client'
import { useRoom, useThreads } from 'express-chat/react'
import { Icon } from '../design/icon.js'
import { LoadError } from '../design/load-error.js'
import { roughTime } from '../design/time.js'
import { summary } from '../messages/summary.js'
import { Face } from '../messages/thread-summary.js'
import { userName } from '../people/user-name.js'
import { roomName } from './room-name.js'

/** The way to the threads that I follow, with how many of them have something to read. */
export function ThreadsEntry({ isOpen, onToggle }: { isOpen: boolean; onToggle(): void }) {
  const { unread } = useThreads()
  return (
    <button type="button" className="threads-entry" aria-expanded={isOpen} onClick={onToggle}>
      <Icon name={isOpen ? 'back' : 'message'} />
      <span className="grow">{isOpen ? 'All rooms' : 'Threads'}</span>
      {!isOpen && unread > 0 && (
        <span className="badge">
          {unread}
          <span className="for-screen-readers"> unread</span>
        </span>
      )}
    </button>
  )
}

/** The threads that I follow; a click opens one beside its room. */
export function ThreadList({ onOpen }: { onOpen(thread: FollowedThread): void }) {
  const { items, status, error, hasMore, handle } = useThreads()
  return (
    <>
      <ul className="room-list" aria-label="Threads">
        {items.map((thread) => (
          <ThreadRow key={thread.message.id} thread={thread} onOpen={onOpen} />
        ))}
      </ul>
      {error && <LoadError error={error} onRetry={() => handle.load()} />}
      {hasMore && (
        <button type="button" className="button" onClick={() => handle.loadMore()}>
          Show more
        </button>
      )}
      {status === 'ready' && items.length === 0 && (
        <p className="hint">Threads that you take part in, or follow, are listed here.</p>
      )}
    </>
  )
}

function ThreadRow({ thread, onOpen }: { thread: FollowedThread; onOpen(thread: FollowedThread): void }) {
  const { message, me } = thread
  const { room } = useRoom(thread.room.id)
  const at = message.thread?.lastAt ?? message.createdAt
  const count = message.thread?.count ?? 0
  return (
    <li>
      <button
        type="button"
        className={`room-row ${me.unreadCount > 0 ? 'unread' : ''}`}
        tabIndex={-1}
        onClick={() => onOpen(thread)}
      >
        <span className="room-row-lines">
          <span className="room-row-line">
            <span className="room-row-name ellipsis" dir="auto">
              {room ? roomName(room) : (thread.room.name ?? 'Private chat')}
            </span>
            <time dateTime={at}>{roughTime(at)}</time>
          </span>
          <span className="room-row-line">
            <span className="room-row-last ellipsis" dir="auto">
              {userName(message.user)}: {summary(message)}
            </span>
          </span>
          <span className="room-row-line">
            <span className="faces">
              {message.thread?.userIds.map((id) => (
                <Face key={id} id={id} />
              ))}
            </span>
            <span className="room-row-last ellipsis">{count === 1 ? '1 reply' : `${count} replies`}</span>
            {me.mentionCount > 0 && (
              <span className="badge" title="You are mentioned">
                @
              </span>
            )}
            {me.unreadCount > 0 && (
              <span className="badge">
                {me.unreadCount}
                <span className="for-screen-readers"> unread</span>
              </span>
            )}
          </span>
        </span>
      </button>
    </li>
  )
}

import type { Room } from 'express-chat/client'
import { useBans } from 'express-chat/react'
import { useRef } from 'react'
import { UserAvatar } from '../design/avatar.js'
import { Dialog } from '../design/dialog.js'
import { LoadError } from '../design/load-error.js'
import { useOverlays } from '../design/overlays.js'
import { fullTime } from '../design/time.js'
import { userName } from '../people/user-name.js'
import '../people/people.css'

/** Who is kept out of a room. */
export function BannedDialog({ room, onClose }: { room: Room; onClose(): void }) {
  const { items, isLoading, error, hasMore, handle, loadMore, reload } = useBans(room.id)
  const { attempt } = useOverlays()
  const list = useRef<HTMLUListElement>(null)
  const lift = async (userId: string) => {
    if (!(await attempt(() => handle?.remove(userId)))) return
    reload()
    // The button goes with its row, and the focus must not go with it.
    list.current?.focus()
  }
  return (
    <Dialog title="Banned people" onClose={onClose}>
      <ul ref={list} className="person-list" aria-label="Banned people" tabIndex={-1}>
        {items.map(({ user, until, reason }) => (
          <li key={user.id} className="person">
            <UserAvatar user={user} />
            <span className="grow">
              <b className="ellipsis" dir="auto">
                {userName(user)}
              </b>
              {(reason || until) && (
                <small className="ellipsis" dir="auto">
                  {[reason, until && `until ${fullTime(until)}`].filter(Boolean).join(' · ')}
                </small>
              )}
            </span>
            <button
              type="button"
              className="button small"
              aria-label={`Lift the ban of ${userName(user)}`}
              onClick={() => void lift(user.id)}
            >
              Lift ban
            </button>
          </li>
        ))}
      </ul>
      {!isLoading && !error && items.length === 0 && <p>Nobody is banned from this room.</p>}
      {isLoading && items.length === 0 && <p className="hint">Loading…</p>}
      {hasMore && (
        <button type="button" className="button" onClick={loadMore}>
          Show more
        </button>
      )}
      {error && <LoadError error={error} onRetry={reload} />}
    </Dialog>
  )
}

import { useBlocks } from 'express-chat/react'
import { useRef } from 'react'
import { UserAvatar } from '../design/avatar.js'
import { Dialog } from '../design/dialog.js'
import { LoadError } from '../design/load-error.js'
import { useOverlays } from '../design/overlays.js'
import { userName } from './user-name.js'
import './people.css'

/** Whom I block. */
export function BlockedDialog({ onClose }: { onClose(): void }) {
  const { items, status, error, handle } = useBlocks()
  const { attempt } = useOverlays()
  const list = useRef<HTMLUListElement>(null)
  const unblock = async (userId: string) => {
    // The button goes with its row, and the focus must not go with it.
    if (await attempt(() => handle.remove(userId))) list.current?.focus()
  }
  return (
    <Dialog title="Blocked people" onClose={onClose}>
      <p className="hint">
        They can’t write to you, nor you to them. In rooms that you share, what they say is hidden from you.
      </p>
      <ul ref={list} className="person-list" aria-label="Blocked people" tabIndex={-1}>
        {items.map(({ user }) => (
          <li key={user.id} className="person">
            <UserAvatar user={user} />
            <b className="grow ellipsis" dir="auto">
              {userName(user)}
            </b>
            <button
              type="button"
              className="button small"
              aria-label={`Unblock ${userName(user)}`}
              onClick={() => void unblock(user.id)}
            >
              Unblock
            </button>
          </li>
        ))}
      </ul>
      {status === 'ready' && items.length === 0 && <p>You haven’t blocked anybody.</p>}
      {status === 'loading' && <p className="hint">Loading…</p>}
      {status === 'failed' && <LoadError error={error} onRetry={() => void handle.load()} />}
    </Dialog>
  )
}

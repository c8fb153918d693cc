import { useInvite } from 'express-chat/react'
import { openRoom } from '../app/address.js'
import { InvitedAvatar } from '../design/avatar.js'
import { LoadError } from '../design/load-error.js'
import { useOverlays } from '../design/overlays.js'
import { plural } from '../design/plural.js'

/** Where a link leads, and the way in. */
export function InvitedRoom({ code }: { code: string }) {
  const { room, error, join } = useInvite(code)
  const { attempt } = useOverlays()
  const enter = () => attempt(async () => openRoom((await join()).id))
  const name = room?.name ?? 'Room'
  const isGone = error?.code === 'not_found'
  if (!room && !error) return <div className="empty">Opening the invitation…</div>
  return (
    <div className="empty">
      {room && <InvitedAvatar name={name} url={room.avatarUrl} />}
      <h2 dir="auto">{room ? name : 'This invitation is no longer valid'}</h2>
      {room && <p>You are invited. {plural(room.memberCount, 'member')}</p>}
      {isGone && <p>It has ended, or it isn’t for you. Ask for another one.</p>}
      {error && !isGone && <LoadError error={error} onRetry={() => location.reload()} />}
      {room && (
        <button type="button" className="button primary" onClick={() => void enter()}>
          Join room
        </button>
      )}
      <button type="button" className="button" onClick={() => openRoom(null)}>
        All rooms
      </button>
    </div>
  )
}

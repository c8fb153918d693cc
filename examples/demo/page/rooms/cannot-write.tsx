import type { Room } from 'express-chat/client'
import { fullTime } from '../design/time.js'
import { useUntil } from '../design/use-until.js'
import { useBlocking } from '../people/blocking.js'
import { userName } from '../people/user-name.js'

/** Why nothing can be written here. */
export function CannotWrite({ room }: { room: Room }) {
  const isSilenced = useUntil(room.me?.silencedUntil)
  if (room.isBlocked && room.peer) return <BlockedChat userId={room.peer.id} name={userName(room.peer)} />
  if (isSilenced && room.me?.silencedUntil) {
    return <p className="read-only">You can read here, and write again after {fullTime(room.me.silencedUntil)}.</p>
  }
  return (
    <p className="read-only">
      {room.type === 'channel' ? 'Only admins can post in this channel.' : 'You can’t write in this room.'}
    </p>
  )
}

/** Of a block by the other one nobody says so. */
function BlockedChat({ userId, name }: { userId: string; name: string }) {
  const { isBlocked, unblock } = useBlocking(userId, name)
  if (!isBlocked) return <p className="read-only">You can’t write in this chat.</p>
  return (
    <p className="read-only">
      <span dir="auto">You blocked {name}.</span>{' '}
      <button type="button" className="button small" onClick={unblock}>
        Unblock
      </button>
    </p>
  )
}

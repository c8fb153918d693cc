import type { Room } from 'express-chat/client'
import { useEffect, useState } from 'react'
import { fullTime } from '../design/time.js'
import { useBlocking } from '../people/blocking.js'
import { userName } from '../people/user-name.js'

/** Longest delay of a timer. */
const longestMs = 2 ** 31 - 1

/** Whether I am silenced here at the moment; shown anew when that ends. */
export function useSilence(room: Room | null): boolean {
  const end = Date.parse(room?.me?.silencedUntil ?? '')
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const left = end - Date.now()
    if (!(left > 0)) return setNow(Date.now())
    const timer = setTimeout(() => setNow(Date.now()), Math.min(left + 50, longestMs))
    return () => clearTimeout(timer)
  }, [end])
  return end > now
}

/** Why nothing can be written here. */
export function CannotWrite({ room }: { room: Room }) {
  const isSilenced = useSilence(room)
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

import { useRoom } from 'express-chat/react'
import { openRoom } from '../app/address.js'
import { RoomAvatar } from '../design/avatar.js'
import { useOverlays } from '../design/overlays.js'
import { aboutRoom, roomName } from './room-name.js'

/** What stands where a room is that is not mine: one to join, one that was mine, or none. */
export function ClosedRoom({ roomId }: { roomId: string }) {
  const { status, room, reason, handle } = useRoom(roomId)
  const { attempt } = useOverlays()
  if (status === 'loading') return <div className="empty">Opening the room…</div>
  const name = room ? roomName(room) : 'this room'
  const texts = {
    missing: ['There is no such room', 'Or it is not yours to see.'],
    removed: [`You were removed from ${name}`, 'Its messages are not yours to see any more.'],
    left: [`You left ${name}`, room?.isPublic ? 'It is public: you can join it again.' : ''],
    deleted: [`${room ? name : 'This room'} was deleted`, 'Its messages are gone.'],
  }
  const canJoin = status === 'preview' || (status === 'left' && reason !== 'deleted' && room?.isPublic)
  const [title, about] = status === 'preview' ? [name, room && aboutRoom(room)] : texts[reason ?? 'missing']
  return (
    <div className="empty">
      {room && <RoomAvatar room={room} size="xl" />}
      <h2 dir="auto">{title}</h2>
      <p>{about}</p>
      {canJoin && (
        <button type="button" className="button primary" onClick={() => attempt(() => handle.join())}>
          Join this room
        </button>
      )}
      <button type="button" className="button" onClick={() => openRoom(null)}>
        All rooms
      </button>
    </div>
  )
}

import { useRoom } from 'express-chat/react'
import { openRoom } from '../app/address.js'
import { RoomAvatar } from '../design/avatar.js'
import { useOverlays } from '../design/overlays.js'
import { aboutRoom, roomName } from './room-name.js'
import { UnsentMessages } from './unsent-messages.js'

/** What stands where a room is that is not mine: one to join, one that was mine, or none. */
export function ClosedRoom({ roomId }: { roomId: string }) {
  const { status, room, reason, handle } = useRoom(roomId)
  const { attempt } = useOverlays()
  if (status === 'loading') return <div className="empty">Opening the room…</div>
  const name = room ? roomName(room) : 'this room'
  const texts = {
    missing: ['This room doesn’t exist', 'Or you don’t have access to it.'],
    removed: [`You were removed from ${name}`, 'You can no longer see its messages.'],
    left: [`You left ${name}`, room?.isPublic ? 'It’s public, so you can join it again.' : ''],
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
          Join room
        </button>
      )}
      <UnsentMessages roomId={roomId} />
      <button type="button" className="button" onClick={() => openRoom(null)}>
        All rooms
      </button>
    </div>
  )
}

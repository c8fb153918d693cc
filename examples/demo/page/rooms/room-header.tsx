import type { Room, User } from 'express-chat/client'
import { usePresence, useTyping } from 'express-chat/react'
import { openRoom } from '../app/address.js'
import { RoomAvatar } from '../design/avatar.js'
import { IconButton } from '../design/icon-button.js'
import { lastSeen } from '../design/time.js'
import { aboutRoom, roomName } from './room-name.js'
import { typingText } from './typing-text.js'

export type Panel = 'details' | 'search' | 'pins'

interface RoomHeaderProps {
  room: Room
  panel: Panel | null
  onPanel(panel: Panel | null): void
}

export function RoomHeader({ room, panel, onPanel }: RoomHeaderProps) {
  const typing = typingText(useTyping(room.id), room.type === 'private')
  const toggle = (which: Panel) => onPanel(panel === which ? null : which)
  return (
    <header>
      <h2 className="for-screen-readers">{roomName(room)}</h2>
      <IconButton icon="back" label="All rooms" className="narrow-only" onClick={() => openRoom(null)} />
      <button type="button" className="heading" title="About this room" onClick={() => toggle('details')}>
        <RoomAvatar room={room} />
        <span className="grow">
          <span className="heading-name ellipsis" dir="auto">
            {roomName(room)}
          </span>
          <span className={`heading-about ellipsis ${typing ? 'is-typing' : ''}`}>
            {typing || (room.type === 'private' && room.peer ? <PeerLine peer={room.peer} /> : aboutRoom(room))}
          </span>
        </span>
      </button>
      <IconButton
        icon="search"
        label="Search in this room"
        aria-pressed={panel === 'search'}
        onClick={() => toggle('search')}
      />
      <IconButton
        icon="info"
        label="About this room"
        aria-pressed={panel === 'details'}
        onClick={() => toggle('details')}
      />
    </header>
  )
}

function PeerLine({ peer }: { peer: User }) {
  const presence = usePresence(peer.id)
  const seenAt = presence?.lastSeenAt ?? peer.lastSeenAt
  if (presence?.online) return 'online'
  return seenAt ? lastSeen(seenAt) : peer.description || 'Private'
}

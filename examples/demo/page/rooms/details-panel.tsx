import type { Room, RoomHandle, User } from 'express-chat/client'
import { usePresence, useRoom } from 'express-chat/react'
import { useState } from 'react'
import { openRoom } from '../app/address.js'
import { RoomAvatar } from '../design/avatar.js'
import { Icon } from '../design/icon.js'
import { useOverlays } from '../design/overlays.js'
import { Switch } from '../design/switch.js'
import { lastSeen } from '../design/time.js'
import { useBlocking } from '../people/blocking.js'
import { userName } from '../people/user-name.js'
import { BannedDialog } from './banned-dialog.js'
import { EditRoomDialog } from './edit-room-dialog.js'
import { InviteDialog } from './invite-dialog.js'
import { MemberList } from './member-list.js'
import { endOfMute } from './muting.js'
import { SidePanel } from './panel.js'
import { aboutRoom, roomName } from './room-name.js'

interface DetailsPanelProps {
  roomId: string
  onClose(): void
}

/** What a room is, who is in it, and what I may do about it. */
export function DetailsPanel({ roomId, onClose }: DetailsPanelProps) {
  const { room, handle } = useRoom(roomId)
  const { attempt } = useOverlays()
  const [showsBanned, setShowsBanned] = useState(false)
  const [isEditing, setIsEditing] = useState(false)
  const [isInviting, setIsInviting] = useState(false)
  if (!room?.me) return null
  const isPrivate = room.type === 'private'
  return (
    <SidePanel title={isPrivate ? 'About this person' : 'About this room'} onClose={onClose}>
      <div className="about">
        <RoomAvatar room={room} size="xl" />
        <h2 dir="auto">{roomName(room)}</h2>
        {isPrivate && room.peer ? (
          <PeerAbout peer={room.peer} />
        ) : (
          <>
            <span className="hint">{aboutRoom({ ...room, description: '' })}</span>
            {room.description && <p dir="auto">{room.description}</p>}
          </>
        )}
        {!isPrivate && room.me.permissions.canEditRoom && (
          <button type="button" className="button small" onClick={() => setIsEditing(true)}>
            <Icon name="edit" small />
            Edit room
          </button>
        )}
      </div>
      <Switch
        label="Mute"
        about={room.me.muted ? endOfMute(room.me) : 'Its messages don’t count as unread'}
        checked={room.me.muted}
        onChange={(muted) => attempt(() => handle.mute(muted))}
      />
      {!isPrivate && <MemberList room={room} />}
      {!isPrivate && room.me.permissions.canAddUsers && (
        <button type="button" className="button" onClick={() => setIsInviting(true)}>
          <Icon name="link" />
          Invite by link
        </button>
      )}
      {!isPrivate && room.me.permissions.canRemoveUsers && (
        <button type="button" className="button" onClick={() => setShowsBanned(true)}>
          <Icon name="block" />
          Banned people
        </button>
      )}
      {isPrivate && room.peer && <BlockPeer peer={room.peer} />}
      <Endings room={room} handle={handle} />
      {showsBanned && <BannedDialog room={room} onClose={() => setShowsBanned(false)} />}
      {isInviting && <InviteDialog room={room} onClose={() => setIsInviting(false)} />}
      {isEditing && <EditRoomDialog room={room} onClose={() => setIsEditing(false)} />}
    </SidePanel>
  )
}

function PeerAbout({ peer }: { peer: User }) {
  const presence = usePresence(peer.id)
  const seenAt = presence?.lastSeenAt ?? peer.lastSeenAt
  return (
    <>
      <span className="hint">{presence?.online ? 'online' : seenAt && lastSeen(seenAt)}</span>
      {peer.description && <p dir="auto">{peer.description}</p>}
    </>
  )
}

function BlockPeer({ peer }: { peer: User }) {
  const { isBlocked, block, unblock } = useBlocking(peer.id, userName(peer))
  return (
    <button type="button" className="button" onClick={isBlocked ? unblock : block}>
      <Icon name={isBlocked ? 'check' : 'block'} />
      {isBlocked ? 'Unblock' : 'Block'} {userName(peer)}
    </button>
  )
}

/** Ways out of a room. */
function Endings({ room, handle }: { room: Room; handle: RoomHandle }) {
  const { attempt, confirm } = useOverlays()
  const name = roomName(room)
  const isPrivate = room.type === 'private'
  const leave = async () => {
    const question = room.isPublic ? 'It’s public, so you can join it again.' : 'To come back, somebody has to add you.'
    if (await confirm({ title: `Leave ${name}?`, question, action: 'Leave' })) end(() => handle.leave())
  }
  const remove = async () => {
    const question = 'All of its messages will be deleted, for everyone.'
    if (await confirm({ title: `Delete ${isPrivate ? 'this chat' : name}?`, question, action: 'Delete' }))
      end(() => handle.delete())
  }
  const end = async (work: () => Promise<void>) => {
    if (await attempt(work)) openRoom(null)
  }
  const canDelete = room.me?.permissions.canDeleteRoom
  if (isPrivate && !canDelete) return null
  return (
    <div className="panel-actions">
      {!isPrivate && (
        <button type="button" className="button" onClick={leave}>
          <Icon name="leave" />
          Leave room
        </button>
      )}
      {canDelete && (
        <button type="button" className="button danger" onClick={remove}>
          <Icon name="delete" />
          {isPrivate ? 'Delete chat' : 'Delete room'}
        </button>
      )}
    </div>
  )
}

import type { Message, Room, User } from 'express-chat/client'
import { useMediaSource, usePresence } from 'express-chat/react'
import { type CSSProperties, useEffect, useState } from 'react'
import { userName } from '../people/user-name.js'
import { roomName } from '../rooms/room-name.js'
import './avatar.css'

type Size = 's' | 'm' | 'l' | 'xl'

interface AvatarProps {
  id: string
  name: string
  url: string | null | undefined
  size: Size
  isSquare?: boolean
  isOnline?: boolean
}

const hueOf = (id: string): number => [...id].reduce((hash, sign) => (hash * 31 + (sign.codePointAt(0) ?? 0)) % 360, 7)
const initialOf = (name: string): string => [...name.trim()][0]?.toUpperCase() ?? '?'

/** A picture, or a coloured initial where there is none or it does not load. The name always stands beside it. */
function Avatar({ id, name, url, size, isSquare = false, isOnline = false }: AvatarProps) {
  const { src, onError } = useMediaSource(url)
  const [broken, setBroken] = useState<string>()
  const hue = { '--hue': hueOf(id) } as CSSProperties
  useEffect(() => setBroken((before) => (before === src ? before : undefined)), [src])
  const fail = () => {
    setBroken(src)
    onError()
  }
  return (
    <span className={`avatar size-${size} ${isSquare ? 'square' : ''}`} style={hue} aria-hidden="true">
      {initialOf(name)}
      {src && broken !== src && <img src={src} alt="" onError={fail} />}
      {isOnline && <span className="presence" />}
    </span>
  )
}

interface UserAvatarProps {
  user: User | null | undefined
  size?: Size
}

export function UserAvatar({ user, size = 'm', isOnline = false }: UserAvatarProps & { isOnline?: boolean }) {
  return <Avatar id={user?.id ?? ''} name={userName(user)} url={user?.avatarUrl} size={size} isOnline={isOnline} />
}

/** Of whoever says a message: a person, or a bot. */
export function AuthorAvatar({ message: { user, as } }: { message: Pick<Message, 'user' | 'as'> }) {
  return as ? <Avatar id={as.name} name={as.name} url={as.avatarUrl} size="m" /> : <UserAvatar user={user} />
}

/** With a dot while the person is here. */
export function LiveAvatar({ user, size = 'm' }: UserAvatarProps & { user: User }) {
  const presence = usePresence(user.id)
  return <UserAvatar user={user} size={size} isOnline={presence?.online ?? false} />
}

/** Of a room of which only its name is known. */
export function InvitedAvatar({ name, url }: { name: string; url: string | null }) {
  return <Avatar id={name} name={name} url={url} size="xl" isSquare />
}

export function RoomAvatar({ room, size = 'm' }: { room: Room; size?: Size }) {
  if (room.type === 'private' && room.peer) return <LiveAvatar user={room.peer} size={size} />
  return <Avatar id={room.id} name={roomName(room)} url={room.avatarUrl} size={size} isSquare />
}

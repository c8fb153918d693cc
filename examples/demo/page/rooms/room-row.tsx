import type { Message, Room } from 'express-chat/client'
import { useBlocks, useMe, useTyping } from 'express-chat/react'
import { type MouseEvent, memo } from 'react'
import { addressOf, openRoom } from '../app/address.js'
import { useDraft } from '../composer/drafts.js'
import { RoomAvatar } from '../design/avatar.js'
import { Icon } from '../design/icon.js'
import { fullTime, roughTime } from '../design/time.js'
import { summary } from '../messages/summary.js'
import { useSystemText } from '../messages/system-text.js'
import { authorName } from '../people/user-name.js'
import { roomName } from './room-name.js'
import { typingText } from './typing-text.js'

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)

function lastLine(message: Message, isPrivate: boolean, myId: string | undefined): string {
  if (message.user?.id === myId) return `You: ${summary(message)}`
  return isPrivate ? summary(message) : `${authorName(message)}: ${summary(message)}`
}

interface RoomRowProps {
  room: Room
  isOpen: boolean
}

/** A link, so that a room opens in another tab as one expects. */
export const RoomRow = memo(function RoomRow({ room, isOpen }: RoomRowProps) {
  const me = useMe()
  const isPrivate = room.type === 'private'
  const typing = typingText(useTyping(room.id), isPrivate)
  const unread = room.me?.unreadCount ?? 0
  const systemText = useSystemText()
  const message = room.lastMessage
  const blocked = useBlocks().items
  const last = !message
    ? 'No messages yet'
    : message.kind === 'system'
      ? systemText(message)
      : blocked.some(({ user }) => user.id === message.user?.id)
        ? 'Somebody you blocked wrote'
        : lastLine(message, isPrivate, me?.id)
  const draft = useDraft(me?.id, room.id)
  const time = room.lastMessage?.createdAt ?? room.createdAt
  return (
    <li>
      <a
        href={addressOf(room.id)}
        tabIndex={-1}
        data-name={roomName(room)}
        className={`room-row ${unread > 0 ? 'unread' : ''}`}
        aria-current={isOpen ? 'page' : undefined}
        onClick={(event) => {
          if (!isPlainClick(event)) return
          event.preventDefault()
          openRoom(room.id)
        }}
      >
        <RoomAvatar room={room} size="l" />
        <span className="room-row-lines">
          <span className="room-row-line">
            <span className="room-row-name ellipsis" dir="auto">
              {roomName(room)}
            </span>
            {room.type === 'channel' && <Icon name="channel" small />}
            {room.me?.muted && <Icon name="bell-off" small />}
            <time dateTime={time} title={fullTime(time)}>
              {roughTime(time)}
            </time>
          </span>
          <span className="room-row-line">
            <span className={`room-row-last ellipsis ${typing ? 'is-typing' : ''}`} dir="auto">
              {typing ||
                (draft && !isOpen ? (
                  <>
                    <b className="draft">Draft:</b> {draft}
                  </>
                ) : (
                  last
                ))}
            </span>
            {unread > 0 && <UnreadBadge count={unread} isMuted={room.me?.muted ?? false} />}
          </span>
        </span>
      </a>
    </li>
  )
})

function UnreadBadge({ count, isMuted }: { count: number; isMuted: boolean }) {
  return (
    <span className={`badge ${isMuted ? 'muted' : ''}`}>
      {count > 999 ? '999+' : count}
      <span className="for-screen-readers"> unread</span>
    </span>
  )
}

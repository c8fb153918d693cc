import type { Me, Message, Room } from 'express-chat/client'
import { useBlocks, useChatClient, useDraft, useMe, useTyping } from 'express-chat/react'
import { type KeyboardEvent, type MouseEvent, memo, useRef, useState } from 'react'
import { addressOf, openRoom } from '../app/address.js'
import { RoomAvatar } from '../design/avatar.js'
import { Icon } from '../design/icon.js'
import { IconButton } from '../design/icon-button.js'
import { fullTime, roughTime } from '../design/time.js'
import { useLongPress } from '../design/use-long-press.js'
import { summary } from '../messages/summary.js'
import { useSystemText } from '../messages/system-text.js'
import { authorName } from '../people/user-name.js'
import { endOfMute } from './muting.js'
import { RoomMenu } from './room-menu.js'
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
  const client = useChatClient()
  const me = useMe()
  const isPrivate = room.type === 'private'
  const typing = typingText(useTyping(room.id), isPrivate)
  const isUnread = room.me != null && (room.me.unreadCount > 0 || room.me.isMarkedUnread)
  const link = useRef<HTMLAnchorElement>(null)
  const more = useRef<HTMLButtonElement>(null)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const { handlers, wasLong } = useLongPress(setAnchor)
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
  const [draft] = useDraft(room.id)
  const time = room.lastMessage?.createdAt ?? room.createdAt
  // Beside the row there is its menu, as in a grid.
  const onKeyDown = ({ key, target }: KeyboardEvent) => {
    if (target !== link.current && target !== more.current) return
    const [forward, back] = document.dir === 'rtl' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft']
    if (key === forward) more.current?.focus()
    if (key === back) link.current?.focus()
  }
  return (
    <li className="room-item" onKeyDown={onKeyDown}>
      <a
        ref={link}
        href={addressOf(room.id)}
        tabIndex={-1}
        data-name={roomName(room)}
        className={`room-row ${isUnread ? 'unread' : ''}`}
        aria-current={isOpen ? 'page' : undefined}
        {...handlers}
        onContextMenu={(event) => {
          event.preventDefault()
          setAnchor(event.currentTarget)
        }}
        onClick={(event) => {
          if (wasLong()) return event.preventDefault()
          if (!isPlainClick(event)) return
          event.preventDefault()
          // Nothing new in it would come into sight to take the mark away.
          if (room.me?.isMarkedUnread) client.room(room.id).markRead()
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
            {room.me && <Kept me={room.me} />}
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
            {room.me && <Badges me={room.me} />}
          </span>
        </span>
      </a>
      {room.me && (
        <IconButton
          ref={more}
          icon="more"
          label={`Options for ${roomName(room)}`}
          small
          className="room-more"
          tabIndex={-1}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={({ currentTarget }) => setAnchor(anchor ? null : currentTarget)}
        />
      )}
      {anchor && <RoomMenu room={room} isOpen={isOpen} anchor={anchor} onClose={() => setAnchor(null)} />}
    </li>
  )
})

/** How I keep the room, where that is not as it begins. */
function Kept({ me }: { me: Me }) {
  const quiet = me.muted ? endOfMute(me) : me.notify === 'none' ? 'Notifies you of nothing' : null
  return (
    <>
      {me.isPinned && <Sign icon="pin" label="Pinned" />}
      {quiet && <Sign icon="bell-off" label={quiet} />}
      {!quiet && me.notify === 'mentions' && <Sign icon="at" label="Notifies you of mentions" />}
    </>
  )
}

function Sign({ icon, label }: { icon: 'pin' | 'bell-off' | 'at'; label: string }) {
  return (
    <span className="room-sign" title={label}>
      <Icon name={icon} small />
      <span className="for-screen-readers">{label}</span>
    </span>
  )
}

const shown = (count: number, most: number): string => (count > most ? `${most}+` : `${count}`)

/** What there is to read, and whether it mentions me; quiet where I am not notified of it. */
function Badges({ me: { unreadCount, mentionCount, isMarkedUnread, muted, notify } }: { me: Me }) {
  const isQuiet = muted || notify === 'none'
  return (
    <>
      {mentionCount > 0 && (
        <span className={`badge mention ${isQuiet ? 'muted' : ''}`}>
          @{mentionCount > 1 && shown(mentionCount, 99)}
          <span className="for-screen-readers"> {mentionCount === 1 ? 'mention' : 'mentions'}</span>
        </span>
      )}
      {unreadCount > 0 && (
        <span className={`badge ${isQuiet || notify === 'mentions' ? 'muted' : ''}`}>
          {shown(unreadCount, 999)}
          <span className="for-screen-readers"> unread</span>
        </span>
      )}
      {unreadCount === 0 && isMarkedUnread && (
        <span className={`badge dot ${isQuiet ? 'muted' : ''}`}>
          <span className="for-screen-readers">Marked as unread</span>
        </span>
      )}
    </>
  )
}

import type { Message, Room } from 'express-chat/client'
import { useBlocks, useRooms } from 'express-chat/react'
import { Link } from '../app/router.js'
import { cardOf, type ShopData } from '../chat/card.js'
import { Notice } from '../design/notice.js'
import { Picture } from '../design/picture.js'
import { shortTime } from '../design/time.js'
import './messages.css'

export function MessagesScreen() {
  const { items, status, hasMore, handle } = useRooms<ShopData>()
  const { items: blocks } = useBlocks()
  if (status !== 'ready' && items.length === 0) return null
  if (items.length === 0) return <Notice title="Nobody has written yet" text="A conversation begins with an order." />
  return (
    <>
      <h1>Messages</h1>
      <ul className="list">
        {items.map((room) => (
          <Row
            key={room.id}
            room={room}
            isBlocked={blocks.some(({ user }) => user.id === room.lastMessage?.user?.id)}
          />
        ))}
      </ul>
      {hasMore && (
        <button type="button" onClick={() => handle.loadMore()}>
          Show more
        </button>
      )}
    </>
  )
}

function Row({ room, isBlocked }: { room: Room<ShopData>; isBlocked: boolean }) {
  const { orderId, emoji, title } = cardOf(room)
  const unread = room.me?.muted ? 0 : (room.me?.unreadCount ?? 0)
  const { lastMessage } = room
  return (
    <li className={`card message-row ${unread ? 'unread' : ''}`}>
      <Picture emoji={emoji} size="small" />
      <div className="grow">
        <Link href={`/orders/${orderId}`}>{title}</Link>
        <p className="last">{isBlocked ? 'You block who wrote this.' : lastMessage && inOneLine(lastMessage)}</p>
      </div>
      <div className="side">
        {lastMessage && <small>{shortTime(lastMessage.createdAt)}</small>}
        {unread > 0 && (
          <span className="badge">
            {unread}
            <span className="for-screen-readers"> unread</span>
          </span>
        )}
      </div>
    </li>
  )
}

const inOneLine = ({ user, text, media }: Message<ShopData>): string =>
  [user?.name, text || media[0]?.filename].filter(Boolean).join(': ')

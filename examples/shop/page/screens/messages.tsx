import type { Room } from 'express-chat/client'
import { useRooms } from 'express-chat/react'
import { Link } from '../app/router.js'
import { cardOf, type ShopData } from '../chat/card.js'
import { Notice } from '../design/notice.js'
import { Picture } from '../design/picture.js'
import { shortTime } from '../design/time.js'
import './messages.css'

export function MessagesScreen() {
  const { items, status, hasMore, handle } = useRooms<ShopData>()
  if (status !== 'ready' && items.length === 0) return null
  if (items.length === 0) return <Notice title="Nobody has written yet" text="A conversation begins with an order." />
  return (
    <>
      <h1>Messages</h1>
      <ul className="list">
        {items.map((room) => (
          <Row key={room.id} room={room} />
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

function Row({ room }: { room: Room<ShopData> }) {
  const { orderId, emoji, title } = cardOf(room)
  const unread = room.me?.unreadCount ?? 0
  const { lastMessage } = room
  return (
    <li className={`card message-row ${unread ? 'unread' : ''}`}>
      <Picture emoji={emoji} size="small" />
      <div className="grow">
        <Link href={`/orders/${orderId}`}>{title}</Link>
        <p className="last">
          {lastMessage?.user && `${lastMessage.user.name}: `}
          {lastMessage?.text || lastMessage?.media[0]?.filename}
        </p>
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

import type { FoundMessage } from 'express-chat/client'
import { useRoom } from 'express-chat/react'
import { roughTime } from '../design/time.js'
import { userName } from '../people/user-name.js'
import { roomName } from './room-name.js'

interface FoundMessagesProps {
  items: readonly FoundMessage[]
  onJump(to: FoundMessage): void
}

/** Messages of all my rooms, each with its room and what was searched for; a click goes there. */
export function FoundMessages({ items, onJump }: FoundMessagesProps) {
  return items.map((found) => (
    <li key={found.message.id}>
      <button type="button" className="room-row" tabIndex={-1} onClick={() => onJump(found)}>
        <span className="room-row-lines">
          <span className="found-where">
            <b className="ellipsis" dir="auto">
              <RoomName {...found.room} />
            </b>
            <time dateTime={found.message.createdAt}>{roughTime(found.message.createdAt)}</time>
          </span>
          <span className="room-row-last ellipsis" dir="auto">
            {userName(found.message.user)}: <Excerpt {...found} />
          </span>
        </span>
      </button>
    </li>
  ))
}

/** A private room is called by the other person, whom only the room itself knows. */
function RoomName({ id, name }: FoundMessage['room']) {
  const { room } = useRoom(id)
  return room ? roomName(room) : (name ?? 'Private chat')
}

const contextLength = 20

/** A text from shortly before what was found in it. */
function Excerpt({ message: { text }, highlights }: FoundMessage) {
  const start = Math.max(0, (highlights[0]?.[0] ?? 0) - contextLength)
  const ends = highlights.map(([, to]) => to)
  return (
    <>
      {start > 0 && '…'}
      {highlights.map(([from, to], n) => (
        <span key={from}>
          {text.slice(ends[n - 1] ?? start, from)}
          <mark>{text.slice(from, to)}</mark>
        </span>
      ))}
      {text.slice(ends.at(-1) ?? start)}
    </>
  )
}

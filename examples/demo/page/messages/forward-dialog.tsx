import type { Room, ShownMessage } from 'express-chat/client'
import { useChatClient, useRooms } from 'express-chat/react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { RoomAvatar } from '../design/avatar.js'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { useOverlays } from '../design/overlays.js'
import { enterList, useRoving } from '../design/roving.js'
import { SearchField } from '../design/search-field.js'
import { MoreRooms } from '../rooms/more-rooms.js'
import { roomName } from '../rooms/room-name.js'
import { summary } from './summary.js'

interface ForwardDialogProps {
  message: ShownMessage
  onClose(): void
}

/** Finds the room, of mine, where a message is to be said again. */
export function ForwardDialog({ message, onClose }: ForwardDialogProps) {
  const field = useRef<HTMLInputElement>(null)
  const { items, hasMore, handle } = useRooms()
  const [q, setQ] = useState('')
  const wanted = q.trim().toLowerCase()
  const rooms = items.filter(
    (room) => room.me?.permissions.canCreateMessages && roomName(room).toLowerCase().includes(wanted),
  )
  const list = useRoving<HTMLUListElement>({ items: 'button', typeAhead: true, above: field })
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => enterList(event, list.ref)
  return (
    <Dialog title="Forward this message" onClose={onClose}>
      <p className="hint ellipsis" dir="auto">
        {summary(message)}
      </p>
      <SearchField
        ref={field}
        label="Search your rooms"
        data-first
        value={q}
        onChange={(event) => setQ(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <ul className="person-list" aria-label="Rooms" {...list}>
        {rooms.map((room) => (
          <Target key={room.id} room={room} message={message} onSent={onClose} />
        ))}
      </ul>
      {hasMore && <MoreRooms onReached={() => handle.loadMore()} />}
      <p className="hint" role="status">
        {rooms.length === 0 && !hasMore && 'No room found'}
      </p>
    </Dialog>
  )
}

interface TargetProps {
  room: Room
  message: ShownMessage
  onSent(): void
}

function Target({ room, message, onSent }: TargetProps) {
  const client = useChatClient()
  const { toast } = useOverlays()
  const name = roomName(room)
  const send = () => {
    onSent()
    client
      .room(room.id)
      .messages.send({ forward: message })
      .then(
        () => toast(`Forwarded to ${name}`),
        (problem) => toast(`Not forwarded to ${name}: ${explain(problem)}`),
      )
  }
  return (
    <li>
      <button type="button" className="person" tabIndex={-1} data-name={name} onClick={send}>
        <RoomAvatar room={room} />
        <b className="grow ellipsis" dir="auto">
          {name}
        </b>
      </button>
    </li>
  )
}

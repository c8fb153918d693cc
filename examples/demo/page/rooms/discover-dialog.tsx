import type { Room } from 'express-chat/client'
import { useChatClient, usePublicRooms, useRooms } from 'express-chat/react'
import { useRef, useState } from 'react'
import { openRoom } from '../app/address.js'
import { RoomAvatar } from '../design/avatar.js'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { useOverlays } from '../design/overlays.js'
import { enterList, useRoving } from '../design/roving.js'
import { SearchField } from '../design/search-field.js'
import { aboutRoom, roomName } from './room-name.js'

export function DiscoverDialog({ onClose }: { onClose(): void }) {
  const [q, setQ] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const list = useRoving<HTMLUListElement>({ items: 'button', typeAhead: true, above: field })
  const { items, isLoading, error, hasMore, loadMore } = usePublicRooms(q.trim())
  const status = error
    ? explain(error)
    : isLoading
      ? 'Searching…'
      : q.trim()
        ? 'No public rooms found'
        : 'There are no public rooms yet'
  return (
    <Dialog title="Public rooms" onClose={onClose}>
      <SearchField
        ref={field}
        data-first
        label="Search public rooms"
        value={q}
        onChange={(event) => setQ(event.target.value)}
        onKeyDown={(event) => enterList(event, list.ref)}
      />
      <ul className="person-list" aria-label="Found rooms" {...list}>
        {items.map((room) => (
          <PublicRoom key={room.id} room={room} onDone={onClose} />
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="button" onClick={loadMore}>
          Show more
        </button>
      )}
      <p className="hint" role="status">
        {(error || items.length === 0) && status}
      </p>
    </Dialog>
  )
}

function PublicRoom({ room, onDone }: { room: Room; onDone(): void }) {
  const client = useChatClient()
  const { attempt } = useOverlays()
  const isListed = useRooms().items.some(({ id }) => id === room.id)
  const isMine = isListed || room.me !== null
  const open = async () => {
    if (!isMine) await client.room(room.id).join()
    openRoom(room.id)
    onDone()
  }
  return (
    <li className="person">
      <RoomAvatar room={room} />
      <span className="grow">
        <b className="ellipsis" dir="auto">
          {roomName(room)}
        </b>
        <small className="ellipsis">{aboutRoom(room)}</small>
      </span>
      <button
        type="button"
        tabIndex={-1}
        data-name={roomName(room)}
        className={`button small ${isMine ? '' : 'primary'}`}
        aria-label={`${isMine ? 'Open' : 'Join'} ${roomName(room)}`}
        onClick={() => attempt(open)}
      >
        {isMine ? 'Open' : 'Join'}
      </button>
    </li>
  )
}

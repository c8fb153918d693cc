import type { Room } from 'express-chat/client'
import { useRequests } from 'express-chat/react'
import { useRef } from 'react'
import { openRoom } from '../app/address.js'
import { RoomAvatar } from '../design/avatar.js'
import { focusHome } from '../design/focus.js'
import { LoadError } from '../design/load-error.js'
import { useOverlays } from '../design/overlays.js'
import { userName } from '../people/user-name.js'
import { roomName } from './room-name.js'

/** Rooms that I am asked into; nothing while there are none, unless that is not known. */
export function RequestList() {
  const { items, status, error, accept, refuse, load } = useRequests()
  const { attempt } = useOverlays()
  const list = useRef<HTMLUListElement>(null)
  if (items.length === 0 && status !== 'failed') return null
  const answer = async (work: () => Promise<unknown>) => {
    if (!(await attempt(work))) return
    // The buttons go with their row, and the focus must not go with them.
    if (list.current) list.current.focus()
    else focusHome()
  }
  return (
    <section aria-label="Requests">
      <h2 className="room-section">Requests</h2>
      <ul ref={list} className="room-list" aria-label="Requests" tabIndex={-1}>
        {items.map((room) => (
          <RequestRow
            key={room.id}
            room={room}
            onAccept={() => void answer(async () => openRoom((await accept(room.id)).id))}
            onRefuse={() => void answer(() => refuse(room.id))}
          />
        ))}
      </ul>
      {status === 'failed' && <LoadError error={error} onRetry={() => void load()} />}
      <h2 className="room-section">My rooms</h2>
    </section>
  )
}

interface RequestRowProps {
  room: Room
  onAccept(): void
  onRefuse(): void
}

function RequestRow({ room, onAccept, onRefuse }: RequestRowProps) {
  const name = roomName(room)
  const asker = userName(room.request?.user)
  return (
    <li className="request">
      <RoomAvatar room={room} size="l" />
      <span className="room-row-lines">
        <span className="room-row-name ellipsis" dir="auto">
          {name}
        </span>
        <span className="room-row-last ellipsis" dir="auto">
          {room.type === 'private' ? 'Wants to write to you' : `${asker} asks you to come in`}
        </span>
      </span>
      <span className="request-answers">
        <button type="button" className="button small" aria-label={`Refuse ${name}`} onClick={onRefuse}>
          Refuse
        </button>
        <button type="button" className="button small primary" aria-label={`Accept ${name}`} onClick={onAccept}>
          Accept
        </button>
      </span>
    </li>
  )
}

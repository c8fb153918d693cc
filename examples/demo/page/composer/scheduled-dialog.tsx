import type { ScheduledMessage } from 'express-chat/client'
import { useChatClient, useRoom, useScheduled } from 'express-chat/react'
import { type FormEvent, useRef, useState } from 'react'
import { Dialog } from '../design/dialog.js'
import { explain } from '../design/explain.js'
import { Icon } from '../design/icon.js'
import { LoadError } from '../design/load-error.js'
import { useOverlays } from '../design/overlays.js'
import { fullTime } from '../design/time.js'
import { roomName } from '../rooms/room-name.js'
import { fieldTime } from './later.js'

/** What waits to be sent in a room, and what could not be. */
export function ScheduledDialog({ roomId, onClose }: { roomId: string; onClose(): void }) {
  return <Scheduled {...useScheduled(roomId)} onClose={onClose} />
}

/** The same in all rooms, and in those that are mine no more. */
export function AllScheduledDialog({ onClose }: { onClose(): void }) {
  return <Scheduled {...useScheduled()} namesRooms onClose={onClose} />
}

/** The way there, where there is something; with how much of it could not be sent. */
export function ScheduledEntry({ onOpen }: { onOpen(): void }) {
  const { items } = useScheduled()
  const failed = items.filter(({ failure }) => failure !== null).length
  if (items.length === 0) return null
  return (
    <button type="button" className="archive-button" aria-haspopup="dialog" onClick={onOpen}>
      <Icon name="clock" />
      <span className="grow">To be sent later</span>
      {failed > 0 && (
        <span className="badge">
          {failed}
          <span className="for-screen-readers"> not sent</span>
        </span>
      )}
    </button>
  )
}

type ScheduledProps = Omit<ReturnType<typeof useScheduled>, 'handle'> & { namesRooms?: boolean; onClose(): void }

function Scheduled({
  items,
  isLoading,
  error,
  hasMore,
  loadMore,
  reload,
  namesRooms = false,
  onClose,
}: ScheduledProps) {
  const list = useRef<HTMLUListElement>(null)
  return (
    <Dialog title="To be sent later" onClose={onClose}>
      <ul ref={list} className="scheduled-list" aria-label="To be sent later" tabIndex={-1}>
        {items.map((item) => (
          <Item
            key={item.id}
            item={item}
            namesRoom={namesRooms}
            // The button goes with its row, and the focus must not go with it.
            onCancelled={() => list.current?.focus()}
          />
        ))}
      </ul>
      {!isLoading && !error && items.length === 0 && <p className="hint">Nothing waits to be sent.</p>}
      {isLoading && items.length === 0 && <p className="hint">Loading…</p>}
      {hasMore && (
        <button type="button" className="button" onClick={loadMore}>
          Show more
        </button>
      )}
      {error && <LoadError error={error} onRetry={reload} />}
    </Dialog>
  )
}

interface ItemProps {
  item: ScheduledMessage
  namesRoom: boolean
  onCancelled(): void
}

function Item({ item, namesRoom, onCancelled }: ItemProps) {
  const { scheduled } = useChatClient().room(item.roomId)
  const { attempt, toast } = useOverlays()
  const [error, setError] = useState('')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const at = String(fields.get('at'))
    const isOtherTime = at !== fieldTime(new Date(item.sendAt)) || item.failure !== null
    const time = isOtherTime && { sendAt: new Date(at).toISOString() }
    scheduled.update(item.id, { ...(!item.forward && { text: String(fields.get('text')) }), ...time }).then(
      () => {
        setError('')
        toast('Saved')
      },
      (problem) => setError(explain(problem)),
    )
  }
  const failure = item.failure && `Not sent: ${item.failure.detail ?? whyNot[item.failure.code] ?? item.failure.code}`
  return (
    <li>
      {/* Another version of it begins its fields anew. */}
      <form key={`${item.text} ${item.sendAt}`} className="form" aria-label={fullTime(item.sendAt)} onSubmit={submit}>
        {namesRoom && <RoomName roomId={item.roomId} />}
        {item.forward ? (
          <p className="hint">A message that you forward</p>
        ) : (
          <textarea className="input" name="text" aria-label="Text" rows={2} dir="auto" defaultValue={item.text} />
        )}
        {item.media.length > 0 && <p className="hint">{item.media.map(({ filename }) => filename).join(', ')}</p>}
        <input
          className="input"
          type="datetime-local"
          name="at"
          aria-label="When"
          required
          defaultValue={fieldTime(new Date(item.sendAt))}
        />
        <p className="form-error" role="alert">
          {error || failure}
        </p>
        <div className="scheduled-actions">
          <button
            type="button"
            className="button danger"
            onClick={() => void attempt(() => scheduled.cancel(item.id)).then((isDone) => isDone && onCancelled())}
          >
            Do not send
          </button>
          <button type="submit" className="button">
            Save
          </button>
        </div>
      </form>
    </li>
  )
}

const whyNot: Partial<Record<string, string>> = {
  not_found: 'you are not in the room any more, or it is gone',
  internal: 'something went wrong',
}

function RoomName({ roomId }: { roomId: string }) {
  const { room } = useRoom(roomId)
  return (
    <b className="ellipsis" dir="auto">
      {room ? roomName(room) : 'A room that you are in no more'}
    </b>
  )
}

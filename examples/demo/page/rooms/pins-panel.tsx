import type { Message, Room } from 'express-chat/client'
import { usePins } from 'express-chat/react'
import { useRef } from 'react'
import { IconButton } from '../design/icon-button.js'
import { LoadError } from '../design/load-error.js'
import { useOverlays } from '../design/overlays.js'
import { roughTime } from '../design/time.js'
import { SidePanel } from './panel.js'
import { usePinned } from './pinned.js'
import './pins.css'

interface PinsPanelProps {
  room: Room
  onJump(to: Message): void
  onClose(): void
}

/** All that a room keeps in sight, newest pin first; a click goes there. */
export function PinsPanel({ room, onJump, onClose }: PinsPanelProps) {
  const { items, status, error, handle } = usePins(room.id)
  const { attempt } = useOverlays()
  const shown = usePinned()
  const list = useRef<HTMLUListElement>(null)
  const mayUnpin = !room.isBlocked && (room.type === 'private' || room.me?.permissions.canEditRoom)
  const unpin = async (messageId: string) => {
    // The button goes with its row, and the focus must not go with it.
    if (await attempt(() => handle.unpin(messageId))) list.current?.focus()
  }
  return (
    <SidePanel title="Pinned messages" onClose={onClose}>
      <ul ref={list} aria-label="Pinned messages" tabIndex={-1}>
        {items.map((message) => {
          const { name, text } = shown(message)
          return (
            <li key={message.id} className="pin-row">
              <button type="button" className="found-message" onClick={() => onJump(message)}>
                <span>
                  <b className="ellipsis" dir="auto">
                    {name}
                  </b>
                  <time dateTime={message.createdAt}>{roughTime(message.createdAt)}</time>
                </span>
                <span className="excerpt" dir="auto">
                  {text}
                </span>
              </button>
              {mayUnpin && (
                <IconButton
                  icon="close"
                  label={`Unpin the message of ${name}`}
                  small
                  onClick={() => void unpin(message.id)}
                />
              )}
            </li>
          )
        })}
      </ul>
      <p className="hint" role="status">
        {items.length === 0 && (status === 'ready' ? 'Nothing is pinned here' : status === 'loading' && 'Loading…')}
      </p>
      {error && <LoadError error={error} onRetry={() => void handle.load()} />}
    </SidePanel>
  )
}

import type { Message } from 'express-chat/client'
import { usePins } from 'express-chat/react'
import { Icon } from '../design/icon.js'
import { usePinned } from './pinned.js'
import './pins.css'

interface PinBarProps {
  roomId: string
  onJump(to: Message): void
  onAll(): void
}

/** What a room keeps in sight: the newest pin, and the way to all of them. */
export function PinBar({ roomId, onJump, onAll }: PinBarProps) {
  const { items } = usePins(roomId)
  const shown = usePinned()
  const [newest] = items
  if (!newest) return null
  const { name, text } = shown(newest)
  return (
    <section className="pin-bar" aria-label="Newest pin">
      <button type="button" className="pinned-message" title="Jump to this message" onClick={() => onJump(newest)}>
        <Icon name="pin" small />
        <b className="ellipsis" dir="auto">
          {name}
        </b>
        <span className="ellipsis" dir="auto">
          {text}
        </span>
      </button>
      <button type="button" className="button small" onClick={onAll}>
        {items.length > 1 ? `All ${items.length} pinned` : 'All pinned'}
      </button>
    </section>
  )
}

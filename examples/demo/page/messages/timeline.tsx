import type { ShownMessage } from 'express-chat/client'
import { useMessages, useRoom, useUnread } from 'express-chat/react'
import { type KeyboardEvent, useState } from 'react'
import { explain } from '../design/explain.js'
import { Icon } from '../design/icon.js'
import { plural } from '../design/plural.js'
import { useConversation } from './conversation-actions.js'
import { Message } from './message.js'
import { type Row, rowsOf } from './rows.js'
import { type JumpTarget, useTimelineScroll } from './use-timeline-scroll.js'
import './message.css'
import './timeline.css'

interface TimelineProps {
  roomId: string
  /** How far the others have read. */
  othersReadSeq: number
  jump: JumpTarget | null
}

/** The arrows move from message to message; from something inside of one, back to it. */
function moveAmongMessages(event: KeyboardEvent<HTMLElement>): void {
  const at = (event.target as Element).closest('.message')
  if (!at || !['ArrowUp', 'ArrowDown', 'Home', 'End', 'Escape'].includes(event.key)) return
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('.message')]
  const place = all.indexOf(at as HTMLElement)
  const steps: Record<string, HTMLElement | undefined> = {
    ArrowUp: all[place - 1],
    ArrowDown: all[place + 1],
    Home: all[0],
    End: all.at(-1),
    Escape: event.target === at ? undefined : all[place],
  }
  const next = steps[event.key]
  if (!next) return
  event.preventDefault()
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}

/** The messages of a room; made anew for each room. */
export function Timeline({ roomId, othersReadSeq, jump }: TimelineProps) {
  const { room, handle } = useRoom(roomId)
  const window = useMessages(roomId)
  const { items, status, error, hasAfter } = window
  const unread = useUnread(roomId)
  const [current, setCurrent] = useState<string | null>(null)
  const lastReadSeq = room?.me?.lastReadSeq ?? 0
  const scroll = useTimelineScroll({ window, jump, unread, lastReadSeq, onSeen: (seq) => handle.markRead(seq) })

  const rows = rowsOf(items, scroll.unreadFrom)
  const stop = items.some(({ key }) => key === current) ? current : items.at(-1)?.key
  return (
    <div className="timeline-frame">
      <div
        className="timeline"
        role="log"
        aria-label="Messages"
        // New messages are told by <Announcer>; here old ones come too, when one scrolls up.
        aria-live="off"
        aria-busy={status === 'loading'}
        ref={scroll.viewportRef}
        onScroll={scroll.onScroll}
        onKeyDown={moveAmongMessages}
        onFocus={({ target }) => setCurrent(target.closest<HTMLElement>('[data-key]')?.dataset.key ?? null)}
      >
        {(window.isLoadingBefore || status === 'loading') && <span className="spinner loading" />}
        {status === 'failed' && (
          <div className="empty">
            <p>{error && explain(error)}</p>
            <button type="button" className="button" onClick={() => window.handle.load()}>
              Try again
            </button>
          </div>
        )}
        {status === 'ready' && items.length === 0 && (
          <div className="empty">
            <Icon name="message" />
            <p>Nothing has been written here yet.</p>
          </div>
        )}
        <div className="timeline-rows" ref={scroll.rowsRef}>
          {rows.map((row) => (
            <div key={row.key} data-key={row.key}>
              <TimelineRow row={row} othersReadSeq={othersReadSeq} isCurrent={row.key === stop} />
            </div>
          ))}
        </div>
      </div>
      {(!scroll.isAtEnd || hasAfter) && items.length > 0 && (
        <button
          type="button"
          className="to-latest"
          title="To the newest message"
          aria-label={unread > 0 ? `To the newest message, ${plural(unread, 'new message')}` : 'To the newest message'}
          onClick={scroll.toLatest}
        >
          <Icon name="down" />
          {unread > 0 && <span className="badge">{unread}</span>}
        </button>
      )}
    </div>
  )
}

interface TimelineRowProps {
  row: Row
  othersReadSeq: number
  isCurrent: boolean
}

function TimelineRow({ row, othersReadSeq, isCurrent }: TimelineRowProps) {
  const { myId } = useConversation()
  if (row.kind === 'day') {
    return (
      <h3 className="day">
        <span>{row.text}</span>
      </h3>
    )
  }
  if (row.kind === 'unread') return <p className="unread-divider">New messages</p>
  const { message, continues, isContinued } = row
  return (
    <Message
      message={message}
      continues={continues}
      isContinued={isContinued}
      isRead={isReadBy(message, myId, othersReadSeq)}
      isCurrent={isCurrent}
    />
  )
}

const isReadBy = ({ seq, user }: ShownMessage, myId: string, othersReadSeq: number): boolean =>
  seq > 0 && user?.id === myId && seq <= othersReadSeq

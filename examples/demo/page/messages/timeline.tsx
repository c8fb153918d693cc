import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { explain } from '../design/explain.js'
import { Icon } from '../design/icon.js'
import { plural } from '../design/plural.js'
import { rowsOf } from './rows.js'
import { TimelineRow } from './timeline-row.js'
import { usePlace } from './use-place.js'
import { type JumpTarget, useTimelineScroll } from './use-timeline-scroll.js'
import { useUnreadMark } from './use-unread-mark.js'
import { useVirtualRows } from './use-virtual-rows.js'
import './message.css'
import './timeline.css'

interface TimelineProps {
  roomId: string
  threadId: string | undefined
  /** How far all the others have read. */
  allReadSeq: number
  jump: JumpTarget | null
  /** The message for which something is open. */
  overlayKey: string | null
}

/** The messages of a room, or of a thread in it; made anew for each. */
export function Timeline({ roomId, threadId, allReadSeq, jump, overlayKey }: TimelineProps) {
  const { window, unread, lastReadSeq, isCut, markRead } = usePlace(roomId, threadId)
  const { items, status, error, hasBefore, hasAfter } = window
  const viewportRef = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const [current, setCurrent] = useState<string | null>(null)
  const last = items.at(-1)
  const written = last?.state === 'sending' ? last.key : null
  const unreadFrom = useUnreadMark({ unread, lastReadSeq, written, isAtEnd })
  const rows = useMemo(() => rowsOf(items, unreadFrom, isCut && !hasBefore), [items, unreadFrom, isCut, hasBefore])
  const found = rows.findIndex(({ key }) => key === current)
  const stop = found < 0 ? rows.length - 1 : found
  const virtual = useVirtualRows({ viewportRef, rows, stop })
  const scroll = useTimelineScroll({
    ...{ viewportRef, isAtEnd, virtual, rows, window, jump, written, lastReadSeq },
    onSeen: markRead,
  })

  /** The arrows move from message to message; from something inside of one, back to it. */
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const message = (event.target as Element).closest<HTMLElement>('.message')
    if (!message || event.defaultPrevented) return
    const at = rows.findIndex(({ key }) => key === keyOf(message))
    const steps: Record<string, number> = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }
    const next = steps[event.key]
    if (event.key === 'Escape' && event.target !== message) message.focus({ preventScroll: true })
    else if (next === undefined || !rows[next]) return
    else scroll.focusRow(next)
    event.preventDefault()
  }
  const shown = virtual.getVirtualItems()
  return (
    <div className="timeline-frame">
      <div
        className="timeline"
        role="log"
        aria-label="Messages"
        // New messages are told by <Announcer>; here old ones come too, when one scrolls up.
        aria-live="off"
        aria-busy={status === 'loading'}
        ref={viewportRef}
        onScroll={scroll.onScroll}
        onKeyDown={onKeyDown}
        onFocus={({ target }) => setCurrent(keyOf(target))}
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
            <p>{threadId === undefined ? 'No messages yet. Say hello!' : 'No replies yet.'}</p>
          </div>
        )}
        <div
          className="timeline-rows"
          style={{ paddingBlockEnd: Math.max(0, virtual.getTotalSize() - (shown.at(-1)?.end ?? 0)) }}
        >
          {shown.map(({ index, key, start }, n) => {
            const row = rows[index]
            return (
              row && (
                <div
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  data-key={row.key}
                  // The rows that are not in the page leave their room.
                  style={{ marginBlockStart: gap(start, shown[n - 1]?.end ?? 0) }}
                >
                  <TimelineRow
                    row={row}
                    allReadSeq={allReadSeq}
                    isCurrent={index === stop}
                    isOpen={row.key === overlayKey}
                  />
                </div>
              )
            )
          })}
        </div>
      </div>
      {(!scroll.isFollowing || hasAfter) && items.length > 0 && (
        <button
          type="button"
          className="to-latest"
          title="Jump to the newest message"
          aria-label={
            unread > 0 ? `Jump to the newest message, ${plural(unread, 'new message')}` : 'Jump to the newest message'
          }
          onClick={scroll.toLatest}
        >
          <Icon name="down" />
          {unread > 0 && <span className="badge">{unread}</span>}
        </button>
      )}
    </div>
  )
}

const keyOf = (element: Element): string | null => element.closest<HTMLElement>('[data-key]')?.dataset.key ?? null

/** Sums of fractions of pixels are never quite equal. */
const gap = (start: number, end: number): number => (start - end < 0.1 ? 0 : start - end)

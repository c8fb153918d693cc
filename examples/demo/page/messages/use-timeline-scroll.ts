import type { Messages, MessageWindow } from 'express-chat/client'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { ScrollKeeper } from './scroll-keeper.js'

const nearPx = 800
const flashMs = 1600

/** Where to go; a new object each time, so that the same place can be asked for twice. */
export interface JumpTarget {
  seq: number
}

interface TimelineScrollOptions {
  window: MessageWindow & { handle: Messages }
  jump: JumpTarget | null
  unread: number
  lastReadSeq: number
  /** The message with this `seq`, and all before it, were in sight. */
  onSeen(seq: number): void
}

const seqOf = (row: Element | null | undefined): number =>
  Number(row?.querySelector<HTMLElement>('[data-seq]')?.dataset.seq)

const selectorOf = ({ seq }: JumpTarget): string => `[data-seq="${seq}"]`

/** Keeps the reader's place in the timeline, reads on at both ends, and tells what was seen. */
export function useTimelineScroll({ window, jump, unread, lastReadSeq, onSeen }: TimelineScrollOptions) {
  const { items, status, handle, hasBefore, hasAfter, isLoadingBefore, isLoadingAfter } = window
  const viewportRef = useRef<HTMLDivElement>(null)
  const rowsRef = useRef<HTMLDivElement>(null)
  const keeper = useRef<ScrollKeeper>(undefined)
  const isPlaced = useRef(false)
  const wanted = useRef<JumpTarget>(null)
  const [isAtEnd, setIsAtEnd] = useState(true)
  const [unreadFrom, setUnreadFrom] = useState(unread > 0 ? lastReadSeq + 1 : null)

  const settle = useCallback(() => {
    const { current } = keeper
    const viewport = viewportRef.current
    if (!current || !viewport || !isPlaced.current) return
    setIsAtEnd(current.isAtEnd)
    const { scrollTop, scrollHeight, clientHeight } = viewport
    if (hasBefore && !isLoadingBefore && scrollTop < nearPx) handle.loadBefore()
    if (hasAfter && !isLoadingAfter && scrollHeight - scrollTop - clientHeight < nearPx) handle.loadAfter()
    if (document.visibilityState !== 'visible') return
    let row = current.lastInSight()
    while (row && Number.isNaN(seqOf(row))) row = row.previousElementSibling as HTMLElement | null
    const seq = seqOf(row)
    if (seq > lastReadSeq) onSeen(seq)
  }, [handle, hasBefore, hasAfter, isLoadingBefore, isLoadingAfter, lastReadSeq, onSeen])

  useLayoutEffect(() => {
    const [viewport, rows] = [viewportRef.current, rowsRef.current]
    if (viewport && rows) keeper.current = new ScrollKeeper(viewport, rows)
  }, [])

  // What came while nobody looked begins with a line.
  const wasRead = useRef(unread === 0)
  useLayoutEffect(() => {
    const isInSight = document.visibilityState === 'visible' && (keeper.current?.isAtEnd ?? true)
    if (unread > 0 && wasRead.current && !isInSight) setUnreadFrom(lastReadSeq + 1)
    wasRead.current = unread === 0
  }, [unread, lastReadSeq])
  // Who writes has read what stands above.
  const last = items.at(-1)
  const written = last?.state === 'sending' ? last.key : null
  useLayoutEffect(() => {
    if (written === null) return
    setUnreadFrom(null)
    keeper.current?.toEnd()
  }, [written])

  useLayoutEffect(() => {
    if (!jump) return
    wanted.current = jump
    if (!rowsRef.current?.querySelector(selectorOf(jump))) handle.jumpTo(jump.seq)
  }, [jump, handle])

  // biome-ignore lint/correctness/useExhaustiveDependencies: heights change with the messages, and a jump ends once they are there.
  useLayoutEffect(() => {
    const { current } = keeper
    const rows = rowsRef.current
    if (!current || !rows || status !== 'ready') return
    const target = wanted.current && rows.querySelector<HTMLElement>(selectorOf(wanted.current))
    if (target) {
      wanted.current = null
      isPlaced.current = true
      if (target.parentElement) current.toRow(target.parentElement)
      flash(target)
    } else if (isPlaced.current) current.restore(!hasAfter)
    else if (items.length > 0) {
      isPlaced.current = true
      const divider = rows.querySelector<HTMLElement>('.unread-divider')?.parentElement
      if (divider) current.toRow(divider)
      else current.toEnd()
    }
    settle()
  }, [items, status, unreadFrom, jump, settle])

  useEffect(() => {
    const [viewport, rows] = [viewportRef.current, rowsRef.current]
    if (!viewport || !rows) return undefined
    // Pictures that load and keyboards that come up change heights at their own time.
    const observer = new ResizeObserver(() => {
      if (isPlaced.current) keeper.current?.restore(!hasAfter)
      settle()
    })
    observer.observe(viewport)
    observer.observe(rows)
    document.addEventListener('visibilitychange', settle)
    return () => {
      observer.disconnect()
      document.removeEventListener('visibilitychange', settle)
    }
  }, [settle, hasAfter])

  return {
    viewportRef,
    rowsRef,
    isAtEnd,
    unreadFrom,
    onScroll() {
      keeper.current?.scrolled()
      settle()
    },
    async toLatest() {
      if (hasAfter) await handle.jumpToLatest()
      keeper.current?.toEnd()
      settle()
    },
  }
}

/** Shows where one has come to. */
function flash(message: HTMLElement): void {
  message.focus({ preventScroll: true })
  message.classList.add('flash')
  setTimeout(() => message.classList.remove('flash'), flashMs)
}

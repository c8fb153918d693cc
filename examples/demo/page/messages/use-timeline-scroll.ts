import type { Messages, MessageWindow } from 'express-chat/client'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Row } from './rows.js'
import { ScrollKeeper } from './scroll-keeper.js'
import type { VirtualRows } from './use-virtual-rows.js'

const nearPx = 800
const flashMs = 1600

/** Where to go; a new object each time, so that the same place can be asked for twice. */
export interface JumpTarget {
  seq: number
}

interface TimelineScrollOptions {
  viewportRef: RefObject<HTMLDivElement | null>
  /** Whether the reader is at the end; kept here. */
  isAtEnd: RefObject<boolean>
  virtual: VirtualRows
  rows: readonly Row[]
  window: MessageWindow & { handle: Messages }
  jump: JumpTarget | null
  written: string | null
  lastReadSeq: number
  /** The message with this `seq`, and all before it, were in sight. */
  onSeen(seq: number): void
}

/** Brings the reader to where they belong, reads on at both ends, and tells what was seen. */
export function useTimelineScroll(options: TimelineScrollOptions) {
  const { viewportRef, isAtEnd, virtual, rows, window, jump, written, lastReadSeq, onSeen } = options
  const { status, handle, hasBefore, hasAfter, isLoadingBefore, isLoadingAfter } = window
  const keeper = useRef<ScrollKeeper>(undefined)
  const isPlaced = useRef(false)
  const wanted = useRef<JumpTarget>(null)
  /** The row that gets the focus once it is in the page, and whether it shows that one has come to it. */
  const arriving = useRef<{ key: string; isJump: boolean }>(null)
  const [isFollowing, setIsFollowing] = useState(true)

  const settle = useCallback(() => {
    const [viewport, { current }] = [viewportRef.current, keeper]
    if (!viewport || !current || !isPlaced.current) return
    const { scrollTop, scrollHeight, clientHeight } = viewport
    const below = scrollHeight - scrollTop - clientHeight
    isAtEnd.current = current.isAtEnd
    setIsFollowing(current.isAtEnd)
    if (hasBefore && !isLoadingBefore && scrollTop < nearPx) handle.loadBefore()
    if (hasAfter && !isLoadingAfter && below < nearPx) handle.loadAfter()
    if (document.visibilityState !== 'visible') return
    const bottom = scrollTop + clientHeight + 1
    const last = virtual.getVirtualItems().findLast(({ index, end }) => end <= bottom && rows[index]?.message.seq)
    const seq = last ? (rows[last.index]?.message.seq ?? 0) : 0
    if (seq > lastReadSeq) onSeen(seq)
  }, [
    viewportRef,
    isAtEnd,
    virtual,
    rows,
    handle,
    hasBefore,
    hasAfter,
    isLoadingBefore,
    isLoadingAfter,
    lastReadSeq,
    onSeen,
  ])

  const startOf = useRef<(key: string) => number | undefined>(() => undefined)
  startOf.current = (key) => {
    const index = rows.findIndex((row) => row.key === key)
    return index < 0 ? undefined : virtual.measurementsCache[index]?.start
  }
  useLayoutEffect(() => {
    const viewport = viewportRef.current
    if (!viewport) return undefined
    const made = new ScrollKeeper(viewport, (key) => startOf.current(key))
    keeper.current = made
    // Before other rows are shown for it, or the reader's own way would be taken for a place to go back to.
    const scrolled = () => made.scrolled()
    viewport.addEventListener('scroll', scrolled, true)
    return () => viewport.removeEventListener('scroll', scrolled, true)
  }, [viewportRef])

  useLayoutEffect(() => {
    if (written !== null) keeper.current?.toEnd()
  }, [written])

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once, wherever the window is by then.
  useLayoutEffect(() => {
    if (!jump) return
    wanted.current = jump
    if (!rows.some(({ message }) => message.seq === jump.seq)) handle.jumpTo(jump.seq)
  }, [jump, handle])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a jump ends once its message is there.
  useLayoutEffect(() => {
    if (status !== 'ready' || rows.length === 0) return
    const target = wanted.current
    const index = target ? rows.findIndex(({ message }) => message.seq === target.seq) : -1
    if (target && index >= 0) {
      const { key = '' } = rows[index] ?? {}
      wanted.current = null
      isPlaced.current = true
      arriving.current = { key, isJump: true }
      keeper.current?.toRow(key)
    } else if (!isPlaced.current) {
      isPlaced.current = true
      const unread = rows.find(({ isFirstUnread }) => isFirstUnread)
      if (unread) keeper.current?.toRow(unread.key)
      else keeper.current?.toEnd()
    }
  }, [rows, status, jump])

  // After each change of what is in the page.
  useLayoutEffect(() => {
    if (isPlaced.current) keeper.current?.restore(!hasAfter)
    const { current } = arriving
    const row =
      current && viewportRef.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(current.key)}"] .message`)
    if (current && row) {
      arriving.current = null
      row.focus({ preventScroll: true })
      if (current.isJump) flash(row)
    }
    settle()
  })

  useEffect(() => {
    const viewport = viewportRef.current
    if (!viewport) return undefined
    // Pictures that load, keyboards that come up, and a text that grows below change heights at their own time.
    const observer = new ResizeObserver(() => {
      if (isPlaced.current) keeper.current?.restore(!hasAfter)
      settle()
    })
    observer.observe(viewport)
    if (viewport.lastElementChild) observer.observe(viewport.lastElementChild)
    document.addEventListener('visibilitychange', settle)
    return () => {
      observer.disconnect()
      document.removeEventListener('visibilitychange', settle)
    }
  }, [viewportRef, hasAfter, settle])

  return {
    isFollowing,
    onScroll: settle,
    /** Moves the focus to a row, also to one that is not in the page yet. */
    focusRow(index: number) {
      const { key } = rows[index] ?? {}
      if (key === undefined) return
      const row = rowIn(viewportRef.current, key)
      if (row) row.focus({ preventScroll: true })
      else arriving.current = { key, isJump: false }
      keeper.current?.intoSight(key)
    },
    async toLatest() {
      if (hasAfter) await handle.jumpToLatest()
      keeper.current?.toEnd()
      settle()
    },
  }
}

const rowIn = (viewport: HTMLElement | null, key: string): HTMLElement | null | undefined =>
  viewport?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] .message`)

/** Shows where one has come to. */
function flash(message: HTMLElement): void {
  message.classList.add('flash')
  setTimeout(() => message.classList.remove('flash'), flashMs)
}

import { defaultRangeExtractor, type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect } from 'react'
import type { Row } from './rows.js'

const lineLength = 60

export type VirtualRows = Virtualizer<HTMLDivElement, HTMLDivElement>

interface VirtualRowsOptions {
  viewportRef: RefObject<HTMLDivElement | null>
  rows: readonly Row[]
  /** The row that is a tab stop; it is there also while it is out of sight, or the focus would be lost. */
  stop: number
}

/** Only the rows in sight, and some around them, are in the page. `ScrollKeeper` keeps the reader's place among them. */
export function useVirtualRows({ viewportRef, rows, stop }: VirtualRowsOptions): VirtualRows {
  const virtual = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => viewportRef.current,
    getItemKey: useCallback((n: number) => rows[n]?.key ?? n, [rows]),
    estimateSize: useCallback((n: number) => estimate(rows[n]), [rows]),
    measureElement: (row, entry) => entry?.borderBoxSize[0]?.blockSize ?? row.getBoundingClientRect().height,
    rangeExtractor: useCallback((range: Range) => including(defaultRangeExtractor(range), stop), [stop]),
    overscan: 24,
    paddingStart: 16,
    paddingEnd: 12,
  })
  useEffect(() => {
    virtual.shouldAdjustScrollPositionOnItemSizeChange = () => false
  }, [virtual])
  return virtual
}

function including(indexes: number[], stop: number): number[] {
  if (stop < 0 || indexes.includes(stop)) return indexes
  return [...indexes, stop].sort((one, other) => one - other)
}

/** How high a row may be before anybody has seen it. */
function estimate(row: Row | undefined): number {
  if (!row) return 40
  const { text, media, files, reactions, replyTo } = row.message
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / lineLength)), 0)
  const extras = [row.day, row.isFirstUnread, replyTo, reactions.length, !row.continues].filter(Boolean).length
  return 20 + lines * 21 + extras * 36 + (media.length > 0 || files ? 240 : 0)
}

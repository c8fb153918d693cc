import type { Target } from '../workload.js'
import { rounded } from './text.js'

interface Given {
  what: string
  measured: number
  limit: number
  /** `×` unless given. */
  unit?: string
  /** Shown where it is missed. */
  why?: string
}

export const atLeast = (given: Given): Target => target(given, '≥', given.measured >= given.limit)

export const atMost = (given: Given): Target => target(given, '≤', given.measured <= given.limit)

const target = ({ what, measured, limit, unit = '×', why }: Given, sign: string, met: boolean): Target => ({
  what,
  target: `${sign} ${rounded(limit)} ${unit}`,
  measured: `${rounded(measured)} ${unit}`,
  met,
  ...(why === undefined ? {} : { why }),
})

import type { Me } from 'express-chat/client'
import { clockTime, dayName, isSameDay } from '../design/time.js'

const hour = 3_600_000
const morning = 8

export const inOneHour = (): string => new Date(Date.now() + hour).toISOString()

/** Tomorrow in the morning, where the reader is. */
export function tomorrow(): string {
  const time = new Date()
  time.setDate(time.getDate() + 1)
  time.setHours(morning, 0, 0, 0)
  return time.toISOString()
}

/** Until when a room is muted, in words. */
export function endOfMute({ mutedUntil }: Pick<Me, 'mutedUntil'>): string {
  if (mutedUntil === null) return 'Muted'
  return isSameDay(mutedUntil, Date.now())
    ? `Muted until ${clockTime(mutedUntil)}`
    : `Muted until ${dayName(mutedUntil)}, ${clockTime(mutedUntil)}`
}

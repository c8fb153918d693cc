import type { ShownMessage } from 'express-chat/client'
import { dayName, isSameDay } from '../design/time.js'

const continuesWithinMs = 5 * 60_000

/** A message in a timeline, with what stands above it: a new day, and the line where the unread ones begin. */
export interface Row {
  key: string
  message: ShownMessage
  day: string | null
  isFirstUnread: boolean
  /** Nothing that was written before is shown to the reader, who was not there yet. */
  isWhereOneJoined: boolean
  /** It goes on from the one before, by the same person. */
  continues: boolean
  isContinued: boolean
}

function continues(message: ShownMessage, previous: ShownMessage | undefined): boolean {
  if (!previous || previous.kind === 'system' || message.kind === 'system') return false
  const gap = Date.parse(message.createdAt) - Date.parse(previous.createdAt)
  return (
    previous.user?.id === message.user?.id &&
    previous.as?.name === message.as?.name &&
    gap < continuesWithinMs &&
    isSameDay(previous.createdAt, message.createdAt)
  )
}

/** `unreadFrom`: the `seq` of the first message that is new to the reader; `isCut`: what came before is hidden from them. */
export function rowsOf(items: readonly ShownMessage[], unreadFrom: number | null, isCut = false): Row[] {
  const rows: Row[] = []
  for (const message of items) {
    const previous = rows.at(-1)
    const isNewDay = !previous || !isSameDay(previous.message.createdAt, message.createdAt)
    const isFirstUnread = message.seq > 0 && message.seq === unreadFrom
    const row: Row = {
      key: message.key,
      message,
      day: isNewDay ? dayName(message.createdAt) : null,
      isFirstUnread,
      isWhereOneJoined: isCut && !previous,
      continues: !isFirstUnread && continues(message, previous?.message),
      isContinued: false,
    }
    if (previous && row.continues) previous.isContinued = true
    rows.push(row)
  }
  return rows
}

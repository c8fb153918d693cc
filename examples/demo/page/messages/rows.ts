import type { ShownMessage } from 'express-chat/client'
import { dayName, isSameDay } from '../design/time.js'

const continuesWithinMs = 5 * 60_000

/** What stands in a timeline: messages, and between them days and where the unread ones begin. */
export type Row =
  | { kind: 'day'; key: string; text: string }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: ShownMessage; continues: boolean; isContinued: boolean }

function continues(message: ShownMessage, previous: ShownMessage | undefined): boolean {
  if (!previous || previous.kind === 'system' || message.kind === 'system') return false
  const gap = Date.parse(message.createdAt) - Date.parse(previous.createdAt)
  return (
    previous.user?.id === message.user?.id &&
    gap < continuesWithinMs &&
    isSameDay(previous.createdAt, message.createdAt)
  )
}

/** `unreadFrom`: the `seq` of the first message that is new to the reader. */
export function rowsOf(items: readonly ShownMessage[], unreadFrom: number | null): Row[] {
  const rows: Row[] = []
  let previous: Extract<Row, { kind: 'message' }> | undefined
  for (const message of items) {
    const isNewDay = !previous || !isSameDay(previous.message.createdAt, message.createdAt)
    if (isNewDay) rows.push({ kind: 'day', key: `day ${message.key}`, text: dayName(message.createdAt) })
    const isFirstUnread = message.seq === unreadFrom
    if (isFirstUnread) rows.push({ kind: 'unread', key: 'unread' })
    const row = {
      kind: 'message' as const,
      key: message.key,
      message,
      continues: !isFirstUnread && continues(message, previous?.message),
      isContinued: false,
    }
    if (previous && row.continues) previous.isContinued = true
    rows.push(row)
    previous = row
  }
  return rows
}

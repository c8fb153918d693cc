import { ChatError } from '../contract/problems.js'
import type { Notice } from '../publish/notice.js'
import { appendLocked } from '../store/append/locked.js'
import type { AppendRequest } from '../store/append/message.js'
import type { Db } from '../store/client.js'
import type { Context } from './context.js'
import { validateSender } from './messages.js'
import { createdEvents, type Sent } from './sending.js'
import { showMessages } from './show-messages.js'

/** Appends a message in a transaction that is open already. What it tells is published once that has committed. */
export async function appendInside(
  context: Context,
  tx: Db,
  request: AppendRequest,
): Promise<{ sent: Sent; notices: Notice[] }> {
  const { view, clock, work } = context
  const { dialect } = work
  const on = { db: tx, dialect, validate: validateSender(context), now: clock(), skipsLocked: false }
  const [outcome] = await appendLocked(on, [request])
  if (outcome?.type === 'refused' || outcome?.type === 'failed') throw outcome.error
  if (outcome?.type !== 'appended') throw new ChatError('internal')
  const { row, created, shown, root, isPutAway } = outcome
  const [message] = shown ? [view.message(row, shown)] : await showMessages(context, tx, [row], undefined)
  if (!message) throw new ChatError('internal')
  const sent = { message, created, isPutAway }
  if (!created) return { sent, notices: [] }
  const [shownRoot] = root ? await showMessages(context, tx, [root], undefined) : []
  return { sent, notices: [{ type: 'room.changed', roomId: row.roomId, events: createdEvents(message, shownRoot) }] }
}

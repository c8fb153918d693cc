import type { ReactionCount } from '../../contract/reactions.js'
import { changeMessage, findMessage } from '../../store/messages.js'
import { firstReactors } from '../../store/reactions.js'
import { someReactionsOf } from '../../store/traces.js'
import type { Context } from '../context.js'
import { namedReactors, withoutReaction } from '../reaction-counts.js'
import { showMessages } from '../show-messages.js'
import type { Erased } from './erased.js'
import type { Place } from './messages.js'
import { inRoom } from './rooms.js'

const atOnce = 50

/** Takes back some of somebody's reactions; true once there are none. */
export async function eraseReactions(context: Context, { userId }: Erased): Promise<boolean> {
  const rows = await someReactionsOf(context.work.db, userId, atOnce)
  const rooms = new Map<string, typeof rows>()
  for (const row of rows) rooms.set(row.roomId, [...(rooms.get(row.roomId) ?? []), row])
  for (const [roomId, ofRoom] of rooms) {
    await inRoom(context, roomId, async (place) => {
      for (const row of ofRoom) await takeBack(context, place, row, userId)
    })
  }
  return rows.length === 0
}

async function takeBack(
  context: Context,
  { tx, change }: Place,
  { id, messageId, roomId, reaction }: { id: string; messageId: string; roomId: string; reaction: string },
  userId: string,
): Promise<void> {
  const deleted = await tx.chatMessageReaction.deleteMany({ where: { id } })
  const message = await findMessage(tx, roomId, messageId)
  if (deleted.count === 0 || !message) return
  const first = await firstReactors(tx, messageId, reaction, namedReactors)
  const left = withoutReaction(JSON.parse(message.reactions) as ReactionCount[], reaction, first)
  const revision = change?.takeRevision() ?? message.revision
  const row = await changeMessage(tx, messageId, { reactions: JSON.stringify(left), revision })
  const [shown] = await showMessages(context, tx, [row], undefined)
  const cause = { type: 'reaction.removed', userId, reaction } as const
  if (shown) change?.events.push({ type: 'message.updated', roomId, revision, message: shown, cause })
}

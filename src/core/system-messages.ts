import type { SystemMessage } from '../contract/messages.js'
import type { RoomChange } from '../store/change.js'
import { newId } from '../store/ids.js'
import { createMessage, systemMessageRow } from '../store/messages.js'
import { uncount } from '../store/unread.js'
import { usersById } from '../store/users.js'
import { type AnyActor, userIdOf } from './actor.js'
import type { Context } from './context.js'
import { showMessages } from './show-messages.js'
import { englishOf } from './system-text.js'

/**
 * Appends a system message inside a change. It counts as unread for nobody, and moves nobody's read marker. `replyToId` is the
 * message that it tells of.
 */
export async function appendSystemMessage(
  context: Context,
  change: RoomChange,
  actor: AnyActor,
  happened: Omit<SystemMessage, 'actorId'>,
  replyToId: string | null = null,
): Promise<void> {
  const said: SystemMessage = { ...happened, actorId: userIdOf(actor) }
  const users = await usersById(change.tx, [said.actorId, ...(said.userIds ?? [])])
  const names = Object.fromEntries([...users].map(([id, { name }]) => [id, name]))
  const text = context.systemText?.(said, names) ?? englishOf(said, names, change.room.type)
  const revision = change.takeRevision()
  const seq = change.takeSeq()
  const row = await createMessage(
    change.tx,
    systemMessageRow({
      id: newId(),
      roomId: change.room.id,
      seq,
      userId: said.actorId,
      text,
      system: JSON.stringify(said),
      replyToId,
      revision,
      createdAt: change.room.lastMessageAt,
    }),
  )
  await uncount(change.tx, [row])
  const [message] = await showMessages(context, change.tx, [row], undefined, users)
  if (message) change.events.push({ type: 'message.created', roomId: change.room.id, revision, message })
}

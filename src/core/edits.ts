import type { MessageEdit } from '../contract/edits.js'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { EditMessage } from '../contract/messages.js'
import { forbidden, notFound } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import { createEdit, deleteOldEdits, type EditRow, editsOf } from '../store/edits.js'
import { type MessageRow, mentionsOf } from '../store/messages.js'
import { type Actor, system } from './actor.js'
import type { Context } from './context.js'
import { dataText } from './data.js'
import { requireMember } from './membership.js'
import { requireReadable } from './readable.js'

type Edited = Pick<MessageRow, 'text' | 'mentions' | 'mentionsEveryone' | 'data'>

/**
 * What an edit makes other than it is; undefined where that is nothing. Such an edit is none: if it left a version, whoever repeats
 * it would wash away what was kept.
 */
export function changesOf(
  message: Edited,
  { text, mentions, mentionsEveryone, data }: EditMessage,
): Partial<Edited> | undefined {
  const asked: Partial<Edited> = {
    ...(text === undefined || text === message.text ? {} : { text }),
    ...(mentionsEveryone === undefined || mentionsEveryone === message.mentionsEveryone ? {} : { mentionsEveryone }),
  }
  if (mentions && JSON.stringify(mentions) !== message.mentions) asked.mentions = JSON.stringify(mentions)
  if (data !== undefined && dataText(data) !== message.data) asked.data = dataText(data)
  return Object.keys(asked).length > 0 ? asked : undefined
}

/** Keeps what a message says that is being edited, in the transaction of the edit. */
export async function keepVersion(
  { editHistory, limits }: Context,
  { tx }: RoomChange,
  { id, text, mentions, data, editedAt, createdAt }: MessageRow,
  revision: number,
): Promise<void> {
  if (editHistory === false) return
  await createEdit(tx, { messageId: id, revision, text, mentions, data, at: editedAt ?? createdAt })
  // Of what was never edited before, one version is kept now.
  if (editedAt !== null) await deleteOldEdits(tx, id, limits.editsPerMessage)
}

/** What messages said before they were edited. */
export class Edits {
  constructor(readonly context: Context) {}

  /** Newest first. `isModerator` tells of the actor, and is asked only where it matters. */
  async list(
    actor: Actor,
    roomId: string,
    messageId: string,
    { limit = pageSize, cursor }: PageRequest,
    isModerator: () => Promise<boolean> = async () => false,
  ): Promise<Page<MessageEdit>> {
    const { work, cursors, editHistory } = this.context
    const membership = await requireMember(work.db, roomId, actor)
    if (editHistory === false) throw notFound()
    if (actor !== system && editHistory === 'moderators' && !(await isModerator()))
      throw forbidden('only moderators see what messages said before')
    await requireReadable(work.db, membership, messageId)
    const list = `edits ${messageId}`
    const rows = await editsOf(work.db, messageId, cursors.read<number>(list, cursor), limit + 1)
    const page = cursors.page(list, rows, limit, ({ revision }) => revision)
    return { items: page.rows.map(shown), nextCursor: page.nextCursor }
  }
}

const shown = (row: EditRow): MessageEdit => ({
  text: row.text,
  mentions: mentionsOf(row),
  data: row.data === null ? null : JSON.parse(row.data),
  at: row.at.toISOString(),
})

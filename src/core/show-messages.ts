import type { Message } from '../contract/messages.js'
import type { Db } from '../store/client.js'
import { mediaOfMessages } from '../store/media.js'
import { findReplies, type MessageRow } from '../store/messages.js'
import { ownReactions } from '../store/reactions.js'
import { type UserRow, usersById } from '../store/users.js'
import type { Context } from './context.js'
import { isReadable, type Reader } from './readable.js'

/**
 * Messages as clients see them, in a fixed number of queries; fewer if their authors are known already. For a reader, who may
 * read these, a quote of what they may not read is left out. Without one they are as events have them, and the host's code.
 */
export async function showMessages(
  { view }: Context,
  db: Db,
  rows: MessageRow[],
  reader: Reader | undefined,
  writers?: Map<string, UserRow>,
): Promise<Message[]> {
  const replyIds = rows.flatMap((row) => row.replyToId ?? [])
  const withMedia = rows.filter((row) => row.hasMedia && row.deletedAt === null).map((row) => row.id)
  const withReactions = rows.filter((row) => row.reactions !== '[]').map((row) => row.id)
  const [users, replies, media, own] = await Promise.all([
    writers ??
      usersById(
        db,
        rows.map((row) => row.userId),
      ),
    findReplies(db, replyIds),
    mediaOfMessages(db, withMedia),
    reader ? ownReactions(db, withReactions, reader.userId) : undefined,
  ])
  const repliesById = new Map(replies.map((reply) => [reply.id, reply]))
  return rows.map((row) => {
    const reply = repliesById.get(row.replyToId ?? '')
    const message = view.message(row, {
      user: users.get(row.userId ?? ''),
      reply: reply && isReadable({ ...reply, roomId: row.roomId }, reader) ? reply : undefined,
      media: media.get(row.id) ?? [],
    })
    return own ? { ...message, myReactions: own.get(row.id) ?? [] } : message
  })
}

import type { Db } from './client.js'
import type { MessageRow } from './messages.js'

type Placed = Pick<MessageRow, 'id' | 'roomId' | 'seq' | 'threadId' | 'threadSeq'>

/** Under which ids the mentions of messages stand, and at which numbers: in the room, and in each thread. */
function mentionPlaces(rows: Placed[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  const add = (id: string, seq: number) => places.set(id, [...(places.get(id) ?? []), seq])
  for (const { roomId, seq, threadId, threadSeq } of rows) {
    if (seq > 0) add(roomId, seq)
    if (threadId !== null && threadSeq !== null) add(threadId, threadSeq)
  }
  return places
}

/**
 * Deletes what belongs to messages that are deleted, of one room: their files, reactions, pins, versions, mentions, and copies of them in reports,
 * of which those that nobody has handled may keep theirs.
 */
export async function deleteWithMessages(
  tx: Db,
  rows: Placed[],
  { keepsOpenReports = false }: { keepsOpenReports?: boolean } = {},
): Promise<void> {
  if (rows.length === 0) return
  const messageId = { in: rows.map(({ id }) => id) }
  const roomId = rows[0]?.roomId ?? ''
  await tx.chatMessageMedia.deleteMany({ where: { messageId } })
  await tx.chatMessageReaction.deleteMany({ where: { messageId } })
  await tx.chatMessageEdit.deleteMany({ where: { messageId } })
  await tx.chatPin.deleteMany({ where: { roomId, messageId } })
  for (const [id, seqs] of mentionPlaces(rows)) {
    await tx.chatMention.deleteMany({ where: { roomId: id, seq: { in: seqs } } })
  }
  const reports = await tx.chatReport.findMany({
    where: { messageId, ...(keepsOpenReports && { status: { not: 'open' } }) },
    select: { id: true, copy: true },
  })
  for (const { id, copy } of reports) {
    await tx.chatReport.updateMany({
      where: { id },
      data: { copy: withNothingSaid(copy) },
    })
  }
}

/** What a report keeps of a message of which nothing may be kept. */
export const nothingSaid = { text: '', data: null, media: [] }

/** The copy of a message, emptied. */
export const withNothingSaid = (copy: string): string => JSON.stringify({ ...JSON.parse(copy), ...nothingSaid })

/** The mentions in these messages of one room are nobody's in particular. */
export async function forgetAuthor(tx: Db, authorId: string, rows: Placed[]): Promise<void> {
  for (const [roomId, seqs] of mentionPlaces(rows)) {
    await tx.chatMention.updateMany({ where: { roomId, seq: { in: seqs }, authorId }, data: { authorId: null } })
  }
}

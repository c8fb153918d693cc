import type { Db } from './client.js'

/**
 * How many messages above the marker of the member `m` in the room `c` nobody has to read. It scans a range of a key, and only if
 * there are messages above the marker. What is gone because it was too old is counted nowhere.
 */
export const uncountedAbove = `CASE WHEN m.last_read_seq < c.last_message_seq THEN
  (SELECT COUNT(*) FROM chat_uncounted_messages n
   WHERE n.room_id = m.room_id AND n.seq > m.last_read_seq AND n.seq > c.purged_seq) ELSE 0 END`

/** How many messages a member has to read. Up to `purgedSeq` they are gone, read or not. */
export const unreadOf = (lastMessageSeq: number, lastReadSeq: number, uncounted: number, purgedSeq = 0): number =>
  Math.max(0, lastMessageSeq - Math.max(lastReadSeq, purgedSeq) - uncounted)

/** Stores messages that nobody has to read: system messages and deleted ones. The caller holds the room's lock. */
export const uncount = (db: Db, rows: readonly { roomId: string; seq: number }[]) =>
  db.chatUncountedMessage.createMany({ data: rows.map(({ roomId, seq }) => ({ roomId, seq })) })

/** Deletes these rows of a deleted room. */
export const forgetUncounted = (db: Db, roomId: string) => db.chatUncountedMessage.deleteMany({ where: { roomId } })

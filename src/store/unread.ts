import type { Db } from './client.js'

/**
 * How many of the messages above a marker nobody has to read: a scan of a key's range, and only where something lies above.
 * Of the member called `m`, in the room called `c`.
 */
export const uncountedAbove = `CASE WHEN m.last_read_seq < c.last_message_seq THEN
  (SELECT COUNT(*) FROM chat_uncounted_messages n WHERE n.room_id = m.room_id AND n.seq > m.last_read_seq) ELSE 0 END`

/** What is left for a member to read. */
export const unreadOf = (lastMessageSeq: number, lastReadSeq: number, uncounted: number): number =>
  Math.max(0, lastMessageSeq - lastReadSeq - uncounted)

/** Remembers messages that nobody has to read: those of the system, and what was deleted. Under the room's lock. */
export const uncount = (db: Db, rows: readonly { roomId: string; seq: number }[]) =>
  db.chatUncountedMessage.createMany({ data: rows.map(({ roomId, seq }) => ({ roomId, seq })) })

/** Nobody reads in a room that is gone. */
export const forgetUncounted = (db: Db, roomId: string) => db.chatUncountedMessage.deleteMany({ where: { roomId } })

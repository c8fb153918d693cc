import type { Dialect, Reason } from './dialect.js'

/** The marker of a row that is there already, moved on to that of the row that was to be inserted. */
export const furthestRead = (inserted: string): string => `
  last_read_seq = CASE WHEN chat_thread_followers.last_read_seq < ${inserted} THEN ${inserted}
    ELSE chat_thread_followers.last_read_seq END`

/**
 * SQL that makes people follow threads for a reason. Those of them who follow already, or had stopped, have a row, which may be
 * written at this very moment: so that row is changed in the same statement. `rows` has a thread, a user, a room and a marker in each.
 */
export function takingFollowers(
  { unlessThere, orChange }: Pick<Dialect, 'unlessThere' | 'orChange'>,
  reason: Reason,
  rows: string,
): string {
  const insert = `INSERT INTO chat_thread_followers (thread_id, user_id, room_id, last_read_seq) ${rows}`
  // What the message said before somebody stopped does not bring them back.
  if (reason === 'begun') return unlessThere(insert)
  const isAgain = 'is_following = TRUE'
  return orChange(insert, 'thread_id, user_id', (inserted) =>
    // Whoever replies has read what is above.
    reason === 'replied' ? `${isAgain}, ${furthestRead(inserted('last_read_seq'))}` : isAgain,
  )
}

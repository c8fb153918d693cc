/** A clock that is further ahead than this is wrong, and a room does not wait until all others have come there, in ms. */
export const furthestAheadMs = 24 * 60 * 60_000

/**
 * When a message was written in a room whose last one was written at `last`: clocks of servers differ, but in a room time
 * does not go back. So of its messages the one of the higher `seq` is never older.
 */
export const timeAfter = (last: Date, now: Date): Date =>
  last > now && last.getTime() - now.getTime() <= furthestAheadMs ? last : now

/** The same in SQL, of the room `c`: `now`, and `furthest`, which is as much ahead of it as a room follows. */
export const sqlTimeAfter = (now: string, furthest: string): string =>
  `CASE WHEN c.last_message_at BETWEEN ${now} AND ${furthest} THEN c.last_message_at ELSE ${now} END`

export const furthestAhead = (now: Date): Date => new Date(now.getTime() + furthestAheadMs)

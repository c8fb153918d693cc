/** In ms. A clock that is further ahead than this is considered wrong, and a room does not follow it. */
export const furthestAheadMs = 24 * 60 * 60_000

/**
 * The time of a new message in a room whose last one has the time `last`. The clocks of servers differ, but in a room time does not
 * go back: a message with a higher `seq` is never older.
 */
export const timeAfter = (last: Date | null, now: Date): Date =>
  last && last > now && last.getTime() - now.getTime() <= furthestAheadMs ? last : now

/** The same in SQL, for the time in a column. `furthest` is the latest time that a room follows. */
export const sqlTimeAfter = (now: string, furthest: string, column: string): string =>
  `CASE WHEN ${column} BETWEEN ${now} AND ${furthest} THEN ${column} ELSE ${now} END`

export const furthestAhead = (now: Date): Date => new Date(now.getTime() + furthestAheadMs)

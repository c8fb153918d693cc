import type { Db, Stored } from './client.js'
import type { Dialect } from './dialects/dialect.js'

/** How somebody keeps a room for themselves, beside how far they have read in it. */
export type OwnSide = Pick<
  Stored<'chatRoomUser'>,
  'muted' | 'mutedUntil' | 'notify' | 'isPinned' | 'isMarkedUnread' | 'archivedAtSeq'
>

export const ownSideColumns = {
  muted: true,
  mutedUntil: true,
  notify: true,
  isPinned: true,
  isMarkedUnread: true,
  archivedAtSeq: true,
} as const satisfies Record<keyof OwnSide, true>

/** How a room begins for somebody who was never in it. */
export const plainSide: OwnSide = {
  muted: false,
  mutedUntil: null,
  notify: 'all',
  isPinned: false,
  isMarkedUnread: false,
  archivedAtSeq: null,
}

/** Whether a room is muted: for good, or until a time that lies ahead. */
export const isMuted = ({ muted, mutedUntil }: Pick<OwnSide, 'muted' | 'mutedUntil'>, now: Date): boolean =>
  muted && (mutedUntil === null || mutedUntil > now)

/**
 * Whether a room is put away: nobody else has written since then, or it is muted. That is derived from what is there anyway, so
 * that a message need not write a row for each member who has put its room away.
 */
export const isArchived = (side: OwnSide, { isWrittenTo }: { isWrittenTo: boolean }, now: Date): boolean =>
  side.archivedAtSeq !== null && (!isWrittenTo || isMuted(side, now))

// It finds the first such message by the key of its room. Deleted ones count too: what has come back does not go away again.
// The host's own code may write under a name, and as nobody.
const written = (m: string): string => `
  FROM chat_messages a WHERE a.room_id = ${m}.room_id AND a.seq > ${m}.archived_at_seq AND a.kind = 'user'
    AND (a.user_id IS NULL OR a.user_id <> ${m}.user_id)`
const writtenSince = (m: string): string => `EXISTS (SELECT 1 ${written(m)})`

/** Where the first of those messages stands; 0 where there is none. */
export const firstByOthers = `COALESCE(CASE WHEN m.archived_at_seq IS NOT NULL
  THEN (SELECT a.seq ${written('m')} ORDER BY a.seq LIMIT 1) END, 0)`

/** Whether somebody else has written since the member `m` put the room away. Messages are read only of rooms that were put away. */
export const isWrittenTo = `CASE WHEN m.archived_at_seq IS NOT NULL AND ${writtenSince('m')} THEN 1 ELSE 0 END`

/** Whether the member of this table keeps the room put away, as `isArchived` says it; the one `?` is the time. */
export const archivedIn = (m: string): string => `(${m}.archived_at_seq IS NOT NULL AND (
  (${m}.muted = true AND (${m}.muted_until IS NULL OR ${m}.muted_until > ?)) OR NOT ${writtenSince(m)}))`

/** The opposite, of the rooms of one user; the `?` are the user and the time. The rooms that have come back are looked for once, if at all. */
export const notArchivedIn = (m: string): string => `(${m}.archived_at_seq IS NULL OR ${m}.room_id IN (
  SELECT w.room_id FROM chat_room_users w WHERE w.user_id = ? AND w.left_at IS NULL AND w.archived_at_seq IS NOT NULL
    AND NOT (w.muted = true AND (w.muted_until IS NULL OR w.muted_until > ?)) AND ${writtenSince('w')}))`

/** What stands beside whatever people change for themselves, so that all servers find it. */
export const ownChange = (now: Date) => ({ meRevision: { increment: 1 }, meChangedAt: now })
/** The same; the `?` is the time. */
const ownChangeSql = 'me_revision = me_revision + 1, me_changed_at = ?'

/** Moves a marker forward, never back: two devices at once leave the furthest. False where it stood there already. */
export async function moveMarker(db: Db, roomId: string, userId: string, seq: number, now: Date): Promise<boolean> {
  const moved = await db.chatRoomUser.updateMany({
    where: { roomId, userId, leftAt: null, lastReadSeq: { lt: seq } },
    data: { lastReadSeq: seq, lastSeenAt: now, isMarkedUnread: false, ...ownChange(now) },
  })
  return moved.count > 0
}

/** The same of many rooms, in one statement. */
export async function moveMarkers(
  { db, dialect }: { db: Db; dialect: Dialect },
  userId: string,
  rooms: { roomId: string; seq: number }[],
  now: Date,
): Promise<void> {
  const seq = `CASE room_id ${rooms.map(() => 'WHEN ? THEN ?').join(' ')} ELSE 0 END`
  const pairs = rooms.flatMap((room) => [room.roomId, room.seq])
  await dialect.execute(
    db,
    `UPDATE chat_room_users SET last_read_seq = ${seq}, last_seen_at = ?, is_marked_unread = false,
       ${ownChangeSql}
     WHERE user_id = ? AND left_at IS NULL AND room_id IN (${rooms.map(() => '?').join(', ')}) AND last_read_seq < ${seq}`,
    [...pairs, now, now, userId, ...rooms.map(({ roomId }) => roomId), ...pairs],
  )
}

/** Rooms that somebody has marked as unread, and read again although there was nothing new: to others nothing happened. */
export const unmark = (db: Db, roomIds: string[], userId: string, now: Date) =>
  db.chatRoomUser.updateMany({
    where: { roomId: { in: roomIds }, userId, leftAt: null, isMarkedUnread: true },
    data: { isMarkedUnread: false, ...ownChange(now) },
  })

/** A change of how somebody keeps a room; what is left out stays as it is. */
export type OwnSideChange = {
  [Name in 'notify' | 'isPinned' | 'isMarkedUnread' | 'archivedAtSeq']?: OwnSide[Name] | undefined
} & {
  /** `end` takes away a muting that would end by itself; one for good stays. */
  muting?: Pick<OwnSide, 'muted' | 'mutedUntil'> | 'end' | undefined
}

/**
 * Counts as a change, also where it was so already: all devices are told how it is. Only what is asked for is written, and what depends
 * on it is decided by the row as it then is, so that two devices at once undo nothing of each other's. False where there is no such member.
 */
export async function setOwnSide(
  { db, dialect }: { db: Db; dialect: Dialect },
  roomId: string,
  userId: string,
  { notify, isPinned, isMarkedUnread, archivedAtSeq, muting }: OwnSideChange,
  now: Date,
): Promise<boolean> {
  const [sets, values]: [string[], unknown[]] = [[], []]
  const set = (sql: string, ...given: unknown[]) => {
    sets.push(sql)
    values.push(...given)
  }
  if (notify !== undefined) set('notify = ?', notify)
  if (isPinned !== undefined) set(`is_pinned = ${isPinned}`)
  if (isMarkedUnread !== undefined) set(`is_marked_unread = ${isMarkedUnread}`)
  // MySQL sees what stands further left as it was just set: so a column stands behind those that are decided by what it was.
  if (archivedAtSeq !== undefined)
    set(archivedAtSeq === null ? 'archived_at_seq = NULL' : 'archived_at_seq = ?', ...some(archivedAtSeq))
  // A muted room stays away whoever writes: so one that has come back is not put away by being muted.
  else if (muting) set(`archived_at_seq = CASE WHEN ${archivedIn('chat_room_users')} THEN archived_at_seq END`, now)
  if (muting === 'end') set('muted = (muted = true AND muted_until IS NULL), muted_until = NULL')
  else if (muting) {
    const { muted, mutedUntil } = muting
    set(`muted = ${muted}, muted_until = ${mutedUntil ? '?' : 'NULL'}`, ...some(mutedUntil))
  }
  const changed = await dialect.execute(
    db,
    `UPDATE chat_room_users SET ${[...sets, ownChangeSql].join(', ')} WHERE room_id = ? AND user_id = ? AND left_at IS NULL`,
    [...values, now, roomId, userId],
  )
  return changed > 0
}

const some = <T>(value: T | null): T[] => (value === null ? [] : [value])

/**
 * From where on it is looked for others who write: above what was gone through. Null once the room has come back, so that nothing is
 * looked for any more. Whether the room is put away does not depend on it.
 */
export function archiveSettledAt(
  { firstByOthers, lastMessageSeq, ...side }: OwnSide & { firstByOthers: number; lastMessageSeq: number },
  now: Date,
): number | null {
  if (firstByOthers === 0) return lastMessageSeq
  return isMuted(side, now) ? firstByOthers - 1 : null
}

/** Not where the room was put away anew, or fetched back, meanwhile. */
export const settleArchive = (
  db: Db,
  { roomId, userId, archivedAtSeq }: { roomId: string; userId: string; archivedAtSeq: number | null },
  to: number | null,
) => db.chatRoomUser.updateMany({ where: { roomId, userId, archivedAtSeq }, data: { archivedAtSeq: to } })

import { ownSideNames, type UpdateMe } from '../contract/members.js'
import { invalid } from '../contract/problems.js'
import type { RoomStateRow } from '../store/members.js'
import { archiveSettledAt, type OwnSideChange, setOwnSide, settleArchive } from '../store/own-side.js'
import type { RoomRow } from '../store/rooms.js'
import type { Context } from './context.js'
import type { ReadMarkers } from './read-markers.js'

/** The first field of a change that everyone sets for themselves alone; undefined if there is none. */
export const ownSideIn = (input: UpdateMe): keyof UpdateMe | undefined =>
  ownSideNames.find((name) => input[name] !== undefined)

/** Throws if what is asked contradicts itself, or asks for a muting that has ended already. */
export function checkOwnSide({ clock }: Pick<Context, 'clock'>, { muted, mutedUntil }: UpdateMe): void {
  if (!mutedUntil) return
  if (muted === false) throw invalid('/mutedUntil', 'is for a room that is muted')
  if (new Date(mutedUntil) <= clock()) throw invalid('/mutedUntil', 'must lie ahead; null ends it')
}

/** What is asked, of the columns. */
function changeOf(input: UpdateMe, { lastMessageSeq }: RoomRow): OwnSideChange {
  const { notify, isPinned, isMarkedUnread, isArchived } = input
  return {
    ...{ notify, isPinned, isMarkedUnread, muting: mutingOf(input) },
    ...(isArchived === undefined ? {} : { archivedAtSeq: isArchived ? lastMessageSeq : null }),
  }
}

/** `mutedUntil: null` by itself ends a muting that would end by itself; one for good stays. */
function mutingOf({ muted, mutedUntil }: UpdateMe): OwnSideChange['muting'] {
  if (mutedUntil) return { muted: true, mutedUntil: new Date(mutedUntil) }
  if (muted !== undefined) return { muted, mutedUntil: null }
  return mutedUntil === null ? 'end' : undefined
}

/** Changes how a user keeps a room, which was just read, and tells the user's devices. */
export async function changeOwnSide(
  { work, clock }: Context,
  readMarkers: ReadMarkers,
  userId: string,
  room: RoomRow,
  input: UpdateMe,
): Promise<void> {
  const change = changeOf(input, room)
  // Not one statement for itself: by the default of MySQL, it would lock the messages that it looks at.
  await work.transaction(({ tx }) => setOwnSide({ db: tx, dialect: work.dialect }, room.id, userId, change, clock()))
  const state = await readMarkers.state(userId, room.id)
  work.publish({ type: 'me.changed', userId, roomId: room.id, state })
}

/** So many messages are gone through again and again before it is remembered that they say nothing. */
const stretch = 100

/**
 * Remembers, of rooms that somebody has put away, up to where nobody else has written, and that a room has come back. Otherwise all that
 * the system says would be gone through each time. What was asked for does not depend on whether it succeeds.
 */
export async function settleArchives({ work, clock }: Context, rows: RoomStateRow[], least = stretch): Promise<void> {
  for (const row of rows) {
    if (row.archivedAtSeq === null) continue
    const to = archiveSettledAt(row, clock())
    if (to !== null && to - row.archivedAtSeq < least) continue
    await work.write((db) => settleArchive(db, row, to)).catch(() => undefined)
  }
}

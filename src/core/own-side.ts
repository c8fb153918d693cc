import { ownSideNames, type UpdateMe } from '../contract/members.js'
import { invalid } from '../contract/problems.js'
import type { MemberRow } from '../store/members.js'
import { isMuted, type OwnSide, setOwnSide } from '../store/own-side.js'
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

/** What the columns are to be; what is left out stays. */
function sideOf(
  input: UpdateMe,
  {
    lastMessageSeq,
    member,
    isArchived,
    now,
  }: { lastMessageSeq: number; member: MemberRow; isArchived: boolean; now: Date },
): Partial<OwnSide> {
  const { notify, isPinned, isMarkedUnread } = input
  const side = { notify, isPinned, isMarkedUnread, ...mutingOf(input, member, now) }
  const given = Object.entries(side).filter(([, value]) => value !== undefined)
  const changes = Object.fromEntries(given) as Partial<OwnSide>
  if (input.isArchived !== undefined) return { ...changes, archivedAtSeq: input.isArchived ? lastMessageSeq : null }
  // A muted room stays away whoever writes: so one that has come back is not put away by being muted.
  return changes.muted === undefined || isArchived ? changes : { ...changes, archivedAtSeq: null }
}

/** `mutedUntil: null` by itself ends a muting that would end by itself; one for good stays. */
function mutingOf({ muted, mutedUntil }: UpdateMe, member: MemberRow, now: Date): Partial<OwnSide> {
  if (mutedUntil) return { muted: true, mutedUntil: new Date(mutedUntil) }
  if (muted !== undefined) return { muted, mutedUntil: null }
  if (mutedUntil === undefined) return {}
  return { muted: isMuted(member, now) && member.mutedUntil === null, mutedUntil: null }
}

/** Changes how a user keeps a room, and tells the user's devices. */
export async function changeOwnSide(
  { work, clock }: Context,
  readMarkers: ReadMarkers,
  userId: string,
  roomId: string,
  input: UpdateMe,
): Promise<void> {
  const before = await readMarkers.seen(userId, roomId)
  const { member, room } = before
  const now = clock()
  const { isArchived } = before.me
  const side = sideOf(input, { lastMessageSeq: room.lastMessageSeq, member, isArchived, now })
  await work.write((db) => setOwnSide(db, roomId, userId, side, now))
  const state = await readMarkers.state(userId, roomId)
  work.publish({ type: 'me.changed', userId, roomId, state })
}

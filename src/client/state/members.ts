import type { List } from '../../contract/fields.js'
import type { Member } from '../../contract/members.js'
import { entryOf, type MemberBook, patch, type State } from './state.js'
import { later, learn } from './users.js'

export const emptyBook: MemberBook = { byId: new Map(), markers: new Map(), cursor: undefined, error: null }

/** A member as told at a revision: of two versions the higher wins, and markers only move forward. */
function put(book: MemberBook, member: Member, isGone: boolean): MemberBook {
  const { id } = member.user
  const known = book.byId.get(id)
  const isOld = known && known.member.revision > member.revision
  const [older, newer] = isOld ? [member, known.member] : [known?.member, member]
  const lastReadSeq = Math.max(member.lastReadSeq, known?.member.lastReadSeq ?? 0, book.markers.get(id) ?? 0)
  // Who is added again has not been seen yet.
  const lastSeenAt = later(newer.lastSeenAt, older?.joinedAt === newer.joinedAt ? older.lastSeenAt : null)
  const next = { member: { ...newer, lastReadSeq, lastSeenAt }, isGone: isOld ? known.isGone : isGone }
  return { ...book, byId: new Map(book.byId).set(id, next) }
}

/** Members as they are at their revisions, where the room's members were asked for. */
function takeMembers(state: State, members: Member[], roomId: string, isGone = false, changes?: Partial<MemberBook>) {
  const { book } = entryOf(state, roomId)
  const learned = learn(state, ...members.map(({ user }) => user))
  if (!book) return learned
  const filled = members.reduce((filling, member) => put(filling, member, isGone), book)
  return patch(learned, roomId, { book: { ...filled, ...changes } })
}

export const takeMember = (state: State, member: Member, isGone?: boolean): State =>
  takeMembers(state, [member], member.roomId, isGone)

/** A page of members. */
export const takeMemberPage = (
  state: State,
  { items, nextCursor }: List<Member>,
  _asked: number,
  roomId: string,
): State => takeMembers(state, items, roomId, false, { cursor: nextCursor, error: null })

/** Somebody has read up to a message. */
export function moveMarker(state: State, roomId: string, userId: string, seq: number): State {
  const { book } = entryOf(state, roomId)
  if (!book) return state
  const known = book.byId.get(userId)
  const markers = new Map(book.markers).set(userId, Math.max(seq, book.markers.get(userId) ?? 0))
  const moved = { ...book, markers }
  return patch(state, roomId, { book: known ? put(moved, known.member, known.isGone) : moved })
}

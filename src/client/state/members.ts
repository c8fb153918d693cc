import type { List } from '../../contract/fields.js'
import type { Member } from '../../contract/members.js'
import { entryOf, type MemberBook, patch, type State } from './state.js'
import { later, learn } from './users.js'

export const emptyBook: MemberBook = { byId: new Map(), markers: new Map(), cursor: undefined, error: null }

/** A member as told at a revision: of two versions the higher wins, and the marker of one membership only moves forward. */
function put(book: MemberBook, member: Member, isGone: boolean): MemberBook {
  const { id } = member.user
  const known = book.byId.get(id)
  const [older, newer] =
    known && known.member.revision > member.revision ? [member, known.member] : [known?.member, member]
  const isOneStay = older?.joinedAt === newer.joinedAt
  const lastReadSeq = Math.max(newer.lastReadSeq, book.markers.get(id) ?? 0, isOneStay ? older.lastReadSeq : 0)
  const lastSeenAt = isOneStay ? later(newer.lastSeenAt, older.lastSeenAt) : newer.lastSeenAt
  const next = {
    member: { ...newer, lastReadSeq, lastSeenAt },
    isGone: known && newer !== member ? known.isGone : isGone,
  }
  return { ...book, byId: new Map(book.byId).set(id, next) }
}

/** A change of a member, where the room's members were asked for. */
export function takeMember(state: State, member: Member, isGone = false): State {
  const { roomId, user } = member
  const { book } = entryOf(state, roomId)
  const learned = learn(state, user)
  return book ? patch(learned, roomId, { book: put(book, member, isGone) }) : learned
}

/** A page of members; `asked`: the version at which it was asked for. */
export function takeMemberPage(
  state: State,
  roomId: string,
  { items, nextCursor }: List<Member>,
  asked: number,
): State {
  const { book, voidBefore } = entryOf(state, roomId)
  if (!book || asked < voidBefore) return state
  const filled = items.reduce((filling, member) => put(filling, member, false), book)
  const learned = learn(state, ...items.map(({ user }) => user))
  return patch(learned, roomId, { book: { ...filled, cursor: nextCursor, error: null } })
}

/** Somebody has read up to a message. */
export function moveMarker(state: State, roomId: string, userId: string, seq: number): State {
  const { book } = entryOf(state, roomId)
  if (!book) return state
  const known = book.byId.get(userId)
  const markers = new Map(book.markers).set(userId, Math.max(seq, book.markers.get(userId) ?? 0))
  const moved = { ...book, markers }
  return patch(state, roomId, { book: known ? put(moved, known.member, known.isGone) : moved })
}

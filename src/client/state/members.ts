import type { List } from '../../contract/fields.js'
import type { Member } from '../../contract/members.js'
import { share, withEntry } from './share.js'
import type { MemberBook, State } from './state.js'
import { later, learn } from './users.js'

export const emptyBook: MemberBook = { byId: new Map(), markers: new Map(), cursor: undefined, error: null }

export const withBook = (state: State, roomId: string, book: MemberBook): State => ({
  ...state,
  members: withEntry(state.members, roomId, book),
})

/** A member as told at a revision: of two versions the higher wins, and the marker of one membership only moves forward. */
function put(book: MemberBook, member: Member, isGone: boolean): MemberBook {
  const known = book.byId.get(member.user.id)
  const isNewer = !known || member.revision >= known.member.revision
  const base = isNewer ? member : known.member
  const isOneStay = known?.member.joinedAt === member.joinedAt
  const marker = Math.max(member.lastReadSeq, book.markers.get(member.user.id) ?? 0)
  const next = {
    member: {
      ...base,
      lastReadSeq: isOneStay ? Math.max(marker, known.member.lastReadSeq) : isNewer ? marker : base.lastReadSeq,
      lastSeenAt: isOneStay ? later(member.lastSeenAt, known.member.lastSeenAt) : base.lastSeenAt,
    },
    isGone: isNewer ? isGone : known.isGone,
  }
  return { ...book, byId: withEntry(book.byId, member.user.id, share(known, next)) }
}

/** A change of a member, where the room's members were asked for. */
export function takeMember(state: State, member: Member, isGone = false): State {
  const learned = learn(state, member.user)
  const book = state.members.get(member.roomId)
  return book ? withBook(learned, member.roomId, put(book, member, isGone)) : learned
}

/** A page of members; `asked`: the version at which it was asked for. */
export function takeMemberPage(
  state: State,
  roomId: string,
  { items, nextCursor }: List<Member>,
  asked: number,
): State {
  const book = state.members.get(roomId)
  if (!book || asked < (state.rooms.get(roomId)?.voidBefore ?? state.bornAt)) return state
  const filled = items.reduce((filling, member) => put(filling, member, false), book)
  const learned = learn(state, ...items.map(({ user }) => user))
  return withBook(learned, roomId, { ...filled, cursor: nextCursor, error: null })
}

/** Somebody has read up to a message. */
export function moveMarker(state: State, roomId: string, userId: string, seq: number): State {
  const book = state.members.get(roomId)
  if (!book || seq <= (book.markers.get(userId) ?? 0)) return state
  const moved = { ...book, markers: withEntry(book.markers, userId, seq) }
  const known = book.byId.get(userId)
  return withBook(state, roomId, known ? put(moved, known.member, known.isGone) : moved)
}

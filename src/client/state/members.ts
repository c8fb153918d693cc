import type { List } from '../../contract/fields.js'
import type { Member } from '../../contract/members.js'
import { entryOf, type MemberBook, patch, type State } from './state.js'
import { learn, untimed } from './users.js'

export const emptyBook: MemberBook = { byId: new Map(), markers: new Map(), cursor: undefined, error: null }

/** Somebody has read up to a message: markers only move forward. */
const read = ({ markers, ...book }: MemberBook, userId: string, seq: number): MemberBook => ({
  ...book,
  markers: new Map(markers).set(userId, Math.max(seq, markers.get(userId) ?? 0)),
})

/** A member as told at a revision: of two versions the higher wins. */
function put(book: MemberBook, member: Member, isGone: boolean): MemberBook {
  const { id } = member.user
  const known = book.byId.get(id)
  const isOld = known && known.member.revision > member.revision
  const byId = isOld ? book.byId : new Map(book.byId).set(id, { member, isGone })
  return { ...read(book, id, member.lastReadSeq), byId }
}

/** Members as they are at their revisions, where the room's members were asked for. */
export function takeMembers(
  state: State,
  { items, nextCursor }: Pick<List<Member>, 'items'> & Partial<List<Member>>,
  asked: number,
  roomId: string,
  isGone = false,
): State {
  const { book } = entryOf(state, roomId)
  const learned = learn(state, asked, ...items.map(({ user }) => user))
  if (!book) return learned
  const filled = items.reduce((filling, member) => put(filling, member, isGone), book)
  return patch(learned, roomId, { book: nextCursor === undefined ? filled : { ...filled, cursor: nextCursor } })
}

export const takeMember = (state: State, member: Member, isGone?: boolean): State =>
  takeMembers(state, { items: [member] }, untimed, member.roomId, isGone)

export function moveMarker(state: State, roomId: string, userId: string, seq: number): State {
  const { book } = entryOf(state, roomId)
  return book ? patch(state, roomId, { book: read(book, userId, seq) }) : state
}

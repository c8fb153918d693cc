import type { Page } from '../../contract/fields.js'
import type { Member } from '../../contract/members.js'
import type { KnownMembers } from './room-entry.js'
import { entryOf, patch, type State } from './state.js'
import { untimed, upsertUsers } from './users.js'

export const noMembers: KnownMembers = { byId: new Map(), markers: new Map(), cursor: undefined, error: null }

/** A member has read up to a message: markers only move forward. */
const read = ({ markers, ...memberList }: KnownMembers, userId: string, seq: number): KnownMembers => ({
  ...memberList,
  markers: new Map(markers).set(userId, Math.max(seq, markers.get(userId) ?? 0)),
})

/** A member at a revision: of two versions the higher wins. */
function put(memberList: KnownMembers, member: Member, isGone: boolean): KnownMembers {
  const { id } = member.user
  const known = memberList.byId.get(id)
  const isOld = known && known.member.revision > member.revision
  const byId = isOld ? memberList.byId : new Map(memberList.byId).set(id, { member, isGone })
  return { ...read(memberList, id, member.lastReadSeq), byId }
}

/** Adds members with their revisions, if the room's members were requested. */
export function takeMembers(
  state: State,
  { items, nextCursor }: Pick<Page<Member>, 'items'> & Partial<Page<Member>>,
  asked: number,
  roomId: string,
  isGone = false,
): State {
  const { memberList } = entryOf(state, roomId)
  const learned = upsertUsers(state, asked, ...items.map(({ user }) => user))
  if (!memberList) return learned
  const filled = items.reduce((filling, member) => put(filling, member, isGone), memberList)
  return patch(learned, roomId, { memberList: nextCursor === undefined ? filled : { ...filled, cursor: nextCursor } })
}

export const takeMember = (state: State, member: Member, isGone?: boolean): State =>
  takeMembers(state, { items: [member] }, untimed, member.roomId, isGone)

export function moveMarker(state: State, roomId: string, userId: string, seq: number): State {
  const { memberList } = entryOf(state, roomId)
  return memberList ? patch(state, roomId, { memberList: read(memberList, userId, seq) }) : state
}

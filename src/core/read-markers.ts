import type { Me, ReadMany, ReadManyAnswer } from '../contract/members.js'
import { notFound } from '../contract/problems.js'
import type { Notice, OwnRoomState } from '../publish/notice.js'
import type { MemberRow } from '../store/members.js'
import { moveMarker, moveMarkers, unmark } from '../store/own-side.js'
import { type RoomRow, type SeenRoom, seenRooms } from '../store/rooms.js'
import { type Context, clampInt32 } from './context.js'
import { requireMember, whyNotAMember } from './membership.js'

/** How far people have read, and what that leaves unread. */
export class ReadMarkers {
  constructor(readonly context: Context) {}

  /** Moves the own read marker forward; it never goes back, and stops at the last message. A mark as unread goes. */
  async move(userId: string, roomId: string, seq: number): Promise<Me> {
    const { work, clock } = this.context
    const { room, member } = await requireMember(work.db, roomId, userId)
    const furthest = Math.min(clampInt32(seq), room.lastMessageSeq)
    const moved = await work.write((db) => moveMarker(db, roomId, userId, furthest, clock()))
    const isUnmarked = !moved && member?.isMarkedUnread === true
    if (isUnmarked) await work.write((db) => unmark(db, [roomId], userId, clock()))
    // Read again, so that what is told stands behind all that happened until the marker moved.
    const { member: now, ...seen } = await this.seen(userId, roomId)
    const state = stateOf(this.context, now, seen)
    if (moved) work.publish(...noticesOf(seen.room, userId, state))
    else if (isUnmarked) work.publish({ type: 'me.changed', userId, roomId, state })
    return state.me
  }

  /** The same of many rooms at once; those that are not the user's are left out. */
  async moveMany(userId: string, asked: ReadMany['rooms']): Promise<ReadManyAnswer> {
    const { work, clock, view } = this.context
    const furthest = new Map<string, number>()
    for (const { roomId, seq } of asked) furthest.set(roomId, Math.max(seq, furthest.get(roomId) ?? 0))
    const before = await this.#mine(userId, [...furthest.keys()])
    const moving = before.flatMap(({ room, member }) => {
      const seq = Math.min(clampInt32(furthest.get(room.id) ?? 0), room.lastMessageSeq)
      return seq > member.lastReadSeq ? [{ roomId: room.id, seq }] : []
    })
    const moved = new Set(moving.map(({ roomId }) => roomId))
    const unmarked = before.flatMap(({ room, member }) =>
      member.isMarkedUnread && !moved.has(room.id) ? [room.id] : [],
    )
    if (moving.length > 0) {
      await work.write((db) => moveMarkers({ db, dialect: work.dialect }, userId, moving, clock()))
    }
    if (unmarked.length > 0) await work.write((db) => unmark(db, unmarked, userId, clock()))
    const told = new Set([...moved, ...unmarked])
    // Read again, as for one.
    const after = told.size === 0 ? before : await this.#mine(userId, [...furthest.keys()])
    const rooms: Record<string, Me> = Object.create(null)
    const news: Notice[] = []
    for (const { member, ...seen } of after) {
      const { id } = seen.room
      rooms[id] = view.me(member, seen)
      if (!told.has(id)) continue
      const state = stateOf(this.context, member, seen)
      if (moved.has(id)) news.push(...noticesOf(seen.room, userId, state))
      else news.push({ type: 'me.changed', userId, roomId: id, state })
    }
    work.publish(...news)
    return { rooms }
  }

  async #mine(userId: string, roomIds: string[]) {
    const seen = roomIds.length === 0 ? [] : await seenRooms(this.context.work, userId, roomIds)
    return seen.flatMap(({ member, ...rest }) => (member ? [{ member, ...rest }] : []))
  }

  /** What somebody is in a room, and where that stands; for the library's own use. */
  async state(userId: string, roomId: string): Promise<OwnRoomState> {
    const { member, ...seen } = await this.seen(userId, roomId)
    return stateOf(this.context, member, seen)
  }

  /** The same with the rows that it was made of. Throws if the user is not in the room. */
  async seen(userId: string, roomId: string) {
    const [seen] = await seenRooms(this.context.work, userId, [roomId])
    const member = seen?.member
    if (!member) throw seen ? await whyNotAMember(this.context.work.db, seen.room, userId) : notFound()
    return { ...seen, member, me: this.context.view.me(member, seen) }
  }
}

/** For the user's own devices, and for the others where the room has read receipts. */
function noticesOf({ id: roomId, readReceipts }: RoomRow, userId: string, state: OwnRoomState): Notice[] {
  const { me, revision } = state
  const changed: Notice = { type: 'me.changed', userId, roomId, state }
  return readReceipts
    ? [changed, { type: 'marker.moved', roomId, userId, lastReadSeq: me.lastReadSeq, revision }]
    : [changed]
}

function stateOf({ view }: Context, member: MemberRow, seen: Omit<SeenRoom, 'member'>): OwnRoomState {
  const { revision, lastMessageSeq } = seen.room
  const { meRevision, meChangedAt } = member
  return { me: view.me(member, seen), revision, lastMessageSeq, meRevision, meChangedAt }
}

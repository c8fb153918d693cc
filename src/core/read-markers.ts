import type { Me, ReadMany, ReadManyAnswer } from '../contract/members.js'
import { notFound } from '../contract/problems.js'
import type { Notice, OwnRoomState } from '../publish/notice.js'
import { type MemberRow, moveMarker, moveMarkers } from '../store/members.js'
import { type RoomRow, type SeenRoom, seenRooms } from '../store/rooms.js'
import { type Context, clampInt32 } from './context.js'
import { requireMember, whyNotAMember } from './membership.js'

/** How far people have read, and what that leaves unread. */
export class ReadMarkers {
  constructor(readonly context: Context) {}

  /** Moves the own read marker forward; it never goes back, and stops at the last message. */
  async move(userId: string, roomId: string, seq: number): Promise<Me> {
    const { work, clock } = this.context
    const { room } = await requireMember(work.db, roomId, userId)
    const furthest = Math.min(clampInt32(seq), room.lastMessageSeq)
    const moved = await work.write((db) => moveMarker(db, roomId, userId, furthest, clock()))
    // Read again, so that what is told stands behind all that happened until the marker moved.
    const { state, room: now } = await this.#read(userId, roomId)
    if (moved) work.publish(...noticesOf(now, userId, state))
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
    if (moving.length > 0) {
      await work.write((db) => moveMarkers({ db, dialect: work.dialect }, userId, moving, clock()))
    }
    // Read again, as for one.
    const after = moving.length === 0 ? before : await this.#mine(userId, [...furthest.keys()])
    const moved = new Set(moving.map(({ roomId }) => roomId))
    const rooms: Record<string, Me> = Object.create(null)
    const news: Notice[] = []
    for (const { member, ...seen } of after) {
      const { id } = seen.room
      rooms[id] = view.me(member, seen.unreadCount)
      if (!moved.has(id)) continue
      news.push(...noticesOf(seen.room, userId, stateOf(this.context, member, seen)))
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
    return (await this.#read(userId, roomId)).state
  }

  async #read(userId: string, roomId: string): Promise<{ state: OwnRoomState; room: RoomRow }> {
    const [seen] = await seenRooms(this.context.work, userId, [roomId])
    if (!seen?.member) throw seen ? await whyNotAMember(this.context.work.db, seen.room, userId) : notFound()
    return { state: stateOf(this.context, seen.member, seen), room: seen.room }
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

function stateOf(
  { view }: Context,
  member: MemberRow,
  { room, unreadCount }: Pick<SeenRoom, 'room' | 'unreadCount'>,
): OwnRoomState {
  const { revision, lastMessageSeq } = room
  const { meRevision, meChangedAt } = member
  return { me: view.me(member, unreadCount), revision, lastMessageSeq, meRevision, meChangedAt }
}

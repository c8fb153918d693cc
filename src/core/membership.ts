import { type ChatError, forbidden, notFound } from '../contract/problems.js'
import type { Db } from '../store/client.js'
import { findMember, type MemberRow } from '../store/members.js'
import { findRoom, type RoomRow } from '../store/rooms.js'
import { isOfOneTenant } from '../store/tenants.js'
import type { AnyActor } from './actor.js'

export interface Membership {
  room: RoomRow
  /** Absent for the host's own code. */
  member: MemberRow | undefined
}

/** Reads a room and its member, and throws if the actor is none: 404, or 403 if the room is public. */
export async function requireMember(db: Db, roomId: string, actor: AnyActor): Promise<Membership> {
  const [room, member] = await Promise.all([
    findRoom(db, roomId),
    typeof actor === 'string' ? findMember(db, roomId, actor) : undefined,
  ])
  if (!room || room.deletedAt !== null) throw notFound()
  if (typeof actor === 'string' && !member) throw await whyNotAMember(db, room, actor)
  return { room, member }
}

/** The same inside a change, under the room's lock. */
export async function memberIn(tx: Db, room: RoomRow, actor: AnyActor): Promise<MemberRow | undefined> {
  if (typeof actor !== 'string') return undefined
  const member = await findMember(tx, room.id, actor)
  if (!member) throw await whyNotAMember(tx, room, actor)
  return member
}

/** The refusal for a user who is not a member. A public room of another tenant does not exist for them either. */
export async function whyNotAMember(
  db: Db,
  room: { id: string; isPublic: boolean },
  userId: string,
): Promise<ChatError> {
  return room.isPublic && (await isOfOneTenant(db, room.id, userId)) ? notAMember() : notFound()
}

export const notAMember = (): ChatError => forbidden('only members may do this: join the room first')

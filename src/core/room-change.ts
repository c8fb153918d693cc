import { notFound } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import type { Db } from '../store/client.js'
import { findMember, type MemberRow } from '../store/members.js'
import { findRoom, type RoomRow } from '../store/rooms.js'
import type { AnyActor } from './actor.js'
import { whyNotAMember } from './membership.js'
import type { UnitOfWork } from './unit-of-work.js'

/** The actor and the room, as they were read. */
export interface Acting {
  db: Db
  now: Date
  room: RoomRow
  /** Absent for the host's own code, and for a user who joins. */
  member: MemberRow | undefined
}

export interface ChangeRequest<Checked> {
  actor: AnyActor
  roomId: string
  /** The actor need not be a member, because they ask to join. */
  joins?: boolean
  /** The check was made just now, before the host was asked: it is repeated under the lock only. */
  isChecked?: boolean
  /** Throws if the actor may not do this, and returns what the rule needs. It runs twice, so it only reads. */
  check(acting: Acting): Checked | Promise<Checked>
}

/** Writes the change after the check. The events that it adds to `change.events` are published after the commit. */
export type ChangeRule<Checked, T> = (change: RoomChange, checked: Checked, acting: Acting) => Promise<T>

interface Ways {
  db: Db
  clock: () => Date
  transaction<T>(work: (unit: UnitOfWork) => Promise<T>, how?: { writesFirst?: boolean }): Promise<T>
}

/**
 * Changes a room for an actor. `check` runs before the room's lock is taken, so that a user without permission is refused by
 * reads alone and makes nobody in the room wait. It runs again under the lock, and only that decides: the actor may have been
 * removed in between.
 */
export async function changeRoomAs<Checked, T>(
  work: Ways,
  { actor, roomId, joins = false, isChecked = false, check }: ChangeRequest<Checked>,
  rule: ChangeRule<Checked, T>,
): Promise<T> {
  const actingIn = async (db: Db, now: Date, room: RoomRow, member: MemberRow | undefined): Promise<Acting> => {
    if (typeof actor === 'string' && !member && !joins) throw await whyNotAMember(db, room, actor)
    return { db, now, room, member }
  }
  const memberOf = async (db: Db) => (typeof actor === 'string' ? findMember(db, roomId, actor) : undefined)
  if (typeof actor === 'string' && !isChecked) {
    const { db } = work
    const [room, member] = await Promise.all([findRoom(db, roomId), memberOf(db)])
    if (!room || room.deletedAt !== null) throw notFound()
    await check(await actingIn(db, work.clock(), room, member))
  }
  return work.transaction(
    (unit) =>
      unit.changeRoom(roomId, async (change) => {
        const { tx, now, room } = change
        const acting = await actingIn(tx, now, room, await memberOf(tx))
        return rule(change, await check(acting), acting)
      }),
    { writesFirst: true },
  )
}

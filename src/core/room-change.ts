import { notFound } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import type { Db } from '../store/client.js'
import { findMember, type MemberRow } from '../store/members.js'
import { findRoom, type RoomRow } from '../store/rooms.js'
import type { AnyActor } from './actor.js'
import { whyNotAMember } from './membership.js'
import type { UnitOfWork } from './unit-of-work.js'

/** Who acts in which room, with what was read of both. */
export interface Acting {
  db: Db
  now: Date
  room: RoomRow
  /** Absent for the host's own code, and for who joins. */
  member: MemberRow | undefined
}

export interface ChangeRequest<Checked> {
  actor: AnyActor
  roomId: string
  /** Somebody who is not in the room may do this: joining is what they ask for. */
  joins?: boolean
  /** The check has been made just now, for the host was to be asked: it is made under the lock only. */
  isChecked?: boolean
  /** Throws where the actor may not, and gives what the change goes on with. Runs twice, so it only reads. */
  check(acting: Acting): Checked | Promise<Checked>
}

/** Writes what is to be changed, once it is certain that it may be. What it leaves in `change.events` is told after the commit. */
export type ChangeRule<Checked, T> = (change: RoomChange, checked: Checked, acting: Acting) => Promise<T>

interface Ways {
  db: Db
  clock: () => Date
  transaction<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T>
}

/**
 * Changes a room on behalf of somebody. `check` runs before the room's lock is taken, so that whoever may not, an outsider
 * above all, is refused by reads alone and makes nobody in the room wait. It runs again under the lock, and only that
 * decides: in between the actor may have been removed.
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
  return work.transaction((unit) =>
    unit.changeRoom(roomId, async (change) => {
      const { tx, now, room } = change
      const acting = await actingIn(tx, now, room, await memberOf(tx))
      return rule(change, await check(acting), acting)
    }),
  )
}

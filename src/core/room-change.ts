import { notFound } from '../contract/problems.js'
import { changeRoom, type RoomChange } from '../store/change.js'
import type { Db } from '../store/client.js'
import { findMember, type MemberRow } from '../store/members.js'
import { findRoom, type RoomRow } from '../store/rooms.js'
import type { AnyActor } from './actor.js'
import { type Context, whyOutside } from './context.js'

/** Who acts in which room, with what was read of both. */
export interface Acting {
  db: Db
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

/**
 * Changes a room on behalf of somebody. `check` runs before the room's lock is taken, so that whoever may not, an outsider
 * above all, is refused by reads alone and makes nobody in the room wait. It runs again under the lock, and only that
 * decides: in between the actor may have been removed.
 */
export async function changeRoomAs<Checked, T>(
  { work, clock }: Context,
  { actor, roomId, joins = false, isChecked = false, check }: ChangeRequest<Checked>,
  change: (change: RoomChange, acting: Acting, checked: Checked) => Promise<T>,
): Promise<T> {
  const actingIn = async (db: Db, room: RoomRow, member: MemberRow | undefined): Promise<Acting> => {
    if (typeof actor === 'string' && !member && !joins) throw await whyOutside(db, room, actor)
    return { db, room, member }
  }
  const memberOf = async (db: Db) => (typeof actor === 'string' ? findMember(db, roomId, actor) : undefined)
  if (typeof actor === 'string' && !isChecked) {
    const { db } = work
    const [room, member] = await Promise.all([findRoom(db, roomId), memberOf(db)])
    if (!room || room.deletedAt !== null) throw notFound()
    await check(await actingIn(db, room, member))
  }
  return work.run(async (tx, commit) => {
    const { result, committed } = await changeRoom(tx, roomId, clock(), async (locked) => {
      const acting = await actingIn(tx, locked.room, await memberOf(tx))
      return change(locked, acting, await check(acting))
    })
    commit(committed)
    return result
  })
}

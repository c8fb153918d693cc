import { ChatError } from '../../contract/problems.js'
import type { RoomChange } from '../../store/change.js'
import type { Db } from '../../store/client.js'
import { findMember, findMembership } from '../../store/members.js'
import { system } from '../actor.js'
import type { Context } from '../context.js'
import { permissionsOf } from '../permissions.js'
import { closeRoom } from '../room-closing.js'
import { bequeath, isDeserted, takeOut } from '../room-leaving.js'
import { type Erased, nobodyFor } from './erased.js'
import type { Place } from './messages.js'

/** Writes in a room as one of its changes, or without anybody's knowing in a room that was deleted. */
export async function inRoom(context: Context, roomId: string, write: (place: Place) => Promise<void>): Promise<void> {
  const { work } = context
  try {
    await work.transaction((unit) =>
      unit.changeRoom(roomId, (change) => write({ tx: change.tx, now: change.now, change })),
    )
  } catch (error) {
    if (!(error instanceof ChatError && error.code === 'not_found')) throw error
    await work.transaction(({ tx, now }) => write({ tx, now, change: undefined }))
  }
}

/** Takes somebody out of a room of theirs, which has an owner afterwards, or is deleted where nobody is left. */
export async function leaveErased(context: Context, roomId: string, { userId }: Erased): Promise<void> {
  await inRoom(context, roomId, async ({ tx, change }) => {
    const target = await findMember(tx, roomId, userId)
    if (!target || !change) return
    await takeOut(context, change, target, null, nobodyFor(userId))
    if (isDeserted(change)) return closeRoom(change, system)
    if (change.room.type === 'private') return closeToWriting(context, change)
    await bequeath(context, change, target, permissionsOf(target))
  })
}

/** What two people said stays with the other one, and nobody writes there any more; with the same id they would begin anew. */
async function closeToWriting({ view }: Context, change: RoomChange): Promise<void> {
  const revision = change.takeRevision()
  change.set({ isBlocked: true, pairKey: null, editedRevision: revision, updatedAt: change.now })
  const { room } = change
  change.events.push({ type: 'room.updated', roomId: room.id, revision, room: view.room(room) })
}

/**
 * Deletes the row of somebody who was in a room: what else tells of changes tells nothing of this one, so who does not know yet
 * that they went has to read the room anew.
 */
export async function forgetMember(context: Context, roomId: string, { userId }: Erased): Promise<void> {
  await inRoom(context, roomId, async ({ tx, change }) => {
    const row = await findMembership(tx, roomId, userId)
    if (!row) return
    await tx.chatRoomUser.deleteMany({ where: { roomId, userId } })
    if (!change) {
      await forgetMaker(tx, roomId, userId)
      return
    }
    const { room } = change
    if (room.createdById === userId) change.set({ createdById: null })
    const revision = change.takeRevision()
    change.set({ editedRevision: revision, erasedRevision: Math.max(room.erasedRevision, row.revision) })
    change.events.push({ type: 'room.updated', roomId, revision, room: context.view.room(room) })
  })
}

/** Nobody in particular has made the room. */
export const forgetMaker = (tx: Db, roomId: string, userId: string) =>
  tx.chatRoom.updateMany({ where: { id: roomId, createdById: userId }, data: { createdById: null } })

/** A picture of theirs is not the room's any more. */
export async function takePicture(context: Context, roomId: string, mediaId: string): Promise<void> {
  await inRoom(context, roomId, async ({ tx, change }) => {
    if (!change) {
      await tx.chatRoom.updateMany({ where: { id: roomId, avatarMediaId: mediaId }, data: { avatarMediaId: null } })
      return
    }
    if (change.room.avatarMediaId !== mediaId) return
    const revision = change.takeRevision()
    change.set({ avatarMediaId: null, editedRevision: revision, updatedAt: change.now })
    change.events.push({ type: 'room.updated', roomId, revision, room: context.view.room(change.room) })
  })
}

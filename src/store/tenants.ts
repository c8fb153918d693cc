import type { Db } from './client.js'

/** Whose people somebody is of: empty for none, and for those who were never here. */
export const tenantOf = async (db: Db, userId: string): Promise<string> =>
  (await db.chatUser.findUnique({ where: { id: userId }, select: { tenantId: true } }))?.tenantId ?? ''

/** Those of these rooms that are of a tenant. */
export async function roomsOfTenant(db: Db, roomIds: string[], tenantId: string): Promise<Set<string>> {
  const where = { id: { in: [...new Set(roomIds)] }, tenantId }
  const rows = await db.chatRoom.findMany({ where, select: { id: true } })
  return new Set(rows.map(({ id }) => id))
}

/** Whether a room and somebody who is not in it are of one tenant. */
export async function isOfOneTenant(db: Db, roomId: string, userId: string): Promise<boolean> {
  const [room, tenantId] = await Promise.all([
    db.chatRoom.findUnique({ where: { id: roomId }, select: { tenantId: true } }),
    tenantOf(db, userId),
  ])
  return room?.tenantId === tenantId
}

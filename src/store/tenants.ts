import type { Db } from './client.js'

/** The tenant of a user; empty if they have none, or were never here. */
export const tenantOf = async (db: Db, userId: string): Promise<string> =>
  (await db.chatUser.findUnique({ where: { id: userId }, select: { tenantId: true } }))?.tenantId ?? ''

/** Which of these rooms belong to a tenant. */
export async function roomsOfTenant(db: Db, roomIds: string[], tenantId: string): Promise<Set<string>> {
  const where = { id: { in: [...new Set(roomIds)] }, tenantId }
  const rows = await db.chatRoom.findMany({ where, select: { id: true } })
  return new Set(rows.map(({ id }) => id))
}

/** Whether a room and a user who is not a member have the same tenant. */
export async function isOfOneTenant(db: Db, roomId: string, userId: string): Promise<boolean> {
  const [room, tenantId] = await Promise.all([
    db.chatRoom.findUnique({ where: { id: roomId }, select: { tenantId: true } }),
    tenantOf(db, userId),
  ])
  return room?.tenantId === tenantId
}

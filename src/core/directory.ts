import type { Context } from './context.js'
import { type HostUser, usersFrom, type Viewer } from './hooks.js'

/** Whether somebody is of a tenant; of any, where none is meant. */
export const isOf = (tenantId: string | undefined, somebody: { tenantId: string | undefined }): boolean =>
  tenantId === undefined || somebody.tenantId === tenantId

/** Those whom the host's directory gives to who asks; those of other tenants are nobody. */
export async function givenTo(
  { work, directory }: Context,
  ids: string[],
  viewer: Viewer | null,
  tenantId = viewer?.tenantId,
): Promise<HostUser[]> {
  if (ids.length === 0 || !directory) return []
  const found = usersFrom('find', await directory.find(ids, { prisma: work.prisma, viewer }))
  return found.filter((user) => ids.includes(user.id) && isOf(tenantId, { tenantId: user.tenantId || tenantId }))
}

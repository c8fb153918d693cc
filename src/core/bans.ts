import type { Ban, SetBan } from '../contract/bans.js'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import { ChatError, conflict, invalid, notFound } from '../contract/problems.js'
import { type BanRow, bansOf, deleteBan, findBan, saveBan } from '../store/bans.js'
import type { RoomChange } from '../store/change.js'
import { findMember } from '../store/members.js'
import { usersById } from '../store/users.js'
import { type AnyActor, userIdOf } from './actor.js'
import { auditIn } from './audit.js'
import { authorizeKeepingOut } from './authorize.js'
import type { Context } from './context.js'
import { requireMember } from './membership.js'
import type { Acting } from './room-change.js'
import { leaveRoom } from './room-leaving.js'
import type { Users } from './users.js'

export const banned = ({ until }: BanRow): ChatError =>
  new ChatError('banned', until ? `banned until ${until.toISOString()}` : 'banned from this room', { until })

/** Keeps somebody out of a room from now on, whether they are in it or not. */
export async function keepOut(
  change: RoomChange,
  actor: AnyActor,
  userId: string,
  { until, reason = null }: SetBan,
): Promise<BanRow> {
  const { tx, room, now } = change
  const ends = until ? new Date(until) : null
  if (ends && ends <= now) throw invalid('/until', 'must lie ahead')
  await auditIn(change, actor, { action: 'member.banned', userId, reason, details: { until: until ?? null } })
  const row = { roomId: room.id, userId, until: ends, reason, bannedById: userIdOf(actor), createdAt: now }
  return saveBan(tx, row)
}

/** Lets somebody in again who was banned. */
export async function liftBan(change: RoomChange, actor: AnyActor, userId: string): Promise<void> {
  await deleteBan(change.tx, change.room.id, userId)
  await auditIn(change, actor, { action: 'member.unbanned', userId })
}

export class Bans {
  constructor(
    readonly context: Context,
    readonly users: Users,
  ) {}

  /** For those who may ban, and the host. */
  async list(actor: AnyActor, roomId: string, { limit = pageSize, cursor }: PageRequest): Promise<Page<Ban>> {
    const { work, cursors, clock, view } = this.context
    const membership = await requireMember(work.db, roomId, actor)
    authorizeKeepingOut(this.context, actor, membership, { userId: '', target: undefined })
    const list = `bans ${roomId}`
    const rows = await bansOf(work.db, roomId, cursors.read<string>(list, cursor) ?? '', clock(), limit + 1)
    const page = cursors.page(list, rows, limit, (row) => row.userId)
    const users = await usersById(
      work.db,
      page.rows.map((row) => row.userId),
    )
    return { items: page.rows.map((row) => view.ban(row, users.get(row.userId))), nextCursor: page.nextCursor }
  }

  /** Removes somebody, if they are in, and keeps them out; said again, it changes until when and why. */
  async set(actor: AnyActor, roomId: string, userId: string, input: SetBan): Promise<{ ban: Ban; created: boolean }> {
    const { work, view } = this.context
    const { room } = await requireMember(work.db, roomId, actor)
    const viewer = typeof actor === 'string' ? await this.users.viewer(actor) : null
    const user = (await this.users.known([userId], viewer, room.tenantId)).get(userId)
    const check = async ({ db, ...membership }: Acting) => {
      const target = await findMember(db, roomId, userId)
      authorizeKeepingOut(this.context, actor, membership, { userId, target })
      if (!user) throw notFound()
      if (target?.role === 'owner') throw conflict('an owner is made something else first')
      return target
    }
    return this.context.work.changeRoom({ actor, roomId, check }, async (change, target) => {
      const { tx } = change
      const created = (await findBan(tx, roomId, userId, change.now)) === null
      const row = await keepOut(change, actor, userId, input)
      if (target) await leaveRoom(this.context, change, actor, target, true)
      return { ban: view.ban(row, user), created }
    })
  }

  async remove(actor: AnyActor, roomId: string, userId: string): Promise<void> {
    const check = async ({ db, ...membership }: Acting) => {
      authorizeKeepingOut(this.context, actor, membership, { userId, target: undefined })
      if (!(await findBan(db, roomId, userId, this.context.clock()))) throw notFound()
    }
    await this.context.work.changeRoom({ actor, roomId, check }, (change) => liftBan(change, actor, userId))
  }
}

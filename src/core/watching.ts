import { inChunks } from '../concurrency/chunks.js'
import { type Pair, sharedRooms } from '../store/sight.js'
import { findUsers, usersById } from '../store/users.js'
import type { Context } from './context.js'
import { allowedAmong, askersAmong, type Ground, groundsOf, listedAmong, withoutApart } from './sight.js'
import type { Users } from './users.js'

/** A viewer watches a user's presence; `ground` is why they may see it, or null if the two were strangers. */
export interface Watch extends Pair {
  ground: Ground | null
}

/** Decides who may see whose presence, and whether they still may. */
export class Watching {
  constructor(
    readonly context: Context,
    readonly users: Users,
  ) {}

  /** The users among these whom the viewer may watch: known users of their tenant who are no strangers to them. */
  async begin(viewerId: string, ids: string[]): Promise<Map<string, Ground>> {
    if (ids.length === 0) return new Map()
    const { work } = this.context
    const [rows, viewer] = await Promise.all([usersById(work.db, ids), this.users.viewer(viewerId)])
    const known = ids.filter((id) => rows.get(id)?.tenantId === viewer.tenantId)
    const grounds = await groundsOf(this.context, viewer, known)
    // In the order in which they were asked for.
    return new Map(known.flatMap((id) => [grounds.get(id)].flatMap((ground) => (ground ? [[id, ground]] : []))))
  }

  /**
   * The watches that are still allowed, and why. If the known reason is a shared room, that room is read first, by its key; for
   * all others the reason is searched again. A user whom the directory gave before need not be given again. If the host's
   * `canSee` throws, the error goes to `failed` and counts as no.
   */
  async goOn(watches: Watch[], failed: (error: unknown) => void): Promise<Watch[]> {
    const ours = await this.#ofOneTenant(watches)
    if (this.context.canSee) {
      const seen = await allowedAmong(this.context, ours, failed)
      return seen.map((watch): Watch => ({ ...watch, ground: { by: 'host' } }))
    }
    const others = ours.filter(({ viewerId, userId }) => viewerId !== userId)
    const pairs = others.map((watch) => ({
      ...watch,
      roomId: watch.ground?.by === 'room' ? watch.ground.roomId : null,
    }))
    const shared = (await sharedRooms(this.context.work, pairs)).map(
      ({ viewerId, userId, roomId }): Watch => ({ viewerId, userId, ground: { by: 'room', roomId } }),
    )
    const strangers = without(others, shared)
    const asked = await askersAmong(this.context, strangers)
    const listed = await this.#listed(without(strangers, asked))
    const own = ours.filter(({ viewerId, userId }) => viewerId === userId)
    return [
      ...own.map((watch): Watch => ({ ...watch, ground: { by: 'host' } })),
      ...shared,
      ...asked.map((watch): Watch => ({ ...watch, ground: { by: 'request' } })),
      ...listed,
    ]
  }

  async #listed(watches: Watch[]): Promise<Watch[]> {
    const { context, users } = this
    if (!context.directory) return []
    const isListed = ({ ground }: Watch) => ground?.by === 'directory'
    const listed = await withoutApart(context, watches.filter(isListed))
    // The reason was another one before.
    for (const [viewerId, some] of byViewer(watches.filter((watch) => !isListed(watch)))) {
      const given = await listedAmong(context, await users.viewer(viewerId), some)
      listed.push(...given.map((watch): Watch => ({ ...watch, ground: { by: 'directory' } })))
    }
    return listed
  }

  /** The tenants of users are cached, and hints say when they change. Strangers may be users who never connected. */
  async #ofOneTenant(watches: Watch[]): Promise<Watch[]> {
    const strangers = [...new Set(watches.flatMap(({ userId, ground }) => (ground ? [] : [userId])))]
    const rows = await inChunks(strangers, (some) => findUsers(this.context.work.db, some))
    const known = new Set(rows.flat().map(({ id }) => id))
    const some = watches.filter(({ userId, ground }) => ground || known.has(userId))
    const ids = [...new Set(some.flatMap(({ viewerId, userId }) => [viewerId, userId]))]
    const tenants = new Map(await Promise.all(ids.map(async (id) => [id, await this.users.tenantOf(id)] as const)))
    return some.filter(({ viewerId, userId }) => tenants.get(viewerId) === tenants.get(userId))
  }
}

const keyOf = ({ viewerId, userId }: Pair): string => JSON.stringify([viewerId, userId])

function without(watches: Watch[], those: Watch[]): Watch[] {
  const keys = new Set(those.map(keyOf))
  return watches.filter((watch) => !keys.has(keyOf(watch)))
}

function byViewer(watches: Watch[]): Map<string, Watch[]> {
  const viewers = new Map<string, Watch[]>()
  for (const watch of watches) {
    const own = viewers.get(watch.viewerId)
    if (own) own.push(watch)
    else viewers.set(watch.viewerId, [watch])
  }
  return viewers
}

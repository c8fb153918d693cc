import { Batcher } from '../concurrency/batcher.js'
import type { Block } from '../contract/blocks.js'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import { ChatError, conflict, notFound } from '../contract/problems.js'
import {
  type BlockRow,
  blockedAmong,
  blockedIdsOf,
  blocksOf,
  countBlocks,
  createBlock,
  deleteBlock,
  findBlock,
  lockPeople,
} from '../store/blocks.js'
import type { Db } from '../store/client.js'
import { refuseAllOf } from '../store/requests.js'
import { findPair } from '../store/rooms.js'
import { tenantOf } from '../store/tenants.js'
import { findUser, usersById } from '../store/users.js'
import type { Context } from './context.js'
import { unknownUser } from './members.js'
import { pairKeyOf } from './room-making.js'
import type { UnitOfWork } from './unit-of-work.js'
import type { Users } from './users.js'

/** Who wants nothing to do with whom. What two people have in a private room carries `isBlocked`, by which writing is judged. */
export class Blocks {
  readonly #ids = new Batcher<string[]>(
    (userIds) => blockedIdsOf(this.context.work.db, userIds),
    () => [],
    true,
  )

  constructor(
    readonly context: Context,
    readonly users: Users,
  ) {}

  /** In the order of ids. */
  async list(userId: string, { limit = pageSize, cursor }: PageRequest): Promise<Page<Block>> {
    const { work, cursors } = this.context
    const list = `blocks ${userId}`
    const rows = await blocksOf(work.db, userId, cursors.read<string>(list, cursor) ?? '', limit + 1)
    const page = cursors.page(list, rows, limit, ({ blockedId }) => blockedId)
    return { items: await this.#show(page.rows), nextCursor: page.nextCursor }
  }

  /** Whether somebody blocks somebody; for the library's own use. */
  async isBlocking(userId: string, blockedId: string): Promise<boolean> {
    return (await findBlock(this.context.work.db, userId, blockedId)) !== null
  }

  /** Whom a user blocks, for `welcome`: read together for all who connect at once. */
  idsOf(userId: string): Promise<string[]> {
    return this.#ids.ask(userId)
  }

  async add(userId: string, blockedId: string): Promise<{ block: Block; created: boolean }> {
    const { limits } = this.context
    if (userId === blockedId) throw conflict('nobody blocks themselves')
    const people = await this.users.known([userId, blockedId], await this.users.viewer(userId))
    if (!people.has(blockedId) || !people.has(userId)) throw unknownUser('userId')
    const check = async (db: Db) => {
      const existing = await findBlock(db, userId, blockedId)
      const most = limits.blocksPerUser
      if (!existing && (await countBlocks(db, userId)) >= most) throw conflict(`one blocks ${most} people at most`)
      return existing
    }
    // Who may not makes nobody wait; where the two stand still it is looked at again.
    await check(this.context.work.db)
    const { row, created } = await this.#change(userId, blockedId, async (unit) => {
      const { tx, now } = unit
      const existing = await check(tx)
      if (existing) return { row: existing, created: false }
      const row = await createBlock(tx, { userId, blockedId, createdAt: now })
      unit.publish({ type: 'block.changed', userId, blockedId })
      for (const roomId of await refuseAllOf(tx, userId, blockedId)) {
        unit.publish({ type: 'request.changed', userId, roomId })
      }
      return { row, created: true }
    })
    const [block] = await this.#show([row])
    return { block: block as Block, created }
  }

  async remove(userId: string, blockedId: string): Promise<void> {
    const { db } = this.context.work
    // Where there is nothing to end, nobody is made to wait.
    if (!(await findBlock(db, userId, blockedId))) {
      const [blocked, tenantId] = [await findUser(db, blockedId), await tenantOf(db, userId)]
      if (blocked?.tenantId !== tenantId) throw notFound()
      return
    }
    await this.#change(userId, blockedId, async (unit) => {
      const deleted = await deleteBlock(unit.tx, userId, blockedId)
      if (deleted) unit.publish({ type: 'block.changed', userId, blockedId })
    })
  }

  /** Their private room follows from both directions, and moves on: what was judged by how it stood is judged again. */
  #change<T>(userId: string, blockedId: string, change: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    const { work, view } = this.context
    return work.transaction(async (unit) => {
      const { tx } = unit
      await lockPeople({ db: tx, dialect: work.dialect }, [userId, blockedId])
      const result = await change(unit)
      const isBlocked = (await blockedAmong(tx, userId, [blockedId])).size > 0
      const pair = await findPair(tx, pairKeyOf([userId, blockedId]))
      if (!pair || pair.isBlocked === isBlocked) return result
      const changing = unit.changeRoom(pair.id, async (room) => {
        const revision = room.takeRevision()
        room.set({ isBlocked, editedRevision: revision, updatedAt: room.now })
        room.events.push({ type: 'room.updated', roomId: pair.id, revision, room: view.room(room.room) })
      })
      await changing.catch((error) => {
        // Its other one has just deleted it: there is nothing to write in any more.
        if (!(error instanceof ChatError && error.code === 'not_found')) throw error
      })
      return result
    })
  }

  async #show(rows: BlockRow[]): Promise<Block[]> {
    const { work, view } = this.context
    const people = await usersById(
      work.db,
      rows.map((row) => row.blockedId),
    )
    return rows.map(({ blockedId, createdAt }) => ({
      user: view.userOr(people.get(blockedId), blockedId),
      createdAt: createdAt.toISOString(),
    }))
  }
}

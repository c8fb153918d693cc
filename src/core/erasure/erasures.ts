import type { Erasure } from '../../contract/erasures.js'
import { type Page, type PageRequest, pageSize } from '../../contract/fields.js'
import { conflict, notFound } from '../../contract/problems.js'
import { createErasure, type ErasureRow, erasuresBefore, findErasure } from '../../store/erasures.js'
import { newId } from '../../store/ids.js'
import type { Context } from '../context.js'
import type { ErasedMessages } from './erased.js'

/** Writes down that somebody is to be erased, which erasing.ts then does, and says how far that is. */
export class Erasures {
  constructor(readonly context: Context) {}

  /** Asked for again it is the same one; told after the commit, so that a server begins. */
  async request(userId: string, messages: ErasedMessages): Promise<Erasure> {
    const { work, clock } = this.context
    const requestedAt = clock()
    const row = await work.write((db) =>
      createErasure(db, {
        ...{ id: newId(), userId, messages, step: 0, cursor: '', dueAt: requestedAt, revision: 0 },
        ...{ error: null, requestedAt, finishedAt: null },
      }),
    )
    if (row.messages !== messages) {
      throw conflict(`this user is being erased already, with messages: '${row.messages}'`)
    }
    work.publish({ type: 'erasure.requested', erasureId: row.id })
    return shownErasure(row)
  }

  async get(id: string): Promise<Erasure> {
    const row = await findErasure(this.context.work.db, id)
    if (!row) throw notFound()
    return shownErasure(row)
  }

  /** Newest first. */
  async list({
    limit = pageSize,
    cursor,
    unfinished = false,
  }: PageRequest & { unfinished?: boolean | undefined }): Promise<Page<Erasure>> {
    const { work, cursors } = this.context
    const list = `erasures ${unfinished}`
    const before = cursors.read<string>(list, cursor)
    const rows = await erasuresBefore(work.db, { isUnfinished: unfinished, before, take: limit + 1 })
    const page = cursors.page(list, rows, limit, ({ id }) => id)
    return { items: page.rows.map(shownErasure), nextCursor: page.nextCursor }
  }
}

export const shownErasure = ({ id, userId, messages, error, requestedAt, finishedAt }: ErasureRow): Erasure => ({
  ...{ id, userId, messages: messages as ErasedMessages, error },
  requestedAt: requestedAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
})

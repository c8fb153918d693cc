import type { Page, PageRequest } from '../contract/fields.js'
import { ChatError } from '../contract/problems.js'
import type { Context } from '../core/context.js'
import { failedNotice, failedNotices, markNotified, retryNotices, skipNotice } from '../store/notices.js'
import type { StoredPlace } from './composing.js'

/** Somebody who was put aside: `notify.handler` failed for them as often as it may. */
export interface FailedPerson {
  /** Who it is. */
  userId: string
  /** The `id` of the batch of which they could not be notified. */
  batchId: string
  /** How often it was tried. */
  attempts: number
  /** The last error's message, its first 500 characters. */
  error: string
  /** When they were put aside. */
  failedAt: string
}

/** The name of the list that its cursors are for. */
const list = 'people put aside'

/** Who could not be notified, on all servers. */
export class PutAside {
  constructor(readonly context: Context) {}

  async list({ limit = 50, cursor }: PageRequest): Promise<Page<FailedPerson>> {
    const { work, cursors } = this.context
    const found = await failedNotices(work.db, cursors.read<string>(list, cursor) ?? '', limit + 1)
    const { rows, nextCursor } = cursors.page(list, found, limit, ({ userId }) => userId)
    const items = rows.map(({ userId, batchId, attempts, error, failedAt }) => ({
      ...{ userId, batchId: batchId ?? '', attempts, error: error ?? '' },
      failedAt: (failedAt ?? new Date(0)).toISOString(),
    }))
    return { items, nextCursor }
  }

  async retry(userId?: string): Promise<number> {
    return this.context.work.write((db) => retryNotices(db, userId))
  }

  async skip(userId: string): Promise<void> {
    const { work } = this.context
    const isSkipped = await work.transaction(async ({ tx }) => {
      const row = await failedNotice(tx, userId)
      if (!row) return false
      const places = JSON.parse(row.batch ?? '[]') as StoredPlace[]
      const notified = places.map(([roomId, threadId, , seq]) => ({ roomId: threadId ?? roomId, userId, seq }))
      await markNotified({ db: tx, dialect: work.dialect }, notified)
      return skipNotice(tx, userId)
    })
    if (!isSkipped) throw new ChatError('not_found')
  }
}

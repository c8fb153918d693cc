import type { Page, PageRequest } from '../contract/fields.js'
import { ChatError } from '../contract/problems.js'
import type { Core } from '../core/create-core.js'
import type { Logger } from '../core/logger.js'
import type { Publisher } from '../publish/publisher.js'
import { newId } from '../store/ids.js'
import {
  allSubscriptions,
  countBehind,
  countFailed,
  deleteSubscription,
  failedPositions,
  resumeSubscription,
  retryPositions,
  skipPosition,
} from '../store/subscriptions.js'
import {
  checkSubscribe,
  rulesOf,
  type SubscribeOptions,
  type Subscription,
  type SubscriptionHandler,
  type SubscriptionRules,
  webhookPrefix,
} from './subscribe-options.js'
import { DurableSubscription } from './subscription.js'

/** A durable subscription, as all servers see it. */
export interface SubscriptionState {
  /** Its name. */
  name: string
  /** When it was first there. */
  createdAt: string
  /** Since when it is told nothing any more: whom a webhook tells has answered 410. Null while it goes on. */
  endedAt: string | null
  /** How many rooms have changes that it was not told yet, those that were put aside among them. */
  behind: number
  /** How many rooms were put aside. */
  failed: number
}

/** A room that was put aside for a subscription: its handler failed as often as it may. */
export interface FailedRoom {
  /** Which room. */
  roomId: string
  /** Up to here it was told. What comes after it was not. */
  revision: number
  /** How often it was tried. */
  attempts: number
  /** The last error's message, its first 500 characters. */
  error: string
  /** When it was put aside. */
  failedAt: string
}

export interface SubscriptionsParts {
  core: Core
  publisher: Publisher
  logger: Logger
  pollMs: number
  checked(): Promise<void>
}

/** The durable subscriptions on this server, and what an operator asks of all. */
export class Subscriptions {
  readonly #parts: SubscriptionsParts
  readonly #running = new Map<string, DurableSubscription>()
  readonly #server = newId()
  #isClosed = false

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts
    parts.publisher.onMovedElsewhere((roomId) => {
      for (const subscription of this.#running.values()) subscription.noteElsewhere(roomId)
    })
    parts.publisher.subscribe((notices) => {
      if (this.#running.size === 0) return
      for (const notice of notices) {
        if (notice.type !== 'room.changed' && notice.type !== 'room.imported') continue
        for (const subscription of this.#running.values()) subscription.note(notice.roomId)
      }
    })
  }

  /** @throws TypeError for options that cannot be right; Error where one of this name is running here, or the chat is closed. */
  subscribe(
    name: string,
    handler: SubscriptionHandler,
    options: SubscribeOptions,
    wait?: SubscriptionRules['wait'],
  ): Subscription {
    checkSubscribe(name, handler, options)
    if (this.#isClosed) throw new Error('express-chat: the chat is closed')
    if (this.#running.has(name))
      throw new Error(`express-chat: there is a subscription "${name}" on this server already`)
    const subscription = this.start(name, handler, { ...rulesOf(options), ...(wait && { wait }) })
    return {
      name,
      ready: () => subscription.ready(),
      close: async () => {
        await subscription.close()
        if (this.#running.get(name) === subscription) this.#running.delete(name)
      },
    }
  }

  start(name: string, handler: SubscriptionHandler, rules: SubscriptionRules): DurableSubscription {
    const subscription = new DurableSubscription({ ...this.#parts, name, handler, rules, server: this.#server })
    this.#running.set(name, subscription)
    return subscription
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#running.values()].map((subscription) => subscription.close()))
  }

  get #work() {
    return this.#parts.core.context.work
  }

  async list(): Promise<SubscriptionState[]> {
    const { db, dialect } = this.#work
    const states: SubscriptionState[] = []
    for (const { name, createdAt, endedAt } of await allSubscriptions(db)) {
      const [behind, failed] = [await countBehind({ db, dialect }, name), await countFailed(db, name)]
      const times = { createdAt: createdAt.toISOString(), endedAt: endedAt?.toISOString() ?? null }
      states.push({ name, ...times, behind, failed })
    }
    return states
  }

  async failed(name: string, { limit = 50, cursor }: PageRequest): Promise<Page<FailedRoom>> {
    const { work, cursors } = this.#parts.core.context
    const list = `failed rooms of ${name}`
    const found = await failedPositions(work.db, name, cursors.read<string>(list, cursor) ?? '', limit + 1)
    const { rows, nextCursor } = cursors.page(list, found, limit, ({ roomId }) => roomId)
    const items = rows.map(({ failedAt, error, ...row }) => ({
      ...row,
      error: error ?? '',
      failedAt: failedAt.toISOString(),
    }))
    return { items, nextCursor }
  }

  async retry(name: string, roomId?: string): Promise<number> {
    return this.#work.write((db) => retryPositions(db, name, roomId))
  }

  async skip(name: string, roomId: string): Promise<void> {
    const { dialect } = this.#work
    if (!(await this.#work.write((db) => skipPosition({ db, dialect }, name, roomId)))) throw new ChatError('not_found')
  }

  async resume(name: string): Promise<void> {
    if (!(await this.#work.write((db) => resumeSubscription(db, name)))) throw new ChatError('not_found')
    this.#running.get(name)?.lookThrough()
  }

  async delete(name: string): Promise<void> {
    if (this.#running.has(name)) {
      const isWebhook = name.startsWith(webhookPrefix)
      throw new ChatError('conflict', isWebhook ? 'take the webhook out first' : 'close the subscription first')
    }
    const isDeleted = await this.#work.transaction(({ tx }) => deleteSubscription(tx, name))
    if (!isDeleted) throw new ChatError('not_found')
  }
}

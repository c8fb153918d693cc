import type { Context } from '../core/context.js'
import { delivering } from '../core/telemetry.js'
import {
  isOfImport,
  rulesOf,
  type SubscribedEvent,
  type SubscriptionContext,
  type SubscriptionRules,
} from '../subscriptions/subscribe-options.js'
import type { DurableSubscription } from '../subscriptions/subscription.js'
import type { Subscriptions } from '../subscriptions/subscriptions.js'
import { NotWanted } from '../subscriptions/teller.js'
import { Endpoint } from './endpoint.js'
import { type Answer, Poster, Unreachable } from './request.js'
import { keyOf, signedHeaders } from './signing.js'
import { nameOf, type WebhookOptions } from './webhook-options.js'

const [firstWaitMs, longestWaitMs] = [5_000, 4 * 3_600_000]
/** With waits that grow threefold to four hours it is tried for about three days. */
const attempts = 25
/** So many changes are read at once: few, so that what is sent is not long out of date. */
const batch = 10

/** What is posted. */
interface Payload {
  type: string
  timestamp: string
  data: object
}

/** What was answered is no success, or nothing was. */
class DeliveryFailed extends Error {
  /** What the receiver asked for, in ms, or 0. */
  readonly waitMs: number
  readonly isOfAll: boolean

  constructor(message: string, { waitMs = 0, isOfAll = false, cause }: Partial<DeliveryFailed> = {}) {
    super(message, { cause })
    this.waitMs = waitMs
    this.isOfAll = isOfAll || waitMs > 0
  }
}

export interface WebhooksParts {
  context: Context
  subscriptions: Subscriptions
}

/** Posts what happens to the webhooks of the options: each is a durable subscription, and knows whether its receiver is there. */
export class Webhooks {
  readonly #running: { subscription: DurableSubscription; poster: Poster }[]

  constructor(parts: WebhooksParts, options: readonly WebhookOptions[]) {
    this.#running = options.map((each) => start(parts, each))
  }

  /** Resolves once all are stored: what is committed from then on is sent. */
  async ready(): Promise<void> {
    await Promise.all(this.#running.map(({ subscription }) => subscription.ready()))
  }

  /** The subscriptions are closed before. */
  close(): void {
    for (const { poster } of this.#running) poster.close()
  }
}

function start({ context, subscriptions }: WebhooksParts, options: WebhookOptions) {
  const { url, types, rooms, allowPrivate = false, timeoutMs = 15000, imported = false, concurrency = 8 } = options
  const name = nameOf(options)
  const keys = [options.secret].flat().flatMap((secret) => keyOf(secret) ?? [])
  const poster = new Poster({ url: new URL(url), allowPrivate, timeoutMs, concurrency })
  const endpoint = new Endpoint({
    concurrency,
    now: () => context.clock().getTime(),
    // Where the database is away, the rooms are told when their time has come.
    cameBack: () => void subscription.hurry().catch(() => undefined),
  })
  const tell = async ([event]: SubscribedEvent[], { roomId, signal }: SubscriptionContext) => {
    if (event) await deliver(event, roomId, signal)
  }
  const deliver = async (event: SubscribedEvent, roomId: string, signal: AbortSignal) => {
    const body = JSON.stringify(payloadOf(event, context.clock()))
    const id = `${roomId}_${event.revision}`
    const headers = { ...signedHeaders(keys, id, context.clock(), body), ...commonHeaders }
    try {
      expectSuccess(await poster.post(body, headers, signal).catch(failure), context.clock())
      endpoint.answered()
    } catch (error) {
      if (error instanceof DeliveryFailed && !signal.aborted) endpoint.failed({ roomId, ...pick(error) })
      throw error
    }
  }
  const basic = rulesOf({ batch, attempts, ...(types && { types }), ...(rooms && { rooms }) })
  const rules: SubscriptionRules = {
    ...basic,
    isWanted: (event) => basic.isWanted(event) && (imported || !isOfImport(event)),
    oneByOne: true,
    places: () => endpoint.places(),
    backoff: (attempt, error) => Math.max(waitOf(attempt), error instanceof DeliveryFailed ? error.waitMs : 0),
  }
  const subscription = subscriptions.start(name, delivering(context, 'webhook', tell), rules)
  return { subscription, poster }
}

const commonHeaders = { 'content-type': 'application/json', 'user-agent': 'express-chat' }

const pick = ({ isOfAll, waitMs }: DeliveryFailed) => ({ isOfAll, waitMs })

function waitOf(attempt: number): number {
  return Math.min(firstWaitMs * 3 ** attempt, longestWaitMs) * (0.75 + Math.random() / 2)
}

function failure(error: Error): never {
  throw new DeliveryFailed(error.message, { isOfAll: error instanceof Unreachable, cause: error })
}

function expectSuccess({ status, retryAfter }: Answer, now: Date): void {
  if (status >= 200 && status < 300) return
  if (status === 410) throw new NotWanted('the receiver of the webhook answered 410')
  const waitMs = Math.min(Math.max(msOf(retryAfter, now), 0), longestWaitMs)
  const what = status >= 300 && status < 400 ? `${status}, and redirects are not followed` : `${status}`
  throw new DeliveryFailed(`it answered ${what}`, { waitMs, isOfAll: status === 429 })
}

/** `Retry-After` has seconds, or a date. */
function msOf(retryAfter: string | undefined, now: Date): number {
  if (retryAfter === undefined) return 0
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1_000
  const at = Date.parse(retryAfter)
  return Number.isNaN(at) ? 0 : at - now.getTime()
}

const payloadOf = ({ type, ...data }: SubscribedEvent, now: Date): Payload => ({
  type,
  timestamp: happenedAt({ type, ...data } as SubscribedEvent) ?? now.toISOString(),
  data,
})

/** When it happened, where the chat keeps that. */
function happenedAt(event: SubscribedEvent): string | null {
  if (event.type === 'message.created') return event.message.createdAt
  if (event.type === 'message.deleted') return event.message.deletedAt
  return event.type === 'member.added' ? event.member.joinedAt : null
}

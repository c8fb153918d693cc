import type { AnyData, DataTypes } from '../contract/data.js'
import type { DurableEvent } from '../contract/events.js'

/** The types of the changes that a durable subscription is told. */
export type SubscribedType = Exclude<DurableEvent['type'], 'message.hidden'>

/** A change that a durable subscription is told: what `chat.changes` gives, without anybody's view of it. */
export type SubscribedEvent<
  Type extends SubscribedType = SubscribedType,
  Data extends DataTypes = AnyData,
> = DurableEvent<Data> & {
  /** What happened. */
  type: Type
}

/** What a handler is told beside the changes. */
export interface SubscriptionContext {
  /** The room of all these changes. */
  roomId: string
  /** How often these were told before, and the handler threw: 0 at first. After a crash it counts from there on. */
  attempt: number
  /** Aborted once this server is to stop: return soon, or throw, and be told the same again by whoever comes next. */
  signal: AbortSignal
}

/**
 * Is told changes of one room, in the order of their revisions. Once it has returned, they are not told again; where it
 * throws, or the server dies before, they are. So it must bear to be told twice: with `roomId` and `revision` as a key.
 */
export type SubscriptionHandler<Type extends SubscribedType = SubscribedType, Data extends DataTypes = AnyData> = (
  events: SubscribedEvent<Type, Data>[],
  context: SubscriptionContext,
) => void | Promise<void>

/** How a durable subscription is told. */
export interface SubscribeOptions<Type extends SubscribedType = SubscribedType> {
  /**
   * Where it begins, the first time that there is one of this name: with what happens from `now` on, or from the `start`, with
   * all that the rooms have.
   *
   * @default 'now'
   */
  from?: 'now' | 'start'
  /** Only changes of these types are told. All are, unless given. */
  types?: readonly Type[]
  /**
   * After so many failures in a row a room is put aside, and no longer tried: 1–1000. `chat.subscriptions` lists and retries it.
   *
   * @default 15
   */
  attempts?: number
  /**
   * How long to wait after a failure, in ms up to a day; `attempt` is 0 after the first one. Unless given, a second, twice as
   * long each time up to an hour, and a little more or less by chance: 15 attempts take more than four hours.
   */
  backoff?: (attempt: number) => number
  /**
   * In how many rooms this server runs the handler at once, 1–100.
   *
   * @default 8
   */
  concurrency?: number
  /**
   * So many changes at most are told at once, 1–500.
   *
   * @default 100
   */
  batch?: number
}

/** A durable subscription on this server. */
export interface Subscription {
  /** The name that was given. */
  readonly name: string
  /** Resolves once it is stored: what is committed from then on will be told. Waits while the database is away. */
  ready(): Promise<void>
  /**
   * Ends it on this server: resolves once the handlers that are running have returned, or after 10 s. Its positions stay, and other
   * servers go on.
   */
  close(): Promise<void>
}

const hour = 3_600_000
export const day = 24 * hour

/** The default for `backoff`: a second, twice as long each time up to an hour, and a little more or less by chance. */
export const defaultBackoff = (attempt: number): number => {
  const ms = Math.min(1_000 * 2 ** attempt, hour)
  return ms * (0.75 + Math.random() / 2)
}

const within = (name: string, value: number, most: number): number => {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new TypeError(`express-chat: ${name} of a subscription is ${value}; give a whole number from 1 to ${most}`)
}

const types = new Set<SubscribedType>([
  ...(['message.created', 'message.updated', 'message.deleted'] as const),
  ...(['member.added', 'member.updated', 'member.removed'] as const),
  ...(['room.updated', 'room.deleted'] as const),
])

/** What is used, with every default. */
export interface SubscriptionRules {
  from: 'now' | 'start'
  isWanted(type: DurableEvent['type']): boolean
  attempts: number
  backoff(attempt: number): number
  concurrency: number
  batch: number
  /** How many ms more to let these changes wait before they are told. */
  wait?(events: DurableEvent[]): number
}

/** @throws TypeError with what to give instead. */
export function rulesOf(name: unknown, handler: unknown, options: SubscribeOptions): SubscriptionRules {
  if (typeof name !== 'string' || !/^[\w.:-]{1,100}$/.test(name)) {
    throw new TypeError(
      `express-chat: the name of a subscription is ${JSON.stringify(name)}; give 1–100 of a–z, A–Z, 0–9, _ . : -`,
    )
  }
  if (typeof handler !== 'function') throw new TypeError('express-chat: the handler of a subscription is no function')
  const { from = 'now', attempts = 15, concurrency = 8, batch = 100, backoff = defaultBackoff } = options
  if (from !== 'now' && from !== 'start') {
    throw new TypeError(`express-chat: a subscription begins from ${JSON.stringify(from)}; give 'now' or 'start'`)
  }
  const unknown = options.types?.find((type) => !types.has(type))
  if (unknown !== undefined) {
    throw new TypeError(
      `express-chat: a subscription is told of no ${JSON.stringify(unknown)}; give of ${[...types].join(', ')}`,
    )
  }
  const wanted = new Set<string>(options.types ?? types)
  return {
    from,
    isWanted: (type) => wanted.has(type),
    attempts: within('attempts', attempts, 1_000),
    concurrency: within('concurrency', concurrency, 100),
    batch: within('batch', batch, 500),
    backoff,
  }
}

import type { AnyData, DataTypes } from '../contract/data.js'
import type { DurableEvent } from '../contract/events.js'
import type { RoomType } from '../contract/permissions.js'
import { checkCall, func, list, object, oneOf, refuse, text, whole } from '../core/option-checks.js'
import { isImported } from '../store/ids.js'

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

/** Of which rooms a subscription is told: those that fit all that is given. */
export interface SubscribedRooms {
  /** Rooms with these ids. */
  ids?: readonly string[]
  /** Rooms of these types. */
  types?: readonly RoomType[]
  /** Rooms of these tenants; those without one are of `''`. */
  tenantIds?: readonly string[]
}

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
  /** Only changes in these rooms are told; those in others are passed over, and not told later. In all, unless given. */
  rooms?: SubscribedRooms
  /**
   * After so many failures in a row a room is put aside, and no longer tried: 1–1000. `chat.subscriptions` lists and retries it.
   *
   * @default 15
   */
  attempts?: number
  /**
   * How long to wait after a failure, in ms up to a day; `attempt` is 0 after the first one, and `error` is what was thrown. Unless
   * given, a second, twice as long each time up to an hour, and a little more or less by chance: 15 attempts take more than four
   * hours.
   */
  backoff?: (attempt: number, error: unknown) => number
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

const eventTypes = [
  ...(['message.created', 'message.updated', 'message.deleted'] as const),
  ...(['member.added', 'member.updated', 'member.removed'] as const),
  ...(['room.updated', 'room.deleted'] as const),
] satisfies SubscribedType[]

export const checkTypes = list(oneOf(...eventTypes), "give a list, as ['message.created']")

const anyText = text('give a text')

export const checkRooms = object<SubscribedRooms>(
  {
    ids: list(anyText, 'give a list of ids of rooms'),
    types: list(oneOf(...(['private', 'group', 'channel'] satisfies RoomType[])), "give a list, as ['group']"),
    tenantIds: list((value, name) => value === '' || anyText(value, name), 'give a list of ids of tenants'),
  },
  { mend: 'give { ids }, { types } or { tenantIds }, or several of these' },
)

export const checkConcurrency = whole(1, 100)

const check = object<SubscribeOptions>({
  from: oneOf('now', 'start'),
  types: checkTypes,
  rooms: checkRooms,
  attempts: whole(1, 1_000),
  backoff: func('give a function that gives ms'),
  concurrency: checkConcurrency,
  batch: whole(1, 500),
})

/** A room, by what tells whether a subscription is told of it. */
interface SomeRoom {
  roomId: string
  type: string
  tenantId: string
}

/** What is used, with every default. */
export interface SubscriptionRules {
  from: 'now' | 'start'
  isWanted(event: DurableEvent): boolean
  isRoomWanted(room: SomeRoom): boolean
  attempts: number
  backoff(attempt: number, error: unknown): number
  /** How many rooms may be told at once, as it is now; with 0 all wait. */
  places(): number
  batch: number
  /** How many ms more to let these changes wait before they are told. */
  wait?(events: DurableEvent[]): number
  /** Tells each change by itself, and notes it before the next one is told. */
  oneByOne: boolean
}

const wanted = (values: readonly string[] | undefined): ((value: string) => boolean) => {
  if (!values) return () => true
  const set = new Set(values)
  return (value) => set.has(value)
}

/** The rules of options that were checked. */
export function rulesOf(options: SubscribeOptions): SubscriptionRules {
  const { from = 'now', attempts = 15, concurrency = 8, batch = 100, backoff = defaultBackoff } = options
  const { ids, types, tenantIds } = options.rooms ?? {}
  const [isId, isType, isTenant] = [wanted(ids), wanted(types), wanted(tenantIds)]
  const isTypeWanted = wanted(options.types ?? eventTypes)
  return {
    ...{ from, attempts, batch, backoff, oneByOne: false },
    isWanted: ({ type }) => isTypeWanted(type),
    isRoomWanted: ({ roomId, type, tenantId }) => isId(roomId) && isType(type) && isTenant(tenantId),
    places: () => concurrency,
  }
}

/** Whether a change is that a message was imported. */
export const isOfImport = (event: DurableEvent): boolean =>
  event.type === 'message.created' && isImported(event.message)

/** Such names are for the `webhooks` of the options. */
export const webhookPrefix = 'webhook:'

/** @throws TypeError with what to give instead. */
export function checkSubscribe(name: unknown, handler: unknown, options: unknown): void {
  if (typeof name !== 'string' || !/^[\w.:-]{1,100}$/.test(name)) {
    refuse('the name of a subscription', name, 'give 1–100 of a–z, A–Z, 0–9, _ . : -')
  }
  if (name.startsWith(webhookPrefix)) {
    refuse('the name of a subscription', name, `names with ${webhookPrefix} are those of the option webhooks`)
  }
  func('give a function (events, context)')(handler, 'the handler of a subscription')
  checkCall('chat.subscribe', options, check, "chat.subscribe(name, handler, { from: 'start' })")
}

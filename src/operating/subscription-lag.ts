import type { Work } from '../core/work.js'
import { countPutAside, heldBack, lagWindow, type WaitingRoom } from '../store/subscription-lag.js'
import { allSubscriptions } from '../store/subscriptions.js'

/** So many statements look for one subscription. */
const mostWindows = 5
/** So many rooms that are held back, or were put aside, are counted. */
const mostCounted = 1_000
/** A change is stamped before it is committed: longer, in ms, than a transaction of ours may last. */
const lateMs = 41_000
/** What was read stands for so long, in ms, and for so many times as long as it took to read. */
const [shortestRestMs, restTimes] = [1_000, 10]

/** How far a durable subscription is behind. */
export interface SubscriptionLag {
  /** How many rooms have changes that it was not told, without those that were put aside. */
  behind: number
  /** Whether `behind` is only a part, since more rooms than that were not looked at. */
  isPart: boolean
  /** For how long the first of these has waited, in seconds; 0 where none waits. */
  oldestSeconds: number
  /** How many rooms were put aside, 1,000 at most. */
  failed: number
}

/** A room that waits, as it was found. */
interface Waiting {
  told: number
  since: number
}

/** What is known of one subscription. */
interface Known {
  /** All rooms that changed before were told, by the clock of the database. */
  toldUntil: number
  lookedAt: number
  waiting: Map<string, Waiting>
}

/**
 * How far the durable subscriptions are behind. It goes through the rooms in the order in which they changed and remembers up to
 * where all were told. So a look costs as much as happened since, and never more than some thousand rooms, however many there are.
 */
export class SubscriptionLags {
  readonly #known = new Map<string, Known>()
  #reading: Promise<Map<string, SubscriptionLag>> | undefined
  #last: Map<string, SubscriptionLag> | undefined
  #restUntil = 0

  constructor(
    readonly work: Work,
    /** So many rooms are looked at by one statement. */
    readonly roomsAtOnce = 1_000,
  ) {}

  /** By their names; those that have ended are left out. */
  read(): Promise<Map<string, SubscriptionLag>> {
    if (this.#last && performance.now() < this.#restUntil) return Promise.resolve(this.#last)
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  /** Has the next one who asks wait for a new look. */
  forgetLast(): void {
    this.#last = undefined
  }

  async #readAll(): Promise<Map<string, SubscriptionLag>> {
    const begun = performance.now()
    const lags = new Map<string, SubscriptionLag>()
    for (const { name, endedAt } of await allSubscriptions(this.work.db)) {
      if (endedAt === null) lags.set(name, await this.#readOne(name))
    }
    for (const name of this.#known.keys()) if (!lags.has(name)) this.#known.delete(name)
    const end = performance.now()
    this.#restUntil = end + Math.max(shortestRestMs, (end - begun) * restTimes)
    this.#last = lags
    return lags
  }

  async #readOne(name: string): Promise<SubscriptionLag> {
    const { db, dialect } = this.work
    // Rooms that have not changed since stamps came up have none.
    const known = this.#known.get(name) ?? { toldUntil: 1, lookedAt: 0, waiting: new Map() }
    const { found, clock, upTo, isWhole } = await this.#look(name, known.toldUntil)
    const held = await heldBack({ db, dialect }, name, mostCounted)
    const waiting = new Map<string, Waiting>()
    for (const room of [...found, ...held]) waiting.set(room.roomId, waitingSince(room, known))
    const first = Math.min(...found.map(({ changedAt }) => changedAt))
    this.#known.set(name, { toldUntil: Math.min(first, upTo, clock - lateMs), lookedAt: clock, waiting })
    const since = Math.min(clock, ...[...waiting.values()].map((room) => room.since))
    return {
      behind: waiting.size,
      isPart: !isWhole || held.length === mostCounted,
      oldestSeconds: (clock - since) / 1_000,
      failed: await countPutAside(db, name, mostCounted),
    }
  }

  async #look(name: string, toldUntil: number) {
    const { db, dialect } = this.work
    const found: WaitingRoom[] = []
    let since = toldUntil
    for (let n = 1; ; n += 1) {
      const { clock, examined, last, waiting } = await lagWindow({ db, dialect }, name, since, this.roomsAtOnce)
      found.push(...waiting)
      const isWhole = examined < this.roomsAtOnce
      // More rooms than fit may have changed in one ms; those beyond are left to what looks through all.
      since = last > since ? last : since + 1
      if (isWhole || n === mostWindows) return { found, clock, upTo: isWhole ? clock : since, isWhole }
    }
  }
}

/** A room that was told something since the last look has waited since then at most, though it may have changed before. */
function waitingSince({ roomId, told, changedAt }: WaitingRoom, { waiting, lookedAt }: Known): Waiting {
  const before = waiting.get(roomId)
  if (!before) return { told, since: changedAt }
  return { told, since: before.told === told ? before.since : Math.max(before.since, lookedAt) }
}

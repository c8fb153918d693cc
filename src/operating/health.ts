import { withTimeout } from '../concurrency/with-timeout.js'
import { printable } from '../core/logger.js'
import type { Work } from '../core/work.js'
import { diagnosisOf } from '../store/diagnosis.js'
import { overdueScheduled, stuckErasures } from '../store/overdue.js'
import { SetupError } from '../store/setup-error.js'
import type { SubscriptionLag, SubscriptionLags } from './subscription-lag.js'
import { version } from './version.js'

/** How something is: as it should be; working, but somebody should look; or not working. */
export type HealthStatus = 'ok' | 'degraded' | 'down'

/** What was found of one thing. */
export interface HealthCheck {
  /** How it is. */
  status: HealthStatus
  /** What is wrong, for people who operate the server: it may name hosts and users of the database. */
  detail?: string
}

/** How the database is. */
export interface DatabaseCheck extends HealthCheck {
  /** How long it took to answer, in ms; null where it did not. */
  ms: number | null
}

/** How the bus is. */
export interface BusCheck extends HealthCheck {
  /** Whether what is published comes back; null without a bus. */
  connected: boolean | null
}

/** The sockets of this server. */
export interface SocketsCheck extends HealthCheck {
  /** How many are open. */
  open: number
}

/** What waits to be written. */
export interface WritesCheck extends HealthCheck {
  /** How many messages and transactions wait. */
  waiting: number
  /** For how long the first of the messages has waited, in seconds. */
  oldestSeconds: number
}

/** The durable subscriptions of all servers. */
export interface SubscriptionsCheck extends HealthCheck {
  /** How far each is behind, by its name; none where the database did not say. */
  lags: Record<string, SubscriptionLag>
}

/** Of something that should be done by now, what is not. */
export interface OverdueCheck extends HealthCheck {
  /** How many, 100 at most; null where the database did not say. */
  overdue: number | null
  /** For how long the first of these has been due, in seconds. */
  oldestSeconds: number
}

/** How a chat is on one server. */
export interface Health {
  /** The worst of all checks; `down` only where the chat cannot serve here: it is closing, or the database is away. */
  status: HealthStatus
  /** The version of the library. */
  version: string
  /** What was looked at. */
  checks: {
    /** This server: `down` from the moment on in which `chat.close` was called. */
    server: HealthCheck
    /** The database, and the check at start. */
    database: DatabaseCheck
    /** The bus: `degraded` while it does not work, and other servers hear of changes by polling. */
    bus: BusCheck
    /** The sockets that are open on this server. */
    sockets: SocketsCheck
    /** The messages and transactions that wait to be written: `degraded` from 2,000 on, or once the first has waited for 2 s. */
    writes: WritesCheck
    /** Each durable subscription, webhooks and `notify` among them: `degraded` where a room waits for a minute, or was put aside. */
    subscriptions: SubscriptionsCheck
    /** The messages that are to be sent later: `degraded` where one was due a minute ago. */
    scheduled: OverdueCheck
    /** The erasures: `degraded` where one fails, or nobody has been at it for two minutes. `oldestSeconds` counts from the request. */
    erasures: OverdueCheck
  }
}

export interface HealthParts {
  work: Work
  clock: () => Date
  lags: SubscriptionLags
  /** The check at start, which rejects with what it found wrong. */
  ready(): Promise<void>
  isClosing(): boolean
  openSockets(): number
  isBusUp(): boolean | undefined
  waitingWrites(): { waiting: number; oldestMs: number }
}

const [shortestMs, longestMs] = [1, 60_000]
const mostOverdue = 100
const [mostWaiting, mostWaitMs] = [2_000, 2_000]
const mostLagSeconds = 60
/** Who takes one has a minute for it before another server does. */
const [scheduledMs, erasureMs] = [60_000, 120_000]

/** Answers probes: it looks at little, asks the database nothing while an earlier question hangs, and is bounded in time. */
export class HealthChecks {
  readonly #parts: HealthParts
  readonly #ping = new Shared(() => this.#readPing())
  readonly #lags = new Shared(() => this.#parts.lags.read())
  readonly #scheduled = new Shared(() => this.#overdue(overdueScheduled, scheduledMs))
  readonly #erasures = new Shared(() => this.#overdue(stuckErasures, erasureMs))

  constructor(parts: HealthParts) {
    this.#parts = parts
  }

  async look(timeoutMs: number): Promise<Health> {
    const ms = Math.min(Math.max(timeoutMs, shortestMs), longestMs)
    const end = performance.now() + ms
    const database = await this.#database(ms)
    const isAway = database.status === 'down'
    const left = () => (isAway ? 0 : end - performance.now())
    const [subscriptions, scheduled, erasures] = await Promise.all([
      this.#subscriptions(left()),
      overdueCheck(this.#scheduled, left(), 'messages are due that no server sends'),
      overdueCheck(this.#erasures, left(), 'erasures do not go on'),
    ])
    const checks: Health['checks'] = {
      ...{ server: this.#server(), database, bus: this.#bus(), sockets: this.#sockets(), writes: this.#writes() },
      ...{ subscriptions, scheduled, erasures },
    }
    return { status: worst(Object.values(checks)), version, checks }
  }

  #server(): HealthCheck {
    return this.#parts.isClosing() ? { status: 'down', detail: 'chat.close was called' } : { status: 'ok' }
  }

  async #database(ms: number): Promise<DatabaseCheck> {
    try {
      return { status: 'ok', ms: await this.#ping.within(ms) }
    } catch (error) {
      return { status: 'down', ms: null, detail: detailOf(error) }
    }
  }

  async #readPing(): Promise<number> {
    const { work, ready } = this.#parts
    await ready()
    const begun = performance.now()
    await work.dialect.select(work.db, 'SELECT 1 AS one', [], 'health')
    return Math.round(performance.now() - begun)
  }

  #bus(): BusCheck {
    const isUp = this.#parts.isBusUp()
    if (isUp !== false) return { status: 'ok', connected: isUp ?? null }
    return {
      status: 'degraded',
      connected: false,
      detail: 'the bus does not work; servers hear of each other by polling',
    }
  }

  #sockets(): SocketsCheck {
    return { status: 'ok', open: this.#parts.openSockets() }
  }

  #writes(): WritesCheck {
    const { waiting, oldestMs } = this.#parts.waitingWrites()
    const found = { waiting, oldestSeconds: oldestMs / 1_000 }
    if (waiting < mostWaiting && oldestMs < mostWaitMs) return { status: 'ok', ...found }
    return { status: 'degraded', ...found, detail: 'the database writes slower than people do' }
  }

  async #subscriptions(ms: number): Promise<SubscriptionsCheck> {
    try {
      const lags = await this.#lags.within(ms)
      const late = [...lags].filter(([, { oldestSeconds, failed }]) => oldestSeconds >= mostLagSeconds || failed > 0)
      const found = { lags: Object.fromEntries(lags) }
      if (late.length === 0) return { status: 'ok', ...found }
      return { status: 'degraded', ...found, detail: `behind, or failed: ${late.map(([name]) => name).join(', ')}` }
    } catch (error) {
      return { status: 'degraded', lags: {}, detail: detailOf(error) }
    }
  }

  async #overdue(read: typeof overdueScheduled, ms: number): Promise<Overdue> {
    const { work, clock } = this.#parts
    const now = clock().getTime()
    const since = await read(work.db, new Date(now - ms), mostOverdue)
    const first = Math.min(now, ...since.map((at) => at.getTime()))
    return { overdue: since.length, oldestSeconds: (now - first) / 1_000 }
  }
}

type Overdue = Pick<OverdueCheck, 'overdue' | 'oldestSeconds'>

async function overdueCheck(shared: Shared<Overdue>, ms: number, what: string): Promise<OverdueCheck> {
  try {
    const found = await shared.within(ms)
    return found.overdue === 0 ? { status: 'ok', ...found } : { status: 'degraded', ...found, detail: what }
  } catch (error) {
    return { status: 'degraded', overdue: null, oldestSeconds: 0, detail: detailOf(error) }
  }
}

/** A question that is asked once for all who ask meanwhile, also where nobody waits for its answer any more. */
class Shared<T> {
  #asking: Promise<T> | undefined

  constructor(readonly ask: () => Promise<T>) {}

  async within(ms: number): Promise<T> {
    if (ms <= 0) throw new Error('not looked at: the database did not answer')
    if (!this.#asking) {
      this.#asking = this.ask().finally(() => {
        this.#asking = undefined
      })
      // Whoever asked may have gone by then.
      this.#asking.catch(() => undefined)
    }
    return withTimeout(ms, this.#asking, () => new NoAnswer(`no answer within ${Math.round(ms)} ms`))
  }
}

class NoAnswer extends Error {}

const detailOf = (error: unknown): string =>
  printable(error instanceof SetupError || !isOfDatabase(error) ? (error as Error).message : diagnosisOf(error))

/** Ours say what is wrong; those of a driver need to be read. */
const isOfDatabase = (error: unknown): boolean => !(error instanceof NoAnswer) && (error as Error).name !== 'Error'

const order: HealthStatus[] = ['ok', 'degraded', 'down']

const worst = (checks: HealthCheck[]): HealthStatus =>
  order[Math.max(...checks.map(({ status }) => order.indexOf(status)))] as HealthStatus

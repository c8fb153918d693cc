import { withTimeout } from '../concurrency/with-timeout.js'
import { closeCodes as ownCodes } from '../contract/frames.js'
import type { ProblemCode } from '../contract/problems.js'
import type { DeliveredTo, Meters, Way } from '../core/telemetry.js'
import { type Notice, roomsChanged } from '../publish/notice.js'
import { definitions, type MetricName } from './definitions.js'
import { type Cell, Family, type MetricsRegistry, observe, type Reading } from './registry.js'
import type { SubscriptionLag } from './subscription-lag.js'

/** What is looked at each time that metrics are collected. */
export interface Gauges {
  openSockets(): number
  waitingWrites(): { waiting: number; oldestMs: number }
  isBusUp(): boolean | undefined
  lags(): Promise<Map<string, SubscriptionLag>>
}

/** For so long, in ms, those who collect wait for the database. */
const patienceMs = 2_000

/** The codes with which sockets end; others, which clients may invent, are `other`. */
const closeCodes = new Set<number>([
  ...[1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1013],
  ...Object.values(ownCodes),
])

/** The metrics of one chat. Several chats may share a registry, and then count together. */
export class ChatMetrics implements Meters {
  readonly #families: ReadonlyMap<string, Family>
  readonly #asked: Record<Way, Cell>
  readonly #sent: Record<'http' | 'socket' | 'system', Cell>
  readonly #commits: Record<'messages' | 'change', Cell>
  readonly #fanOut: Cell
  readonly #opens: Cell
  readonly #bytes: Cell
  readonly #losses: Cell
  readonly #polls: Cell
  readonly #gaps: Cell
  /** How many messages of users were stored, and how many of these have come over HTTP or a socket. */
  #stored = 0
  #received = 0
  #api = 0
  /** When something was committed that is not written to sockets yet, by the clock of `performance`. */
  #committedAt: number | undefined

  /** @throws TypeError where the registry has other metrics of these names. */
  constructor(
    registry: MetricsRegistry,
    readonly gauges: Gauges,
  ) {
    this.#families = new Map(
      Object.entries(definitions).map(([name, definition]) => [name, new Family(registry, name, definition)]),
    )
    const cell = (name: MetricName, labels?: Record<string, string>) => this.#family(name).cell(labels)
    const asked = (by: Way) => cell('express_chat_requests_total', { by })
    this.#asked = { http: asked('http'), socket: asked('socket'), upgrade: asked('upgrade') }
    const sent = (by: string) => cell('express_chat_messages_total', { by })
    this.#sent = { http: sent('http'), socket: sent('socket'), system: sent('system') }
    const commits = (kind: string) => cell('express_chat_commit_seconds', { kind })
    this.#commits = { messages: commits('messages'), change: commits('change') }
    this.#fanOut = cell('express_chat_fan_out_seconds')
    this.#opens = cell('express_chat_socket_opens_total')
    this.#bytes = cell('express_chat_media_bytes_total')
    this.#losses = cell('express_chat_bus_losses_total')
    this.#polls = cell('express_chat_poll_rounds_total')
    this.#gaps = cell('express_chat_gap_reads_total')
    this.#readAll()
  }

  #readAll(): void {
    const { openSockets, waitingWrites, isBusUp } = this.gauges
    const read = (name: MetricName, value: () => number | undefined) =>
      this.#family(name).read(() => {
        const found = value()
        return found === undefined ? [] : [{ labels: {}, value: found }]
      })
    read('express_chat_sockets', openSockets)
    read('express_chat_writes_waiting', () => waitingWrites().waiting)
    read('express_chat_writes_oldest_seconds', () => waitingWrites().oldestMs / 1_000)
    read('express_chat_bus_up', () => {
      const isUp = isBusUp()
      return isUp === undefined ? undefined : Number(isUp)
    })
    this.#family('express_chat_messages_total').read(() => [{ labels: { by: 'api' }, value: this.#sentByApi() }])
    this.#readLag('express_chat_subscription_rooms_behind', ({ behind }) => behind)
    this.#readLag('express_chat_subscription_oldest_seconds', ({ oldestSeconds }) => oldestSeconds)
    this.#readLag('express_chat_subscription_rooms_failed', ({ failed }) => failed)
  }

  #readLag(name: MetricName, value: (lag: SubscriptionLag) => number): void {
    this.#family(name).read(async (): Promise<Reading[]> => {
      // Where the database is away the others are collected all the same.
      const lags = await withTimeout(patienceMs, this.gauges.lags(), () => new Error()).catch(() => new Map())
      return [...lags].map(([name, lag]) => ({ labels: { name }, value: value(lag) }))
    })
  }

  /** Until the sender's answer is ready, a message counts as the host's own: a counter never goes back, so it waits. */
  #sentByApi(): number {
    this.#api = Math.max(this.#api, this.#stored - this.#received)
    return this.#api
  }

  /** Something was committed, and is told to the sockets next. */
  told(notices: readonly Notice[]): void {
    const rooms = roomsChanged(notices)
    if (rooms.length > 0) this.#committedAt ??= performance.now()
    for (const { events } of rooms) {
      for (const event of events) {
        if (event.type !== 'message.created') continue
        if (event.message.kind === 'user') this.#stored += 1
        else this.#sent.system.value += 1
      }
    }
  }

  /** The sockets were told what was committed; nothing is written if none of them is concerned. */
  handedOver(isWriting: boolean): void {
    if (!isWriting) this.#committedAt = undefined
  }

  /** What was counted stays in the registry. */
  close(): void {
    this.#family('express_chat_messages_total').cell({ by: 'api' }).value += this.#sentByApi()
    for (const family of this.#families.values()) family.close()
  }

  #family(name: MetricName): Family {
    return this.#families.get(name) as Family
  }

  asked(way: Way): void {
    this.#asked[way].value += 1
  }

  refused(by: Way, code: ProblemCode): void {
    this.#family('express_chat_refusals_total').cell({ by, code }).value += 1
  }

  sent(way: 'http' | 'socket'): void {
    this.#sent[way].value += 1
    this.#received += 1
  }

  committed(kind: 'messages' | 'change', ms: number): void {
    observe(this.#commits[kind], ms / 1_000)
  }

  flushed(): void {
    if (this.#committedAt === undefined) return
    observe(this.#fanOut, (performance.now() - this.#committedAt) / 1_000)
    this.#committedAt = undefined
  }

  socketOpened(): void {
    this.#opens.value += 1
  }

  socketClosed(code: number): void {
    const label = closeCodes.has(code) ? String(code) : 'other'
    this.#family('express_chat_socket_closes_total').cell({ code: label }).value += 1
  }

  uploaded(bytes: number): void {
    this.#bytes.value += bytes
  }

  delivered(to: DeliveredTo, result: 'ok' | 'failed'): void {
    this.#family('express_chat_deliveries_total').cell({ to, result }).value += 1
  }

  busLost(): void {
    this.#losses.value += 1
  }

  polled(): void {
    this.#polls.value += 1
  }

  gapRead(): void {
    this.#gaps.value += 1
  }
}

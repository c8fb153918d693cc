import type { ProblemCode } from '../contract/problems.js'

/** How somebody asked for something. */
export type Way = 'http' | 'socket' | 'upgrade'

/** Counts what happens, where the host collects metrics. It takes no time, and never throws. */
export interface Meters {
  /** Somebody asked for something. */
  asked(way: Way): void
  /** What somebody asked for was refused. */
  refused(way: Way, code: ProblemCode): void
  /** A user's message was stored. Those that came neither way are the host's own. */
  sent(way: 'http' | 'socket'): void
  /** A commit took so long, in ms: one of a batch of messages, or of any other change. */
  committed(kind: 'messages' | 'change', ms: number): void
  /** What waited to be written to sockets was written. */
  flushed(): void
  socketOpened(): void
  socketClosed(code: number): void
  /** A file was stored. */
  uploaded(bytes: number): void
  /** Something was told to the host's code or to a webhook. */
  delivered(to: DeliveredTo, result: 'ok' | 'failed'): void
  /** Something that another server told over the bus may not have come. */
  busLost(): void
  /** It was looked in the database for what other servers did. */
  polled(): void
  /** Events of a room did not come in time, and were read. */
  gapRead(): void
}

export type DeliveredTo = 'webhook' | 'notification' | 'subscription'

/** What tells one span from others of its name, if little does. */
export type SpanAttributes = Readonly<Record<string, string | number>>

export interface SpanOptions {
  /** It belongs to nothing that is under way: many may have asked for it, or nobody. */
  isRoot?: boolean
  /** What it came of, as `current` gave it. */
  links?: readonly unknown[]
}

/** Makes spans, where the host traces. */
export interface Tracing {
  /** Runs work in a span that ends with it; what it throws is noted by its code or its name alone. */
  run<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>, options?: SpanOptions): Promise<T>
  /** What is under way here, to link a later span to; undefined where nothing is. */
  current(): unknown
}

export interface Telemetry {
  /** Undefined where nobody collects metrics. */
  meters: Meters | undefined
  /** Undefined where nobody traces. */
  tracing: Tracing | undefined
}

/** A handler of what is delivered, whose calls are counted and traced. */
export function delivering<Given extends unknown[]>(
  { meters, tracing }: Telemetry,
  to: DeliveredTo,
  handler: (...given: Given) => void | Promise<void>,
): (...given: Given) => void | Promise<void> {
  // What is no function is refused by whoever is given it.
  if ((!meters && !tracing) || typeof handler !== 'function') return handler
  return async (...given) => {
    const run = async () => handler(...given)
    try {
      await (tracing ? tracing.run(`chat.deliver ${to}`, {}, run, { isRoot: true }) : run())
      meters?.delivered(to, 'ok')
    } catch (error) {
      meters?.delivered(to, 'failed')
      throw error
    }
  }
}

/** A function of the host's, each call of which is a span. */
export const tracedHook =
  <Given extends unknown[], T>(tracing: Tracing, name: string, hook: (...given: Given) => T | Promise<T>) =>
  (...given: Given): Promise<T> =>
    tracing.run(`chat.hook ${name}`, {}, async () => hook(...given))

import { z } from 'zod'
import { withTimeout } from '../concurrency/with-timeout.js'
import { id, whole } from '../contract/fields.js'
import type { Bus, EndSubscription } from '../core/bus.js'
import type { Logger } from '../core/logger.js'
import { Signer } from '../core/signatures.js'
import { newId } from '../store/ids.js'
import { type BusHint, hint, subjectOf } from './hints.js'
import { Holes } from './holes.js'
import { ReplayGuard } from './replay-guard.js'

/** The server, the number that it counts up, the time by its clock, and the hints. */
const envelope = z.tuple([id, whole, whole, z.array(z.unknown())])

const mostWhole = Number.MAX_SAFE_INTEGER
/** A notification of PostgreSQL holds 8,000 bytes less one; others hold more. */
const mostBytes = 7_900
/** How many hints wait at most for a bus that does not take them; the oldest are dropped first. */
const mostWaiting = 10_000
const patienceMs = 5_000
const retryMs = 5_000
const warnEveryMs = 60_000
/** How often the server checks that its own envelopes come back: the bus counts as down as soon as one does not. */
const beatMs = 5_000

/** Publishes hints to the other servers, batched over a turn of the event loop and while the bus is busy, and receives theirs. */
export class BusPublisher {
  readonly #node = newId()
  readonly #signer: Signer
  readonly #replays = new ReplayGuard()
  readonly #holes: Holes
  #published = 0
  #waiting = new Map<string, BusHint>()
  #publishing = false
  /** An envelope is due, even an empty one. */
  #isBeatDue = false
  #hasEcho = false
  #isUp = false
  #beat: NodeJS.Timeout | undefined
  #warnedAt = Number.NEGATIVE_INFINITY
  #retry: NodeJS.Timeout | undefined
  #end: EndSubscription | undefined
  #closed = false

  constructor(
    readonly bus: Bus | undefined,
    secret: string,
    readonly logger: Logger,
    readonly receive: (hint: BusHint) => void,
    /** Called each time that the bus begins or ceases to work; at first it counts as not working. */
    readonly changed: (isUp: boolean) => void = () => undefined,
    /** Told where something that another server told may not have come. */
    readonly lost: () => void = () => undefined,
  ) {
    this.#holes = new Holes(lost)
    // Two chats may share a bus, and others may write to it: what is not signed with our secret is not for us.
    this.#signer = new Signer(secret, 'bus')
    // Not at once: a bus may call back before our own callbacks are ready.
    if (bus) queueMicrotask(() => void this.#subscribe(bus))
  }

  async #subscribe(bus: Bus): Promise<void> {
    if (this.#closed) return
    try {
      const end = await bus.subscribe((text) => this.#received(text))
      if (this.#closed) return void (await end())
      this.#end = end
      this.#requestEcho()
      this.#beat = setInterval(() => this.#look(), beatMs).unref()
    } catch (error) {
      this.#failed(error)
      if (!this.#closed) this.#retry = setTimeout(() => void this.#subscribe(bus), retryMs).unref()
    }
  }

  /** A subscription does not show whether its connection works, so the server checks that its own envelopes come back. */
  #look(): void {
    if (!this.#hasEcho) this.#failed(new Error(`what is published is not heard within ${beatMs / 1000} s`))
    this.#hasEcho = false
    this.#holes.beat()
    this.#requestEcho()
  }

  #requestEcho(): void {
    this.#isBeatDue = true
    this.#start()
  }

  /** Whether it works; undefined where there is none. */
  get isUp(): boolean | undefined {
    return this.bus && this.#isUp
  }

  #receiveEcho(): void {
    this.#hasEcho = true
    if (this.#isUp) return
    this.#isUp = true
    this.changed(true)
  }

  /** Of several hints about the same thing only the last is published; of revisions the highest. */
  publish(latest: BusHint): void {
    if (!this.bus || this.#closed) return
    const key = subjectOf(latest)
    const waiting = this.#waiting.get(key)
    if (latest.type === 'room' && waiting?.type === 'room' && waiting.revision >= latest.revision) return
    this.#waiting.set(key, latest)
    if (this.#waiting.size > mostWaiting) {
      const [oldest = ''] = this.#waiting.keys()
      this.#waiting.delete(oldest)
      // A number that nobody gets, so that the others notice.
      this.#published += 1
    }
    this.#start()
  }

  #start(): void {
    if (this.#publishing) return
    this.#publishing = true
    setImmediate(() => void this.#publish(this.bus as Bus))
  }

  async #publish(bus: Bus): Promise<void> {
    while (this.#waiting.size > 0 || this.#isBeatDue) {
      this.#isBeatDue = false
      const hints = [...this.#waiting.values()]
      this.#waiting.clear()
      try {
        const published = Promise.all(this.#envelopes(hints).map(async (text) => bus.publish(text)))
        await withTimeout(patienceMs, published, () => new Error('the bus took longer than 5 s'))
      } catch (error) {
        this.#failed(error)
      }
    }
    this.#publishing = false
  }

  #envelopes(hints: BusHint[]): string[] {
    const envelopes: string[] = []
    let part: string[] = []
    const head = 43 + Buffer.byteLength(JSON.stringify([this.#node, mostWhole, mostWhole, []]))
    let bytes = head
    const close = () => {
      this.#published += 1
      const body = `["${this.#node}",${this.#published},${Date.now()},[${part.join(',')}]]`
      envelopes.push(this.#signer.sign(body) + body)
      part = []
      bytes = head
    }
    for (const text of hints.map((each) => JSON.stringify(each))) {
      const size = Buffer.byteLength(text) + 1
      if (bytes + size > mostBytes && part.length > 0) close()
      part.push(text)
      bytes += size
    }
    close()
    return envelopes
  }

  /** Never throws: in the driver that calls it, an error would end the process. */
  #received(text: string): void {
    try {
      this.#open(text)
    } catch (error) {
      this.logger.error('express-chat: what came over the bus could not be followed; the poll finds it', error)
    }
  }

  #open(text: string): void {
    if (this.#closed || typeof text !== 'string') return
    const [signature, body] = [text.slice(0, 43), text.slice(43)]
    if (!this.#signer.verify(body, signature)) return
    const { success, data } = envelope.safeParse(jsonOf(body))
    if (!success) return
    const [node, number, time, hints] = data
    if (!this.#replays.isNew(node, number, time)) return
    if (node === this.#node) {
      this.#receiveEcho()
      return
    }
    this.#holes.heard(node, number)
    for (const each of hints) {
      // A newer version may send hints that this one does not know: the poll finds those changes.
      const { success, data } = hint.safeParse(each)
      if (success) this.receive(data)
    }
  }

  #failed(error: unknown): void {
    if (this.#isUp) {
      this.#isUp = false
      this.changed(false)
    }
    if (performance.now() - this.#warnedAt < warnEveryMs) return
    this.#warnedAt = performance.now()
    this.logger.warn('express-chat: the bus does not work; other servers hear of changes by polling', error)
  }

  /** Publishes what waits, then stops publishing and receiving. */
  async close(): Promise<void> {
    if (this.bus && this.#waiting.size > 0) await this.#publish(this.bus)
    this.#closed = true
    clearTimeout(this.#retry)
    clearInterval(this.#beat)
    this.#holes.close()
    try {
      await this.#end?.()
    } catch (error) {
      this.#failed(error)
    }
  }
}

/** Undefined if the text is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

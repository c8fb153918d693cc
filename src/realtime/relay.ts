import { z } from 'zod'
import { id, whole } from '../contract/fields.js'
import type { Bus, EndSubscription } from '../core/bus.js'
import { within } from '../core/deadline.js'
import type { Logger } from '../core/logger.js'
import { Signer } from '../core/signatures.js'
import { newId } from '../store/ids.js'

/** What one server tells the others: ids and numbers, never what was said. */
const hint = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('room'), roomId: id, revision: whole }),
  z.strictObject({ type: z.literal('joined'), roomId: id, userId: id }),
  z.strictObject({
    type: z.literal('typing'),
    roomId: id,
    userId: id,
    isTyping: z.boolean(),
    revision: whole.exactOptional(),
  }),
  z.strictObject({ type: z.literal('read'), roomId: id, userId: id, lastReadSeq: whole, revision: whole }),
  z.strictObject({ type: z.literal('me'), roomId: id, userId: id }),
  z.strictObject({ type: z.literal('presence'), userId: id }),
  z.strictObject({ type: z.literal('signedOut'), userId: id }),
])

export type Hint = z.infer<typeof hint>

const parcel = z.tuple([z.string(), z.array(z.unknown())])

/** A notification of PostgreSQL holds 8,000 bytes less one; others hold more. */
const mostBytes = 7_900
/** So many wait at most for a bus that does not take them; the oldest go first. */
const mostWaiting = 10_000
const patienceMs = 5_000
const retryMs = 5_000
const warnEveryMs = 60_000

/** Tells the other servers what happened here, and hears what they tell: gathered over a turn of the event loop, and while the bus is busy. */
export class Relay {
  readonly #node = newId()
  readonly #signer: Signer
  #waiting = new Map<string, Hint>()
  #publishing = false
  #warnedAt = Number.NEGATIVE_INFINITY
  #retry: NodeJS.Timeout | undefined
  #end: EndSubscription | undefined
  #closed = false

  constructor(
    readonly bus: Bus | undefined,
    secret: string,
    readonly logger: Logger,
    readonly hear: (hint: Hint) => void,
  ) {
    // Two chats may share a bus, and others may reach it: what is not signed with our secret is not for us.
    this.#signer = new Signer(secret, 'bus')
    if (bus) void this.#subscribe(bus)
  }

  async #subscribe(bus: Bus): Promise<void> {
    try {
      const end = await bus.subscribe((text) => this.#received(text))
      if (this.#closed) await end()
      else this.#end = end
    } catch (error) {
      this.#failed(error)
      if (!this.#closed) this.#retry = setTimeout(() => void this.#subscribe(bus), retryMs).unref()
    }
  }

  /** Of hints about the same thing the last one counts; of revisions the highest. */
  tell(told: Hint): void {
    if (!this.bus || this.#closed) return
    const key = JSON.stringify([told.type, 'roomId' in told && told.roomId, 'userId' in told && told.userId])
    const waiting = this.#waiting.get(key)
    if (told.type === 'room' && waiting?.type === 'room' && waiting.revision >= told.revision) return
    this.#waiting.set(key, told)
    if (this.#waiting.size > mostWaiting) {
      const [oldest = ''] = this.#waiting.keys()
      this.#waiting.delete(oldest)
    }
    if (this.#publishing) return
    this.#publishing = true
    setImmediate(() => void this.#publish(this.bus as Bus))
  }

  async #publish(bus: Bus): Promise<void> {
    while (this.#waiting.size > 0) {
      const hints = [...this.#waiting.values()]
      this.#waiting.clear()
      try {
        const published = Promise.all(this.#parcels(hints).map(async (text) => bus.publish(text)))
        await within(patienceMs, published, () => new Error('the bus took longer than 5 s'))
      } catch (error) {
        this.#failed(error)
      }
    }
    this.#publishing = false
  }

  #parcels(hints: Hint[]): string[] {
    const parcels: string[] = []
    let part: string[] = []
    const head = 43 + Buffer.byteLength(JSON.stringify([this.#node, []]))
    let bytes = head
    const close = () => {
      const body = `["${this.#node}",[${part.join(',')}]]`
      parcels.push(this.#signer.sign(body) + body)
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
    return parcels
  }

  #received(text: string): void {
    if (this.#closed || typeof text !== 'string') return
    const [signature, body] = [text.slice(0, 43), text.slice(43)]
    if (!this.#signer.verify(body, signature)) return
    const [node, hints] = parcel.parse(JSON.parse(body))
    if (node === this.#node) return
    for (const each of hints) {
      // A newer version may say what this one does not know: that is found by the poll.
      const { success, data } = hint.safeParse(each)
      if (success) this.hear(data)
    }
  }

  #failed(error: unknown): void {
    if (performance.now() - this.#warnedAt < warnEveryMs) return
    this.#warnedAt = performance.now()
    this.logger.warn('express-chat: the bus does not work; other servers hear of changes by polling', error)
  }

  /** Tells what waits, and then nothing and hears nothing. */
  async close(): Promise<void> {
    if (this.bus && this.#waiting.size > 0) await this.#publish(this.bus)
    this.#closed = true
    clearTimeout(this.#retry)
    try {
      await this.#end?.()
    } catch (error) {
      this.#failed(error)
    }
  }
}

/** How old a parcel may be, by clocks that may be so far apart; what is older the poll has found. */
const oldestMs = 5 * 60_000
/** How many parcels one may be behind the newest of its server. */
const mostBehind = 1_000

interface Sender {
  newest: number
  /** Of the last ones those that came. */
  seen: Set<number>
  at: number
}

/**
 * Tells parcels of the bus that are new from those that are said again: by whoever reads along, or by a bus that doubles.
 * Each server numbers its own; the time is for a server that has just started, and has seen none.
 */
export class ReplayGuard {
  readonly #senders = new Map<string, Sender>()

  isNew(node: string, number: number, time: number): boolean {
    const now = Date.now()
    if (Math.abs(now - time) > oldestMs) return false
    const sender = this.#senderOf(node, now)
    const { seen } = sender
    if (seen.has(number) || number <= sender.newest - mostBehind) return false
    seen.add(number)
    sender.at = now
    sender.newest = Math.max(sender.newest, number)
    if (seen.size > 2 * mostBehind) {
      for (const each of seen) if (each <= sender.newest - mostBehind) seen.delete(each)
    }
    return true
  }

  #senderOf(node: string, now: number): Sender {
    const known = this.#senders.get(node)
    if (known) return known
    // What such a one has said is too old by now, whatever its clock.
    for (const [each, { at }] of this.#senders) if (at < now - 2 * oldestMs) this.#senders.delete(each)
    const sender: Sender = { newest: Number.NEGATIVE_INFINITY, seen: new Set(), at: now }
    this.#senders.set(node, sender)
    return sender
  }
}

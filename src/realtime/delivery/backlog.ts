import type { DurableEvent } from '../../contract/events.js'

/** How many ephemeral events wait at most for the events before them. */
const mostEphemeral = 100

/** What a room waits for. Most rooms wait for nothing nearly all the time, and have none. */
export class Backlog {
  /** Events that came before their turn. */
  readonly outOfOrder = new Map<number, DurableEvent>()
  /** Ephemeral events that wait until a revision was delivered. */
  #ephemeral: { send: () => void; revision: number }[] = []
  /** When what is missing is read. */
  timer: NodeJS.Timeout | undefined
  isReading = false

  constructor(
    /** The highest revision of which a hint came. */
    public newest: number,
  ) {}

  addEphemeral(revision: number, send: () => void): void {
    this.#ephemeral.push({ send, revision })
    if (this.#ephemeral.length > mostEphemeral) this.#ephemeral.shift()
  }

  /** Takes out the events from this revision on, up to the first one that has not come. */
  takeFrom(first: number): DurableEvent[] {
    const next: DurableEvent[] = []
    for (let revision = first; ; revision += 1) {
      const event = this.outOfOrder.get(revision)
      if (!event) return next
      this.outOfOrder.delete(revision)
      next.push(event)
    }
  }

  /** All up to this revision was read. */
  forgetUntil(delivered: number): void {
    for (const revision of this.outOfOrder.keys()) if (revision <= delivered) this.outOfOrder.delete(revision)
  }

  /** Sends the ephemeral events that waited for this revision. */
  sendDue(delivered: number): void {
    const due = this.#ephemeral.filter(({ revision }) => revision <= delivered)
    if (due.length === 0) return
    this.#ephemeral = this.#ephemeral.filter(({ revision }) => revision > delivered)
    for (const { send } of due) send()
  }
}

import type { DurableEvent } from '../contract/events.js'
import type { Message } from '../contract/messages.js'
import type { Context } from '../core/context.js'
import { wantNotices } from '../store/notices.js'
import { type BehindReader, behindInRoom, behindInThread } from '../store/notifiable.js'
import { isOfImport } from '../subscriptions/subscribe-options.js'

/** A message that people may have to be notified of, with its place in its room or thread. */
interface Written {
  seq: number
  at: number
}

/** Finds who has not read what was written, and notes to look at them once it has waited for long enough. */
export class Wanting {
  constructor(
    readonly context: Context,
    readonly afterMs: number,
    /** Somebody is due at once. */
    readonly due: () => void,
  ) {}

  /** How long to let a room wait: most people read while it does. */
  wait(events: DurableEvent[]): number {
    const written = events.flatMap(writtenIn)
    if (written.length === 0) return 0
    const first = Math.min(...written.map(({ createdAt }) => Date.parse(createdAt)))
    return this.#ahead(first)
  }

  async note(roomId: string, events: DurableEvent[]): Promise<void> {
    const { work, clock } = this.context
    const messages = events.flatMap(writtenIn)
    const inRoom: Written[] = []
    const inThreads = new Map<string, Written[]>()
    for (const { seq, threadId, threadSeq, createdAt } of messages) {
      const at = Date.parse(createdAt)
      if (seq > 0) inRoom.push({ seq, at })
      if (threadId !== null && threadSeq !== null)
        inThreads.set(threadId, [...(inThreads.get(threadId) ?? []), { seq: threadSeq, at }])
    }
    const last = (written: Written[]) => Math.max(...written.map(({ seq }) => seq))
    if (inRoom.length > 0) await this.#want(behindInRoom(work, roomId, last(inRoom), clock()), inRoom)
    for (const [threadId, written] of inThreads)
      await this.#want(behindInThread(work, threadId, last(written), clock()), written)
  }

  async #want(readers: AsyncIterable<BehindReader[]>, written: Written[]): Promise<void> {
    const { work } = this.context
    const inOrder = written.toSorted((one, other) => one.seq - other.seq)
    for await (const some of readers) {
      const wanted = some.map(({ userId, lastReadSeq }) => {
        const first = inOrder.find(({ seq }) => seq > lastReadSeq)
        return { userId, ms: first ? this.#ahead(first.at) : 0 }
      })
      if (wanted.length === 0) continue
      await work.write((db) => wantNotices({ db, dialect: work.dialect }, wanted))
      if (wanted.some(({ ms }) => ms === 0)) this.due()
    }
  }

  /** How long to wait from now on for what was written then. The clocks of two servers may differ, so it is never longer than the whole of it. */
  #ahead(at: number): number {
    const ms = at + this.afterMs - this.context.clock().getTime()
    return Math.round(Math.min(Math.max(ms, 0), this.afterMs))
  }
}

/** The messages that people wrote here; not what the system says. */
function writtenIn(event: DurableEvent): Message[] {
  return event.type === 'message.created' && event.message.kind === 'user' && !isOfImport(event) ? [event.message] : []
}

import type { SubscribedEvent, SubscriptionContext, SubscriptionHandler } from 'express-chat'
import { expect, vi } from 'vitest'

/** What handlers were told, room by room, and whether two told one room at once. */
export class Recorded {
  readonly calls: { events: SubscribedEvent[]; context: SubscriptionContext }[] = []
  readonly #inside = new Set<string>()
  overlaps = 0

  /** A handler that remembers what it is told, before `then` says what comes of it. */
  handler(
    then: (events: SubscribedEvent[], context: SubscriptionContext) => unknown = () => undefined,
  ): SubscriptionHandler {
    return async (events, context) => {
      const { roomId } = context
      if (this.#inside.has(roomId)) this.overlaps += 1
      this.#inside.add(roomId)
      this.calls.push({ events, context })
      try {
        await then(events, context)
      } finally {
        this.#inside.delete(roomId)
      }
    }
  }

  in(roomId: string): SubscribedEvent[] {
    return this.calls.flatMap(({ events, context }) => (context.roomId === roomId ? events : []))
  }

  /** What people wrote. */
  texts(roomId: string): string[] {
    return this.in(roomId).flatMap((event) =>
      'message' in event && event.message.kind === 'user' ? [event.message.text] : [],
    )
  }

  async until(holds: () => boolean, what = 'what was to be told'): Promise<void> {
    await vi.waitFor(() => expect(holds(), what).toBe(true), { interval: 10 })
  }
}

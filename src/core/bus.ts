/**
 * Carries hints between the servers of one chat: `redisBus`, `postgresBus`, or one of your own (`busContract` of
 * `express-chat/testing` says what it must do). A hint says that there is something to look at, and the database what it
 * is: one that is lost, doubled or late costs up to `pollMs`, and never an event. Nothing waits for the bus, either.
 */
export interface Bus {
  /**
   * Gives a hint to every server that listens, this one included: by that each server knows that the bus works. Called
   * once a turn of the event loop at most while there is something to tell, every 5 s else, and not again before it has
   * settled (or 5 s have passed). A hint is a text of up to
   * 7,900 bytes of UTF-8. Resolving means that the bus has it, nothing more; what it rejects with goes to the logger, at
   * most once a minute.
   */
  publish(hint: string): void | Promise<void>

  /**
   * Calls `listen` with each hint from now on, whoever published it; gives what ends that. Reconnecting is the bus's
   * own affair: the chat calls this once, and again only where it rejects, 5 s later. `listen` never throws, and a hint that it is given
   * twice, be it years later, does nothing the second time.
   */
  subscribe(listen: (hint: string) => void): EndSubscription | Promise<EndSubscription>

  /**
   * Counts for all servers what a user does in the time of a rate, if the bus can: without it each server counts for itself.
   * Called once for each rate.
   */
  counter?(name: string, rate: { points: number; seconds: number }): RateCounter
}

/**
 * Adds so many points to what a user did (less than nothing takes them back), and gives the ms to wait where that is more
 * than the rate lets through, else 0. Nothing waits for it, and one that rejects is ignored.
 */
export type RateCounter = (userId: string, points: number) => Promise<number>

/** Ends a subscription, and whatever the bus opened for it. */
export type EndSubscription = () => void | Promise<void>

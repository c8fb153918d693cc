import { inChunks } from '../concurrency/chunks.js'
import { Semaphore } from '../concurrency/semaphore.js'
import { closeCodes, type WelcomeLimits, type WelcomeRoom } from '../contract/frames.js'
import { refusalOf } from '../core/failures.js'
import type { Limits } from '../core/limits.js'
import { Answers, type AnswersDependencies } from './answers.js'
import type { Connection } from './connection.js'
import { frameOf } from './delivery/frame.js'
import { Greeting, HelloTooLong } from './greeting.js'
import type { Hub } from './hub.js'

const helloMs = 5_000
/** How many frames may come between `hello` and `welcome`; they are answered after `welcome`. */
const mostBeforeWelcome = 50
/** How many rooms are replayed at a time: each may hold some MB that wait to be read. */
const roomsAtOnce = 4
/** In how many rooms missed events are replayed; for others the client is told to read the room again. */
const mostReplayed = 500

/** For how many rooms that the user is no longer in the reason is read. No honest client names more; for those beyond the reason is `removed`. */
const mostAskedAfter = 1_000

/** Spread over time, because a failure of one socket is usually a failure of many. */
const reconnectMs = (): number => 1_000 + Math.round(Math.random() * 2_000)

/** The same for all sockets of a server. */
export interface SessionDependencies extends AnswersDependencies {
  heartbeatMs: number
}

/** The protocol of one socket: first `hello`, then commands. */
export class SocketSession {
  readonly hub: Hub
  readonly #dependencies: SessionDependencies
  #helloTimer: NodeJS.Timeout | undefined
  /** Until the `hello` is complete. */
  #greeting: Greeting | undefined = new Greeting()
  /** From the first command on. */
  #answers: Answers | undefined
  #beforeWelcome = 0
  #replayed = 0
  /** The ms after which the client should reconnect; set once the server dismisses the socket. */
  #farewell: string | undefined

  constructor(
    dependencies: SessionDependencies,
    readonly connection: Connection,
  ) {
    this.hub = dependencies.hub
    this.#dependencies = dependencies
    this.#helloTimer = setTimeout(() => connection.close(closeCodes.noHello, 'say hello within 5 s'), helloMs)
    this.#helloTimer.unref()
  }

  ended(): void {
    this.#endGreeting()
    this.connection.ended()
    this.hub.leave(this.connection)
  }

  received(data: Buffer): void {
    const { connection } = this
    if (connection.closed || this.#farewell !== undefined) return
    if (this.#greeting) this.#receiveHello(this.#greeting, data)
    else if (connection.greeted) this.#answer(data)
    else if (this.#beforeWelcome < mostBeforeWelcome) {
      this.#beforeWelcome += 1
      connection.whenGreeted(() => this.#answer(data))
    } else connection.close(closeCodes.tooMuch, 'too many frames before the welcome')
  }

  #answer(data: Buffer): void {
    this.#answers ??= new Answers(this.#dependencies, this.connection, () => this.#goIfDismissed())
    this.#answers.receive(data)
  }

  /** Closes the socket once its commands have been answered; the client reconnects after so many ms. */
  dismiss(afterMs: number): void {
    this.#farewell = String(afterMs)
    if (this.#answers?.isIdle !== false) this.#goIfDismissed()
  }

  #goIfDismissed(): void {
    if (this.#farewell !== undefined) this.connection.close(closeCodes.restarting, this.#farewell)
  }

  #endGreeting(): void {
    clearTimeout(this.#helloTimer)
    this.#helloTimer = undefined
    this.#greeting = undefined
  }

  #receiveHello(greeting: Greeting, data: Buffer): void {
    const { connection } = this
    let seen: Map<string, number> | undefined
    try {
      seen = greeting.receive(data)
    } catch (error) {
      this.#endGreeting()
      const reason = error instanceof HelloTooLong ? error.message : 'the first frame is hello'
      connection.close(closeCodes.notTheProtocol, reason)
      return
    }
    if (!seen) return
    this.#endGreeting()
    this.#welcome(seen).catch((error) => {
      refusalOf(error, this.hub.logger)
      connection.close(closeCodes.restarting, String(reconnectMs()))
    })
  }

  /**
   * Registers the socket before it reads the user's rooms, so that it hears of rooms that the user joins meanwhile, and
   * subscribes in the same tick in which the read ends, so that nothing comes between.
   */
  async #welcome(seen: Map<string, number>): Promise<void> {
    const { hub, connection } = this
    const { gate, limits, heartbeatMs } = this.#dependencies
    hub.enter(connection)
    const { users, roomStates: states, blocks } = hub.core
    const { userId } = connection
    const read = () => Promise.all([users.welcomed(userId), states.of(userId), blocks.idsOf(userId)])
    const [user, roomStates, blockedIds] = await gate.pass(read, 'answer', connection.userId)
    if (connection.closed) return
    const rooms: Record<string, WelcomeRoom> = Object.create(null)
    for (const { roomId, welcome, hidden } of roomStates) {
      rooms[roomId] = welcome
      if (hidden) connection.hide(roomId, hidden)
    }
    hub.membershipState.welcomed(connection.userId, roomStates)
    connection.send(
      frameOf({
        type: 'welcome',
        connectionId: connection.id,
        user,
        heartbeatMs,
        limits: welcomeLimitsOf(limits),
        rooms,
        ...(blockedIds.length > 0 && { blockedIds }),
        ...(hub.asksInFront && { asksInFront: true as const }),
      }),
    )
    const slots = new Semaphore(roomsAtOnce, Number.POSITIVE_INFINITY)
    // Most rooms have nothing to wait for.
    const caughtUp = roomStates.flatMap(
      ({ roomId, welcome: { revision } }) => this.#resume(roomId, seen.get(roomId), revision, slots) ?? [],
    )
    const gone = [...seen.keys()].filter((roomId) => !Object.hasOwn(rooms, roomId))
    connection.greet()
    await Promise.all([...caughtUp, slots.run(() => this.#sendGone(gone))])
    connection.send(frameOf({ type: 'ready' }))
  }

  #resume(roomId: string, seen: number | undefined, revision: number, slots: Semaphore): Promise<void> | undefined {
    const { hub, connection } = this
    if (seen !== undefined && seen < revision && this.#replayed < mostReplayed) {
      this.#replayed += 1
      return hub.channels.resume(connection, roomId, seen, revision, slots)
    }
    // Otherwise the client has seen what this database does not have, because it was restored from a backup.
    if (seen !== undefined && seen !== revision) connection.send(frameOf({ type: 'room.reset', roomId, revision }))
    if (hub.channels.subscribe(connection, roomId, revision)) return undefined
    return hub.channels.resume(connection, roomId, revision, revision, slots)
  }

  /** Some hundred rooms at a time, so that it can stop if the socket has closed meanwhile. */
  async #sendGone(roomIds: string[]): Promise<void> {
    const { hub, connection } = this
    let asked = 0
    await inChunks(roomIds, async (some) => {
      if (connection.closed) return
      asked += some.length
      const reasons =
        asked > mostAskedAfter
          ? some.map((roomId) => [roomId, 'removed'] as const)
          : await hub.core.members.reasonsOfLeaving(connection.userId, some)
      for (const [roomId, reason] of reasons) {
        // The user was added again meanwhile, and was told so.
        if (hub.channels.hears(connection, roomId)) continue
        connection.send(frameOf({ type: 'room.left', roomId, reason }))
        while (connection.isBehind) await connection.drained()
      }
    })
  }
}

const welcomeLimitsOf = ({ textLength, frameBytes, mediaPerMessage, rates }: Limits): WelcomeLimits => {
  const { frames, sends, reactions } = rates
  return { textLength, frameBytes, mediaPerMessage, rates: { frames, sends, reactions } }
}

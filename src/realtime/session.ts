import { inChunks } from '../concurrency/chunks.js'
import { Semaphore } from '../concurrency/semaphore.js'
import { closeCodes, type WelcomeLimits, type WelcomeRoom } from '../contract/frames.js'
import { refusalOf } from '../core/failures.js'
import type { Gate } from '../core/gate.js'
import type { Limits } from '../core/limits.js'
import type { Rates } from '../core/rates.js'
import { Answers } from './answers.js'
import type { Connection } from './connection.js'
import { frameOf } from './delivery/frame.js'
import { Greeting, HelloTooLong } from './greeting.js'
import type { Hub } from './hub.js'

const helloMs = 5_000
/** So many frames may come right behind `hello`, to be answered after `welcome`. */
const mostBeforeWelcome = 50
/** How many rooms are caught up with at a time: each may hold some MB that wait to be read. */
const roomsAtOnce = 4
/** In so many rooms what was missed is told; of those beyond it is said that they are to be read anew. */
const mostReplayed = 500

/** Of so many rooms that are the user's no more it is read why. Of those beyond, which nobody ever left honestly, it is said that the user was removed. */
const mostAskedAfter = 1_000

/** Not all at once: what was wrong with one is wrong with many. */
const reconnectMs = (): number => 1_000 + Math.round(Math.random() * 2_000)

/** What one socket says and is answered: first `hello`, then commands. */
export class SocketSession {
  readonly #helloTimer: NodeJS.Timeout
  readonly #greeting = new Greeting()
  readonly #answers: Answers
  #beforeWelcome = 0
  #replayed = 0
  /** After how many ms to come back; set once the server sends the socket away. */
  #farewell: string | undefined

  constructor(
    readonly hub: Hub,
    readonly connection: Connection,
    rates: Rates,
    readonly gate: Gate,
    readonly limits: Limits,
    readonly heartbeatMs: number,
  ) {
    this.#answers = new Answers({ hub, connection, rates, gate, limits, idle: () => this.#goIfDismissed() })
    this.#helloTimer = setTimeout(() => connection.close(closeCodes.noHello, 'say hello within 5 s'), helloMs)
    this.#helloTimer.unref()
  }

  ended(): void {
    clearTimeout(this.#helloTimer)
    this.connection.ended()
    this.hub.leave(this.connection)
  }

  received(data: Buffer): void {
    const { connection } = this
    if (connection.closed || this.#farewell !== undefined) return
    if (!this.#greeting.isOver) this.#receiveHello(data)
    else if (connection.greeted) this.#answers.receive(data)
    else if (this.#beforeWelcome < mostBeforeWelcome) {
      this.#beforeWelcome += 1
      connection.whenGreeted(() => this.#answers.receive(data))
    } else connection.close(closeCodes.tooMuch, 'too many frames before the welcome')
  }

  /** Sends the socket away, to reconnect after so many ms: once what it asked before has been answered. */
  dismiss(afterMs: number): void {
    this.#farewell = String(afterMs)
    if (this.#answers.isIdle) this.#goIfDismissed()
  }

  #goIfDismissed(): void {
    if (this.#farewell !== undefined) this.connection.close(closeCodes.restarting, this.#farewell)
  }

  #receiveHello(data: Buffer): void {
    const { connection } = this
    let seen: Map<string, number> | undefined
    try {
      seen = this.#greeting.receive(data)
    } catch (error) {
      clearTimeout(this.#helloTimer)
      const reason = error instanceof HelloTooLong ? error.message : 'the first frame is hello'
      connection.close(closeCodes.notTheProtocol, reason)
      return
    }
    if (!seen) return
    clearTimeout(this.#helloTimer)
    this.#welcome(seen).catch((error) => {
      refusalOf(error, this.hub.logger)
      connection.close(closeCodes.restarting, String(reconnectMs()))
    })
  }

  /**
   * Enters before it reads, so that whoever is added meanwhile is told; reads, and subscribes in the same tick to what
   * it read, so that nothing comes between.
   */
  async #welcome(seen: Map<string, number>): Promise<void> {
    const { hub, connection } = this
    hub.enter(connection)
    const { users, roomStates: states } = hub.core
    const read = () => Promise.all([users.welcomed(connection.userId), states.of(connection.userId)])
    const [user, roomStates] = await this.gate.pass(read, 'answer', connection.userId)
    if (connection.closed) return
    const rooms: Record<string, WelcomeRoom> = Object.create(null)
    for (const { roomId, welcome } of roomStates) rooms[roomId] = welcome
    hub.membershipState.welcomed(connection.userId, roomStates)
    connection.send(
      frameOf({
        type: 'welcome',
        connectionId: connection.id,
        user,
        heartbeatMs: this.heartbeatMs,
        limits: welcomeLimitsOf(this.limits),
        rooms,
      }),
    )
    const slots = new Semaphore(roomsAtOnce, Number.POSITIVE_INFINITY)
    const caughtUp = roomStates.map(({ roomId, welcome: { revision } }) =>
      this.#resume(roomId, seen.get(roomId), revision, slots),
    )
    const gone = [...seen.keys()].filter((roomId) => !Object.hasOwn(rooms, roomId))
    connection.greet()
    await Promise.all([...caughtUp, slots.run(() => this.#sendGone(gone))])
    connection.send(frameOf({ type: 'ready' }))
  }

  #resume(roomId: string, seen: number | undefined, revision: number, slots: Semaphore): void | Promise<void> {
    const { hub, connection } = this
    if (seen !== undefined && seen < revision && this.#replayed < mostReplayed) {
      this.#replayed += 1
      return hub.channels.resume(connection, roomId, seen, revision, slots)
    }
    // Or the client saw what this database never held, or holds no more: it was restored from a backup.
    if (seen !== undefined && seen !== revision) connection.send(frameOf({ type: 'room.reset', roomId, revision }))
    if (hub.channels.enter(connection, roomId, revision)) return
    return hub.channels.resume(connection, roomId, revision, revision, slots)
  }

  /** Of some hundred at a time: who has gone meanwhile is asked about no more. */
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
        // Added again meanwhile, and told so: it is theirs.
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

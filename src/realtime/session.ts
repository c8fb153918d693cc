import { closeCodes, envelope, hello, type WelcomeRoom } from '../contract/frames.js'
import { parse } from '../contract/parse.js'
import { ChatError } from '../contract/problems.js'
import { refusalOf } from '../core/failures.js'
import type { Gate } from '../core/gate.js'
import type { Rates } from '../core/rates.js'
import { Slots } from '../store/slots.js'
import { commandTable, isCommand } from './commands.js'
import type { Connection } from './connection.js'
import { frameOf } from './frame.js'
import type { Hub } from './hub.js'

const helloMs = 5_000
/** So many frames that are no commands, or that come too fast, and the socket is closed. */
const patience = 50
/** So many frames may come right behind `hello`, to be answered after `welcome`. */
const mostEarly = 50
/** How many rooms are caught up with at a time: each may hold some MB that wait to be read. */
const roomsAtOnce = 4

/** Not all at once: what was wrong with one is wrong with many. */
const reconnectMs = (): number => 1_000 + Math.round(Math.random() * 2_000)

/** What one socket says and is answered: first `hello`, then commands. */
export class Session {
  readonly #helloTimer: NodeJS.Timeout
  #greeting = false
  #offences = 0
  #early = 0
  #answering = 0
  /** After how many ms to come back; set once the server sends the socket away. */
  #farewell: string | undefined

  constructor(
    readonly hub: Hub,
    readonly connection: Connection,
    readonly rates: Rates,
    readonly gate: Gate,
    readonly heartbeatMs: number,
  ) {
    this.#helloTimer = setTimeout(() => connection.close(closeCodes.noHello, 'say hello within 5 s'), helloMs)
    this.#helloTimer.unref()
  }

  ended(): void {
    clearTimeout(this.#helloTimer)
    this.connection.ended()
    this.hub.leave(this.connection)
  }

  received(data: string): void {
    const { connection } = this
    if (connection.closed || this.#farewell !== undefined) return
    if (!this.#greeting) void this.#hello(data)
    else if (connection.greeted) void this.#answer(data)
    else if (this.#early < mostEarly) {
      this.#early += 1
      connection.whenGreeted(() => void this.#answer(data))
    } else connection.close(closeCodes.tooMuch, 'too many frames before the welcome')
  }

  /** Sends the socket away, to reconnect after so many ms: once what it asked before has been answered. */
  dismiss(afterMs: number): void {
    this.#farewell = String(afterMs)
    if (this.#answering === 0) this.connection.close(closeCodes.restarting, this.#farewell)
  }

  async #answer(data: string): Promise<void> {
    const { connection } = this
    this.#answering += 1
    // Whatever is wrong with it, a frame with an id is answered under that.
    const frame = fromJson(data)
    const id = idOf(frame)
    try {
      await this.rates.take('frames', connection.userId)
      if (frame === undefined) throw new ChatError('invalid_request', 'the frame is not JSON')
      const { type, id: _, ...input } = parse(envelope, frame)
      if (!isCommand(type)) throw new ChatError('invalid_request', 'there is no such command')
      const result = await this.#run(type, input)
      connection.send(frameOf({ type: 'ok', id: id as string, result: result ?? null }))
    } catch (error) {
      this.#refuse(error, id)
    }
    this.#answering -= 1
    if (this.#farewell !== undefined && this.#answering === 0) connection.close(closeCodes.restarting, this.#farewell)
  }

  async #run(type: keyof typeof commandTable, input: unknown): Promise<unknown> {
    // The table ties each command's input to its schema; TypeScript cannot follow that through a variable name.
    const command = commandTable[type] as (typeof commandTable)['message.send']
    const parsed = parse(command.schema, input)
    if (command.rate) await this.rates.take(command.rate, this.connection.userId)
    return this.gate.pass(async () => command.run(this.hub, this.connection, parsed))
  }

  #refuse(error: unknown, id: string | undefined): void {
    const requestId = `${this.connection.id}${id === undefined ? '' : `:${id}`}`
    const refusal = refusalOf(error, this.hub.logger, requestId)
    this.connection.send(
      frameOf({ type: 'error', ...(id === undefined ? {} : { id }), problem: refusal.toProblem(requestId) }),
    )
    if (refusal.code !== 'invalid_request' && refusal.code !== 'rate_limited') return
    this.#offences += 1
    if (this.#offences < patience) return
    const [code, reason] =
      refusal.code === 'rate_limited'
        ? [closeCodes.tooMuch, 'too many frames']
        : [closeCodes.notTheProtocol, 'too many frames that are no commands']
    this.connection.close(code, reason)
  }

  async #hello(data: string): Promise<void> {
    const { connection } = this
    this.#greeting = true
    clearTimeout(this.#helloTimer)
    let seen: Record<string, number>
    try {
      seen = parse(hello, fromJson(data)).rooms ?? {}
    } catch {
      return connection.close(closeCodes.notTheProtocol, 'the first frame is hello')
    }
    try {
      await this.#welcome(seen)
    } catch (error) {
      refusalOf(error, this.hub.logger)
      connection.close(closeCodes.restarting, String(reconnectMs()))
    }
  }

  /**
   * Enters before it reads, so that whoever is added meanwhile is told; reads, and subscribes in the same tick to what
   * it read, so that nothing comes between.
   */
  async #welcome(seen: Record<string, number>): Promise<void> {
    const { hub, connection } = this
    hub.enter(connection)
    const { users, rooms: ownRooms } = hub.core
    const [user, standings] = await this.gate.pass(() =>
      Promise.all([users.get(connection.userId), ownRooms.standings(connection.userId)]),
    )
    if (connection.closed) return
    const rooms: Record<string, WelcomeRoom> = Object.create(null)
    for (const { roomId, welcome } of standings) rooms[roomId] = welcome
    hub.ownSides.welcomed(connection.userId, standings)
    connection.send(
      frameOf({ type: 'welcome', connectionId: connection.id, user, heartbeatMs: this.heartbeatMs, rooms }),
    )
    const slots = new Slots(roomsAtOnce, Number.POSITIVE_INFINITY)
    const caughtUp = standings.map(({ roomId, welcome: { revision } }) =>
      this.#resume(roomId, seen[roomId], revision, slots),
    )
    const gone = Object.keys(seen).filter((roomId) => !Object.hasOwn(rooms, roomId))
    const told = gone.map((roomId) => slots.run(() => this.#tellGone(roomId)))
    connection.greet()
    await Promise.all([...caughtUp, ...told])
    connection.send(frameOf({ type: 'ready' }))
  }

  #resume(roomId: string, seen: number | undefined, revision: number, slots: Slots): void | Promise<void> {
    const { hub, connection } = this
    if (seen !== undefined && seen < revision) return hub.channels.resume(connection, roomId, seen, revision, slots)
    if (seen !== undefined && seen > revision) {
      // The client saw what this database never held, or holds no more: it was restored from a backup.
      connection.send(frameOf({ type: 'room.reset', roomId, revision }))
    }
    if (hub.channels.enter(connection, roomId, revision)) return
    return hub.channels.resume(connection, roomId, revision, revision, slots)
  }

  async #tellGone(roomId: string): Promise<void> {
    if (this.connection.closed) return
    const reason = await this.hub.core.members.reasonOfLeaving(this.connection.userId, roomId)
    // Added again meanwhile, and told so: it is theirs.
    if (this.hub.channels.hears(this.connection, roomId)) return
    this.connection.send(frameOf({ type: 'room.left', roomId, reason }))
  }
}

function fromJson(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

function idOf(frame: unknown): string | undefined {
  if (typeof frame !== 'object' || frame === null || !('id' in frame)) return undefined
  const { id } = frame
  return typeof id === 'string' && id.length <= 100 ? id : undefined
}

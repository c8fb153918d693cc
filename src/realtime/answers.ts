import { closeCodes, envelope } from '../contract/frames.js'
import { parse } from '../contract/parse.js'
import { ChatError } from '../contract/problems.js'
import { refusalOf } from '../core/failures.js'
import type { Gate } from '../core/gate.js'
import type { Limits } from '../core/limits.js'
import type { Rates } from '../core/rates.js'
import { commandTable, isCommand, placesOf } from './commands.js'
import type { Connection } from './connection.js'
import { frameOf } from './delivery/frame.js'
import type { Hub } from './hub.js'
import { idIn } from './id-in.js'
import { Order, type Turn } from './order.js'
import { Patience } from './patience.js'

/** A frame after parsing. */
interface Asked {
  id: string | undefined
  /** The queues in which its order counts. */
  places: string[]
  /** How many frames it counts as. */
  points: number
  isTooLarge: boolean
  command: { name: string; input: unknown; does: (typeof commandTable)['message.send'] } | ChatError
}

/** The same for all sockets of a server. */
export interface AnswersDependencies {
  hub: Hub
  rates: Rates
  gate: Gate
  limits: Limits
}

/**
 * Answers the commands of one socket. How many wait is limited by the rate of frames, since a socket that exceeds it is soon
 * closed, and by the time after which each command is answered in any case.
 */
export class Answers {
  readonly #dependencies: AnswersDependencies
  readonly #order = new Order()
  readonly #patience = new Patience()
  #answering = 0

  constructor(
    dependencies: AnswersDependencies,
    readonly connection: Connection,
    /** Called when all commands are answered. */
    readonly idle: () => void,
  ) {
    this.#dependencies = dependencies
  }

  get isIdle(): boolean {
    return this.#answering === 0
  }

  /** Takes its place in the order now, whatever it has to wait for later. */
  receive(data: Buffer): void {
    this.#answering += 1
    const asked = this.#read(data)
    const does = asked.command instanceof ChatError ? undefined : asked.command.does
    const turn = this.#order.enter(asked.places, does?.flows === true)
    void this.#answer(asked, turn).finally(() => {
      turn.leave()
      this.#answering -= 1
      if (this.isIdle) this.idle()
    })
  }

  #read(data: Buffer): Asked {
    const { frameBytes } = this.#dependencies.limits
    // Even an invalid frame is answered with its id if it has one.
    if (data.length > frameBytes) {
      const detail = `the frame has ${data.length} bytes; the limit is ${frameBytes}`
      const points = Math.ceil(data.length / frameBytes)
      return { id: idIn(data), places: [], points, isTooLarge: true, command: new ChatError('too_large', detail) }
    }
    const frame = fromJson(data.toString())
    const asked = { id: idOf(frame), points: 1, isTooLarge: false }
    try {
      if (frame === undefined) throw new ChatError('invalid_request', 'the frame is not JSON')
      const { type, id: _, ...rest } = parse(envelope, frame)
      if (!isCommand(type)) throw new ChatError('invalid_request', 'there is no such command')
      // The table ties each command's input to its schema; TypeScript cannot follow that through a variable name.
      const does = commandTable[type] as (typeof commandTable)['message.send']
      const input = parse(does.schema, rest)
      return { ...asked, places: placesOf(type, input), command: { name: type, input, does } }
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      return { ...asked, places: placesOf('', frame), command: error }
    }
  }

  async #answer({ id, points, isTooLarge, command }: Asked, turn: Turn): Promise<void> {
    const { meters, tracing } = this.#dependencies.hub.core.context
    meters?.asked('socket')
    let answer: Buffer
    try {
      const run = () => this.#run(command, points, turn)
      const result = await (tracing && !(command instanceof ChatError)
        ? tracing.run(`chat.socket ${command.name}`, {}, run, { isRoot: true })
        : run())
      answer = frameOf({ type: 'ok', id: id as string, result: result ?? null })
    } catch (error) {
      turn.pass()
      answer = this.#refuse(error, id, isTooLarge)
    }
    await turn.answerable
    this.connection.send(answer)
  }

  async #run(command: Asked['command'], points: number, turn: Turn): Promise<unknown> {
    const { connection } = this
    const { hub, rates, gate } = this.#dependencies
    await rates.take('frames', connection.userId, points)
    if (command instanceof ChatError) throw command
    const { does, input } = command
    const { rate = 'writes' } = does
    if (rate !== 'frames') await rates.take(rate, connection.userId)
    let [hasBegun, isLate] = [false, false]
    const work = () => {
      hasBegun = true
      return does.run(hub, connection, input as Parameters<typeof does.run>[2])
    }
    const refuse = () => (isLate || connection.isRevoked ? nothingDone() : undefined)
    try {
      return await gate.pass(() => turn.take(work, refuse), 'answer', connection.userId)
    } catch (error) {
      isLate = true
      throw hasBegun || !(error instanceof ChatError) ? error : nothingDone()
    }
  }

  #refuse(error: unknown, id: string | undefined, isTooLarge: boolean): Buffer {
    const { connection } = this
    const { hub } = this.#dependencies
    const requestId = `${connection.id}${id === undefined ? '' : `:${id}`}`
    const refusal = refusalOf(error, hub.logger, requestId)
    hub.core.context.meters?.refused('socket', refusal.code)
    const isOffence = isTooLarge || refusal.code === 'invalid_request' || refusal.code === 'rate_limited'
    // Closes at once, even if earlier commands wait for answers: a client that does not stop must not fill the queue.
    if (isOffence && !this.#patience.bear()) {
      const [code, reason] =
        refusal.code === 'rate_limited'
          ? [closeCodes.tooMuch, 'too many frames']
          : [closeCodes.notTheProtocol, 'too many frames that are no commands']
      connection.close(code, reason)
    }
    return frameOf({ type: 'error', ...(id === undefined ? {} : { id }), problem: refusal.toProblem(requestId) })
  }
}

const nothingDone = (): ChatError =>
  new ChatError('unavailable', 'what was asked before is not done yet; nothing was done', { retryAfter: 1 })

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

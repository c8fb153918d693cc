import type { TestSocket } from '../socket.js'
import type { Client } from './api.js'
import type { Demo } from './demo.js'

/** What the server said of a message when it acknowledged it. */
export interface Acknowledged {
  id: string
  seq: number
  text: string
}

/** How many messages each writer has on their way at once. */
const inFlight = 4

/**
 * Somebody who writes as fast as answers come, and keeps every message until it is acknowledged: after a crash it sends
 * the rest again, each under its old `clientId`.
 */
export class Writer {
  readonly acknowledged = new Map<string, Acknowledged>()
  readonly #unanswered = new Map<string, string>()
  #count = 0
  #deliver: Deliver = () => Promise.reject(new Error('not connected'))

  constructor(
    readonly name: string,
    readonly transport: 'socket' | 'HTTP',
    readonly onAcknowledged: () => void = () => undefined,
  ) {}

  async connect(demo: Demo): Promise<void> {
    const { client } = await demo.signIn(this.name)
    this.#deliver =
      this.transport === 'socket' ? overSocket(await client.socket(), demo.roomId) : overHttp(client, demo.roomId)
  }

  /** Writes until the server is gone. */
  async write(): Promise<void> {
    const lane = async () => {
      for (;;) await this.#send(this.#next())
    }
    await Promise.allSettled(Array.from({ length: inFlight }, lane))
  }

  /** Sends again what was not acknowledged; the server must take all of it now. Gives how many that were. */
  async resend(): Promise<number> {
    const rest = [...this.#unanswered.keys()]
    await Promise.all(rest.map((clientId) => this.#send(clientId)))
    return rest.length
  }

  #next(): string {
    this.#count += 1
    const clientId = `${this.name} by ${this.transport} ${this.#count}`
    this.#unanswered.set(clientId, `text of ${clientId}`)
    return clientId
  }

  async #send(clientId: string): Promise<void> {
    const text = this.#unanswered.get(clientId) as string
    this.acknowledged.set(clientId, await this.#deliver({ clientId, text }))
    this.#unanswered.delete(clientId)
    this.onAcknowledged()
  }
}

type Deliver = (message: { clientId: string; text: string }) => Promise<Acknowledged>

function overHttp({ call }: Client, roomId: string): Deliver {
  return async (message) => {
    const { status, body } = await call('POST', `/chat/rooms/${roomId}/messages`, message)
    if (status !== 200 && status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`)
    return body
  }
}

function overSocket(socket: TestSocket, roomId: string): Deliver {
  const cut = new Promise<never>((_, reject) => {
    socket.webSocket.once('close', () => reject(new Error('the line was cut')))
  })
  cut.catch(() => undefined)
  return async (message) => {
    const answer = await Promise.race([cut, socket.command('message.send', { roomId, ...message })])
    if (answer.type !== 'ok') throw new Error(JSON.stringify(answer.problem))
    return answer.result
  }
}

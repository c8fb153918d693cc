import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { subprotocol } from '../contract/frames.js'
import { ChatError } from '../contract/problems.js'
import { refusalOf } from '../core/failures.js'
import type { Gate } from '../core/gate.js'
import type { Admitted } from '../core/identity.js'
import { type Identity, unauthenticated } from '../core/identity.js'
import type { Limits } from '../core/limits.js'
import type { Logger } from '../core/logger.js'
import type { HostMiddleware } from '../core/middleware.js'
import type { Mount } from '../core/mount.js'
import type { Origins } from '../core/origins.js'
import type { Revocations } from '../core/revocations.js'
import type { StillWelcome } from '../core/still-welcome.js'
import type { Meters } from '../core/telemetry.js'
import type { Tickets } from '../core/tickets.js'
import { newId } from '../store/ids.js'
import { rejectUpgrade } from './rejection.js'

export interface UpgradeDependencies {
  /** Where the router is mounted. */
  path: string
  origins: Origins
  mount: Mount
  middleware: HostMiddleware
  identity: Identity
  tickets: Tickets
  revocations: Revocations
  stillWelcome: StillWelcome
  gate: Gate
  limits: Limits
  logger: Logger
  ready: () => Promise<void>
  meters: Meters | undefined
  opened: (webSocket: WebSocket, stream: Duplex, admitted: Admitted) => void
}

/**
 * A frame over the limit is answered, and the socket stays; beyond so many times the limit it is not even taken, and the
 * socket ends with 1009. Enough for what somebody pastes, and a bound for what a socket may hold here: nobody has one who
 * was not let in, and each user has few.
 */
const hardCap = 8
/** What ws takes for a number. */
const mostPayload = 2 ** 31 - 1

const ticketPrefix = 'ticket.'

/** Lets sockets in: who may, on our path, gets a WebSocket; everyone else an HTTP answer. */
export class Upgrade {
  readonly #webSockets: WebSocketServer

  constructor(readonly dependencies: UpgradeDependencies) {
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: Math.min(dependencies.limits.frameBytes * hardCap, mostPayload),
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    })
    // Once somebody listens, ws leaves the answer to what is no proper handshake to them.
    this.#webSockets.on('wsClientError', ({ message }, socket) => {
      rejectUpgrade(socket, new ChatError('invalid_request', message), newId())
    })
  }

  isOurs(request: IncomingMessage): boolean {
    const [pathname = ''] = (request.url ?? '').split('?', 1)
    const socketPath = `${this.dependencies.path}/ws`
    return (pathname === socketPath || pathname === `${socketPath}/`) && isWebSocket(request)
  }

  /** False where the request is not ours: it is for the next listener, and was not touched. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!this.isOurs(request)) return false
    // Before anything is awaited: a client that resets the connection now must not crash the host.
    socket.on('error', ignore)
    const requestId = newId()
    let isRefused = false
    const open = (admitted: Admitted): void => {
      // One whose time was over has been answered.
      if (!isRefused) this.#open(request, socket, head, admitted)
    }
    const { meters, logger } = this.dependencies
    meters?.asked('upgrade')
    this.#pass(request, open).catch((error) => {
      isRefused = true
      const refusal = refusalOf(error, logger, requestId)
      meters?.refused('upgrade', refusal.code)
      rejectUpgrade(socket, refusal, requestId)
    })
    return true
  }

  /** An upgrade that nobody took. */
  missed(request: IncomingMessage): void {
    this.dependencies.mount.miss(request)
  }

  async #pass(request: IncomingMessage, open: (admitted: Admitted) => void): Promise<void> {
    this.#checkOpen()
    await this.dependencies.gate.pass(() => this.#admit(request, open), 'upgrade')
  }

  /** Sockets last: a server that is about to close takes none. */
  #checkOpen(): void {
    const { gate } = this.dependencies
    if (gate.isDraining) throw new ChatError('unavailable', 'the server is going away', { retryAfter: 1 })
  }

  /** `open` is called in the same turn in which it was seen that nobody has signed the user out: nothing comes between. */
  async #admit(request: IncomingMessage, open: (admitted: Admitted) => void): Promise<void> {
    const { ready, tickets, origins, revocations, stillWelcome } = this.dependencies
    await ready()
    const ticket = ticketOf(request)
    if (ticket !== undefined) {
      const holder = await tickets.spend(ticket)
      if (!holder) throw unauthenticated()
      // A ticket brings nothing that the host could look at.
      if (!(await stillWelcome.ask(holder.session.userId))) throw unauthenticated()
      return revocations.confirm(holder, () => open(holder))
    }
    if (!origins.isAllowed(request)) throw new ChatError('forbidden', 'this origin may not open a socket')
    const own = new Set(Reflect.ownKeys(request))
    const ask = async () => {
      // What the host found the last time, its session for one, would be found again.
      for (const key of Reflect.ownKeys(request)) if (!own.has(key)) Reflect.deleteProperty(request, key)
      await this.dependencies.middleware.run(request)
      return this.dependencies.identity.of(request)
    }
    await revocations.settle(await ask(), ask, open)
  }

  #open(request: IncomingMessage, socket: Duplex, head: Buffer, admitted: Admitted): void {
    const { opened } = this.dependencies
    this.#checkOpen()
    if (socket.destroyed) return
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => opened(webSocket, socket, admitted))
  }
}

const ignore = (): void => undefined

const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket'

/** Out of the subprotocols, which is where a browser can put it, or out of the query. */
function ticketOf({ url = '', headers }: IncomingMessage): string | undefined {
  const offered = headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim()) ?? []
  const inProtocols = offered.find((protocol) => protocol.startsWith(ticketPrefix))
  if (inProtocols) return inProtocols.slice(ticketPrefix.length)
  const query = url.split('?')[1]
  return (query && new URLSearchParams(query).get('ticket')) ?? undefined
}

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { subprotocol } from '../contract/frames.js'
import { ChatError } from '../contract/problems.js'
import { refusalOf } from '../core/failures.js'
import type { Gate } from '../core/gate.js'
import { type Identity, type Session as UserSession, unauthenticated } from '../core/identity.js'
import type { Limits } from '../core/limits.js'
import type { Logger } from '../core/logger.js'
import { type Middleware, runMiddleware } from '../core/middleware.js'
import type { Tickets } from '../core/tickets.js'
import { newId } from '../store/ids.js'
import { isOriginAllowed } from './origin.js'
import { rejectUpgrade } from './rejection.js'

export interface UpgradeParts {
  /** Where the router is mounted. */
  path: string
  origins: readonly string[]
  middleware: readonly Middleware[]
  identity: Identity
  tickets: Tickets
  gate: Gate
  limits: Limits
  logger: Logger
  ready: () => Promise<void>
  socketsOf: (userId: string) => number
  opened: (webSocket: WebSocket, stream: Duplex, session: UserSession) => void
}

const ticketPrefix = 'ticket.'

/** Lets sockets in: who may, on our path, gets a WebSocket; everyone else an HTTP answer. */
export class Upgrade {
  readonly #webSockets: WebSocketServer

  constructor(readonly parts: UpgradeParts) {
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: parts.limits.frameBytes,
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
    const socketPath = `${this.parts.path}/ws`
    return (pathname === socketPath || pathname === `${socketPath}/`) && isWebSocket(request)
  }

  /** False where the request is not ours: it is for the next listener, and was not touched. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!this.isOurs(request)) return false
    // Before anything is awaited: a client that resets the connection now must not crash the host.
    socket.on('error', ignore)
    const requestId = newId()
    this.#pass(request)
      .then((session) => this.#open(request, socket, head, session))
      .catch((error) => rejectUpgrade(socket, refusalOf(error, this.parts.logger, requestId), requestId))
    return true
  }

  async #pass(request: IncomingMessage): Promise<UserSession> {
    this.#checkOpen()
    return this.parts.gate.pass(() => this.#admit(request), 'upgrade')
  }

  /** Sockets last: a server that is about to close takes none. */
  #checkOpen(): void {
    const { gate } = this.parts
    if (gate.isDraining) throw new ChatError('unavailable', 'the server is going away', { retryAfter: 1 })
  }

  async #admit(request: IncomingMessage): Promise<UserSession> {
    const { ready, tickets, origins, middleware, identity } = this.parts
    await ready()
    const ticket = ticketOf(request)
    if (ticket !== undefined) {
      const holder = await tickets.spend(ticket)
      if (!holder) throw unauthenticated()
      return { userId: holder.userId, expiresAt: holder.sessionExpiresAt }
    }
    if (!isOriginAllowed(request, origins)) throw new ChatError('forbidden', 'this origin may not open a socket')
    await runMiddleware(middleware, request)
    return identity.of(request)
  }

  #open(request: IncomingMessage, socket: Duplex, head: Buffer, session: UserSession): void {
    const { limits, socketsOf, opened } = this.parts
    const { userId } = session
    this.#checkOpen()
    if (socketsOf(userId) >= limits.socketsPerUser) {
      const detail = `a user has ${limits.socketsPerUser} sockets at most`
      throw new ChatError('rate_limited', detail, { retryAfter: 5 })
    }
    if (socket.destroyed) return
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => opened(webSocket, socket, session))
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

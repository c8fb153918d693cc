import type { IncomingMessage, Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodes } from '../contract/frames.js'
import type { Session as UserSession } from '../core/identity.js'
import type { Rates } from '../core/rates.js'
import { newId } from '../store/ids.js'
import { attachTo } from './attach.js'
import { Connection, Outbox } from './connection.js'
import type { Hub } from './hub.js'
import { Session } from './session.js'
import { Upgrade, type UpgradeParts } from './upgrade.js'

const heartbeatMs = 25_000
const missedPings = 2
/** Reconnects of many clients are spread over this time. */
const spreadMs = 2_000

export type RealtimeParts = Omit<UpgradeParts, 'socketsOf' | 'opened'> & { hub: Hub; rates: Rates }

/** The socket side: upgrades, connections, heartbeat. */
export class Realtime {
  readonly #sockets = new Map<string, Set<Connection>>()
  readonly #outbox = new Outbox()
  readonly #upgrade: Upgrade
  readonly #detach: (() => void)[] = []
  #heartbeat: NodeJS.Timeout | undefined
  #allEnded: (() => void) | undefined

  constructor(readonly parts: RealtimeParts) {
    this.#upgrade = new Upgrade({
      ...parts,
      socketsOf: (userId) => this.#sockets.get(userId)?.size ?? 0,
      opened: (...opened) => this.#opened(...opened),
    })
    parts.hub.signedOut = (userId) => this.#signOut(userId)
  }

  attach(server: Server | SecureServer): void {
    this.#detach.push(attachTo(server, this.#upgrade))
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.#upgrade.handle(request, socket, head)
  }

  #opened(webSocket: WebSocket, stream: Duplex, session: UserSession): void {
    const { hub, rates, limits } = this.parts
    const { queuedBytes } = limits
    const connection = new Connection({ id: newId(), session, webSocket, stream, outbox: this.#outbox, queuedBytes })
    const conversation = new Session(hub, connection, rates, heartbeatMs)
    this.#add(connection)
    webSocket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) connection.close(closeCodes.notTheProtocol, 'frames are text')
      else conversation.received(data.toString())
    })
    webSocket.on('pong', () => {
      connection.silence = 0
    })
    // A reset is a close like any other; ws tells of that one too.
    webSocket.on('error', () => undefined)
    webSocket.on('close', () => {
      this.#remove(connection)
      conversation.ended()
    })
  }

  #add(connection: Connection): void {
    const sockets = this.#sockets.get(connection.userId)
    if (sockets) sockets.add(connection)
    else this.#sockets.set(connection.userId, new Set([connection]))
    this.#heartbeat ??= setInterval(() => this.#beat(), heartbeatMs).unref()
  }

  #remove(connection: Connection): void {
    const sockets = this.#sockets.get(connection.userId)
    sockets?.delete(connection)
    if (sockets?.size === 0) this.#sockets.delete(connection.userId)
    if (this.#sockets.size > 0) return
    clearInterval(this.#heartbeat)
    this.#heartbeat = undefined
    this.#allEnded?.()
  }

  #beat(): void {
    for (const connection of this.#all()) {
      if (connection.silence >= missedPings) connection.terminate()
      else connection.ping()
    }
  }

  *#all(): Generator<Connection> {
    for (const sockets of this.#sockets.values()) yield* sockets
  }

  /** Ends the sockets of a user who was signed out or banned, here and on the servers that the bus reaches. */
  disconnect(userId: string): void {
    this.#signOut(userId)
    this.parts.hub.relay.tell({ type: 'signedOut', userId })
  }

  #signOut(userId: string): void {
    for (const connection of [...(this.#sockets.get(userId) ?? [])]) {
      connection.close(closeCodes.sessionExpired, 'signed out')
    }
  }

  /** Takes no more sockets and sends the open ones away, spread over a moment, to come back elsewhere. */
  async close(): Promise<void> {
    this.#upgrade.draining = true
    for (const detach of this.#detach.splice(0).reverse()) detach()
    for (const connection of [...this.#all()]) {
      connection.close(closeCodes.restarting, String(Math.round(Math.random() * spreadMs)))
    }
    // Each is cut off if it does not answer, so this is a matter of seconds at most.
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => (this.#allEnded = resolve))
    await this.parts.hub.close()
  }
}

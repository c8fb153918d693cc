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
/** Reconnects of many clients are spread over this time; where their ends are spread already, over less. */
const spreadMs = 2_000
const shortSpreadMs = 250

export type RealtimeParts = Omit<UpgradeParts, 'socketsOf' | 'opened'> & { hub: Hub; rates: Rates }

/** The socket side: upgrades, connections, heartbeat. */
export class Realtime {
  readonly #sockets = new Map<string, Set<Session>>()
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
    const { hub, rates, gate, limits } = this.parts
    const { queuedBytes } = limits
    const connection = new Connection({ id: newId(), session, webSocket, stream, outbox: this.#outbox, queuedBytes })
    const conversation = new Session(hub, connection, rates, gate, heartbeatMs)
    this.#add(conversation)
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
      this.#remove(conversation)
      conversation.ended()
    })
  }

  #add(session: Session): void {
    const { userId } = session.connection
    const sockets = this.#sockets.get(userId)
    if (sockets) sockets.add(session)
    else this.#sockets.set(userId, new Set([session]))
    this.#heartbeat ??= setInterval(() => this.#beat(), heartbeatMs).unref()
  }

  #remove(session: Session): void {
    const { userId } = session.connection
    const sockets = this.#sockets.get(userId)
    sockets?.delete(session)
    if (sockets?.size === 0) this.#sockets.delete(userId)
    if (this.#sockets.size > 0) return
    clearInterval(this.#heartbeat)
    this.#heartbeat = undefined
    this.#allEnded?.()
  }

  #beat(): void {
    for (const { connection } of this.#all()) {
      if (connection.silence >= missedPings) connection.terminate()
      else connection.ping()
    }
  }

  *#all(): Generator<Session> {
    for (const sockets of this.#sockets.values()) yield* sockets
  }

  /** Ends the sockets of a user who was signed out or banned, here and on the servers that the bus reaches. */
  disconnect(userId: string): void {
    this.#signOut(userId)
    this.parts.hub.relay.tell({ type: 'signedOut', userId })
  }

  #signOut(userId: string): void {
    for (const { connection } of [...(this.#sockets.get(userId) ?? [])]) {
      connection.close(closeCodes.sessionExpired, 'signed out')
    }
  }

  /**
   * Sends the open sockets away over `drainMs`, each once what it asked was answered, to come back elsewhere. Resolves
   * when that time has passed and all have ended. New ones were refused by the gate before.
   */
  async drain(drainMs: number): Promise<void> {
    const spread = drainMs > 0 ? shortSpreadMs : spreadMs
    const hint = () => Math.round(Math.random() * spread)
    for (const session of this.#all()) {
      if (drainMs > 0) setTimeout(() => session.dismiss(hint()), Math.random() * drainMs)
      else session.dismiss(hint())
    }
    if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs))
    // Each is cut off if it does not answer, so this is a matter of seconds at most.
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => (this.#allEnded = resolve))
  }

  /** Gives the upgrades of its path back. */
  async close(): Promise<void> {
    for (const detach of this.#detach.splice(0).reverse()) detach()
    await this.parts.hub.close()
  }
}

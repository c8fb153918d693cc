import type { IncomingMessage, Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodes } from '../contract/frames.js'
import type { Rates } from '../core/rates.js'
import type { Admitted } from '../core/revocations.js'
import { type IsStillWelcome, StillWelcome } from '../core/still-welcome.js'
import { newId } from '../store/ids.js'
import { attachTo } from './attach.js'
import { Connection, Outbox } from './connection.js'
import type { Hub } from './hub.js'
import { Session } from './session.js'
import { Sockets } from './sockets.js'
import { Upgrade, type UpgradeParts } from './upgrade.js'

const heartbeatMs = 25_000
const missedPings = 2
/** Reconnects of many clients are spread over this time; where their ends are spread already, over less. */
const spreadMs = 2_000
const shortSpreadMs = 250

export type RealtimeParts = Omit<UpgradeParts, 'opened' | 'stillWelcome'> & {
  hub: Hub
  rates: Rates
  isStillWelcome: IsStillWelcome | undefined
}

/** The socket side: upgrades, connections, heartbeat. */
export class Realtime {
  readonly #sockets: Sockets
  readonly #outbox = new Outbox()
  readonly #stillWelcome: StillWelcome
  readonly #upgrade: Upgrade
  readonly #detach: (() => void)[] = []
  #heartbeat: NodeJS.Timeout | undefined
  #allEnded: (() => void) | undefined

  constructor(readonly parts: RealtimeParts) {
    this.#sockets = new Sockets(parts.limits.socketsPerUser)
    const { hub, limits, logger, isStillWelcome } = parts
    this.#stillWelcome = new StillWelcome({
      ask: isStillWelcome,
      everyMinutes: limits.recheckMinutes,
      answerMs: limits.answerMs,
      logger,
      end: (userId) => this.#end(userId, 'no longer welcome'),
    })
    const opened: UpgradeParts['opened'] = (...given) => this.#opened(...given)
    this.#upgrade = new Upgrade({ ...parts, stillWelcome: this.#stillWelcome, opened })
    hub.signedOut = (userId) => this.#lookAt(userId)
    hub.pollSignedOut = () => this.#lookAtAll()
    // Where that cannot be read, the next beat of the lease finds it again.
    hub.crowded = (userId, surplus) => void this.#sockets.crowded(userId, surplus).catch(() => undefined)
  }

  attach(server: Server | SecureServer): void {
    this.#detach.push(attachTo(server, this.#upgrade))
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.#upgrade.handle(request, socket, head)
  }

  #opened(webSocket: WebSocket, stream: Duplex, admitted: Admitted): void {
    const { hub, rates, gate, limits } = this.parts
    const { queuedBytes } = limits
    const connection = new Connection({ id: newId(), admitted, webSocket, stream, outbox: this.#outbox, queuedBytes })
    const conversation = new Session(hub, connection, rates, gate, limits, heartbeatMs)
    this.#add(conversation)
    webSocket.on('message', (data: Buffer, isBinary: boolean) => {
      this.#sockets.heard(conversation)
      if (isBinary) connection.close(closeCodes.notTheProtocol, 'frames are text')
      else conversation.received(data)
    })
    webSocket.on('pong', () => {
      connection.silence = 0
      this.#sockets.heard(conversation)
    })
    // A reset is a close like any other; ws tells of that one too.
    webSocket.on('error', () => undefined)
    webSocket.on('close', () => {
      this.#remove(conversation)
      conversation.ended()
    })
  }

  #add(session: Session): void {
    this.#sockets.add(session)
    this.#stillWelcome.came(session.connection.userId)
    this.#heartbeat ??= setInterval(() => this.#beat(), heartbeatMs).unref()
  }

  #remove(session: Session): void {
    this.#sockets.remove(session)
    const { userId } = session.connection
    if (this.#sockets.of(userId).length === 0) this.#stillWelcome.left(userId)
    if (!this.#sockets.isEmpty) return
    clearInterval(this.#heartbeat)
    this.#heartbeat = undefined
    this.#allEnded?.()
  }

  #beat(): void {
    for (const { connection } of this.#sockets.all()) {
      if (connection.silence >= missedPings) connection.terminate()
      else connection.ping()
    }
  }

  /** Ends the sockets of a user here, at once, and all that began before, everywhere, once that is remembered. */
  async disconnect(userId: string): Promise<void> {
    const { revocations, hub } = this.parts
    const remembered = revocations.revoke(userId)
    this.#end(userId, 'signed out')
    await remembered
    // Who hears it looks it up: it must be there by then.
    hub.relay.tell({ type: 'signedOut', userId })
  }

  #end(userId: string, reason: string): void {
    for (const { connection } of this.#sockets.of(userId)) connection.close(closeCodes.sessionExpired, reason)
  }

  /** Ends those that began before what the user was signed out by. */
  #endBefore(userId: string, revocation: string): void {
    for (const { connection } of this.#sockets.of(userId)) {
      if (connection.revocation !== revocation) connection.close(closeCodes.sessionExpired, 'signed out')
    }
  }

  /** Somebody says that a user was signed out. Only the database knows whether that is so, and since when. */
  async #lookAt(userId: string): Promise<void> {
    const { revocations } = this.parts
    revocations.heard(userId)
    if (this.#sockets.of(userId).length === 0) return
    const revocation = await revocations.of(userId)
    if (revocation !== null) this.#endBefore(userId, revocation)
  }

  /** What nobody said is found. */
  async #lookAtAll(): Promise<void> {
    const userIds = this.#sockets.users()
    for (const [userId, revocation] of await this.parts.revocations.among(userIds)) this.#endBefore(userId, revocation)
  }

  /**
   * Sends the open sockets away over `drainMs`, each once what it asked was answered, to come back elsewhere. Resolves
   * when that time has passed and all have ended. New ones were refused by the gate before.
   */
  async drain(drainMs: number): Promise<void> {
    const spread = drainMs > 0 ? shortSpreadMs : spreadMs
    const hint = () => Math.round(Math.random() * spread)
    for (const session of this.#sockets.all()) {
      if (drainMs > 0) setTimeout(() => session.dismiss(hint()), Math.random() * drainMs)
      else session.dismiss(hint())
    }
    if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs))
    // Each is cut off if it does not answer, so this is a matter of seconds at most.
    if (!this.#sockets.isEmpty) await new Promise<void>((resolve) => (this.#allEnded = resolve))
  }

  /** Gives the upgrades of its path back. */
  async close(): Promise<void> {
    for (const detach of this.#detach.splice(0).reverse()) detach()
    this.parts.revocations.close()
    await this.parts.hub.close()
  }
}

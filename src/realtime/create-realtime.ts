import type { IncomingMessage, Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodes } from '../contract/frames.js'
import type { Admitted } from '../core/identity.js'
import type { Rates } from '../core/rates.js'
import { type IsStillWelcome, StillWelcome } from '../core/still-welcome.js'
import type { UpgradesWanted } from '../core/upgrades-wanted.js'
import { newId } from '../store/ids.js'
import { attachTo } from './attach.js'
import { Connection, WriteBatcher } from './connection.js'
import type { Connections } from './connections.js'
import { Heartbeat, heartbeatMs } from './heartbeat.js'
import type { Hub } from './hub.js'
import { type SessionDependencies, SocketSession } from './session.js'
import type { SignOuts } from './sign-outs.js'
import { Upgrade, type UpgradeDependencies } from './upgrade.js'

/** Reconnects of many clients are spread over this time; if their closing is spread already, over less. */
const spreadMs = 2_000
const shortSpreadMs = 250

export type RealtimeDependencies = Omit<UpgradeDependencies, 'opened' | 'stillWelcome'> & {
  hub: Hub
  connections: Connections
  signOuts: SignOuts
  rates: Rates
  upgrades: UpgradesWanted
  isStillWelcome: IsStillWelcome | undefined
}

/** The socket side: upgrades, connections, heartbeat. */
export class Realtime {
  readonly #connections: Connections
  readonly #writeBatcher: WriteBatcher
  readonly #stillWelcome: StillWelcome
  readonly #upgrade: Upgrade
  readonly #sessions: SessionDependencies
  readonly #detach: (() => void)[] = []
  readonly #heartbeat = new Heartbeat()
  #allEnded: (() => void) | undefined

  constructor(readonly dependencies: RealtimeDependencies) {
    const { hub, rates, gate, connections, signOuts, limits, logger, isStillWelcome } = dependencies
    this.#connections = connections
    this.#writeBatcher = new WriteBatcher(dependencies.meters && (() => dependencies.meters?.flushed()))
    this.#sessions = { hub, rates, gate, limits, heartbeatMs }
    this.#stillWelcome = new StillWelcome({
      ask: isStillWelcome,
      everyMinutes: limits.recheckMinutes,
      answerMs: limits.answerMs,
      logger,
      end: (userId) => signOuts.end(userId, 'no longer welcome'),
    })
    const opened: UpgradeDependencies['opened'] = (...given) => this.#opened(...given)
    this.#upgrade = new Upgrade({ ...dependencies, stillWelcome: this.#stillWelcome, opened })
  }

  /** Whether something waits to be written to sockets. */
  get isWriting(): boolean {
    return this.#writeBatcher.isWaiting
  }

  attach(server: Server | SecureServer): void {
    this.dependencies.upgrades.handed()
    this.#detach.push(attachTo(server, this.#upgrade))
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    this.dependencies.upgrades.handed()
    return this.#upgrade.handle(request, socket, head)
  }

  #opened(webSocket: WebSocket, stream: Duplex, admitted: Admitted): void {
    const { hub, limits, meters } = this.dependencies
    let failedWith: number | undefined
    const { queuedBytes } = limits
    const connection = new Connection({
      id: newId(),
      admitted,
      webSocket,
      stream,
      writeBatcher: this.#writeBatcher,
      queuedBytes,
      clock: hub.core.context.clock,
    })
    const conversation = new SocketSession(this.#sessions, connection)
    this.#add(conversation)
    meters?.socketOpened()
    webSocket.on('message', (data: Buffer, isBinary: boolean) => {
      this.#connections.acknowledge(conversation)
      if (isBinary) connection.close(closeCodes.notTheProtocol, 'frames are text')
      else conversation.received(data)
    })
    webSocket.on('pong', () => {
      connection.silence = 0
      this.#connections.acknowledge(conversation)
    })
    // A reset is a close like any other; ws emits `close` for it, too.
    webSocket.on('error', (error) => {
      failedWith = codeOf(error)
    })
    webSocket.on('close', (code: number) => {
      meters?.socketClosed(connection.closedWith ?? failedWith ?? code)
      this.#remove(conversation)
      conversation.ended()
    })
  }

  #add(session: SocketSession): void {
    this.#connections.add(session)
    this.#stillWelcome.came(session.connection.userId)
    this.#heartbeat.add(session.connection)
  }

  #remove(session: SocketSession): void {
    const { connection } = session
    this.#connections.remove(session)
    this.#heartbeat.remove(connection)
    const { userId } = connection
    if (this.#connections.of(userId).length === 0) this.#stillWelcome.left(userId)
    if (this.#connections.isEmpty) this.#allEnded?.()
  }

  /**
   * Closes the open sockets over `drainMs`, each once its commands were answered, so that clients reconnect to other servers.
   * Resolves when that time has passed and all have ended. The gate refuses new ones before.
   */
  async drain(drainMs: number): Promise<void> {
    const spread = drainMs > 0 ? shortSpreadMs : spreadMs
    const hint = () => Math.round(Math.random() * spread)
    for (const session of this.#connections.all()) {
      if (drainMs > 0) setTimeout(() => session.dismiss(hint()), Math.random() * drainMs)
      else session.dismiss(hint())
    }
    if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs))
    // Each is cut off if it does not answer, so this is a matter of seconds at most.
    if (!this.#connections.isEmpty) await new Promise<void>((resolve) => (this.#allEnded = resolve))
  }

  /** Gives the upgrades of its path back. */
  async close(): Promise<void> {
    for (const detach of this.#detach.splice(0).reverse()) detach()
    this.dependencies.revocations.close()
    await this.dependencies.hub.close()
  }
}

/** With which code ws ends what is no WebSocket; it does not say so if the other side is gone by then. */
function codeOf({ code }: Error & { code?: unknown }): number | undefined {
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 1009
  return typeof code === 'string' && code.startsWith('WS_ERR_') ? 1002 : undefined
}

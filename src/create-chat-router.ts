import type { IncomingMessage, Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { type ChatApi, chatApi } from './chat-api.js'
import type { DurableEvent } from './contract/events.js'
import { coreInside, createCore } from './core/create-core.js'
import { Gate } from './core/gate.js'
import { Identity } from './core/identity.js'
import { Janitor, type Swept } from './core/janitor.js'
import { limitsFrom } from './core/limits.js'
import { defaultMediaTypes } from './core/media-types.js'
import { Pictures } from './core/pictures.js'
import { Rates } from './core/rates.js'
import { emoji, type ReactionPolicy } from './core/reaction-policies.js'
import { roomPresets } from './core/room-presets.js'
import { Cursors } from './core/signatures.js'
import { Tickets } from './core/tickets.js'
import { View } from './core/view.js'
import { createHttp } from './http/create-http.js'
import type { ErrorHandlerLike, RequestHandlerLike } from './http/handlers.js'
import { type ChatOptions, checkOptions } from './options.js'
import { Realtime } from './realtime/create-realtime.js'
import { Hub } from './realtime/hub.js'
import { checkOrigins } from './realtime/origin.js'
import { asDb, type ChatPrismaClient, type InTransaction } from './store/client.js'
import { Database } from './store/database.js'
import { checkClient, checkDatabase, SetupError } from './store/start-check.js'

/** A chat inside an Express app. */
export interface Chat<Prisma extends ChatPrismaClient = ChatPrismaClient> extends ChatApi {
  /** Give it to `app.use('/chat', chat.router)`; with it come the handlers of requests and of what the host's own parser refused. */
  readonly router: [RequestHandlerLike, ErrorHandlerLike]

  /** Takes the socket upgrades of our path on this server, and leaves all others as they are. Undone by `close`. */
  attach(server: Server | SecureServer): void

  /**
   * The same for hosts that dispatch upgrades themselves: `server.on('upgrade', …)`. False means that the request is not
   * ours, and was not touched.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean

  /**
   * Runs `work` in a transaction of your database and gives it the transaction's client and this API inside it: messages
   * commit together with your own rows, or not at all. Told to everyone after the commit. A room that was written to
   * stays locked until then: others who write to it wait, so keep it short; who uses another chat in it than the one that
   * `work` is given would wait for ever, and is refused. Runs again from the start when another transaction was in
   * the way, as the database demands.
   *
   * @throws whatever `work` throws; everything is rolled back then.
   */
  transaction<T>(work: (tx: InTransaction<Prisma>, chat: ChatApi) => Promise<T>): Promise<T>

  /**
   * This API inside a transaction that you opened yourself. Call `published` once it has committed; should you not, all
   * is still told, about a second later, to those who are in the room and connected. On MySQL and MariaDB open it with
   * `isolationLevel: 'ReadCommitted'`: their default goes on showing the room as it was at your first read, and somebody
   * who was removed since could still write.
   */
  within(tx: InTransaction<Prisma>): ChatApi & { published(): void }

  /**
   * Removes media that nothing has used for a day, files of which no row speaks, and rows whose files are gone. Safe at
   * any time, beside uploads and on several servers at once; done by itself every six hours unless `media.sweepMinutes`
   * says otherwise.
   */
  sweep(): Promise<Swept>

  /** Resolves once the database was found to be as it must be; rejects with what to mend. Requests wait for it by themselves. */
  ready(): Promise<void>

  /** Closes every socket of a user with 4401: signed out, banned. On other servers too, where there is a bus. */
  disconnect(userId: string): void

  /**
   * Ends the chat on this server, for a deploy: `process.once('SIGTERM', () => chat.close({ drainMs: 10_000 }))`, and then
   * `server.close()`. From the first moment on upgrades get 503. For `drainMs` (0 unless given, 600000 at most), time for
   * your load balancer to look elsewhere, requests are served as ever, each on a connection that then ends, and sockets
   * are closed with 1012 one after the other, each when what it had asked was answered, with the ms in the reason after
   * which to reconnect. Then requests get 503 with `Retry-After`. Resolves once nothing is under way any more. Called
   * again, it is the same end.
   */
  close(options?: { drainMs?: number }): Promise<void>
}

/**
 * Makes the chat. Everything that can be wrong at start is an error at start, and its message holds the mend.
 *
 * @throws TypeError for options that cannot be right; SetupError for a Prisma client without our models.
 */
export function createChatRouter<Prisma extends ChatPrismaClient>(options: ChatOptions<Prisma>): Chat<Prisma> {
  checkOptions(options)
  checkClient(options.prisma)
  const { secret, path = '/chat', origins = [], middleware = [], logger = console, docs = true } = options
  checkOrigins(origins)
  const limits = limitsFrom(options.limits)
  const clock = options.clock ?? (() => new Date())
  const database = new Database(options.prisma)
  const observe = options.on?.event && observer(options.on.event.bind(options.on), logger)
  const { bus, pollMs = bus ? 5_000 : 1_000 } = options
  const hub = new Hub({ secret, logger, observe, bus, pollMs })
  const core = createCore(
    {
      audience: hub,
      clock,
      limits,
      presets: options.permissions ?? roomPresets,
      reactions: policyOf(options.reactions ?? emoji()),
      hooks: { before: options.before ?? {}, can: options.can },
      directory: options.directory,
      storage: options.storage,
      mediaTypes: new Set(options.media?.types ?? defaultMediaTypes),
      pictures: new Pictures(),
      view: new View(secret, path, clock),
      cursors: new Cursors(secret),
    },
    database,
  )
  hub.connect(core)
  const janitor = new Janitor(core.context, logger)
  const { sweepMinutes = 360 } = options.media ?? {}
  const stopSweeping = options.storage && sweepMinutes !== false ? janitor.start(sweepMinutes) : () => undefined
  const identity = new Identity(options.resolveUser, core.users, clock)
  const tickets = new Tickets(core.context, secret)
  const rates = new Rates(limits.rates)
  const gate = new Gate(limits)
  const ready = onceReady(() => checkDatabase(database), logger)
  const shared = { path, middleware, identity, tickets, rates, gate, limits, logger, ready }
  const realtime = new Realtime({ ...shared, origins, hub })
  ready().catch(() => undefined)
  let closing: Promise<void> | undefined
  const close = async (drainMs: number) => {
    gate.isDraining = true
    await realtime.drain(drainMs)
    await gate.close()
    stopSweeping()
    await realtime.close()
  }

  return {
    ...chatApi(core),
    router: createHttp({ ...shared, core, docs }),
    attach: (server) => realtime.attach(server),
    handleUpgrade: (request, socket, head) => realtime.handleUpgrade(request, socket, head),
    async transaction(work) {
      const { result, published } = await database.hostTransaction(async (tx) => {
        const inside = coreInside(core, tx)
        const result = await work(tx as unknown as InTransaction<Prisma>, chatApi(inside.core))
        return { result, published: inside.published }
      })
      published()
      return result
    },
    within(tx) {
      const inside = coreInside(core, asDb(tx))
      return { ...chatApi(inside.core), published: inside.published }
    },
    ready,
    disconnect: (userId) => realtime.disconnect(userId),
    sweep: () => janitor.sweep(),
    close({ drainMs = 0 } = {}) {
      if (!(drainMs >= 0 && drainMs <= 600_000)) {
        throw new TypeError(`express-chat: drainMs is ${drainMs}; give 0 to 600000`)
      }
      closing ??= close(drainMs)
      return closing
    },
  }
}

const policyOf = (reactions: ReactionPolicy | ReactionPolicy['accept']): ReactionPolicy =>
  typeof reactions === 'function' ? { accept: reactions } : reactions

function observer(observe: (event: DurableEvent) => void | Promise<void>, logger: ChatOptions['logger'] & object) {
  const failed = (error: unknown) => logger.error('express-chat: on.event threw', error)
  return (event: DurableEvent): void => {
    try {
      Promise.resolve(observe(event)).catch(failed)
    } catch (error) {
      failed(error)
    }
  }
}

/** A check that is made once if it succeeds, or says what to mend; and again if only the database was away. */
function onceReady(check: () => Promise<void>, logger: ChatOptions['logger'] & object): () => Promise<void> {
  let checking: Promise<void> | undefined
  return () => {
    checking ??= check().catch((error) => {
      if (error instanceof SetupError) logger.error(error.message)
      else checking = undefined
      throw error
    })
    return checking
  }
}

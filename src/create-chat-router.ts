import type { IncomingMessage, Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { checked } from './api-input.js'
import { type ChatApi, chatApi } from './chat-api.js'
import { checkOptions } from './check-options.js'
import type { AnyData, DataTypes, JsonObject, Typed } from './contract/data.js'
import type { ImportMessage, ImportResult } from './contract/imports.js'
import type { ContactPolicy } from './core/contact-policy.js'
import { coreInside, createCore } from './core/create-core.js'
import { DueMessages } from './core/due-messages.js'
import { Erasing } from './core/erasure/erasing.js'
import { shownErasure } from './core/erasure/erasures.js'
import { Gate } from './core/gate.js'
import { atOnce } from './core/hooks.js'
import { HostApp } from './core/host-app.js'
import { Identity } from './core/identity.js'
import { limitsFrom } from './core/limits.js'
import { safely } from './core/logger.js'
import { ImageProcessor } from './core/media/process-image.js'
import type { ChatStorage } from './core/media/storage.js'
import { Sweep, type SweepResult } from './core/media/sweep.js'
import { TemporarySpace } from './core/media/temporary-space.js'
import { HostMiddleware } from './core/middleware.js'
import { Mount } from './core/mount.js'
import { observing } from './core/observing.js'
import { Origins } from './core/origins.js'
import { type PurgeResult, Purging } from './core/purging.js'
import { Rates } from './core/rates.js'
import type { ReactionPolicy } from './core/reaction-policies.js'
import { Revocations } from './core/revocations.js'
import { Schedule } from './core/schedule.js'
import { SearchIndex } from './core/search-index.js'
import { Cursors } from './core/signatures.js'
import { Start } from './core/start.js'
import { hostWords } from './core/system-text.js'
import { delivering, tracedHook } from './core/telemetry.js'
import { Tickets } from './core/tickets.js'
import { UpgradesWanted } from './core/upgrades-wanted.js'
import { View } from './core/view.js'
import { defaults } from './defaults.js'
import { createHttp } from './http/create-http.js'
import type { RequestHandlerLike } from './http/handlers.js'
import { standInApp } from './http/stand-in.js'
import { Notifications } from './notifications/notifications.js'
import { PutAside } from './notifications/put-aside.js'
import { type Health, HealthChecks } from './operating/health.js'
import { ChatMetrics } from './operating/metrics.js'
import { SubscriptionLags } from './operating/subscription-lag.js'
import { findTracing, tracedHooks } from './operating/tracing.js'
import type { ChatOptions } from './options.js'
import { roomsChanged } from './publish/notice.js'
import { Publisher } from './publish/publisher.js'
import { Connections } from './realtime/connections.js'
import { Realtime } from './realtime/create-realtime.js'
import { Hub } from './realtime/hub.js'
import { SignOuts } from './realtime/sign-outs.js'
import { asDb, type ChatPrismaClient, type InTransaction } from './store/client.js'
import { Database } from './store/database.js'
import { driverComplaint } from './store/driver-version.js'
import { SetupError } from './store/setup-error.js'
import { checkClient, checkDatabase } from './store/start-check.js'
import type {
  SubscribedType,
  SubscribeOptions,
  Subscription,
  SubscriptionHandler,
} from './subscriptions/subscribe-options.js'
import { Subscriptions } from './subscriptions/subscriptions.js'
import { type SubscriptionsApi, subscriptionsApi } from './subscriptions-api.js'
import { Webhooks } from './webhooks/webhooks.js'

/** A chat inside an Express app. */
export interface Chat<Prisma extends ChatPrismaClient = ChatPrismaClient, Data extends DataTypes = AnyData>
  extends ChatApi<Data>,
    Typed<Data> {
  /**
   * Give it to `app.use('/chat', chat.router)`, behind whatever else stands before it. It answers, too, for what a parser
   * of the app refused before us; in an `express.Router` of yours, which cannot tell us so, the app's error handlers do.
   */
  readonly router: RequestHandlerLike

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
   * the way, as the database demands. Query with `tx`: what your own client writes is outside of the transaction, and on SQLite
   * waits for its end.
   *
   * @throws whatever `work` throws, and an error that says so after 30 s; everything is rolled back then.
   */
  transaction<T>(work: (tx: InTransaction<Prisma>, chat: ChatApi<Data>) => Promise<T>): Promise<T>

  /**
   * This API inside a transaction that you opened yourself. Call `published` once it has committed; should you not, all
   * is still told, about a second later, to those who are in the room and connected. On MySQL and MariaDB open it with
   * `isolationLevel: 'ReadCommitted'`: their default goes on showing the room as it was at your first read, and somebody
   * who was removed since could still write.
   */
  within(tx: InTransaction<Prisma>): ChatApi<Data> & { published(): void }

  /**
   * Tells a handler every change in every room: at least once, in the order of revisions in each room, over crashes, deploys and
   * several servers, from a position that is kept in the database under this name. Several servers share the work: each room is
   * told by one at a time, and where that one dies, by another after 15 s. A change is told as it is by then, as `chat.changes`
   * tells it: what was edited meanwhile comes once. Where the handler throws, its room alone waits and is told again.
   * Changes that are made inside a transaction of yours are told after its commit.
   *
   * @throws TypeError for a name or options that cannot be right; Error where a subscription of this name runs on this server.
   */
  subscribe<Type extends SubscribedType = SubscribedType>(
    name: string,
    handler: SubscriptionHandler<Type, Data>,
    options?: SubscribeOptions<Type>,
  ): Subscription

  /** The durable subscriptions of all servers: how far they are, and what was put aside. */
  readonly subscriptions: SubscriptionsApi

  /**
   * Removes media that nothing has used for a day, files of which no row speaks, rows whose files are gone, and mentions that
   * were read. Safe at
   * any time, beside uploads and on several servers at once; done by itself every six hours unless `media.sweepMinutes`
   * says otherwise.
   */
  sweep(): Promise<SweepResult>

  /**
   * Sends what was to be sent by now (`chat.scheduled`), and resolves with how many this server has sent. Safe at any time and on
   * several servers at once; done by itself when it is time, as long as a server runs.
   */
  sendDue(): Promise<number>

  /**
   * Removes messages that are older than `retention` and the rooms themselves say, and all that belongs to them; resolves with what
   * this call has removed. A little at a time, with a rest after each, so it may take its time where there is much; nobody waits
   * for it. Safe at any time and on several servers at once, which share the rooms. Killed or ended by `signal`, which resolves it
   * with what was removed by then, the next one goes on. Done by itself every hour, as long as a server runs, where `retention` is given.
   */
  purge(options?: { signal?: AbortSignal | undefined }): Promise<PurgeResult>

  /**
   * Goes on with what `chat.eraseUser` wrote down and no server is doing, and resolves with how many erasures that ended. Safe at any
   * time and on several servers at once; done by itself every ten seconds, as long as a server runs.
   */
  eraseDue(): Promise<number>

  /**
   * Fills a room with messages that were written elsewhere, with their own times and authors, in the order in which they come: the oldest
   * first. It is idempotent by their keys, so after a crash, or to add what came since, import the same again. They are nobody's to read,
   * nobody is notified, and who is in the room reads it anew; [importing.md](https://github.com/OWNER/express-chat/blob/main/docs/importing.md) says how it is done, from Slack
   * and from Stream. Of a stream no more than 500 are ever read ahead. Not from inside `chat.transaction`.
   *
   * @throws `not_found` where there is no such room; `invalid_request` and `too_large` for a message that cannot be, named in the error by its place
   * and its key: all before it are imported then, and none after. Whatever the stream throws, likewise.
   */
  importMessages(
    roomId: string,
    messages: AsyncIterable<ImportMessage<Data>> | Iterable<ImportMessage<Data>>,
  ): Promise<ImportResult>

  /**
   * Resolves once the database was found to be as it must be; rejects with what to mend (`SetupError`), which is then yours
   * to tell: it goes to the logger only where nobody asks within a second. Requests wait for it by themselves.
   */
  ready(): Promise<void>

  /**
   * How the chat is on this server, for the probes of whatever runs it, and for people: whether the database answers, the bus
   * works, writes wait, durable subscriptions lag, and what should be done by now is. It never rejects, answers within
   * `timeoutMs` (1 to 60000, 2000 unless given), and is cheap enough to be asked each second, however much there is. What it
   * says is for those who operate the server, and not for everybody.
   */
  health(options?: { timeoutMs?: number }): Promise<Health>

  /**
   * Signs a user out of the chat: closes every socket of theirs with 4401, here at once, on other servers at once with a bus
   * and within `pollMs` without one. No ticket from before opens one any more, on any server, and who was on their way in
   * is asked for again. End your own session first, else whoever asks your resolver is let in anew. Resolves once it is
   * remembered in the database, which is tried again for as long as a ticket lives (30 s); rejects where that failed, and
   * then other servers may not know. It need not be waited for: what it rejects with is logged as well. Not from inside
   * `chat.transaction`.
   */
  disconnect(userId: string): Promise<void>

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
export function createChatRouter<
  Prisma extends ChatPrismaClient,
  MessageData extends object = JsonObject,
  RoomData extends object = JsonObject,
>(options: ChatOptions<Prisma, MessageData, RoomData>): Chat<Prisma, DataTypes<MessageData, RoomData>> {
  // Inside, `data` is any object of JSON: its types are the host's.
  return createChat(options as unknown as ChatOptions<Prisma>) as unknown as Chat<
    Prisma,
    DataTypes<MessageData, RoomData>
  >
}

function createChat<Prisma extends ChatPrismaClient>(options: ChatOptions<Prisma>): Chat<Prisma> {
  checkOptions(options)
  const limits = limitsFrom(options.limits)
  checkClient(options.prisma)
  const {
    secret,
    path = defaults.path,
    publicPath = path,
    origins = defaults.origins,
    middleware = defaults.middleware,
    logger: givenLogger = defaults.logger,
    docs = defaults.docs,
    tracing: traces = defaults.tracing,
    clock = defaults.clock,
  } = options
  const { types = defaults.types, urlSeconds = defaults.urlSeconds } = options.media ?? {}
  const { sweepMinutes = defaults.sweepMinutes } = options.media ?? {}
  const logger = safely(givenLogger)
  const database = new Database(options.prisma, (message, error) => logger.warn(message, error))
  const { bus } = options
  const pollMs = { withBus: options.pollMs ?? defaults.pollMsWithBus, without: options.pollMs ?? defaults.pollMs }
  const images = new ImageProcessor(logger)
  const searchIndex = new SearchIndex(database, logger)
  const publisher = new Publisher((error) => logger.error('express-chat: what happened could not be told', error))
  publisher.subscribe((notices) => {
    searchIndex.note(roomsChanged(notices))
    for (const notice of notices) if (notice.type === 'room.imported') searchIndex.noteImported(notice)
  })
  const tracing = traces ? findTracing() : undefined
  const waitingWrites = () => {
    const { waiting, oldestMs } = core.sending.waiting
    return { waiting: waiting + database.waiting, oldestMs }
  }
  const metrics =
    options.metrics &&
    new ChatMetrics(options.metrics, {
      openSockets: () => connections.count,
      waitingWrites,
      isBusUp: () => hub.isBusUp,
      lags: () => lags.read(),
    })
  if (metrics) publisher.subscribe((notices) => metrics.told(notices))
  const core = createCore(
    {
      ...{ meters: metrics, tracing, clock, limits },
      presets: options.permissions ?? defaults.permissions,
      reactions: policyOf(options.reactions ?? defaults.reactions),
      canReact: options.canReact ?? defaults.canReact,
      data: options.data ?? {},
      editHistory: options.editHistory ?? defaults.editHistory,
      hooks: {
        before: tracedHooks(options.before ?? {}, tracing),
        can: options.can && atOnce(options.can.bind(options)),
      },
      contact: contactOf(options.contact),
      systemText: options.systemText && hostWords(options.systemText, limits.textLength, logger),
      directory: options.directory,
      canSee: options.canSee?.bind(options),
      storage: options.storage,
      mediaTypes: new Set(types),
      images,
      temporary: new TemporarySpace(limits, logger),
      view: new View(secret, publicPath, clock, urlSeconds, options.canSee !== undefined),
      cursors: new Cursors(secret),
    },
    database,
    publisher,
  )
  const sweep = new Sweep(core.context, logger)
  const stopSweeping = sweepMinutes !== false ? sweep.start(sweepMinutes) : () => undefined
  const purging = new Purging(core.context, sweep, options.retention ?? {}, logger)
  if (options.retention) purging.start()
  const stopIndexing = searchIndex.start()
  const due = new DueMessages(core.context, core.messages, core.scheduled, logger)
  const stopSchedule = new Schedule(due, clock, logger).start()
  const resolveUser = tracing ? tracedHook(tracing, 'resolveUser', options.resolveUser) : options.resolveUser
  const identity = new Identity(resolveUser, core.users, clock, options.isModerator?.bind(options))
  const upgrades = new UpgradesWanted(logger, clock)
  const tickets = new Tickets(core.context, secret, upgrades)
  const revocations = new Revocations(core.context)
  const connections = new Connections(limits.socketsPerUser)
  const signOuts = new SignOuts(connections, revocations)
  const asksInFront = options.notify !== undefined
  const hub = new Hub({ secret, logger, core, publisher, connections, signOuts, bus, pollMs, asksInFront })
  if (metrics) publisher.subscribe(() => metrics.handedOver(realtime.isWriting))
  if (options.on) publisher.subscribe(observing(options.on, logger))
  const rates = new Rates(limits, bus)
  const gate = new Gate(limits)
  const start = new Start(async () => {
    await checkDatabase(database)
    const complaint = driverComplaint(database.client)
    if (complaint) logger.warn(complaint)
    if (options.storage) {
      await checkStorage(options.storage)
      await images.look()
    }
  }, logger)
  const subscriptions = new Subscriptions({ core, publisher, logger, pollMs: pollMs.without, checked: start.ready })
  const notifications =
    options.notify &&
    new Notifications({
      ...{ core, subscriptions, options: options.notify, logger },
      ...{ pollMs: pollMs.without, checked: start.ready },
    })
  const webhooks = new Webhooks({ context: core.context, subscriptions }, options.webhooks ?? defaults.webhooks)
  const lags = new SubscriptionLags(core.context.work)
  const health = new HealthChecks({
    ...{ work: core.context.work, clock, lags, waitingWrites, ready: start.ready },
    isClosing: () => gate.isDraining,
    openSockets: () => connections.count,
    isBusUp: () => hub.isBusUp,
  })
  const app = new HostApp(standInApp())
  const hostMiddleware = new HostMiddleware(middleware, app)
  const { isStillWelcome } = options
  const shared = {
    ...{
      app,
      origins: new Origins(origins, app),
      middleware: hostMiddleware,
      identity,
      tickets,
      revocations,
      rates,
      gate,
      limits,
      logger,
    },
    meters: metrics,
    ready: start.ready,
  }
  const mount = new Mount(path, publicPath, logger)
  const realtime = new Realtime({
    ...{ ...shared, path, mount, upgrades, hub, connections, signOuts },
    isStillWelcome: isStillWelcome?.bind(options),
  })
  const forgetAndSignOut = async (userId: string) => {
    core.users.forget(userId)
    await hub.signOut(userId)
  }
  const erasing = new Erasing(core.context, forgetAndSignOut, logger)
  publisher.subscribe((notices) => {
    for (const notice of notices) if (notice.type === 'erasure.requested') erasing.begin(notice.erasureId)
  })
  const stopErasing = erasing.start()
  const disconnect = async (userId: string) => hub.signOut(checked(userId))
  let closing: Promise<void> | undefined
  const close = async (drainMs: number) => {
    gate.isDraining = true
    start.end()
    await realtime.drain(drainMs)
    await gate.close()
    stopSweeping()
    const notified = notifications?.close()
    const purged = purging.close()
    await core.imports.close()
    await Promise.all([stopIndexing(), stopSchedule(), stopErasing(), subscriptions.close(), realtime.close()])
    await Promise.all([notified, purged])
    webhooks.close()
    metrics?.close()
  }

  const api = chatApi(core)

  return {
    ...api,
    router: createHttp({ ...shared, core, docs, mount, publicPath, isShared: origins.length > 0 }),
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
    subscribe: (name, handler, options = {}) =>
      subscriptions.subscribe(
        ...([name, delivering(core.context, 'subscription', handler as unknown as SubscriptionHandler)] as const),
        options as SubscribeOptions,
      ),
    subscriptions: subscriptionsApi(subscriptions, new PutAside(core.context)),
    async ready() {
      await start.readyForHost()
      await webhooks.ready()
    },
    health: ({ timeoutMs = 2_000 } = {}) => health.look(timeoutMs),
    disconnect(userId) {
      const disconnected = disconnect(userId)
      disconnected.catch((error) => logger.error('express-chat: chat.disconnect is not remembered everywhere', error))
      return disconnected
    },
    sweep: () => sweep.run(),
    sendDue: () => due.send(),
    async eraseUser(userId, options) {
      const requested = await api.eraseUser(userId, options)
      const row = await erasing.run(requested.id)
      return row ? shownErasure(row) : requested
    },
    eraseDue: () => erasing.runDue(),
    purge: (options = {}) => purging.run(options.signal),
    importMessages: async (roomId, messages) => core.imports.run(checked(roomId), messages),
    close({ drainMs = 0 } = {}) {
      if (!(drainMs >= 0 && drainMs <= 600_000)) {
        throw new TypeError(`express-chat: drainMs is ${drainMs}; give 0 to 600000`)
      }
      closing ??= close(drainMs)
      return closing
    },
  }
}

async function checkStorage(storage: ChatStorage): Promise<void> {
  try {
    await storage.check?.()
  } catch (cause) {
    throw new SetupError((cause as Error).message, { cause })
  }
}

/** The host's client inside is the same that its function is written for. */
const contactOf = <Prisma>(contact: ContactPolicy<Prisma> = defaults.contact): ContactPolicy => contact as ContactPolicy

const policyOf = (reactions: ReactionPolicy | ReactionPolicy['accept']): ReactionPolicy =>
  typeof reactions === 'function' ? { accept: reactions } : reactions

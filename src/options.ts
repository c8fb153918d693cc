import type { DataTypes, JsonObject } from './contract/data.js'
import type { Report } from './contract/reports.js'
import type { Bus } from './core/bus.js'
import type { ContactPolicy } from './core/contact-policy.js'
import type { DataSchemas } from './core/data-schema.js'
import type { EditHistory } from './core/edit-history.js'
import type { BeforeHooks, CanSee, Directory, EventObserver, Hooks } from './core/hooks.js'
import type { HostRequest, IsModerator, ResolvedUser, ResolveUser } from './core/identity.js'
import type { LimitOptions } from './core/limits.js'
import type { Logger } from './core/logger.js'
import type { ChatStorage } from './core/media/storage.js'
import type { Middleware } from './core/middleware.js'
import type { ReactionPolicy, WhoReacts } from './core/reaction-policies.js'
import type { RetentionOptions } from './core/retention.js'
import type { RoomPresets } from './core/room-presets.js'
import type { IsStillWelcome } from './core/still-welcome.js'
import type { SystemText } from './core/system-text.js'
import type { Docs } from './http/openapi.js'
import type { NotifyOptions } from './notifications/notify-options.js'
import type { MetricsRegistry } from './operating/registry.js'
import type { ChatPrismaClient } from './store/client.js'
import type { WebhookOptions } from './webhooks/webhook-options.js'

/** What `createChatRouter` takes. Only the first three must be given. */
export interface ChatOptions<
  Prisma extends ChatPrismaClient = ChatPrismaClient,
  MessageData extends object = JsonObject,
  RoomData extends object = JsonObject,
> {
  /**
   * Tells who sent a request, over HTTP and on the upgrade of a socket alike. Called once a request, and once more, behind
   * `middleware`, where somebody comes for a socket or a ticket who was signed out by `chat.disconnect` a short while ago;
   * null means nobody (401), throwing is answered with 500. `jwtUser` makes one for JSON web tokens.
   */
  // A method: the host's function may be written for the request type of its Express, which is more than `HostRequest`.
  resolveUser(request: HostRequest): ReturnType<ResolveUser>

  /**
   * Whether somebody may still be here: not deleted, not locked, still a customer. Asked about the user of each socket that
   * is opened by a ticket, since that brings no credentials that `resolveUser` could look at, and every
   * `limits.recheckMinutes` about everybody who is connected, once a user and server. False closes their sockets with 4401,
   * and opens none; throwing is logged and leaves those that are open as they are, while one that is to be opened is
   * answered with 500. Everybody is, unless given.
   */
  isStillWelcome?: IsStillWelcome

  /** Your Prisma client, generated from a schema that has our models; or one extended with `$extends`. */
  prisma: Prisma

  /**
   * Signs socket tickets, media URLs and cursors: 32 characters or more, the same on every server. Changing it makes
   * those that are in use invalid; nothing that is stored depends on it.
   */
  secret: string

  /**
   * Where the router is mounted, as `app.use(path, chat.router)` says: upgrades are not told. `''` for the root; always the
   * same, without parameters. A router that is mounted elsewhere says so at its first request.
   *
   * @default '/chat'
   */
  path?: string

  /**
   * Where the same is reached from outside, if a proxy takes a prefix away or changes it: `/api/chat` for a proxy that hands
   * `/api/chat/rooms` on as `/chat/rooms`. URLs of media and the API's documents begin with it.
   *
   * @default path
   */
  publicPath?: string

  /**
   * Origins of other sites, as `https://example.com`, and of apps' web views, as `capacitor://localhost`: they may open
   * sockets and change things (every POST, PATCH and DELETE) with their visitors' cookies, and show pictures and files. The
   * host's own always may, also by the name that a proxy gives it which your app trusts (`trust proxy`); a page by http is
   * not the host's own where the host is reached by https. Who comes with a bearer token and no cookie needs none, nor do
   * programs, which say no `Origin`.
   *
   * @default []
   */
  origins?: readonly string[]

  /**
   * Middleware that `resolveUser` relies on (sessions, cookies): runs before it on our routes, and on upgrades that bring no ticket.
   *
   * @default []
   */
  middleware?: readonly Middleware[]

  /**
   * Your own list of people, so that those who never connected can be found and added. Whom `find` gives to somebody is no
   * stranger to them: they see whether those are here, and when they were.
   */
  directory?: Directory<Prisma>

  /**
   * Whom somebody may see: asked for presence, `lastSeenAt`, profiles and searches, of people of the same tenant. Only true
   * lets them; false, and that person is not there (404), is in no search, never online and never seen. Without it everybody
   * of the tenant has a profile, and presence and `lastSeenAt` are for the people of one's rooms, and for those of the
   * directory. May take its time, but is asked for up to 200 people in one call (20 at once), and again each time that
   * somebody who is watched comes or goes, for each who watches: answer from memory, or gather what you read. With it,
   * `lastSeenAt` is null in events.
   */
  canSee?: CanSee

  /** Where the bytes of media are kept: `diskStorage({ directory })`, `s3Storage` of `express-chat/s3`, or one of your own. Without it the paths below `/media` are not ours. */
  storage?: ChatStorage

  /** What may be uploaded, how long its URLs are good, and when what nobody uses is swept up. */
  media?: {
    /**
     * Content types, as told by a file's first bytes. None that browsers run as a page.
     *
     * @default defaultMediaTypes
     */
    types?: readonly string[]
    /**
     * Minutes between two sweeps, of mentions that were read as well, 1 to 30000; false leaves them to your own scheduler and `chat.sweep()`.
     *
     * @default 360
     */
    sweepMinutes?: number | false
    /**
     * Seconds for which a signed URL is good, 120 to 604800, which is as long as a store's own URLs can be.
     * A URL is given out again for a third of that time, so that browsers keep what they have: the least that is left of one
     * that a client is given is two thirds.
     *
     * @default 900
     */
    urlSeconds?: number
  }

  /**
   * Which reactions there are: `emoji()`, `likeDislike()`, `anyText()`, or a policy of your own.
   *
   * @default emoji()
   */
  reactions?: ReactionPolicy | ReactionPolicy['accept']

  /**
   * Who may react to messages: every member (`'members'`), or only those who may write in that room
   * (`'writers'`: `canCreateMessages`), so that in channels the readers only read.
   *
   * @default 'members'
   */
  canReact?: WhoReacts

  /**
   * Who sees what a message said before it was edited: `'members'` of its room, or `'moderators'` alone (`isModerator`).
   * With false it is not kept. Of each message `limits.editsPerMessage` versions are, the first and the last of the others, until it is deleted.
   *
   * @default 'moderators'
   */
  editHistory?: EditHistory

  /**
   * What members may do when they join, by room type and role.
   *
   * @default roomPresets
   */
  permissions?: RoomPresets

  /**
   * Who may start a private room with whom, and add whom to a room. With `ask`, those who do not
   * know each other are asked first: the room shows under `GET /rooms?requests=true`, counts as no unread, and they are in
   * it once they accept. Whoever asked is not told of their answer. Your own calls through `chat.system` are not asked about.
   *
   * @default 'anyone'
   */
  contact?: ContactPolicy<Prisma>

  /** Your last word on a permission that a member holds. */
  can?: Hooks['can']

  /** Your words for what messages of the system say happened, in place of the English ones. */
  systemText?: SystemText

  /** Who is a moderator; nobody unless given. */
  isModerator?(user: ResolvedUser, request: HostRequest): ReturnType<IsModerator>

  /**
   * Schemas of zod (3.24 or newer), valibot, arktype or another library of Standard Schema, for what clients may write as
   * `data` of messages and of rooms; what a schema makes of it is stored. Without one clients write none. It is the type of
   * `data` everywhere: in this API, in your hooks, and in `createChatClient<typeof chat>()`. Your own code writes what it
   * likes, which no schema is asked about.
   */
  data?: DataSchemas<MessageData, RoomData>

  /** Policies of yours that may change or refuse what users ask for. */
  // What a hook returns does not say what `data` is.
  before?: BeforeHooks<Prisma, DataTypes<NoInfer<MessageData>, NoInfer<RoomData>>>

  /** Observers, told after the commit. They cannot refuse; what they throw goes to the logger. */
  on?: {
    /** Every durable event that this server made, once, after its commit. */
    event?: EventObserver<DataTypes<MessageData, RoomData>>
    /** A message was reported here: to write to your moderators, say. */
    report?: (report: Report) => void | Promise<void>
  }

  /**
   * Has your code notify who is away and has not read, of all their rooms at once and each message once. Give it on each server;
   * each batch is told by one of them. Without it nothing of the kind is looked for.
   */
  notify?: NotifyOptions

  /**
   * How long messages are kept: `{ days: 365, types: { private: null } }`. What is older is removed with all that belongs to it, for
   * good, within about an hour, by whichever server looks first. A thread is as old as the message that it is of. The most specific
   * counts: what `chat.system.rooms.setRetention` says of a room, its type, `days`. Nothing is removed where nothing is said.
   */
  retention?: RetentionOptions

  /**
   * Addresses that every change in every room is posted to: at least once, in the order of each room, over crashes and deploys,
   * signed as Standard Webhooks says. Give the same on every server. One that you take out keeps its position until
   * `chat.subscriptions.delete`.
   *
   * @default []
   */
  webhooks?: readonly WebhookOptions[]

  /**
   * Tells other servers of changes at once: `redisBus({ client })`, `postgresBus({ createClient })`, or one of your own.
   * Without one each server finds within `pollMs` what the others wrote, signing out included, and what is never stored
   * (typing) stays on its server.
   */
  bus?: Bus

  /**
   * Ms between two looks at the database for what other servers wrote, 100 to 60000; 5000 unless given while a `bus` works, where
   * it only finds what the bus lost. A look costs as much as happened since the one before, however many rooms there are.
   *
   * @default 1000
   */
  pollMs?: number

  /**
   * Bounds that differ from the defaults.
   *
   * @default defaultLimits
   */
  limits?: LimitOptions

  /**
   * Where the chat writes what goes wrong: `console`, `pino()` as it is, or another logger. No secret, no token and no text of a message
   * is in what it writes.
   *
   * @default console
   */
  logger?: Logger

  /**
   * A registry of prom-client, such as its `register`: the chat's metrics are collected with those that are in it, and docs/operations.md
   * says what they are. Chats that share one count together. Without it nothing is counted.
   */
  metrics?: MetricsRegistry

  /**
   * Whether spans are made of requests, commands, commits, your hooks and what is delivered, where `@opentelemetry/api` is installed.
   * They hold no ids of rooms or users, and nothing that anybody wrote.
   *
   * @default true
   */
  tracing?: boolean

  /**
   * Whether `/openapi.json`, `/asyncapi.json` and `/docs` are served, and what only you know of them.
   *
   * @default true
   */
  docs?: boolean | Docs

  /**
   * The time. For tests.
   *
   * @default () => new Date()
   */
  clock?: () => Date
}

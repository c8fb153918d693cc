import type { IncomingMessage } from 'node:http'
import type { Bus } from './core/bus.js'
import type { BeforeHooks, Directory, EventObserver, Hooks } from './core/hooks.js'
import type { ResolveUser } from './core/identity.js'
import type { SomeLimits } from './core/limits.js'
import type { Logger } from './core/logger.js'
import { checkMediaTypes } from './core/media-types.js'
import type { Middleware } from './core/middleware.js'
import type { ReactionPolicy } from './core/reaction-policies.js'
import type { RoomPresets } from './core/room-presets.js'
import type { ChatStorage } from './core/storage.js'
import type { ChatPrismaClient } from './store/client.js'

/** What `createChatRouter` takes. Only the first three must be given. */
export interface ChatOptions<Prisma extends ChatPrismaClient = ChatPrismaClient> {
  /**
   * Tells who sent a request, over HTTP and on the upgrade of a socket alike. Called once a request; null means nobody
   * (401), throwing is answered with 500. `jwtUser` makes one for JSON web tokens.
   */
  // biome-ignore lint/suspicious/noExplicitAny: hosts write it for the request type of their Express
  resolveUser: ResolveUser<IncomingMessage & any>

  /** Your Prisma client, generated from a schema that has our models; or one extended with `$extends`. */
  prisma: Prisma

  /**
   * Signs socket tickets, media URLs and cursors: 32 characters or more, the same on every server. Changing it makes
   * those that are in use invalid; nothing that is stored depends on it.
   */
  secret: string

  /** Where the router is mounted, for the upgrade, which is not told. `/chat` unless given. */
  path?: string

  /** Origins of other sites that may open sockets with their visitors' cookies, as `https://example.com`. The host's own always may. */
  origins?: readonly string[]

  /** Middleware that `resolveUser` relies on (sessions, cookies): runs before it on our routes and on upgrades. */
  middleware?: readonly Middleware[]

  /** Your own list of people, so that those who never connected can be found and added. */
  directory?: Directory

  /** Where the bytes of media are kept: `diskStorage({ directory })`, `s3Storage` of `express-chat/s3`, or one of your own. Without it the paths below `/media` are not ours. */
  storage?: ChatStorage

  /** What may be uploaded, and when what nobody uses is swept up. */
  media?: {
    /** Content types, as told by a file's first bytes, in place of `defaultMediaTypes`. None that browsers run as a page. */
    types?: readonly string[]
    /** Minutes between two sweeps, 360 unless given; false leaves them to your own scheduler and `chat.sweep()`. */
    sweepMinutes?: number | false
  }

  /** Which reactions there are: `emoji()` unless given, `likeDislike()`, `anyText()`, or a policy of your own. */
  reactions?: ReactionPolicy | ReactionPolicy['accept']

  /** What members may do when they join, by room type and role: `roomPresets` unless given. */
  permissions?: RoomPresets

  /** Your last word on a permission that a member holds. */
  can?: Hooks['can']

  /** Policies of yours that may change or refuse what users ask for. */
  before?: BeforeHooks

  /** Observers, told after the commit. They cannot refuse; what they throw goes to the logger. */
  on?: {
    /** Every durable event that this server made, once, after its commit. */
    event?: EventObserver
  }

  /**
   * Tells other servers of changes at once: `redisBus({ client })`, `postgresBus({ createClient })`, or one of your own.
   * Without one each server finds within `pollMs` what the others wrote, and what is never stored (typing, signing out)
   * stays on its server.
   */
  bus?: Bus

  /**
   * Ms between two looks at the database for what other servers wrote: 1000 unless given, 5000 with a `bus`, where it
   * only finds what the bus lost. 100 to 60000.
   */
  pollMs?: number

  /** Bounds that differ from the defaults. */
  limits?: SomeLimits

  /** `console` unless given. */
  logger?: Logger

  /** Whether `/openapi.json`, `/asyncapi.json` and `/docs` are served. True unless given. */
  docs?: boolean

  /** The time. For tests. */
  clock?: () => Date
}

const shortestSecret = 32

/** Refuses, with the mend, what can be told to be wrong before anything runs. */
export function checkOptions(options: ChatOptions): void {
  const { resolveUser, secret, path = '/chat', storage, media = {}, bus, pollMs = 1_000 } = options
  if (typeof resolveUser !== 'function') {
    throw new TypeError('express-chat: give `resolveUser`, which tells who sent a request; jwtUser({ … }) makes one')
  }
  if (typeof secret !== 'string' || secret.length < shortestSecret) {
    throw new TypeError(
      `express-chat: \`secret\` needs ${shortestSecret} characters or more; make one with: node -p "crypto.randomBytes(32).toString('base64url')"`,
    )
  }
  if (!/^(\/[^/?#]+)*$/.test(path)) {
    throw new TypeError(
      `express-chat: \`path\` is "${path}"; write where the router is mounted, as '/chat' (or '' for the root)`,
    )
  }
  if (storage !== undefined && typeof storage?.put !== 'function') {
    throw new TypeError('express-chat: give `storage` as diskStorage({ directory }), s3Storage({ … }) or a ChatStorage')
  }
  if (bus !== undefined && !(typeof bus?.publish === 'function' && typeof bus.subscribe === 'function')) {
    throw new TypeError('express-chat: give `bus` as redisBus({ client }), postgresBus({ createClient }) or a Bus')
  }
  if (!(pollMs >= 100 && pollMs <= 60_000)) {
    throw new TypeError(`express-chat: pollMs is ${pollMs}; give 100 to 60000`)
  }
  checkMediaTypes(media.types ?? [])
  const { sweepMinutes = false } = media
  // A timer of Node's holds no longer time.
  if (sweepMinutes !== false && !(sweepMinutes >= 1 && sweepMinutes <= 30_000)) {
    throw new TypeError(`express-chat: media.sweepMinutes is ${sweepMinutes}; give 1 to 30000, or false`)
  }
}

import { checkContact } from './core/contact-policy.js'
import { checkDataSchemas } from './core/data.js'
import { checkEditHistory } from './core/edit-history.js'
import type { BeforeHooks, Directory } from './core/hooks.js'
import { checkLimits } from './core/limits.js'
import { checkMediaTypes } from './core/media/media-types.js'
import { checkMiddleware } from './core/middleware.js'
import {
  anything,
  bool,
  type Check,
  checkCall,
  func,
  having,
  list,
  number,
  object,
  refuse,
  syncFunc,
  text,
  whole,
} from './core/option-checks.js'
import { checkOrigin } from './core/origins.js'
import { checkCanReact, checkReactions } from './core/reaction-policies.js'
import { checkRetention } from './core/retention.js'
import { checkPresets } from './core/room-presets.js'
import { howToMakeSecret, shortestSecret } from './core/secret.js'
import { type Docs, type SecurityScheme, securitySchemeTypes } from './http/openapi.js'
import type { NotifyOptions } from './notifications/notify-options.js'
import type { ChatOptions } from './options.js'
import { checkWebhooks } from './webhooks/webhook-options.js'

const secret: Check = (value) => {
  if (typeof value === 'string' && value.length >= shortestSecret) return
  throw new TypeError(
    `express-chat: \`secret\` needs ${shortestSecret} characters or more; make one with: ${howToMakeSecret}`,
  )
}

const checkPath =
  (mend: string): Check =>
  (value, name) => {
    if (typeof value !== 'string' || !/^(\/[^/?#]+)*$/.test(value)) refuse(name, value, mend)
    if (!/[:*+()[\]{}!\\]/.test(value)) return
    refuse(
      name,
      value,
      'a path with parameters or patterns is not that of any socket; mount the router at one that is always the same, and tell by rooms what belongs where',
    )
  }

const word = text('give a text')

const method = func('give a function')

const directory = having(
  ['find', 'search'] satisfies (keyof Directory)[],
  'give { find(ids), search(query, { limit }) }, each of which gives a list of users { id, name }',
)

const storage = having(
  ['put', 'read', 'stat', 'delete', 'list'],
  'give diskStorage({ directory }), s3Storage({ … }) or a ChatStorage',
  ['signedUrl', 'check'],
)

const bus = having(['publish', 'subscribe'], 'give redisBus({ client }), postgresBus({ createClient }) or a Bus')

const media = object<NonNullable<ChatOptions['media']>>({
  types(value, name) {
    list(text('write types in full, as image/png'), 'give a list: [image/png]')(value, name)
    checkMediaTypes(value as string[])
  },
  // A timer of Node's holds no longer time.
  sweepMinutes: number(1, 30_000, true),
  // Clients do not begin with a URL that ends within a minute; S3 signs none for more than a week.
  urlSeconds: number(120, 604_800),
})

const securitySchemes: Check = (value, name) => {
  const mend = `give OpenAPI's Security Scheme Objects by name, as { session: { type: 'apiKey', in: 'cookie', name: 'sid' } }`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(name, value, mend)
  for (const [key, scheme] of Object.entries(value)) {
    const type: unknown = scheme?.type
    if (!securitySchemeTypes.includes(type as SecurityScheme['type'])) refuse(`${name}.${key}.type`, type, mend)
  }
}

const docs = object<Docs>(
  {
    securitySchemes,
    contact: object<Required<Docs>['contact']>({ name: word, url: word, email: word }),
  },
  { mend: 'give true, false or { securitySchemes, contact }' },
)

const notify = object<NotifyOptions>(
  {
    handler: func('give `handler(batch)`, which notifies batch.userId'),
    afterSeconds: number(0, 86_400),
    messages: whole(1, 50),
    concurrency: whole(1, 100),
    attempts: whole(1, 1_000),
    backoff: syncFunc('give a function that gives ms'),
  },
  { required: ['handler'], mend: 'give { handler(batch) { … } }' },
)

const check = object<ChatOptions>(
  {
    resolveUser: func('give `resolveUser`, which tells who sent a request; jwtUser({ … }) makes one'),
    isStillWelcome: func('give a function that tells by a user’s id whether they may still be here'),
    // Looked at with what it must hold.
    prisma: anything,
    secret,
    path: checkPath("write where the router is mounted, as '/chat' (or '' for the root)"),
    publicPath: checkPath("write where it is reached from outside, as '/api/chat' (or '' for the root)"),
    origins: list(checkOrigin, "give a list, as ['https://example.com']"),
    middleware: checkMiddleware,
    directory,
    canSee: func('give a function (viewerId, userId) that answers true or false'),
    storage,
    media,
    reactions: checkReactions,
    canReact: checkCanReact,
    editHistory: checkEditHistory,
    permissions: checkPresets,
    contact: checkContact,
    can: syncFunc('give a function that answers true or false at once, from what is in memory'),
    isModerator: func('give a function that answers true for moderators'),
    systemText: syncFunc('give a function that gives a text at once'),
    data: checkDataSchemas,
    before: object<BeforeHooks>({ message: method, room: method, member: method, leave: method, upload: method }),
    on: object<NonNullable<ChatOptions['on']>>({ event: method, report: method }),
    notify,
    retention: checkRetention,
    webhooks: checkWebhooks,
    bus,
    pollMs: number(100, 60_000),
    limits: checkLimits,
    logger: having(['warn', 'error'], 'give console, or a logger that has these two'),
    metrics: having(['registerMetric', 'getSingleMetric'], 'give a registry of prom-client, as its `register`'),
    tracing: bool,
    docs: (value, name) => typeof value === 'boolean' || docs(value, name),
    clock: syncFunc('give a function that gives a Date'),
  },
  { required: ['resolveUser', 'secret'] },
)

/** Refuses, with the mend, what can be told to be wrong before anything runs. */
export const checkOptions = (options: unknown): void =>
  checkCall('createChatRouter', options, check, 'createChatRouter({ resolveUser, prisma, secret })')

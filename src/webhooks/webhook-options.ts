import { createHash } from 'node:crypto'
import { bool, type Check, list, object, refuse, whole } from '../core/option-checks.js'
import {
  checkConcurrency,
  checkRooms,
  checkTypes,
  type SubscribedRooms,
  type SubscribedType,
  webhookPrefix,
} from '../subscriptions/subscribe-options.js'
import { isPrivateLiteral } from './addresses.js'
import { keyOf } from './signing.js'

/** A webhook: an address that every change is posted to, at least once, signed as Standard Webhooks says. */
export interface WebhookOptions {
  /** Where it goes: an address with `https:`, or with `http:` too where `allowPrivate` is true. */
  url: string
  /**
   * What it is signed with: `whsec_` and 24 to 64 random bytes as base64. Several while you change it: each request is signed
   * with all of them, and the receiver needs one.
   */
  secret: string | readonly string[]
  /** Only changes of these types are sent. All are, unless given. */
  types?: readonly SubscribedType[]
  /** Only changes in these rooms are sent; those in others are passed over, and not sent later. In all, unless given. */
  rooms?: SubscribedRooms
  /**
   * Whether it is sent the messages that `chat.importMessages` brings, each by itself.
   *
   * @default false
   */
  imported?: boolean
  /**
   * Tells it from your other webhooks, and names it in `chat.subscriptions`, as `webhook:` and this. Its position is kept under
   * it, so it goes on where it was when you change the address. Made from the address, unless given: another address is another
   * webhook then, and begins with what happens from now on.
   */
  name?: string
  /**
   * Lets it connect to addresses that are not of the public internet: to this machine, to your own network, to a test. Never with an
   * address that a customer gives you.
   *
   * @default false
   */
  allowPrivate?: boolean
  /**
   * How long an answer may take, in ms from 1000 to 60000.
   *
   * @default 15000
   */
  timeoutMs?: number
  /**
   * To how many rooms' changes this server posts at once, 1–100. Those of one room go one after the other.
   *
   * @default 8
   */
  concurrency?: number
}

const checkUrl: Check = (value, name) => {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  // It may hold a token, so it is not shown.
  const refused = (mend: string): never => {
    throw new TypeError(`express-chat: ${name} cannot be; ${mend}`)
  }
  if (!url || !['https:', 'http:'].includes(url.protocol)) refused('give an address, as https://example.com/hooks/chat')
  else if (url.username || url.password)
    refused('give an address without a user and a password; what is sent is signed')
  else if (url.hash) refused('give an address without #')
}

const checkSecret: Check = (value, name) => {
  const secrets: unknown[] = Array.isArray(value) ? value : [value]
  if (secrets.length > 0 && secrets.every(keyOf)) return
  const make = `node -p "'whsec_' + crypto.randomBytes(32).toString('base64')"`
  throw new TypeError(
    `express-chat: ${name} needs whsec_ and 24–64 bytes as base64, or several in a list; make one with: ${make}`,
  )
}

const checkName: Check = (value, name) => {
  if (typeof value === 'string' && /^[\w.:-]{1,90}$/.test(value)) return
  refuse(name, value, 'give 1–90 of a–z, A–Z, 0–9, _ . : -')
}

const checkEach = object<WebhookOptions>(
  {
    url: checkUrl,
    secret: checkSecret,
    types: checkTypes,
    rooms: checkRooms,
    imported: bool,
    name: checkName,
    allowPrivate: bool,
    timeoutMs: whole(1_000, 60_000),
    concurrency: checkConcurrency,
  },
  { required: ['url', 'secret'], mend: 'give { url, secret }' },
)

/** What the option `webhooks` may be. */
export const checkWebhooks: Check = (value, name) => {
  list(checkEach, 'give a list, as [{ url, secret }]')(value, name)
  const names = new Set<string>()
  for (const [n, webhook] of (value as WebhookOptions[]).entries()) {
    const each = `${name}[${n}]`
    if (new URL(webhook.url).protocol === 'http:' && !webhook.allowPrivate) {
      throw new TypeError(`express-chat: ${each}.url is not encrypted; give one with https:, or allowPrivate: true`)
    }
    if (isPrivateLiteral(new URL(webhook.url)) && !webhook.allowPrivate) {
      throw new TypeError(
        `express-chat: ${each}.url is not on the public internet; give another, or allowPrivate: true`,
      )
    }
    const subscription = nameOf(webhook)
    if (names.has(subscription)) {
      throw new TypeError(`express-chat: ${each} is there twice; leave one out, or give each a name of its own`)
    }
    names.add(subscription)
  }
}

/** The name of a webhook's subscription: the same whatever else changes. What an address tells beside its host may be a secret. */
export function nameOf({ name, url }: WebhookOptions): string {
  if (name !== undefined) return `${webhookPrefix}${name}`
  const { href, host } = new URL(url)
  const hash = createHash('sha256').update(href).digest('hex').slice(0, 16)
  return `${webhookPrefix}${host.replaceAll(/[^\w.:-]/g, '').slice(0, 60)}:${hash}`
}

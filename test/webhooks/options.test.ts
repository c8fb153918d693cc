import { type ChatOptions, createChatRouter, type WebhookOptions } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { nameOf } from '../../src/webhooks/webhook-options.js'
import { secret, userOfHeader } from '../host.js'
import { anotherSecret, signingSecret } from './receiver.js'

const url = 'https://example.com/hook'
const right: WebhookOptions = { url, secret: signingSecret }

const start = (webhooks: unknown) => () =>
  createChatRouter({ resolveUser: userOfHeader, prisma: {}, secret, webhooks } as unknown as ChatOptions)

/** Thrown where all options were found to be right, and only the client of Prisma is none. */
const passed = 'your Prisma client has no model ChatUser'

describe('webhooks are refused at start, with the mend', () => {
  it.each<[string, unknown, RegExp]>([
    ['no list', right, /webhooks is an object; give a list/],
    ['an address that is none', [{ ...right, url: 'example.com' }], /webhooks\[0\]\.url cannot be; give an address/],
    ['another protocol', [{ ...right, url: 'ftp://example.com' }], /give an address, as https/],
    ['a password', [{ ...right, url: 'https://a:b@example.com' }], /without a user and a password/],
    ['a fragment', [{ ...right, url: `${url}#there` }], /without #/],
    ['no encryption', [{ ...right, url: 'http://example.com' }], /not encrypted; .* or allowPrivate: true/],
    [
      'an address of this machine',
      [{ ...right, url: 'https://127.1/hook' }],
      /not on the public internet; .* allowPrivate/,
    ],
    ['no secret', [{ url }], /webhooks\[0\]\.secret needs whsec_ .*make one with: node -p/],
    ['a secret without its beginning', [{ url, secret: signingSecret.slice(6) }], /needs whsec_/],
    ['a secret that is too short', [{ url, secret: `whsec_${btoa('x'.repeat(23))}` }], /24–64 bytes/],
    ['a secret that is too long', [{ url, secret: `whsec_${btoa('x'.repeat(65))}` }], /24–64 bytes/],
    ['a secret that is no base64', [{ url, secret: `${signingSecret}!` }], /as base64/],
    ['an empty list of secrets', [{ url, secret: [] }], /needs whsec_/],
    ['one wrong secret of two', [{ url, secret: [signingSecret, 'old'] }], /needs whsec_/],
    ['a type that is none', [{ ...right, types: ['typing'] }], /types\[0\] is "typing"; give message\.created/],
    ['rooms in a list', [{ ...right, rooms: ['a'] }], /rooms is a list; give \{ ids \}/],
    ['a name with a blank', [{ ...right, name: 'to orders' }], /name is "to orders"; give 1–90/],
    ['a timeout in seconds', [{ ...right, timeoutMs: 15 }], /timeoutMs is 15; give 1000 to 60000/],
    ['too many at once', [{ ...right, concurrency: 101 }], /concurrency is 101; give 1 to 100/],
    ['an option that there is not', [{ ...right, secrets: [] }], /did you mean webhooks\[0\]\.secret\?/],
    ['one that is there twice', [right, { ...right, types: ['message.created'] }], /webhooks\[1\] is there twice/],
    [
      'a name that is there twice',
      [
        { ...right, name: 'a' },
        { ...right, url: `${url}2`, name: 'a' },
      ],
      /twice/,
    ],
  ])('%s', (_, webhooks, mend) => {
    expect(start(webhooks)).toThrow(mend)
  })

  it.each<[string, unknown]>([
    ['none', []],
    ['one', [right]],
    ['two secrets', [{ url, secret: [signingSecret, anotherSecret] }]],
    ['a secret without its padding', [{ url, secret: signingSecret.replaceAll('=', '') }]],
    [
      'one address twice, by name',
      [
        { ...right, name: 'a' },
        { ...right, name: 'b' },
      ],
    ],
    ['this machine, where it may', [{ ...right, url: 'http://localhost:3000/hook', allowPrivate: true }]],
    ['rooms', [{ ...right, rooms: { ids: ['a'], types: ['group'], tenantIds: ['', 'acme'] } }]],
  ])('but not %s', (_, webhooks) => {
    expect(start(webhooks)).toThrow(passed)
  })

  it('and tell nothing of an address that may hold a token', () => {
    expect(start([{ ...right, url: 'nothttps://example.com/?token=hidden' }])).not.toThrow(/hidden/)
  })
})

it('a webhook is named by its address, of which only the host can be read, or as it is called', () => {
  const token = `${url}?token=hidden`
  expect(nameOf({ ...right, url: token })).toMatch(/^webhook:example\.com:[0-9a-f]{16}$/)
  expect(nameOf({ ...right, url: token })).not.toBe(nameOf(right))
  expect(nameOf({ url, secret: anotherSecret, types: [], timeoutMs: 1_000 })).toBe(nameOf(right))
  expect(nameOf({ ...right, name: 'orders' })).toBe('webhook:orders')
  expect(nameOf({ ...right, url: `https://${'a'.repeat(63)}.${'b'.repeat(63)}.example.com/` }).length).toBeLessThan(100)
})

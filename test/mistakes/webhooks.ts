import type { Mistake } from './mistake.js'

const [sent, failures] = ['webhooks/webhooks.test.ts', 'webhooks/failures.test.ts']
const [addresses, endpoint] = ['webhooks/addresses.test.ts', 'webhooks/endpoint.test.ts']

/** Mistakes that somebody could make in webhooks. */
export const webhookMistakes: Mistake[] = [
  {
    name: 'gives a webhook another id with each attempt',
    file: 'webhooks/webhooks.ts',
    find: 'signedHeaders(keys, id, ',
    replace: 'signedHeaders(keys, id + Math.random(), ',
    caughtBy: { file: failures, name: 'is sent again after an error, as the same, before what came later' },
  },
  {
    name: 'takes a redirect of a webhook for a success',
    file: 'webhooks/webhooks.ts',
    find: 'if (status >= 200 && status < 300) return',
    replace: 'if (status >= 200 && status < 400) return',
    caughtBy: {
      file: failures,
      name: 'is sent again after a redirect, which is not followed, as the same, before what came later',
    },
  },
  {
    name: 'notes a webhook as sent with others that come after it',
    file: 'webhooks/webhooks.ts',
    find: 'oneByOne: true,',
    replace: 'oneByOne: false,',
    caughtBy: {
      file: sent,
      name: 'is sent each change once, in the order of the room, after the commit, and verified by standardwebhooks',
    },
  },
  {
    name: 'sends to a webhook that has ended, as long as its server runs',
    file: 'store/subscriptions.ts',
    find: 'JOIN chat_rooms c ON c.id = i.id\n     JOIN chat_subscriptions s ON s.name = ? AND s.ended_at IS NULL',
    replace: 'JOIN chat_rooms c ON c.id = i.id\n     JOIN chat_subscriptions s ON s.name = ?',
    caughtBy: {
      file: sent,
      name: 'ends with 410, on all servers and over restarts, until it is resumed with all that it missed',
    },
  },
  {
    name: 'names a webhook by its secret, so that a new one begins anew',
    file: 'webhooks/webhook-options.ts',
    find: 'if (name !== undefined) return',
    replace: "if (name !== undefined && typeof arguments[0].secret === 'string') return",
    caughtBy: {
      file: sent,
      name: 'goes on where it was, in another place of the list and with another secret, and begins with what happens from now on',
    },
  },
  {
    name: 'connects a webhook to whatever its name stands for',
    file: 'webhooks/request.ts',
    find: '...(!allowPrivate && { lookup: publicLookup(lookUp) }),',
    replace: '...(!allowPrivate && lookUp && { lookup: lookUp as never }),',
    caughtBy: {
      file: addresses,
      name: 'goes to no private address, by name, literally or by a name that stands for one',
    },
  },
  {
    name: 'does not look at an address that stands in place of a name',
    file: 'webhooks/request.ts',
    find: 'if (!allowPrivate && isPrivateLiteral(url))',
    replace: 'if (!allowPrivate && isPrivateLiteral(new URL("http://example.com")))',
    caughtBy: {
      file: addresses,
      name: 'goes to no private address, by name, literally or by a name that stands for one',
    },
  },
  {
    name: 'takes IPv4 inside of IPv6 for an address of the internet',
    file: 'webhooks/addresses.ts',
    find: "globalUnicast.addSubnet('2000::', 3, 'ipv6')",
    replace: "globalUnicast.addSubnet('::', 1, 'ipv6')",
    caughtBy: { file: addresses, name: '64:ff9b::7f00:1 is not public' },
  },
  {
    name: 'has a receiver that is away asked by all rooms at once',
    file: 'webhooks/endpoint.ts',
    find: 'return this.#isPaused ? 0 : 1',
    replace: 'return this.#isPaused ? 0 : this.#options.concurrency',
    caughtBy: {
      file: endpoint,
      name: 'is tried with one room after a pause that grows to five minutes, whatever failed together',
    },
  },
  {
    name: 'has a receiver that is away asked by each room that something happens in',
    file: 'subscriptions/subscription.ts',
    find: '      if (rules.places() === 0) return this.lookThrough()\n      this.#take',
    replace: '      this.#take',
    caughtBy: {
      file: failures,
      name: 'that nobody answers is tried with one room at a time, and all are told once it is back',
    },
  },
  {
    name: 'lets Retry-After keep a webhook silent for as long as it likes',
    file: 'webhooks/webhooks.ts',
    find: 'Math.min(Math.max(msOf(retryAfter, now), 0), longestWaitMs)',
    replace: 'Math.max(msOf(retryAfter, now), 0)',
    caughtBy: { file: failures, name: 'waits for as long as Retry-After says, without bounds' },
  },
  {
    name: 'reads all that a receiver answers',
    file: 'webhooks/request.ts',
    find: 'if (bytes > mostAnswerBytes) request.destroy()',
    replace: 'if (bytes < 0) request.destroy()',
    caughtBy: { file: failures, name: 'reads no more of an answer than it needs' },
  },
]

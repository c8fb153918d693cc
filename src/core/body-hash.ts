import { hash } from 'node:crypto'
import type { JsonValue } from '../contract/data.js'
import { type HostMessage, hostMessage } from '../contract/messages.js'

type Key = keyof HostMessage

/** What does not make it another message under the same `clientId`. */
const notCompared: ReadonlySet<string> = new Set<Key>(['clientId', 'lenient'])
/** Stored hashes have these, without their names and in this order; each stands there whether it was given or not. */
const first = ['text', 'mediaIds', 'replyToId', 'mentions'] as const satisfies Key[]

/** What came to the schema later: with its name, and only where it was given, so the hashes from before still fit. */
const laterOf = (keys: readonly string[]): string[] =>
  keys.filter((key) => !notCompared.has(key) && !first.some((one) => one === key)).sort()

/** The order of keys says nothing: whoever sends again may make the JSON anew. */
const sorted = (_: string, value: JsonValue): JsonValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value

/** Makes the hash that tells a retry from another message, of every key that a message may be sent with. */
export function bodyHasher(keys: readonly string[]): (sent: HostMessage) => string {
  const later = laterOf(keys)
  return (sent) => {
    const { text = '', mediaIds = [], replyToId = null, mentions = [] } = sent
    const given = later.flatMap((key) => {
      const value = sent[key as Key]
      return value === undefined || value === null ? [] : [[key, value]]
    })
    const order = given.length > 0 ? sorted : undefined
    const body = JSON.stringify([text, mediaIds, replyToId, mentions, ...given], order)
    return hash('sha256', body, 'base64url').slice(0, 22)
  }
}

export const bodyHash = bodyHasher(Object.keys(hostMessage.shape))

import { createHmac } from 'node:crypto'

const prefix = 'whsec_'
/** What Standard Webhooks asks of a key, in bytes. */
const [leastBytes, mostBytes] = [24, 64]

/** The key that a secret stands for; undefined if it is none. */
export function keyOf(secret: unknown): Buffer | undefined {
  if (typeof secret !== 'string' || !secret.startsWith(prefix)) return undefined
  const base64 = secret.slice(prefix.length)
  const key = Buffer.from(base64, 'base64')
  // Decoding leaves out what is no part of it.
  const isWhole = key.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '')
  return isWhole && key.length >= leastBytes && key.length <= mostBytes ? key : undefined
}

/** The headers of Standard Webhooks, signed with each of the keys: a receiver needs one of them. */
export function signedHeaders(keys: readonly Buffer[], id: string, at: Date, body: string): Record<string, string> {
  const timestamp = `${Math.floor(at.getTime() / 1000)}`
  const signatures = keys.map((key) => {
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    return `v1,${signature}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

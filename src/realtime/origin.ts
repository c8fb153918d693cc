import type { IncomingMessage } from 'node:http'

/**
 * A page of another site can open a socket with the visitor's cookies: no CORS stops it. So an upgrade that says where
 * it comes from must come from the host's own origin or a listed one. Programs send no Origin and no ambient cookies.
 */
export function isOriginAllowed({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  if (origins.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/** What a listed origin must look like; a mistake here is found at start. */
export function checkOrigins(origins: readonly string[]): void {
  for (const origin of origins) {
    if (origin.includes('*')) {
      throw new TypeError(
        `express-chat: the origin "${origin}" would let any site act as its visitors; list each origin by itself`,
      )
    }
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(`express-chat: "${origin}" is not an origin; write it as https://example.com, without a path`)
    }
  }
}

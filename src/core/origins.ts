import type { IncomingMessage } from 'node:http'
import type { HostApp } from './host-app.js'
import { type Check, refuse } from './option-checks.js'

/**
 * A page of another site can open a socket, or post a form, with the visitor's cookies: no CORS stops it. So whatever could
 * change something must come from the host's own origin or a listed one. Browsers say by `Sec-Fetch-Site` whether it does,
 * where they reach the host by https, else by `Origin`. Programs send neither, and no ambient cookies; a request with a
 * bearer token and no cookie is by somebody who was given that token, wherever the app's page lies.
 */
export class Origins {
  constructor(
    readonly listed: readonly string[],
    readonly app: HostApp,
  ) {}

  isAllowed(request: IncomingMessage): boolean {
    const { origin, authorization = '', cookie, 'sec-fetch-site': site } = request.headers
    if (origin !== undefined && this.listed.includes(origin)) return true
    if (cookie === undefined && /^Bearer +\S/i.test(authorization)) return true
    // No page can say this header, and `none` is the visitor's own doing.
    if (site !== undefined) return site === 'same-origin' || site === 'none'
    return origin === undefined || isSame(origin, this.app.hostOf(request), this.app.schemeOf(request))
  }
}

/** No name of a host has more than 253 characters; a long one of other scripts takes the parser of URLs some ms. */
const longest = 300

/** By the scheme of the origin, so that its port may be written or left out; whatever the case. */
function isSame(origin: string, host = '', ownScheme: string | undefined): boolean {
  if (origin.length > longest || host.length > longest || /[/?#@\s]/.test(host)) return false
  const [scheme] = /^https?:\/\//.exec(origin) ?? []
  if (!scheme || !URL.canParse(origin) || !URL.canParse(`${scheme}${host}`)) return false
  if (ownScheme !== undefined && scheme !== `${ownScheme}://`) return false
  return new URL(origin).host === new URL(`${scheme}${host}`).host
}

/** What a listed origin must look like: that of a site, or of an app's web view, as `capacitor://localhost`. */
export const checkOrigin: Check = (origin, name) => {
  const mend = 'is not an origin; write it as https://example.com, without a path'
  if (typeof origin !== 'string') refuse(name, origin, 'write an origin, as https://example.com')
  if (origin.includes('*')) {
    throw new TypeError(
      `express-chat: the origin "${origin}" would let any site act as its visitors; list each origin by itself`,
    )
  }
  if (!isOrigin(origin)) throw new TypeError(`express-chat: "${origin}" ${mend}`)
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin } = new URL(text)
  // Of schemes that the URL standard does not know nothing is told: those of apps.
  return origin === 'null' ? /^(?!file:)[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/.test(text) : origin === text
}

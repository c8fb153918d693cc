import type { IncomingMessage } from 'node:http'
import { subprotocol } from '../contract/frames.js'
import type { Logger } from './logger.js'

/** Strangers may say anything of paths; this is what one looks like that is worth a line in a log. */
const isPath = /^(\/[\w.~@%-]{1,100}){1,10}$/

/** Whether the router is where the options say: if it is not, URLs of media lead nowhere, and upgrades are not ours. */
export class Mount {
  #hasWarned = false

  constructor(
    readonly path: string,
    readonly publicPath: string,
    readonly logger: Logger,
  ) {}

  /** Looks at a request of the router, which Express tells where that is mounted. */
  look({ baseUrl, headers }: IncomingMessage & { baseUrl?: string }): void {
    if (this.#hasWarned) return
    // Express compares paths without their case.
    if (baseUrl !== undefined && baseUrl.toLowerCase() !== this.path.toLowerCase())
      this.#warn(this.#isElsewhere(baseUrl))
    const prefix = trimmed(String(headers['x-forwarded-prefix'] ?? ''))
    const isKnown = [prefix, `${prefix}${this.path}`].includes(this.publicPath)
    if (isPath.test(prefix) && !isKnown) this.#warn(this.#isPrefixed(prefix))
  }

  /** Looks at an upgrade that nobody took. */
  miss({ url = '', headers }: IncomingMessage): void {
    const offered = headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim()) ?? []
    const [pathname = ''] = url.split('?', 1)
    if (!offered.includes(subprotocol) || !isPath.test(pathname) || !/\/ws\/?$/.test(pathname)) return
    this.#warn(`a socket was asked for at ${pathname}, and ours are at ${this.path}/ws; ${howToMend}`)
  }

  #warn(what: string): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.logger.error(`express-chat: ${what}`)
  }

  #isElsewhere(base: string): string {
    const [here, there] = [base, this.path].map((path) => path || 'the root')
    const mend = isPath.test(base) || base === '' ? `give createChatRouter path: '${base}'; ` : ''
    return `the router is mounted at ${here}, but \`path\` says ${there}, so sockets and pictures are 404; ${mend}${howToMend}`
  }

  #isPrefixed(prefix: string): string {
    return `a proxy took ${prefix} away from the path (X-Forwarded-Prefix), so pictures are 404; give createChatRouter publicPath: '${prefix}${this.path}'`
  }
}

const trimmed = (path: string): string => path.trim().replace(/\/+$/, '')

const howToMend =
  '`path` is where app.use mounts the router, from the root of the server, and `publicPath` where a proxy shows it, if that is elsewhere'

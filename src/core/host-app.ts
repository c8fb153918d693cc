import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** An app of Express, as far as an upgrade needs it. */
export interface AppLike {
  /** What requests and responses inherit from there. */
  request: object
  response: object
  settings: object
}

/** What Express makes of `app.set('trust proxy', …)`. */
type Trust = (address: string | undefined, hop: number) => boolean

/** The host's Express app. Requests are told which one they are in; upgrades are not, so it is looked up for them. */
export class HostApp {
  #app: AppLike | undefined

  /** `standIn` takes its place where the host has none, or hides it. */
  constructor(readonly standIn: AppLike) {}

  /** The app that handles a request. */
  set(app: unknown): void {
    if (isApp(app)) this.#app = app
  }

  /** The host that a request was sent to: what a trusted proxy says that it was, else what came. */
  hostOf({ headers, socket }: IncomingMessage): string | undefined {
    const forwarded = firstOf(headers['x-forwarded-host'])
    if (forwarded !== '' && this.#trusts(socket)) return forwarded
    // Under HTTP/2 there is another name for it.
    return headers.host ?? (headers[':authority'] as string | undefined)
  }

  /**
   * Whether a request was sent by https or http; undefined where a proxy that is not trusted may have taken the TLS away
   * without a word. That it was https is believed of anybody: whoever makes that up shuts out pages by http, and no others.
   */
  schemeOf({ headers, socket }: IncomingMessage): 'http' | 'https' | undefined {
    const forwarded = firstOf(headers['x-forwarded-proto'])
    if (/^(https|wss)$/i.test(forwarded)) return 'https'
    if (/^(http|ws)$/i.test(forwarded) && this.#trusts(socket)) return 'http'
    return 'encrypted' in socket && socket.encrypted === true ? 'https' : undefined
  }

  #trusts(socket: Socket): boolean {
    const trust: Trust | undefined = Reflect.get(this.#of(socket).settings, 'trust proxy fn')
    return trust?.(socket.remoteAddress, 0) ?? false
  }

  /** Makes of an upgrade what Express makes of a request, and gives a response to go with it, which leads nowhere. */
  dress(request: IncomingMessage): ServerResponse {
    const app = this.#of(request.socket)
    const response = Object.setPrototypeOf(new ServerResponse(request), app.response) as ServerResponse
    Object.setPrototypeOf(request, app.request)
    return Object.assign(response, { req: Object.assign(request, { originalUrl: request.url, res: response }) })
  }

  #of(socket: Socket): AppLike {
    this.#app ??= appOn(socket)
    return this.#app ?? this.standIn
  }
}

/** Of those whom the proxies name the one that the client asked. */
const firstOf = (header: string | string[] | undefined): string =>
  String(header ?? '')
    .split(',', 1)[0]
    ?.trim() ?? ''

/** The app of a server that was made as `createServer(app)`, before any request came. */
const appOn = ({ server }: Socket & { server?: { listeners?(event: string): unknown[] } }): AppLike | undefined =>
  server?.listeners?.('request').find(isApp)

function isApp(value: unknown): value is AppLike {
  if (typeof value !== 'function') return false
  return ['request', 'response', 'settings'].every((name) => typeof Reflect.get(value, name) === 'object')
}

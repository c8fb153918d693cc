import type { IncomingMessage } from 'node:http'
import express, { type Request, type RequestHandler, type Response } from 'express'
import { type ChatError, notFound } from '../contract/problems.js'
import type { Gate } from '../core/gate.js'
import type { Identity } from '../core/identity.js'
import type { Limits } from '../core/limits.js'
import type { Logger } from '../core/logger.js'
import { type Middleware, refusalOfMiddleware } from '../core/middleware.js'
import type { Rates } from '../core/rates.js'
import { createBodyReader, refusalOfParser } from './body.js'
import { documentsOf } from './documents.js'
import type { ErrorHandlerLike, RequestHandlerLike } from './handlers.js'
import { refuse, respond, write } from './respond.js'
import type { Method, Route, Services } from './route.js'
import { routesServed } from './routes.js'
import { serveFile } from './serve-file.js'
import { createUploadReader } from './upload.js'

export interface HttpParts extends Services {
  identity: Identity
  rates: Rates
  gate: Gate
  limits: Limits
  logger: Logger
  /** The host's, run before its resolver is asked. */
  middleware: readonly Middleware[]
  /** Whether the API describes itself. */
  docs: boolean
  /** Where the router is mounted. */
  path: string
  /** Rejects with what the start found wrong. */
  ready: () => Promise<void>
}

const verbs = { GET: 'get', POST: 'post', PATCH: 'patch', DELETE: 'delete' } as const satisfies Record<Method, string>

/**
 * The router, as the two handlers that it is made of: the second one answers for what the host's own parser refused
 * before us. A router of our own, since that of Express 4 does not see errors that are thrown later.
 */
export function createHttp(parts: HttpParts): [RequestHandlerLike, ErrorHandlerLike] {
  const { core, tickets, identity, rates, gate, limits, logger, middleware, ready } = parts
  const readBody = createBodyReader(limits.bodyBytes)
  const receive = createUploadReader(core.media, limits)
  const routes = routesServed(core.context.storage !== undefined)
  /** Requests that the host's parser refused. Its sessions may stand behind it, so nobody is asked who sent them. */
  const refused = new WeakMap<IncomingMessage, ChatError>()

  const fail = (request: Request, response: Response, error: unknown): void => refuse(request, response, error, logger)

  const guard: RequestHandler = async (request, _response, next) => {
    const refusal = refused.get(request)
    if (refusal) throw refusal
    await gate.pass(ready)
    next()
  }

  const answer =
    (route: Route): RequestHandler =>
    async (request, response) => {
      try {
        const incoming = {
          core,
          tickets,
          async authenticate() {
            const session = await identity.of(request)
            if (route.rate) await rates.take(route.rate, session.userId)
            return session
          },
          url: request.url,
          params: request.params as Record<string, string>,
          headers: request.headers,
          readBody: () => readBody(request, response),
          receive: (userId: string) => receive(request, response, userId),
        }
        const answered = await gate.pass(() => route.answer(incoming), route.upload ? 'stream' : 'answer')
        if (answered.file) await serveFile(request, response, core.media, answered.file, core.context.clock())
        else respond(request, response, answered)
      } catch (error) {
        fail(request, response, error)
      }
    }

  const router = express.Router()
  for (const route of routes) router[verbs[route.method]](route.path, guard, ...middleware, answer(route))
  for (const { path, headers, text } of parts.docs ? documentsOf(routes, parts.path) : []) {
    router.get(path, (_request, response) => write(response, 200, headers, text()))
  }

  const enter = (request: Request, response: Response, next: (error?: unknown) => void): void => {
    const left = (error?: unknown) => (error ? fail(request, response, refusalOfRouter(error)) : next())
    // The next request is to find another server. (HTTP/2 has no such header, and Node leaves it out there.)
    if (gate.isDraining) response.setHeader('Connection', 'close')
    // Express would answer OPTIONS by itself, and a host's CORS that stands behind us never would.
    if (request.method === 'OPTIONS') next()
    else router(request, response, left)
  }

  return [
    (request, response, next) => enter(request as Request, response as Response, next),
    (error, request, response, next) => {
      const refusal = refusalOfParser(error)
      if (!refusal) return next(error)
      refused.set(request, refusal)
      enter(request as Request, response as Response, () => next(error))
    },
  ]
}

/** What comes out of the router and is not ours: a path that cannot be decoded, or a refusal by the host's middleware. */
function refusalOfRouter(error: unknown): unknown {
  if (error instanceof URIError) return notFound()
  return refusalOfMiddleware(error)
}

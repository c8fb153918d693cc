import type { IncomingMessage } from 'node:http'
import express, { type Request, type RequestHandler, type Response } from 'express'
import { ChatError, notFound } from '../contract/problems.js'
import type { Gate, Place } from '../core/gate.js'
import type { HostApp } from '../core/host-app.js'
import type { Identity } from '../core/identity.js'
import type { Limits } from '../core/limits.js'
import type { Logger } from '../core/logger.js'
import type { HostMiddleware } from '../core/middleware.js'
import type { Mount } from '../core/mount.js'
import type { Origins } from '../core/origins.js'
import type { Rates } from '../core/rates.js'
import { createBodyReader, refusalOfParser } from './body.js'
import { documentsOf } from './documents.js'
import type { RequestHandlerLike } from './handlers.js'
import { mountable } from './mountable.js'
import type { Docs } from './openapi.js'
import { refuse, respond, write } from './respond.js'
import type { Method, Route, Services } from './route.js'
import { routesServed } from './routes.js'
import { serveFile } from './serve-file.js'
import { createUploadReader } from './upload.js'

export interface HttpDependencies extends Services {
  identity: Identity
  rates: Rates
  gate: Gate
  limits: Limits
  logger: Logger
  /** The host's middleware, which runs before its resolver. */
  middleware: HostMiddleware
  app: HostApp
  /** The origins from which requests may change something. */
  origins: Origins
  mount: Mount
  /** Whether pages of other sites may show media. */
  isShared: boolean
  /** Whether the documents of the API are served, and what only the host knows for them. */
  docs: boolean | Docs
  /** The path at which the router is reached from outside. */
  publicPath: string
  /** Rejects with the error that was found at start. */
  ready: () => Promise<void>
}

const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const satisfies Record<
  Method,
  string
>

/** The router. It is that of our own Express, because the router of Express 4 does not catch rejections. */
export function createHttp(dependencies: HttpDependencies): RequestHandlerLike {
  const { core, tickets, revocations, identity, rates, gate, limits, logger, middleware, origins, ready, isShared } =
    dependencies
  const readBody = createBodyReader(limits.bodyBytes)
  const receive = createUploadReader(core.media, limits)
  const routes = routesServed(core.context.storage !== undefined)
  /** The requests that the host's parser refused, and why. The host's sessions may come after its parser, so the resolver is not called. */
  const refused = new WeakMap<IncomingMessage, ChatError>()

  const { meters, tracing } = core.context

  const fail = (request: Request, response: Response, error: unknown): void => {
    const code = refuse(request, response, error, logger)
    meters?.refused('http', code)
  }

  const guard: RequestHandler = async (request, _response, next) => {
    const refusal = refused.get(request)
    if (refusal) throw refusal
    // This comes before the resolver, and before any byte of a file is read.
    if (!isSafe(request) && !origins.isAllowed(request)) {
      throw new ChatError('forbidden', 'pages of this origin may change nothing here')
    }
    await gate.pass(ready)
    next()
  }

  const answer =
    (route: Route): RequestHandler =>
    async (request, response) => {
      try {
        const incoming = (place: Place) => ({
          core,
          tickets,
          revocations,
          askAgain: () => identity.of(request),
          async authenticate() {
            const session = await identity.of(request)
            place.claim(session.userId)
            await rates.take(route.rate, session.userId)
            return session
          },
          rates,
          isModerator: () => identity.isModerator(request),
          url: request.url,
          params: request.params as Record<string, string>,
          headers: request.headers,
          signal() {
            // A client that does not wait has closed the connection. After the answer, an abort changes nothing.
            if (response.destroyed) place.leave()
            else response.once('close', () => place.leave())
            return place.signal
          },
          readBody: () => readBody(request, response),
          receive: (userId: string) => receive(request, response, userId),
        })
        const pass = () => gate.pass((place) => route.answer(incoming(place)), route.upload ? 'stream' : 'answer')
        const answered = await (tracing ? tracing.run(`chat.http ${route.name}`, {}, pass) : pass())
        if (answered.file) {
          await serveFile(request, response, core.media, answered.file, { now: core.context.clock(), isShared })
        } else respond(request, response, answered)
      } catch (error) {
        fail(request, response, error)
      }
    }

  const router = express.Router()
  for (const route of routes) router[verbs[route.method]](route.path, guard, ...middleware.handlers, answer(route))
  for (const { path, headers, text } of documentsServed(routes, dependencies)) {
    router.get(path, (_request, response) => write(response, 200, headers, text()))
  }

  const enter = (request: Request, response: Response, next: (error?: unknown) => void): void => {
    const left = (error?: unknown) => (error ? fail(request, response, refusalOfRouter(error)) : next())
    dependencies.app.set(request.app)
    dependencies.mount.look(request)
    // The next request has to go to another server. (HTTP/2 has no such header, and Node omits it there.)
    if (gate.isDraining) response.setHeader('Connection', 'close')
    if (request.method !== 'OPTIONS') meters?.asked('http')
    // Express would answer OPTIONS itself, and the host's CORS middleware, if it comes after us, never could.
    if (request.method === 'OPTIONS') next()
    else router(request, response, left)
  }

  return mountable(
    (request, response, next) => enter(request as Request, response as Response, next),
    (error, request, response, next) => {
      const refusal = refusalOfParser(error)
      if (!refusal) return next(error)
      refused.set(request, refusal)
      enter(request as Request, response as Response, () => next(error))
    },
  )
}

/** Whether a request only reads. */
const isSafe = ({ method }: Request): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method)

const documentsServed = (routes: readonly Route[], { docs, publicPath }: HttpDependencies) =>
  docs === false ? [] : documentsOf(routes, publicPath, docs === true ? {} : docs)

/** Handles errors that are not our own: a path that cannot be decoded, or a refusal by the host's middleware. */
const refusalOfRouter = (error: unknown): unknown => (error instanceof URIError ? notFound() : error)

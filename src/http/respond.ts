import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProblemCode } from '../contract/problems.js'
import { refusalOf } from '../core/failures.js'
import type { Logger } from '../core/logger.js'
import { newId } from '../store/ids.js'
import type { Answer } from './route.js'

const safeId = /^[\w.:+/=-]{1,100}$/

/** The host's or the proxy's own id of the request, if there is one, so that logs can be matched. */
function requestIdOf(request: IncomingMessage, response: ServerResponse): string {
  const given = response.getHeader('X-Request-Id') ?? request.headers['x-request-id']
  return typeof given === 'string' && safeId.test(given) ? given : newId()
}

export function respond(request: IncomingMessage, response: ServerResponse, { status, body }: Answer<unknown>): void {
  const headers = { 'X-Request-Id': requestIdOf(request, response) }
  if (body === undefined) write(response, status, headers)
  else write(response, status, { ...headers, 'Content-Type': 'application/json; charset=utf-8' }, JSON.stringify(body))
}

export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  logger: Logger,
): ProblemCode {
  const requestId = requestIdOf(request, response)
  const refusal = refusalOf(error, logger, requestId)
  const { status, code, retryAfter = 1 } = refusal
  const headers = {
    'X-Request-Id': requestId,
    'Content-Type': 'application/problem+json',
    ...(status === 429 || code === 'unavailable' ? { 'Retry-After': String(retryAfter) } : {}),
    ...(status === 401 && !response.hasHeader('WWW-Authenticate') ? { 'WWW-Authenticate': 'Bearer' } : {}),
  }
  write(response, status, headers, JSON.stringify(refusal.toProblem(requestId)))
  return code
}

export function write(response: ServerResponse, status: number, headers: Record<string, string>, text?: string): void {
  if (response.headersSent) {
    // Somebody else has begun to answer. The connection is cut, because an answer that merely ends would look complete.
    if (!response.writableEnded) response.destroy()
    return
  }
  response.statusCode = status
  const always = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }
  for (const [name, value] of Object.entries({ ...always, ...headers })) response.setHeader(name, value)
  response.end(text)
}

import { type IncomingMessage, ServerResponse } from 'node:http'
import { ChatError } from '../contract/problems.js'
import { unauthenticated } from './identity.js'

/** A middleware of the host's as far as both a request and an upgrade can run it: sessions, cookies, passport. */
export type Middleware = (
  // biome-ignore lint/suspicious/noExplicitAny: hosts pass middleware typed for Express 4, 5 or plain Node
  request: any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  response: any,
  next: (error?: unknown) => void,
) => unknown

/** Runs middleware on an upgrade, which has no response: what is written to the stand-in goes nowhere. */
export async function runMiddleware(middleware: readonly Middleware[], request: IncomingMessage): Promise<void> {
  for (const each of middleware) {
    await new Promise<void>((resolve, reject) => {
      const response = new ServerResponse(request)
      const next = (error?: unknown) => (error ? reject(refusalOfMiddleware(error)) : resolve())
      // A middleware that answers instead of going on has refused.
      response.end = () => {
        reject(new Error('express-chat: a middleware answered the upgrade itself instead of calling next'))
        return response
      }
      Promise.resolve(each(request, response, next)).catch(reject)
    })
  }
}

/** What a middleware means by its error: the ones that authenticate say it by its status. */
export function refusalOfMiddleware(error: unknown): unknown {
  const { status } = error as { status?: unknown }
  if (status === 401) return unauthenticated()
  if (status === 403) return new ChatError('forbidden')
  return error
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { ChatError, codeOfStatus } from '../contract/problems.js'
import { markRepeated } from './failures.js'
import type { HostApp } from './host-app.js'
import { unauthenticated } from './identity.js'
import { type Check, func, list } from './option-checks.js'

/** A middleware of the host's as far as both a request and an upgrade can run it: sessions, cookies, passport. */
export type Middleware = (
  // biome-ignore lint/suspicious/noExplicitAny: hosts pass middleware typed for Express 4, 5 or plain Node
  request: any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  response: any,
  next: (error?: unknown) => void,
) => unknown

/** The host's middleware, which means the same on a request and on an upgrade. */
export class HostMiddleware {
  /** What each has failed with. */
  readonly #failures = new WeakMap<Middleware, Set<string>>()

  constructor(
    readonly list: readonly Middleware[],
    readonly app: HostApp,
  ) {}

  /** As Express runs them. */
  get handlers(): Middleware[] {
    return this.list.map((each) => (request, response, next) => {
      const left = (error?: unknown) => next(isFailure(error) ? this.#refusalOf(each, error) : error)
      return started(() => each(request, response, left)).catch(left)
    })
  }

  /** Runs them on an upgrade. A middleware that answers instead of going on has refused. */
  async run(request: IncomingMessage): Promise<void> {
    if (this.list.length === 0) return
    const response = this.app.dress(request)
    for (const each of this.list) {
      await new Promise<void>((resolve, reject) => {
        const fail = (error: unknown) => reject(this.#refusalOf(each, error))
        response.end = () => {
          fail(refusalOfAnswer(response))
          return response
        }
        const left = (error?: unknown) => (isFailure(error) ? fail(error) : resolve())
        started(() => each(request, response, left)).catch(fail)
      })
    }
  }

  /** What a middleware means by its error: the ones that authenticate say it by its status. */
  #refusalOf(middleware: Middleware, error: unknown): unknown {
    const refusal = refusalOfStatus(statusOf(error)) ?? error ?? new Error('express-chat: a middleware threw nothing')
    if (refusal instanceof ChatError) return refusal
    const failures = this.#failures.get(middleware) ?? new Set()
    this.#failures.set(middleware, failures)
    const name = String(refusal)
    if (failures.has(name) || failures.size >= mostFailures) markRepeated(refusal)
    else failures.add(name)
    return refusal
  }
}

/** So many different ones of a middleware are told with their stacks: strangers may cause as many as they like. */
const mostFailures = 20

/** `next('route')` and `next('router')` are no errors to Express. */
const isFailure = (error: unknown): boolean => Boolean(error) && error !== 'route' && error !== 'router'

const started = async (work: () => unknown): Promise<unknown> => work()

/** What libraries for errors call it: http-errors and Express `status` and `statusCode`, boom `output.statusCode`. */
function statusOf(error: unknown): unknown {
  if (error instanceof ChatError) return undefined
  const { status, statusCode, output } = Object(error)
  return status ?? statusCode ?? output?.statusCode
}

function refusalOfStatus(status: unknown): ChatError | undefined {
  if (status === 401) return unauthenticated()
  const code = typeof status === 'number' ? codeOfStatus(status) : undefined
  return code && code !== 'internal' ? new ChatError(code) : undefined
}

/** Being sent to another page, a login, means that nobody is signed in. */
function refusalOfAnswer({ statusCode }: ServerResponse): unknown {
  if (statusCode >= 300 && statusCode < 400) return unauthenticated()
  return (
    refusalOfStatus(statusCode) ??
    new Error(`express-chat: a middleware answered the upgrade itself, with ${statusCode}, instead of calling next`)
  )
}

const each: Check = (value, name) => {
  func('give functions (request, response, next)')(value, name)
  if ((value as Middleware).length < 4) return
  throw new TypeError(
    `express-chat: ${name} takes four arguments, as what handles errors does; give it to app.use behind the chat`,
  )
}

export const checkMiddleware = list(each, 'give a list, also of a single one: middleware: [session]')

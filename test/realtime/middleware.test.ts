import type { IncomingMessage } from 'node:http'
import type { Middleware } from 'express-chat'
import passport from 'passport'
import { describe, expect, it } from 'vitest'
import type { TestHost } from '../host.js'
import { Refused } from '../socket.js'
import { givenHost, quietLogger, sharedHost } from './given.js'

/** What a request and an upgrade of nobody in particular are answered with: one after the other, the same. */
async function statusesOf(host: TestHost, times = 1): Promise<number[]> {
  const statuses: number[] = []
  for (let n = 0; n < times; n += 1) {
    statuses.push((await host.as('alice').get('/users/me')).status)
    const opening = host.socket('alice').then(
      () => 101,
      (error) => (error instanceof Refused ? error.status : 0),
    )
    statuses.push(await opening)
  }
  return statuses
}

class TokenStrategy extends passport.Strategy {
  override readonly name = 'token'
  override authenticate(request: IncomingMessage): void {
    const id = /^Bearer (\w+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (id) this.success({ id })
    else this.fail('no token', 401)
  }
}

describe.each([
  ['that answers by itself', {}],
  ['that fails with an error', { failWithError: true }],
  ['that sends to a login', { failureRedirect: '/login' }],
])('Passport %s', (_, options) => {
  const own = new passport.Passport()
  own.use(new TokenStrategy())
  const logger = quietLogger()
  const host = sharedHost({
    logger,
    middleware: [own.initialize(), own.authenticate('token', { session: false, ...options })],
    resolveUser: (request) => request.user,
  })

  it('refuses an upgrade without a token with 401, and nothing is logged', async () => {
    await expect(host.socket(null)).rejects.toMatchObject({ status: 401 })
    expect(logger.said).toEqual([])
  })

  it('lets in who has one', async () => {
    const socket = await host.socket(null, { headers: { authorization: 'Bearer alice' } })
    expect(await socket.next('welcome')).toMatchObject({ user: { id: 'alice' } })
  })
})

const failing = (error: unknown): Record<string, Middleware> => ({
  throws: () => {
    throw error
  },
  rejects: () => Promise.reject(error),
  'passes it on': (_request, _response, next) => next(error),
})

describe('a middleware', () => {
  let middleware: Middleware = (_request, _response, next) => next()
  const logger = quietLogger()
  const host = sharedHost({ logger, middleware: [(...asked) => middleware(...asked)] })

  it.each([
    ['status', 401, 401],
    ['statusCode', 401, 401],
    ['statusCode', 403, 403],
    ['status', 429, 429],
    ['statusCode', 503, 503],
    ['status', 418, 500],
    ['status', 500, 500],
  ])('that fails with %s %i refuses with %i, whichever way it does', async (name, status, answered) => {
    for (const each of Object.values(failing(Object.assign(new Error('no'), { [name]: status })))) {
      middleware = each
      expect(await statusesOf(host)).toEqual([answered, answered])
    }
  })

  it.each<[string, Middleware, number]>([
    ['response.status(401).json()', (_request, response) => response.status(401).json({ error: 'who?' }), 401],
    ['response.sendStatus(403)', (_request, response) => response.sendStatus(403), 403],
    ['response.writeHead(401).end()', (_request, response) => response.writeHead(401).end(), 401],
  ])('that answers with %s means the same on an upgrade', async (_, each, status) => {
    middleware = each
    expect(await statusesOf(host)).toEqual([status, status])
  })

  it('finds an upgrade to be a request of Express', async () => {
    middleware = (request, response, next) =>
      request.get('x-user') === 'alice' && request.protocol === 'http' && response.req === request
        ? next()
        : next(new Error('no'))
    expect(await statusesOf(host)).toEqual([200, 101])
  })
})

it('a middleware that fails for every stranger is logged with its stack once, and in a line from then on', async () => {
  const logger = quietLogger()
  let message = 'the store is away'
  const middleware: Middleware[] = [(_request, _response, next) => next(new Error(message))]
  const host = await givenHost({ logger, middleware })
  expect(await statusesOf(host, 3)).toEqual([500, 500, 500, 500, 500, 500])
  const stacks = () => logger.said.flatMap(([, error]) => (error instanceof Error ? [error.message] : []))
  expect(logger.said).toHaveLength(6)
  expect(stacks()).toEqual(['the store is away'])
  message = 'and now for something else'
  await statusesOf(host, 1)
  expect(stacks()).toEqual(['the store is away', 'and now for something else'])
  expect(String(logger.said.at(-1))).toContain('and now for something else')
})

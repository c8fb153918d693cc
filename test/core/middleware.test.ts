import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { HostApp } from '../../src/core/host-app.js'
import { checkMiddleware, HostMiddleware, type Middleware } from '../../src/core/middleware.js'
import { standInApp } from '../../src/http/stand-in.js'

const requestOf = () => new IncomingMessage(new Socket())
const runAll = (middleware: Middleware[], request: IncomingMessage) =>
  new HostMiddleware(middleware, new HostApp(standInApp())).run(request)
const run = (...middleware: Middleware[]) => runAll(middleware, requestOf())

describe('middleware of the host’s on an upgrade', () => {
  it('runs one after the other on the same request, each with a response that goes nowhere', async () => {
    const order: string[] = []
    const request = requestOf()
    await runAll(
      [
        (asked, response, next) => {
          asked.user = 'bob'
          response.setHeader('Set-Cookie', 'a=b')
          order.push('first begins')
          setImmediate(() => {
            order.push('first ends')
            next()
          })
        },
        async (asked, _response, next) => {
          order.push(`second sees ${asked.user}`)
          expect(asked).toBe(request)
          next()
        },
      ],
      request,
    )
    expect(order).toEqual(['first begins', 'first ends', 'second sees bob'])
  })

  it('refuses by its error, by failing, or by answering itself, and nothing runs after it', async () => {
    let ran = 0
    const after: Middleware = (_request, _response, next) => {
      ran += 1
      next()
    }
    const failed = new Error('of the host')
    await expect(run((_request, _response, next) => next(failed), after)).rejects.toBe(failed)
    await expect(run(() => Promise.reject(failed), after)).rejects.toBe(failed)
    await expect(run((_request, response) => response.end('no'), after)).rejects.toThrow(
      'express-chat: a middleware answered the upgrade itself, with 200, instead of calling next',
    )
    expect(ran).toBe(0)
    await run(after)
    expect(ran).toBe(1)
  })

  it('refuses by throwing', async () => {
    const failed = new Error('of the host')
    const throws: Middleware = () => {
      throw failed
    }
    await expect(run(throws)).rejects.toBe(failed)
  })

  it('may go on with its answer once it was ended: the response chains as one of Node does', async () => {
    const answers: Middleware = (_request, response) => expect(response.end('no')).toBe(response)
    await expect(run(answers)).rejects.toThrow('answered the upgrade itself')
  })

  it('means by the status of its error what those that authenticate mean', async () => {
    const failing = (error: unknown) => run((_request, _response, next) => next(error))
    await expect(failing({ status: 401 })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(failing({ status: 403 })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(failing({ output: { statusCode: 401 } })).rejects.toMatchObject({ code: 'unauthenticated' })
    const other = { status: 500 }
    await expect(failing(other)).rejects.toBe(other)
  })
})

describe('the option middleware', () => {
  const check = (value: unknown) => () => checkMiddleware(value, 'middleware')

  it('is a list of functions that take a request, a response and what goes on', () => {
    for (const right of [
      [],
      [() => undefined],
      [(_request: unknown, _response: unknown, next: () => void) => next()],
    ]) {
      expect(check(right)()).toBeUndefined()
    }
    expect(check(() => undefined)).toThrow(
      'express-chat: middleware is a function; give a list, also of a single one: middleware: [session]',
    )
    expect(check([() => undefined, 'session'])).toThrow(
      'express-chat: middleware[1] is "session"; give functions (request, response, next)',
    )
  })

  it('has none that handles errors', () => {
    const handler = (_error: unknown, _request: unknown, _response: unknown, next: () => void) => next()
    expect(check([handler])).toThrow(
      'express-chat: middleware[0] takes four arguments, as what handles errors does; give it to app.use behind the chat',
    )
  })
})

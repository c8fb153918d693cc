import { pino } from 'pino'
import { register } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { call } from '../call.js'
import { blockOf, execute } from '../readme.js'
import { givenDatabase, givenHost } from '../realtime/given.js'

const block = (name: string): string => blockOf('docs/operations.md', `test/docs/operations.test.ts: ${name}`)

describe('the page on operations shows what runs:', () => {
  it('probes', async () => {
    const { chat, app, origin } = await givenHost({}, await givenDatabase())
    await execute(block('health'), { app, chat })
    expect(await call(origin, 'GET /livez')).toMatchObject({ status: 200, body: 'ok' })
    expect(await call(origin, 'GET /readyz')).toMatchObject({ status: 200, body: 'ok' })
    await chat.close()
    expect(await call(origin, 'GET /livez')).toMatchObject({ status: 200, body: 'ok' })
    expect(await call(origin, 'GET /readyz')).toMatchObject({ status: 503, body: 'down' })
  })

  it('a logger', async () => {
    let logger: unknown
    await execute(block('logs'), {
      ...{ pino, options: {} },
      createChatRouter(options: { logger: unknown }) {
        logger = options.logger
      },
    })
    expect(logger).toHaveProperty('bindings')
  })

  it('metrics', async () => {
    onTestFinished(() => register.clear())
    const { chat, app, origin } = await givenHost({ metrics: register })
    await execute(block('metrics'), {
      ...{ register, app, options: {} },
      createChatRouter(options: object) {
        expect(options).toEqual({ metrics: register })
        return chat
      },
    })
    const answer = await call(origin, 'GET /metrics')
    expect(answer.headers.get('content-type')).toContain('text/plain')
    expect(answer.body).toContain('\nexpress_chat_sockets 0\n')
  })
})

import { describe, expect, it } from 'vitest'
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
})

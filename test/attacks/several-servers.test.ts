import { redisBus } from 'express-chat'
import { Redis } from 'ioredis'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { buses } from '../bus/buses.js'
import { givenDatabase, givenGroup, givenHost } from '../realtime/given.js'

const limits = { rates: { sends: { points: 5, seconds: 3600 } } }

describe.skipIf(!inject('redis')).each(buses.filter(({ name }) => /redis/.test(name)))(
  'rates of two servers, over $name',
  ({ open }) => {
    it('are counted together', async () => {
      const bus = await open(`rates-${crypto.randomUUID()}`)
      onTestFinished(() => bus.close())
      const database = await givenDatabase()
      const one = await givenHost({ limits, bus: await bus.create() }, database)
      const other = await givenHost({ limits, bus: await bus.create() }, database)
      const path = `/rooms/${await givenGroup(one, 'alice')}/messages`
      const sent: number[] = []
      for (let n = 0; n < 5; n += 1) sent.push((await one.as('alice').post(path, { text: 'Hello' })).status)
      expect(sent).toEqual([201, 201, 201, 201, 201])
      const answers: number[] = []
      await vi.waitFor(
        async () => {
          answers.push((await other.as('alice').post(path, { text: 'Hello' })).status)
          expect(answers.at(-1)).toBe(429)
        },
        { interval: 1_000, timeout: 15_000 },
      )
      // By itself the other server would have taken five.
      expect(answers.length).toBeLessThan(5)
    }, 30_000)
  },
)

describe('a Redis that is away', () => {
  it('neither blocks anybody nor is told of by an error', async () => {
    const client = new Redis({ port: 1, lazyConnect: true, retryStrategy: () => null, enableOfflineQueue: false })
    client.on('error', () => undefined)
    onTestFinished(() => client.disconnect())
    const quiet = { warn: () => undefined, error: () => undefined }
    const host = await givenHost({ limits, bus: redisBus({ client }), logger: quiet })
    const path = `/rooms/${await givenGroup(host, 'alice')}/messages`
    const sent: number[] = []
    for (let n = 0; n < 6; n += 1) sent.push((await host.as('alice').post(path, { text: 'Hello' })).status)
    expect(sent).toEqual([201, 201, 201, 201, 201, 429])
  })
})

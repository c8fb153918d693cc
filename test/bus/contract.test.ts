import { randomUUID } from 'node:crypto'
import { memoryBus, postgresBus, redisBus } from 'express-chat'
import { busContract } from 'express-chat/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buses, type OpenBus } from './buses.js'

describe.each(buses)('a bus of $name', ({ open }) => {
  let opened: OpenBus
  beforeAll(async () => {
    opened = await open(`test ${randomUUID()}`)
  })
  afterAll(() => opened.close())

  for (const { name, run } of busContract(() => opened.create())) it(name, run)
})

describe('a bus', () => {
  it('in memory says nothing to one who ends while a hint is on its way', async () => {
    const bus = memoryBus()
    const heard: string[] = []
    const [first, second] = await Promise.all(
      ['first', 'second'].map((name) => bus.subscribe((hint) => void heard.push(`${name} ${hint}`))),
    )
    const other = new Promise<void>((resolve) => void bus.subscribe(() => resolve()))
    bus.publish('hint')
    await first?.()
    await other
    expect(heard).toEqual(['second hint'])
    await second?.()
  })

  it('that cannot be right is refused at once, with the mend', () => {
    expect(() => redisBus({ client: {} as never })).toThrow('a client of ioredis or of node-redis')
    expect(() => postgresBus({ createClient: 'postgresql://' as never })).toThrow('as () => new pg.Client(')
    expect(() => postgresBus({ createClient: () => ({}) as never, channel: 'x'.repeat(64) })).toThrow('1 to 63 bytes')
  })
})

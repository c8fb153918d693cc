import { randomUUID } from 'node:crypto'
import { postgresBus } from 'express-chat'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'

const url = inject('databases').find(({ name }) => name === 'postgresql')?.place

describe.runIf(url)('postgresBus', () => {
  it('comes back by itself when its connection is cut', async () => {
    const channel = `test ${randomUUID()}`
    const heard: string[] = []
    const backends = async () =>
      (await admin.query('SELECT pid FROM pg_stat_activity WHERE application_name = $1', [channel])).rows
    const bus = postgresBus({
      channel,
      createClient: () => new pg.Client({ connectionString: url, application_name: channel }),
    })
    const admin = new pg.Client(url)
    await admin.connect()
    onTestFinished(() => admin.end())
    const end = await bus.subscribe((hint) => void heard.push(hint))
    onTestFinished(() => end())
    // The one on which it tried whether it hears has ended, or will.
    await vi.waitFor(async () => expect(await backends()).toHaveLength(1))
    const [first] = await backends()
    await admin.query('SELECT pg_terminate_backend($1)', [first.pid])
    await vi.waitFor(
      async () => {
        await bus.publish('again')
        expect(heard).toContain('again')
      },
      { interval: 100 },
    )
    expect(await backends()).not.toContainEqual(first)
    // What it says to itself is nobody's business.
    expect(heard.every((hint) => hint === 'again')).toBe(true)
  })

  it('refuses to publish what nobody here listens to', async () => {
    const bus = postgresBus({ createClient: () => new pg.Client(url) })
    await expect(bus.publish('x')).rejects.toThrow('for those who are subscribed')
  })

  it('rejects where the server cannot be reached, and can be asked again', async () => {
    let port = 1
    const bus = postgresBus({
      createClient: () => new pg.Client(port === 1 ? { host: '127.0.0.1', port } : url),
    })
    await expect(async () => bus.subscribe(() => undefined)).rejects.toThrow('ECONNREFUSED')
    port = 2
    const end = await bus.subscribe(() => undefined)
    await end()
  })
})

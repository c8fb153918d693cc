import { randomUUID } from 'node:crypto'
import { postgresBus } from 'express-chat'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'

const url = inject('databases').find(({ name }) => name === 'postgresql')?.place

describe.runIf(url)('postgresBus', () => {
  it('comes back by itself when its connection is cut', async () => {
    const channel = `test ${randomUUID()}`
    const heard: string[] = []
    let clients = 0
    const bus = postgresBus({
      channel,
      createClient() {
        clients += 1
        return new pg.Client({ connectionString: url, application_name: channel })
      },
    })
    const end = await bus.subscribe((hint) => void heard.push(hint))
    onTestFinished(() => end())
    const admin = new pg.Client(url)
    await admin.connect()
    onTestFinished(() => admin.end())
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [channel])
    await vi.waitFor(() => expect(clients).toBe(2), 5_000)
    await vi.waitFor(
      async () => {
        await bus.publish('again')
        expect(heard).toContain('again')
      },
      { timeout: 5_000, interval: 100 },
    )
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

import type { Health } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import type { Work } from '../../src/core/work.js'
import { HealthChecks, type HealthParts } from '../../src/operating/health.js'
import { version } from '../../src/operating/version.js'
import { SetupError } from '../../src/store/setup-error.js'
import { databases } from '../databases.js'
import { startHost } from '../host.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, ready } from '../realtime/given.js'

const minutesAgo = (count: number) => new Date(Date.now() - count * 60_000)

it('knows its version', () => {
  expect(version).toBe(packageJson.version)
})

describe.each(databases)('chat.health on $name', (on) => {
  it('is ok where nothing is wrong, and says how much there is', async () => {
    const host = await givenHost({}, await givenDatabase(on))
    const { chat } = host
    await chat.subscribe('search-index', () => undefined).ready()
    await ready(host, 'alice')
    const health = await chat.health()
    expect(health).toMatchObject({
      status: 'ok',
      version,
      checks: {
        server: { status: 'ok' },
        database: { status: 'ok', ms: expect.any(Number) },
        bus: { status: 'ok', connected: null },
        sockets: { status: 'ok', open: 1 },
        writes: { status: 'ok', waiting: 0, oldestSeconds: 0 },
        subscriptions: { status: 'ok', lags: { 'search-index': { behind: 0, isPart: false, failed: 0 } } },
        scheduled: { status: 'ok', overdue: 0, oldestSeconds: 0 },
        erasures: { status: 'ok', overdue: 0, oldestSeconds: 0 },
      },
    })
  })

  it('is degraded where a subscription has failed, and where messages and erasures do not go on', async () => {
    const { chat, prisma } = await givenHost({ logger: quietLogger(), pollMs: 100 }, await givenDatabase(on))
    const roomId = await givenGroup({ chat }, 'alice')
    const failing = () => {
      throw new Error('the index is away')
    }
    await chat.subscribe('search-index', failing, { attempts: 1 }).ready()
    await chat.messages.send('alice', roomId, { text: 'hello' })
    const scheduled = { id: 's', roomId, userId: 'alice', clientId: 'c', bodyHash: '', draft: '{}' }
    const times = { sendAt: minutesAgo(3), dueAt: minutesAgo(3), createdAt: minutesAgo(9) }
    await prisma.chatScheduledMessage.create({ data: { ...scheduled, ...times } })
    const erasure = { id: 'e', userId: 'nobody', messages: 'delete', requestedAt: minutesAgo(60), error: 'away' }
    await prisma.chatErasure.create({ data: { ...erasure, dueAt: minutesAgo(-1) } })
    await expect
      .poll(() => chat.health())
      .toMatchObject({
        status: 'degraded',
        checks: {
          database: { status: 'ok' },
          subscriptions: { status: 'degraded', lags: { 'search-index': { failed: 1 } } },
          scheduled: { status: 'degraded', overdue: 1 },
          erasures: { status: 'degraded', overdue: 1 },
        },
      })
    const { checks } = await chat.health()
    expect(checks.subscriptions.detail).toContain('search-index')
    expect(checks.scheduled.oldestSeconds).toBeGreaterThan(170)
    expect(checks.erasures.oldestSeconds).toBeGreaterThan(3_590)
  })
})

describe('chat.health', () => {
  it('is down from the moment on in which the chat closes', async () => {
    const host = await startHost(await givenDatabase())
    await host.chat.ready()
    const closed = host.close()
    expect(await host.chat.health()).toMatchObject({ status: 'down', checks: { server: { status: 'down' } } })
    await closed
    expect((await host.chat.health()).status).toBe('down')
  })

  it('is degraded while the bus does not work', async () => {
    let listen: ((hint: string) => void) | undefined
    const bus = {
      publish: (hint: string) => listen?.(hint),
      subscribe(hear: (hint: string) => void) {
        listen = hear
        return () => undefined
      },
    }
    const { chat } = await givenHost({ bus })
    await expect.poll(async () => (await chat.health()).checks.bus).toEqual({ status: 'ok', connected: true })
    const deaf = await givenHost({ bus: { publish: () => undefined, subscribe: () => () => undefined } })
    expect(await deaf.chat.health()).toMatchObject({ status: 'degraded', checks: { bus: { connected: false } } })
  })

  function given(parts: Partial<HealthParts> = {}) {
    const select = vi.fn(async (): Promise<unknown> => [{ one: 1 }])
    const work = {
      db: { chatScheduledMessage: { findMany: async () => [] }, chatErasure: { findMany: async () => [] } },
      dialect: { select },
    } as unknown as Work
    const checks = new HealthChecks({
      ...{ work, clock: () => new Date(), ready: async () => undefined },
      lags: { read: async () => new Map() } as unknown as HealthParts['lags'],
      ...{ isClosing: () => false, openSockets: () => 0, isBusUp: () => undefined },
      waitingWrites: () => ({ waiting: 0, oldestMs: 0 }),
      ...parts,
    })
    return { checks, select }
  }
  const unknown: Partial<Health['checks']['scheduled']> = { status: 'degraded', overdue: null }

  it('is down where the database does not answer in time, and asks it nothing more while it hangs', async () => {
    const { checks, select } = given()
    let answer = (_: unknown): void => undefined
    select.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
    const first = await checks.look(10)
    expect(first).toMatchObject({ status: 'down', checks: { database: { ms: null }, scheduled: unknown } })
    expect(first.checks.database.detail).toBe('no answer within 10 ms')
    await Promise.all([checks.look(10), checks.look(10)])
    expect(select).toHaveBeenCalledTimes(1)
    answer([])
    await expect.poll(async () => (await checks.look(1_000)).status).toBe('ok')
  })

  it('is down with the reason where the database refuses, and where the check at start found something', async () => {
    const { checks, select } = given()
    select.mockRejectedValueOnce(Object.assign(new Error('nobody there\nat all'), { code: 'ECONNREFUSED', name: 'X' }))
    expect((await checks.look(1_000)).checks.database.detail).toBe(
      'the database is not available (nobody there\\nat all)',
    )
    const unfit = given({ ready: () => Promise.reject(new SetupError('run: npx express-chat migrate')) })
    expect((await unfit.checks.look(1_000)).checks.database).toEqual({
      ...{ status: 'down', ms: null, detail: 'run: npx express-chat migrate' },
    })
    expect(unfit.select).not.toHaveBeenCalled()
  })

  it('is degraded where only what else it asks hangs, and where writes wait', async () => {
    const { checks } = given({ lags: { read: () => new Promise(() => undefined) } as unknown as HealthParts['lags'] })
    expect(await checks.look(20)).toMatchObject({
      status: 'degraded',
      checks: { database: { status: 'ok' }, subscriptions: { status: 'degraded', lags: {} } },
    })
    for (const waits of [
      { waiting: 2_000, oldestMs: 0 },
      { waiting: 1, oldestMs: 2_000 },
    ]) {
      const { writes } = (await given({ waitingWrites: () => waits }).checks.look(1_000)).checks
      expect(writes).toMatchObject({ status: 'degraded', waiting: waits.waiting })
    }
  })
})

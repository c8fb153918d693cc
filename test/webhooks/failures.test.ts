import { expect, it, vi } from 'vitest'
import { longMs } from '../patience.js'
import { givenGroup, quietLogger } from '../realtime/given.js'
import { givenClock, givenServers } from './given.js'
import { givenReceiver, type Received, type Receiver, status } from './receiver.js'

const hour = 3_600_000

/** One server with a webhook of messages, and a room of Alice's. */
async function givenWebhook(options: Parameters<Receiver['webhook']>[0] = {}) {
  const [servers, receiver, time, logger] = [await givenServers(), await givenReceiver(), givenClock(), quietLogger()]
  const types = ['message.created'] as const
  const webhooks = [receiver.webhook({ name: 'hook', types, ...options })]
  const host = await servers.start({ webhooks, logger, clock: time.clock })
  const roomId = await givenGroup(host, 'alice')
  await receiver.until(() => receiver.received.length === 1)
  const attemptsOf = async () => (await servers.positionOf(roomId)).attempts
  return { ...{ servers, receiver, host, roomId, time, logger, webhooks }, attemptsOf }
}

const destroy = (_: Received, response: { destroy(): void }) => response.destroy()
const hang = () => undefined

it.each<[string, Receiver['answer'], RegExp, times?: number]>([
  ['an error', status(500), /it answered 500/],
  ['a refusal', status(400), /it answered 400/],
  ['a redirect, which is not followed', status(307, { location: '/elsewhere' }), /307, and redirects are not followed/],
  // A kept connection may have ended just then, so it is sent on a new one at once.
  ['a connection that is closed', destroy, /socket hang up|ECONNRESET/, 2],
  ['nothing, for longer than it may', hang, /did not answer within 1 s/],
])('is sent again after %s, as the same, before what came later', async (_, answer, error, times = 1) => {
  const { servers, receiver, host, roomId, attemptsOf } = await givenWebhook({ timeoutMs: 1_000 })
  receiver.answer = answer
  await host.chat.messages.send('alice', roomId, { text: '1' })
  await expect.poll(attemptsOf).toBe(1)
  await host.chat.messages.send('alice', roomId, { text: '2' })
  expect((await servers.positionOf(roomId)).error).toMatch(error)
  receiver.answer = status(204)
  await servers.due()
  await receiver.until(() => receiver.texts(roomId).includes('2'))
  expect(receiver.texts(roomId)).toEqual([...Array(times).fill('1'), '1', '2'])
  const ids = receiver.received.slice(1).map(({ id }) => id)
  expect([new Set(ids).size, new Set(ids.slice(0, -1)).size]).toEqual([2, 1])
  expect(receiver.received.map(({ path }) => path)).not.toContain('/elsewhere')
  await expect.poll(attemptsOf).toBe(0)
})

it('waits for longer after each failure, at most about four hours, and puts the room aside after days', async () => {
  const { servers, receiver, host, roomId, attemptsOf } = await givenWebhook()
  receiver.answer = status(500)
  await host.chat.messages.send('alice', roomId, { text: 'said' })
  const waits: number[] = []
  for (const attempts of [1, 4, 24]) {
    await expect.poll(attemptsOf).toBe(attempts)
    waits.push((await servers.positionOf(roomId)).heldUntil - Date.now())
    // As if those between had been.
    const skipped = attempts === 1 ? 3 : attempts === 4 ? 23 : 24
    await servers.prisma.chatSubscriptionPosition.updateMany({ data: { attempts: skipped, heldUntil: 1 } })
  }
  const [first = 0, fourth = 0, last = 0] = waits
  expect([first > 2_000, first < 7_000]).toEqual([true, true])
  expect([fourth > 90_000, fourth < longMs]).toEqual([true, true])
  expect([last > 2.9 * hour, last < 5.1 * hour]).toEqual([true, true])
  const { subscriptions } = host.chat
  await expect
    .poll(async () => (await subscriptions.failed('webhook:hook')).items)
    .toMatchObject([{ roomId, attempts: 25, error: 'it answered 500' }])
  receiver.answer = status(204)
  expect(await subscriptions.retry('webhook:hook')).toBe(1)
  await expect.poll(() => subscriptions.list()).toMatchObject([{ name: 'webhook:hook', behind: 0, failed: 0 }])
})

it.each([
  ['in seconds', () => '3600', hour],
  ['as a date', () => new Date(Date.now() + hour).toUTCString(), hour],
  ['without bounds', () => '99999999', 4 * hour],
])('waits for as long as Retry-After says, %s', async (_, retryAfter, ms) => {
  const { servers, receiver, host, roomId, attemptsOf } = await givenWebhook()
  const another = await givenGroup(host, 'alice')
  await receiver.until(() => receiver.received.length === 2)
  receiver.answer = (request, response) => status(429, { 'retry-after': retryAfter() })(request, response)
  await host.chat.messages.send('alice', roomId, { text: 'said' })
  await expect.poll(attemptsOf).toBe(1)
  const waits = (await servers.positionOf(roomId)).heldUntil - Date.now()
  expect([waits > ms - 60_000, waits < ms + 60_000]).toEqual([true, true])
  // And no other room comes in its place.
  await host.chat.messages.send('alice', another, { text: 'not now' })
  const looked = await servers.start({})
  await looked.chat.subscribe('beside', () => undefined, { from: 'start' }).ready()
  await expect
    .poll(async () => (await looked.chat.subscriptions.list()).find(({ name }) => name === 'beside')?.behind)
    .toBe(0)
  expect(receiver.texts(another)).toEqual([])
})

it('that nobody answers is tried with one room at a time, and all are told once it is back', async () => {
  const { servers, receiver, host, time, logger } = await givenWebhook({ concurrency: 4 })
  const rooms = await Promise.all(Array.from({ length: 30 }, () => givenGroup(host, 'alice')))
  await receiver.until(() => receiver.received.length === 31)
  await receiver.shut()
  const tries = () => logger.said.filter(([text]) => /the handler of the subscription/.test(`${text}`)).length
  for (const roomId of rooms) await host.chat.messages.send('alice', roomId, { text: 'while it was away' })
  await expect.poll(tries).toBeGreaterThan(0)
  const atOnce = tries()
  expect(atOnce).toBeLessThanOrEqual(4)
  for (let n = 1; n <= 3; n += 1) {
    time.pass(30_000)
    await expect.poll(tries).toBe(atOnce + n)
  }
  await receiver.open()
  time.pass(30_000)
  // Those that were tried have to wait, but not for longer than the receiver was away.
  await receiver.until(() => rooms.every((roomId) => receiver.texts(roomId).length === 1))
  expect(receiver.received).toHaveLength(61)
  await expect.poll(() => host.chat.subscriptions.list()).toMatchObject([{ behind: 0, failed: 0 }])
  expect(await servers.prisma.chatSubscriptionPosition.count({ where: { heldUntil: { gt: 0 } } })).toBe(0)
})

it('has nothing counted as failed that the server gave up on since it was to stop', async () => {
  const { servers, receiver, host, roomId, webhooks } = await givenWebhook({ timeoutMs: 60_000 })
  receiver.answer = hang
  await host.chat.messages.send('alice', roomId, { text: 'said' })
  await receiver.until(() => receiver.texts(roomId).length === 1)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  const passing = setInterval(() => vi.advanceTimersByTime(1_000), 10)
  await host.close()
  clearInterval(passing)
  vi.useRealTimers()
  expect(await servers.positionOf(roomId)).toMatchObject({ attempts: 0, heldBy: null })
  receiver.answer = status(204)
  await servers.start({ webhooks })
  await receiver.until(() => receiver.texts(roomId).length === 2)
})

it('reads no more of an answer than it needs', async () => {
  const { receiver, host, roomId, attemptsOf } = await givenWebhook()
  let isCutOff = false
  receiver.answer = (_, response) => {
    response.on('close', () => {
      isCutOff = !response.writableFinished
    })
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', more)
    response.writeHead(200)
    more()
  }
  await host.chat.messages.send('alice', roomId, { text: 'said' })
  await receiver.until(() => isCutOff)
  expect(receiver.texts(roomId)).toEqual(['said'])
  expect(await attemptsOf()).toBe(0)
})

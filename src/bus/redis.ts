import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Bus, RateCounter } from '../core/bus.js'
import { checkCall, having, object, text } from '../core/option-checks.js'

/** A client of ioredis 5 or node-redis (`redis` 4 or 5): what the bus needs of it. */
export interface RedisClient {
  /** Sends a text to all who listen to a channel. */
  publish(channel: string, message: string): Promise<unknown>
  /** Makes another client with the same settings, for the bus to listen by. */
  duplicate(): object
}

/** What `redisBus` takes. */
export interface RedisBusOptions {
  /** Yours, connected; it publishes. Its duplicate, which the bus opens and closes by itself, listens. */
  client: RedisClient
  /**
   * The Pub/Sub channel: the same on every server of the chat.
   *
   * @default 'express-chat'
   */
  channel?: string
}

type Listener = (...values: string[]) => unknown

interface IoRedis {
  on(event: 'error' | 'message', listener: Listener): unknown
  subscribe(channel: string): Promise<unknown>
  disconnect(): void
}

interface NodeRedis {
  on(event: 'error', listener: Listener): unknown
  connect(): Promise<unknown>
  subscribe(channel: string, listener: Listener): Promise<unknown>
  /** `disconnect` in node-redis 4. */
  destroy?(): void
  disconnect?(): Promise<void>
}

const check = object<RedisBusOptions>(
  {
    client: having(['publish', 'duplicate'], 'give a client of ioredis or of node-redis'),
    channel: text('give the name of a channel'),
  },
  { required: ['client'] },
)

/** Hints over Redis Pub/Sub, through the client that you have. Its own options say how it reconnects. */
export function redisBus(options: RedisBusOptions): Bus {
  checkCall('redisBus', options, check, 'redisBus({ client })')
  const { client, channel = 'express-chat' } = options
  return {
    async publish(hint) {
      await client.publish(channel, hint)
    },
    async subscribe(listen) {
      const subscriber = client.duplicate()
      let ended = false
      const end = () => {
        ended = true
        endOf(subscriber)
      }
      try {
        // What was received already may still be handed over after the end.
        await subscribe(subscriber, channel, (hint = '') => !ended && listen(hint))
      } catch (error) {
        end()
        throw error
      }
      return end
    },
    counter: (name, rate) => counterOf(client, `${channel} ${name}`, rate),
  }
}

/** A Redis that is away is not waited for. */
function counterOf(client: RedisClient, keyPrefix: string, rate: { points: number; seconds: number }): RateCounter {
  const limiter = new RateLimiterRedis({
    storeClient: client,
    useRedisPackage: isNodeRedis(client),
    rejectIfRedisNotReady: true,
    points: rate.points,
    duration: rate.seconds,
    keyPrefix,
  })
  return async (userId, points) => {
    try {
      await (points < 0 ? limiter.reward(userId, -points) : limiter.consume(userId, points))
      return 0
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext
      throw refusal
    }
  }
}

// Only node-redis says whether it is open; only it must be told to connect, and takes the listener with the channel.
const isNodeRedis = (client: object): client is NodeRedis => 'isOpen' in client

async function subscribe(client: object, channel: string, listen: Listener): Promise<void> {
  // Both tell of a lost connection while they mend it; without a listener node-redis would end the process.
  const ignore = (): void => undefined
  if (isNodeRedis(client)) {
    client.on('error', ignore)
    await client.connect()
    await client.subscribe(channel, (hint) => listen(hint))
  } else {
    const subscriber = client as IoRedis
    subscriber.on('error', ignore)
    subscriber.on('message', (_channel, hint = '') => listen(hint))
    await subscriber.subscribe(channel)
  }
}

function endOf(client: object): void {
  if (!isNodeRedis(client)) (client as IoRedis).disconnect()
  else if (client.destroy) client.destroy()
  else client.disconnect?.().catch(() => undefined)
}

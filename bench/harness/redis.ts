import { Redis } from 'ioredis'

const url = process.env.BENCH_REDIS_URL || process.env.TEST_REDIS_URL || 'redis://127.0.0.1:6379'
let channels = 0

/** A channel that nobody else uses; undefined where no Redis answers. */
export async function redisChannel(): Promise<{ url: string; channel: string } | undefined> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.ping()
    return { url, channel: `express-chat bench ${process.pid} ${++channels}` }
  } catch {
    return undefined
  } finally {
    client.disconnect()
  }
}

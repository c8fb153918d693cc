import { type Bus, redisBus } from 'express-chat'

/** Tells the other servers of the demo by Redis. */
export async function busTo(url: string): Promise<Bus> {
  const { Redis } = await import('ioredis')
  // It reconnects by itself; that it must, the chat says once.
  const client = new Redis(url).on('error', () => undefined)
  return redisBus({ client })
}

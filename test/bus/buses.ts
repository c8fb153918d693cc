import { type Bus, memoryBus, postgresBus, redisBus } from 'express-chat'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createClient } from 'redis'
import { inject } from 'vitest'

/** A way between servers: each server of a test makes its own end of it. */
export interface TestBus {
  name: string
  /** Opens what the servers of one test share, under a name that no other test uses. */
  open(channel: string): Promise<OpenBus>
}

export interface OpenBus {
  create(): Bus | Promise<Bus>
  close(): Promise<void>
}

const memory: TestBus = {
  name: 'memory',
  async open() {
    const bus = memoryBus()
    return { create: () => bus, close: async () => undefined }
  },
}

const ioredis = (url: string): TestBus => ({
  name: 'ioredis',
  async open(channel) {
    const clients: Redis[] = []
    return {
      create() {
        const client = new Redis(url)
        clients.push(client)
        return redisBus({ client, channel })
      },
      close: async () => void (await Promise.all(clients.map((client) => client.quit()))),
    }
  },
})

const nodeRedis = (url: string): TestBus => ({
  name: 'node-redis',
  async open(channel) {
    const opened: (() => void)[] = []
    return {
      async create() {
        const client = await createClient({ url }).connect()
        opened.push(() => client.destroy())
        return redisBus({ client, channel })
      },
      async close() {
        for (const close of opened) close()
      },
    }
  },
})

const postgres = (url: string): TestBus => ({
  name: 'postgres',
  async open(channel) {
    return {
      create: () => postgresBus({ createClient: () => new pg.Client(url), channel }),
      close: async () => undefined,
    }
  },
})

const redisUrl = inject('redis')
const postgresUrl = inject('databases').find(({ name }) => name === 'postgresql')?.place

/** Every bus whose server answers here. */
export const buses: TestBus[] = [
  memory,
  ...(redisUrl ? [ioredis(redisUrl), nodeRedis(redisUrl)] : []),
  ...(postgresUrl ? [postgres(postgresUrl)] : []),
]

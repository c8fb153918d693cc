import { randomUUID } from 'node:crypto'
import { postgresBus } from '../../bus/postgres.js'
import { type RedisClient, redisBus } from '../../bus/redis.js'
import type { Bus } from '../../core/bus.js'
import { CommandError } from '../command.js'
import { driver } from '../drivers/connection.js'
import { type Pg, withoutSchema } from '../drivers/postgresql.js'
import type { Finding } from '../finding.js'

const about = 'bus'
/** Longer than postgresBus takes to say that it hears nothing. */
const echoMs = 6_000

/** Whether what is said over a bus at this URL is heard. */
export async function checkBus(url: string | undefined, cwd: string): Promise<Finding[]> {
  if (url === undefined) {
    const what = 'nobody has looked at a bus; with one server there is no need of any'
    return [{ level: 'unknown', about, what, mend: 'give its URL: --bus redis://… or postgresql://…' }]
  }
  let opened: Awaited<ReturnType<typeof openBus>> | undefined
  try {
    opened = await openBus(url, cwd)
    return (await hears(opened.bus)) ? [] : [silent('what is published there is not heard')]
  } catch (error) {
    if (error instanceof CommandError) throw error
    return [silent(reasonOf(error))]
  } finally {
    await opened?.close()
  }
}

const silent = (what: string): Finding => ({
  ...{ level: 'wrong', about, what },
  why: 'servers hear of each other by a poll alone, some seconds late, and nobody sees who types',
  mend: 'look at its address, its user and password, and whether it lets them publish and subscribe',
})

async function openBus(url: string, cwd: string): Promise<{ bus: Bus; close(): Promise<unknown> }> {
  if (/^postgres(ql)?:/.test(url)) {
    const { Client } = driver<Pg>('pg', '@prisma/adapter-pg', cwd)
    const createClient = () => new Client({ connectionString: withoutSchema(url), connectionTimeoutMillis: 5_000 })
    return { bus: postgresBus({ createClient, channel: 'express_chat_doctor' }), close: async () => undefined }
  }
  if (!/^rediss?:/.test(url)) throw new CommandError('--bus takes a URL of redis:, rediss: or postgresql:')
  const client = await openRedis(url, cwd)
  return { bus: redisBus({ client, channel: 'express-chat-doctor' }), close: async () => client.disconnect() }
}

interface Redis extends RedisClient {
  connect(): Promise<unknown>
  disconnect(): unknown
  on(event: 'error', listener: () => void): unknown
}

async function openRedis(url: string, cwd: string): Promise<Redis> {
  const client = makeRedis(url, cwd)
  client.on('error', () => undefined)
  await client.connect().catch((error) => {
    client.disconnect()
    throw error
  })
  return client
}

/** Whichever of the two clients the app has. */
function makeRedis(url: string, cwd: string): Redis {
  try {
    const { Redis } = driver<{ Redis: new (url: string, options: object) => Redis }>('ioredis', 'ioredis', cwd)
    return new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 5_000 })
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const options = { url, socket: { connectTimeout: 5_000, reconnectStrategy: false } }
    return driver<{ createClient(options: object): Redis }>('redis', 'redis', cwd).createClient(options)
  }
}

async function hears(bus: Bus): Promise<boolean> {
  const word = randomUUID()
  let timer: NodeJS.Timeout | undefined
  let end: (() => Promise<void>) | undefined
  try {
    return await new Promise<boolean>((resolve, reject) => {
      timer = setTimeout(resolve, echoMs, false)
      Promise.resolve(bus.subscribe((said) => said === word && resolve(true)))
        .then((unsubscribe) => {
          end = unsubscribe as () => Promise<void>
          return bus.publish(word)
        })
        .catch(reject)
    })
  } finally {
    clearTimeout(timer)
    await end?.()
  }
}

const reasonOf = (error: unknown): string => {
  const { message, code, errors } = error as { message?: string; code?: string; errors?: unknown[] }
  return message || (errors?.length ? reasonOf(errors[0]) : undefined) || code || String(error)
}

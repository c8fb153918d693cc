import { randomUUID } from 'node:crypto'
import { KeyedMutex } from '../concurrency/keyed-mutex.js'
import { withTimeout } from '../concurrency/with-timeout.js'
import type { Bus } from '../core/bus.js'
import { checkCall, func, object, refuse } from '../core/option-checks.js'

/** A client of `pg`: what the bus needs of it. */
export interface PostgresClient {
  /** Opens the connection; rejects where the server cannot be reached. */
  connect(): Promise<unknown>
  /** Runs one statement with its values. */
  query(text: string, values?: string[]): Promise<unknown>
  /** Hears what is notified on the channels that the connection listens to. */
  on(event: 'notification', listener: (message: { payload?: string | undefined }) => void): unknown
  /** Hears that the connection failed or ended, so that the bus opens another. */
  on(event: 'error' | 'end', listener: () => void): unknown
  /** Closes the connection. */
  end(): Promise<void>
}

/** What `postgresBus` takes. */
export interface PostgresBusOptions {
  /**
   * Makes a client that is not connected yet: `() => new pg.Client(url)`. Called for the one connection that the bus
   * keeps, again whenever that was lost, and each time once more for a moment: what is notified there must be heard here.
   * It must lead to the server itself: poolers that share connections between transactions (PgBouncer) do not carry
   * notifications, and `subscribe` rejects then.
   */
  createClient: () => PostgresClient
  /**
   * The channel of LISTEN and NOTIFY: the same on every server of the chat.
   *
   * @default 'express_chat'
   */
  channel?: string
}

/** How long the server may take to answer before the connection counts as lost. */
const patienceMs = 5_000
/** How often it is asked whether it is still there: who only listens would never find out. */
const beatMs = 15_000
const longestPauseMs = 5_000
/** What is notified on the server itself is heard within some ms. */
const echoMs = 3_000
const noEcho =
  'postgresBus hears nothing of what is notified: a pooler that shares connections between transactions (PgBouncer) is in between; give `createClient` a URL that leads to PostgreSQL itself'
/** What is notified to find out whether it is heard; no hint begins so. */
const echo = 'express-chat is listening '

const check = object<PostgresBusOptions>(
  {
    createClient: func('give what makes one, as () => new pg.Client(process.env.DATABASE_URL)'),
    channel(value, name) {
      if (typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= 63) return
      refuse(name, value, 'give 1 to 63 bytes, as PostgreSQL demands')
    },
  },
  { required: ['createClient'] },
)

/** Hints over PostgreSQL's LISTEN and NOTIFY, on one connection of its own that it mends by itself. */
export function postgresBus(options: PostgresBusOptions): Bus {
  checkCall('postgresBus', options, check, 'postgresBus({ createClient: () => new pg.Client(url) })')
  return new PostgresBus(options.createClient, options.channel ?? 'express_chat')
}

class PostgresBus implements Bus {
  /** A client of pg takes one statement at a time. */
  readonly #mutex = new KeyedMutex()
  readonly #listeners = new Set<{ listen: (hint: string) => void }>()
  #client: PostgresClient | undefined
  #connecting: Promise<PostgresClient> | undefined
  #retry: NodeJS.Timeout | undefined
  #beat: NodeJS.Timeout | undefined
  #failures = 0
  #acknowledge: (payload: string) => void = () => undefined

  constructor(
    readonly createClient: () => PostgresClient,
    readonly channel: string,
  ) {}

  async publish(hint: string): Promise<void> {
    if (this.#listeners.size === 0) throw new Error('postgresBus publishes for those who are subscribed')
    await this.#ask(await this.#connected(), 'SELECT pg_notify($1, $2)', [this.channel, hint])
  }

  async subscribe(listen: (hint: string) => void): Promise<() => Promise<void>> {
    const subscription = { listen }
    this.#listeners.add(subscription)
    const end = async () => {
      this.#listeners.delete(subscription)
      if (this.#listeners.size === 0) await this.#drop()
    }
    try {
      await this.#connected()
    } catch (error) {
      await end()
      throw error
    }
    return end
  }

  /** The one connection, made anew where there is none. */
  #connected(): Promise<PostgresClient> {
    if (this.#connecting) return this.#connecting
    const connecting = this.#connect()
    this.#connecting = connecting
    connecting.catch(() => {
      if (this.#connecting === connecting) this.#connecting = undefined
    })
    return connecting
  }

  async #connect(): Promise<PostgresClient> {
    const client = this.createClient()
    const lost = () => this.#lost(client)
    client.on('error', lost)
    client.on('end', lost)
    client.on('notification', ({ payload = '' }) => {
      if (payload.startsWith(echo)) return this.#acknowledge(payload)
      for (const { listen } of this.#listeners) listen(payload)
    })
    this.#client = client
    try {
      await withinPatience(client.connect())
      await this.#ask(client, `LISTEN "${this.channel.replaceAll('"', '""')}"`)
      await this.#checkEcho()
    } catch (error) {
      lost()
      throw error
    }
    this.#failures = 0
    clearInterval(this.#beat)
    this.#beat = setInterval(() => void this.#ask(client, 'SELECT 1').catch(() => undefined), beatMs).unref()
    return client
  }

  /** Notified from another connection: its own a pooler might bring even to a client that hears no others. */
  async #checkEcho(): Promise<void> {
    const word = `${echo}${randomUUID()}`
    const acknowledged = new Promise<void>((resolve) => {
      this.#acknowledge = (payload) => payload === word && resolve()
    })
    const other = this.createClient()
    other.on('error', () => undefined)
    try {
      await withinPatience(other.connect())
      await withinPatience(other.query('SELECT pg_notify($1, $2)', [this.channel, word]))
      await withTimeout(echoMs, acknowledged, () => new Error(noEcho))
    } finally {
      withinPatience(other.end()).catch(() => undefined)
    }
  }

  async #ask(client: PostgresClient, text: string, values: string[] = []): Promise<void> {
    try {
      await this.#mutex.take('', () => withinPatience(client.query(text, values)))
    } catch (error) {
      this.#lost(client)
      throw error
    }
  }

  #lost(client: PostgresClient): void {
    if (client !== this.#client) return
    this.#drop()
    if (this.#listeners.size === 0) return
    const pauseMs = Math.min(100 * 2 ** this.#failures, longestPauseMs)
    this.#failures += 1
    this.#retry = setTimeout(
      () => void this.#connected().catch(() => undefined),
      pauseMs * (0.5 + Math.random()),
    ).unref()
  }

  #drop(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    this.#connecting = undefined
    clearInterval(this.#beat)
    clearTimeout(this.#retry)
    return client ? withinPatience(client.end()).catch(() => undefined) : Promise.resolve()
  }
}

const withinPatience = <T>(work: Promise<T>): Promise<T> =>
  withTimeout(patienceMs, work, () => new Error('PostgreSQL did not answer within 5 s'))

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Bus, EndSubscription } from '../core/bus.js'
import type { ContractCase } from './contract-case.js'

const patienceMs = 5_000

/**
 * What the library relies on in a bus, as cases for any test runner:
 * `for (const { name, run } of busContract(() => myBus())) it(name, run)`. `create` is called once for each server of
 * which a case speaks; all of them must reach each other.
 */
export function busContract(create: () => Bus | Promise<Bus>): ContractCase[] {
  return Object.entries(cases).map(([name, check]) => ({
    name,
    async run() {
      const servers: Server[] = []
      const start = async () => {
        const server = await Server.on(await create())
        servers.push(server)
        return server
      }
      try {
        await check(start)
      } finally {
        for (const server of servers) await server.end()
      }
    },
  }))
}

/** Somebody who listens, and keeps what came. */
class Server {
  readonly received: string[] = []
  #end: EndSubscription | undefined
  #wake = (): void => undefined

  private constructor(readonly bus: Bus) {}

  static async on(bus: Bus): Promise<Server> {
    const server = new Server(bus)
    server.#end = await bus.subscribe((hint) => {
      server.received.push(hint)
      server.#wake()
    })
    return server
  }

  async hears(hint: string): Promise<void> {
    const deadline = Date.now() + patienceMs
    while (!this.received.includes(hint)) {
      assert.ok(Date.now() < deadline, `"${hint.slice(0, 40)}" did not come within 5 s`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now() + 1)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  async end(): Promise<void> {
    const end = this.#end
    this.#end = undefined
    await end?.()
  }
}

const cases: Record<string, (start: () => Promise<Server>) => Promise<void>> = {
  async 'gives a hint to every server, the one that published it included'(start) {
    const servers = [await start(), await start(), await start()]
    const hint = randomUUID()
    await servers[0]?.bus.publish(hint)
    for (const server of servers) await server.hears(hint)
  },

  async 'gives a hint from its first listening moment on'(start) {
    const early = await start()
    const late = await start()
    const hint = randomUUID()
    await early.bus.publish(hint)
    await late.hears(hint)
  },

  async 'gives what it was given, up to 7,900 bytes of any text'(start) {
    const [from, to] = [await start(), await start()]
    for (const text of [`'"\\;--\n\t$1 %s 图 👍🏽 ${randomUUID()}`, randomUUID().padEnd(7_900, 'x')]) {
      await from.bus.publish(text)
      await to.hears(text)
    }
  },

  async 'takes many hints at once'(start) {
    const [from, to] = [await start(), await start()]
    const hints = Array.from({ length: 200 }, () => randomUUID())
    await Promise.all(hints.map(async (hint) => from.bus.publish(hint)))
    for (const hint of hints) await to.hears(hint)
  },

  async 'lets two on one bus listen, each for itself'(start) {
    const first = await start()
    const second = await Server.on(first.bus)
    await first.end()
    const hint = randomUUID()
    await second.bus.publish(hint)
    await second.hears(hint)
    await second.end()
    assert.ok(!first.received.includes(hint))
  },

  async 'says nothing more to one who has ended'(start) {
    const [from, gone, to] = [await start(), await start(), await start()]
    await gone.end()
    const hint = randomUUID()
    await from.bus.publish(hint)
    await to.hears(hint)
    assert.deepEqual(gone.received, [])
  },
}

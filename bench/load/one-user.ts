import { type ChatClient, createChatClient } from 'express-chat/client'
import { WebSocket } from 'ws'
import type { Numbers } from '../harness/measure.js'

export interface OneUserOptions {
  port: number
  userId: string
}

/** Whoever is not there by then does not come. */
const patienceMs = 45_000

/** What a screen shows first. */
const pageOfRooms = 50

let cut = (): void => undefined

/** The socket of the client, whose line can be cut. */
class CutSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols)
    cut = () => this.terminate()
  }
}

/** One user by the published client, in a process of its own: from nothing until everything is there, and after a cut. */
export class OneUser {
  #client: ChatClient | undefined
  #cpu = process.cpuUsage()
  #events = 0

  constructor(readonly options: OneUserOptions) {}

  async open(): Promise<void> {}

  /** In ms; NaN for what did not come. */
  async run(): Promise<Numbers> {
    const { port, userId } = this.options
    const client = createChatClient({
      url: `http://127.0.0.1:${port}/chat`,
      auth: () => ({ 'X-User': userId }),
      WebSocket: CutSocket,
    })
    const start = performance.now()
    client.connect()
    const [live, page, all] = await Promise.all([
      until(client, ({ connection }) => connection.getSnapshot().status === 'live'),
      until(client, ({ rooms }) => rooms.getSnapshot().items.length >= pageOfRooms),
      until(client, ({ rooms }) => rooms.getSnapshot().status === 'ready'),
    ])
    const lost = until(client, ({ connection }) => connection.getSnapshot().status !== 'live')
    const cutAt = performance.now()
    cut()
    await lost
    const back = await until(client, ({ connection }) => connection.getSnapshot().status === 'live')
    this.#listen(client)
    return { live: live - start, page: page - start, all: all - start, back: back - cutAt }
  }

  /** As a page does that shows the rooms: it looks at them whenever something of them has changed. */
  #listen(client: ChatClient): void {
    this.#client = client
    this.#cpu = process.cpuUsage()
    client.rooms.subscribe(() => client.rooms.getSnapshot())
    client.onEvent(({ type }) => {
      if (type === 'message.created') this.#events += 1
    })
  }

  /** How many messages came since, and what each took of this process, in µs. */
  stop(): Numbers {
    const { user, system } = process.cpuUsage(this.#cpu)
    this.#client?.close()
    return { events: this.#events, event: (user + system) / this.#events }
  }
}

/** When it was so. */
function until(client: ChatClient, isSo: (client: ChatClient) => boolean): Promise<number> {
  return new Promise((resolve) => {
    const ends: (() => void)[] = []
    const end = (at: number) => {
      clearTimeout(late)
      for (const each of ends) each()
      resolve(at)
    }
    const late = setTimeout(end, patienceMs, Number.NaN)
    const look = () => isSo(client) && end(performance.now())
    ends.push(client.connection.subscribe(look), client.rooms.subscribe(look))
    look()
  })
}

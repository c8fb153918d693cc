import type { Numbers } from '../harness/measure.js'
import { matcher } from './protocols.js'
import { RawSocket } from './raw-socket.js'

export interface ReconnectsOptions {
  protocol: 'chat' | 'socket.io'
  port: number
  clients: number
  rooms: string[]
  /** Messages that each has missed when it comes back. */
  missed: number
}

interface Place {
  userId: string
  /** What it says to be given what it missed. */
  resume: string
}

/** Clients that were there, were cut off, and all come back at once. */
export class Reconnects {
  #places: Place[] = []

  constructor(readonly options: ReconnectsOptions) {}

  /** Connects everybody once, to learn where they stand, and cuts them off. */
  async open(): Promise<void> {
    const { protocol, clients } = this.options
    const learn = protocol === 'chat' ? this.#standing : this.#offset
    for (let n = 0; n < clients; n += 50) {
      const some = Array.from({ length: Math.min(50, clients - n) }, (_, k) => learn.call(this, `u${n + k}`))
      this.#places.push(...(await Promise.all(some)))
    }
  }

  async #standing(userId: string): Promise<Place> {
    const socket = await this.#connect(userId)
    const welcomed = socket.heard('{"type":"welcome"')
    socket.send('{"type":"hello"}')
    const { rooms } = JSON.parse(await welcomed) as { rooms: Record<string, { revision: number }> }
    socket.end()
    const seen = Object.entries(rooms).map(([roomId, { revision }]) => [roomId, revision])
    return { userId, resume: JSON.stringify({ type: 'hello', rooms: Object.fromEntries(seen) }) }
  }

  /** socket.io's recovery wants an id, and the offset that came with the last event. */
  async #offset(userId: string): Promise<Place> {
    const socket = await this.#connect(userId)
    await socket.heard('0{')
    const connected = socket.heard('40{')
    socket.send('40')
    const { pid } = JSON.parse((await connected).slice(2)) as { pid: string }
    const event = await socket.heard('42["message"')
    socket.end()
    const offset = (JSON.parse(event.slice(2)) as unknown[]).at(-1)
    return { userId, resume: `40${JSON.stringify({ pid, offset })}` }
  }

  #connect(userId: string): Promise<RawSocket> {
    const { protocol, port } = this.options
    return protocol === 'chat'
      ? RawSocket.open(port, '/chat/ws', { 'Sec-WebSocket-Protocol': 'chat.v1', 'X-User': userId })
      : RawSocket.open(port, '/socket.io/?EIO=4&transport=websocket', { 'X-User': userId })
  }

  /** How long it takes until the last one has everything. */
  async run(): Promise<Numbers> {
    const { protocol, missed } = this.options
    const start = performance.now()
    const sockets = await Promise.all(this.#places.map((place) => this.#comeBack(place, protocol, missed)))
    const ms = performance.now() - start
    for (const socket of sockets) socket.end()
    return { ms }
  }

  async #comeBack({ userId, resume }: Place, protocol: 'chat' | 'socket.io', missed: number): Promise<RawSocket> {
    const socket = await this.#connect(userId)
    if (protocol === 'socket.io') await socket.heard('0{')
    const isMessage = matcher(protocol === 'chat' ? '{"type":"message.created"' : '42["message"')
    const isReady = matcher('{"type":"ready"')
    await new Promise<void>((resolve, reject) => {
      let got = 0
      socket.onFrame = (data, start) => {
        if (isMessage(data, start)) got += 1
        const isDone = protocol === 'chat' ? isReady(data, start) : got === missed
        if (!isDone) return
        if (got === missed) resolve()
        else reject(new Error(`${userId} was given ${got} of ${missed} messages`))
      }
      socket.onClose = () => reject(new Error(`${userId} was cut off after ${got} messages`))
      socket.send(resume)
    })
    return socket
  }
}

import { type ProtocolName, protocols } from './protocols.js'

export interface IdleOptions {
  protocol: ProtocolName
  port: number
  sockets: number
  /** The number of the first user; the others follow. */
  first?: number
}

/** Sockets that do nothing once they are open. */
export class Idle {
  constructor(readonly options: IdleOptions) {}

  async open(): Promise<void> {
    const { protocol, port, sockets, first = 0 } = this.options
    for (let n = 0; n < sockets; n += 50) {
      await Promise.all(
        Array.from({ length: Math.min(50, sockets - n) }, async (_, k) => {
          const socket = await protocols[protocol].open(port, `u${first + n + k}`)
          socket.onFrame = () => undefined
        }),
      )
    }
  }

  run(): void {}
}

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answers, answer } from '../harness/process.js'

export interface Usage {
  /** Of the process so far, user and system together. */
  cpuMs: number
  rssBytes: number
  /** Of it what objects take, and buffers beside them. */
  heapBytes: number
}

/** What every server of the benchmark can be asked; `start` answers with its port. */
export function serve<Options>(start: (options: Options) => Promise<Server>, others: Answers = {}): void {
  answer({
    async start(options: Options) {
      const server = await start(options)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve))
      return (server.address() as AddressInfo).port
    },
    usage(): Usage {
      const { user, system } = process.cpuUsage()
      const { rss, heapUsed, external } = process.memoryUsage()
      return { cpuMs: (user + system) / 1000, rssBytes: rss, heapBytes: heapUsed + external }
    },
    collectGarbage() {
      for (let n = 0; n < 5; n += 1) global.gc?.()
    },
    ...others,
  })
}

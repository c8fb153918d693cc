import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../examples/process.js'

/** Where a connection is cut: with the COMMIT still here, with it on its way, or with the answer to it lost. */
export type Moment = 'before' | 'during' | 'after'

/**
 * What commits: the word, but not as part of an isolation level, and the statement that appends messages without a
 * transaction. Both PostgreSQL and MariaDB are told in plain text.
 */
const commit = /COMMIT(?!TED)|WITH free AS/

/** Stands between clients and their server, and cuts their connections when it is told to. */
export class TcpProxy {
  /** How many connections were cut at a COMMIT. */
  cuts = 0
  /** What is to be done to the next COMMIT that passes. */
  #next: { moment: Moment; done: () => void } | undefined
  readonly #pairs = new Set<[Socket, Socket]>()
  #partitioned = false

  private constructor(
    readonly port: number,
    readonly server: Server,
  ) {}

  static async open(targetPort: number, targetHost = '127.0.0.1'): Promise<TcpProxy> {
    const server = createServer()
    const proxy = new TcpProxy(await freePort(), server)
    server.on('connection', (client) => proxy.#join(client, createConnection(targetPort, targetHost)))
    await new Promise<void>((resolve) => server.listen(proxy.port, '127.0.0.1', resolve))
    return proxy
  }

  #join(client: Socket, server: Socket): void {
    const pair: [Socket, Socket] = [client, server]
    this.#pairs.add(pair)
    let isAnswerLost = false
    for (const socket of pair) {
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#cut(pair))
    }
    client.on('data', (data) => {
      if (this.#partitioned) return
      const cut = commit.test(data.toString('latin1')) ? this.#next : undefined
      if (!cut) {
        server.write(data)
        return
      }
      this.#next = undefined
      this.cuts += 1
      cut.done()
      if (cut.moment === 'before') return this.#cut(pair)
      isAnswerLost = true
      server.write(data, () => cut.moment === 'during' && this.#cut(pair))
    })
    server.on('data', (data) => {
      if (isAnswerLost) this.#cut(pair)
      else if (!this.#partitioned) client.write(data)
    })
  }

  #cut(pair: [Socket, Socket]): void {
    this.#pairs.delete(pair)
    for (const socket of pair) socket.destroy()
  }

  /** Cuts the connection of the next COMMIT; resolves once that came by, or did not in this time. */
  async cutAtCommit(moment: Moment, waitMs = 2_000): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#next = undefined
        resolve()
      }, waitMs)
      const done = () => {
        clearTimeout(timer)
        resolve()
      }
      this.#next = { moment, done }
    })
  }

  /** Loses whatever either side says, and tells neither. */
  partition(): void {
    this.#partitioned = true
  }

  /** What was lost stays lost, so those who talked meanwhile begin anew. */
  heal(): void {
    this.#partitioned = false
    this.cutAll()
  }

  cutAll(): void {
    for (const pair of [...this.#pairs]) this.#cut(pair)
  }

  async close(): Promise<void> {
    this.cutAll()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

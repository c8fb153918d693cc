import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** At which moment of a commit the connection is cut: before the server has it, on its way, or after it was done. */
export type Moment = 'before' | 'during' | 'after'

export interface Proxy {
  /** The database's URL, by way of the proxy. */
  url: string
  /** Cuts the connection of the next commit. */
  cutAtCommit(moment: Moment): void
  /** How many were cut. */
  readonly cut: number
  close(): Promise<void>
}

/** Not the isolation level, which is said at the beginning. */
const commit = /COMMIT(?!TED)/

/** A wire between a client and its database, to be cut. Both PostgreSQL and MariaDB say COMMIT in plain text. */
export async function proxyTo(databaseUrl: string): Promise<Proxy> {
  const { hostname, port, protocol } = new URL(databaseUrl)
  const target = { host: hostname, port: Number(port || (protocol === 'mysql:' ? 3306 : 5432)) }
  const sockets = new Set<Socket>()
  let armed: Moment | undefined
  let cut = 0

  const server = createServer((client) => {
    const database = connect(target)
    let isLast = false
    const end = () => {
      client.destroy()
      database.destroy()
    }
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    client.on('data', (data) => {
      const moment = commit.test(data.toString('latin1')) ? armed : undefined
      if (!moment) return void database.write(data)
      armed = undefined
      cut += 1
      if (moment === 'before') return end()
      if (moment === 'after') isLast = true
      database.write(data, moment === 'during' ? end : undefined)
    })
    database.on('data', (data) => {
      if (isLast) end()
      else client.write(data)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: Object.assign(new URL(databaseUrl), {
      hostname: '127.0.0.1',
      port: String((server.address() as AddressInfo).port),
    }).href,
    cutAtCommit(moment) {
      armed = moment
    },
    get cut() {
      return cut
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

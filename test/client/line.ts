import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** What lies between a client and a server: it can be cut, go down, go silent, and lead to another server. */
export interface Line {
  origin: string
  /** Where new connections lead. */
  lead(origin: string): void
  /** Breaks what is open. */
  cut(): void
  /** Whether new connections are let through. */
  isUp: boolean
  /** Whether bytes go through, in either direction; without, all looks open and nobody answers. */
  isSilent: boolean
}

export async function givenLine(origin: string): Promise<Line> {
  let target = new URL(origin)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    if (!line.isUp) return socket.destroy()
    const onward = connect(Number(target.port), target.hostname)
    const both = [socket, onward]
    for (const [one, other] of [both, [onward, socket]] as [Socket, Socket][]) {
      sockets.add(one)
      one.on('data', (data) => line.isSilent || other.write(data))
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    return undefined
  })
  const line: Line = {
    origin: '',
    lead(to) {
      target = new URL(to)
    },
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    isUp: true,
    isSilent: false,
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  line.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    line.cut()
    server.close()
  })
  return line
}

import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

const nothing: Buffer = Buffer.alloc(0)
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])

/**
 * A WebSocket client that does next to nothing: it finds where frames begin and end. A client that decodes and parses
 * costs more than the servers that are measured.
 */
export class RawSocket {
  /** Called with each whole frame's place in a buffer. */
  onFrame: (data: Buffer, start: number, end: number) => void = () => undefined
  onClose: () => void = () => undefined
  #rest = nothing

  private constructor(readonly socket: Socket) {}

  static open(port: number, path: string, headers: Record<string, string>): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const lines = Object.entries({
        Host: `127.0.0.1:${port}`,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        ...headers,
      }).map(([name, value]) => `${name}: ${value}`)
      socket.once('connect', () => socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`))
      socket.once('error', reject)
      let head: Buffer = nothing
      const shake = (chunk: Buffer) => {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        socket.off('data', shake).off('error', reject)
        const answer = head.toString('latin1', 0, end)
        if (!answer.startsWith('HTTP/1.1 101')) return reject(new Error(answer))
        const raw = new RawSocket(socket)
        socket.on('data', (data: Buffer) => raw.#scan(data))
        socket.on('error', () => undefined)
        socket.once('close', () => raw.onClose())
        const early = head.subarray(end + 4)
        // After whoever opened it has said who listens.
        if (early.length > 0) setImmediate(() => raw.#scan(early))
        resolve(raw)
      }
      socket.on('data', shake)
    })
  }

  #scan(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    while (at + 2 <= data.length) {
      let length = (data[at + 1] as number) & 127
      let start = at + 2
      if (length === 126) {
        if (at + 4 > data.length) break
        length = data.readUInt16BE(at + 2)
        start = at + 4
      } else if (length === 127) {
        if (at + 10 > data.length) break
        length = Number(data.readBigUInt64BE(at + 2))
        start = at + 10
      }
      const end = start + length
      if (end > data.length) break
      // Text, and pings, which nobody sends with anything in them; pongs and closes are let pass.
      if (data[at] === 0x81) this.onFrame(data, start, end)
      else if (data[at] === 0x89) this.socket.write(pong)
      at = end
    }
    this.#rest = at === data.length ? nothing : data.subarray(at)
  }

  /** Resolves with the first frame that begins with `prefix`. */
  heard(prefix: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.onFrame = (data, start, end) => {
        const text = data.toString('utf8', start, end)
        if (text.startsWith(prefix)) resolve(text)
      }
      this.onClose = () => reject(new Error(`the socket was closed before it heard ${prefix}`))
    })
  }

  send(text: string): void {
    const size = Buffer.byteLength(text)
    const head = size < 126 ? 2 : 4
    const frame = Buffer.alloc(head + 4 + size)
    frame[0] = 0x81
    frame[1] = 0x80 | (head === 2 ? size : 126)
    if (head === 4) frame.writeUInt16BE(size, 2)
    // The mask stays zero, which is one like any other to who reads it.
    frame.write(text, head + 4)
    this.socket.write(frame)
  }

  end(): void {
    this.onClose = () => undefined
    this.socket.destroy()
  }
}

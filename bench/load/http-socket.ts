import { connect, type Socket } from 'node:net'

const headEnd = Buffer.from('\r\n\r\n')
const lengthName = /content-length: (\d+)/i

export interface HttpAnswer {
  status: number
  body: string
}

/** An HTTP client with one kept connection that does next to nothing: node's own costs as much as a server. */
export class HttpSocket {
  readonly #socket: Socket
  #data = Buffer.alloc(0)
  #answered: (answer: HttpAnswer) => void = () => undefined

  private constructor(
    socket: Socket,
    readonly headers: string,
  ) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', () => undefined)
  }

  static open(port: number, userId: string): Promise<HttpSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      const headers = `Host: 127.0.0.1\r\nX-User: ${userId}\r\nContent-Type: application/json`
      socket.once('connect', () => resolve(new HttpSocket(socket, headers)))
    })
  }

  #read(chunk: Buffer): void {
    this.#data = Buffer.concat([this.#data, chunk])
    const end = this.#data.indexOf(headEnd)
    if (end < 0) return
    const head = this.#data.toString('latin1', 0, end)
    const whole = end + 4 + Number(lengthName.exec(head)?.[1] ?? 0)
    if (this.#data.length < whole) return
    const body = this.#data.toString('utf8', end + 4, whole)
    this.#data = this.#data.subarray(whole)
    this.#answered({ status: Number(head.slice(9, 12)), body })
  }

  ask(method: 'GET' | 'POST', path: string, body = ''): Promise<HttpAnswer> {
    return new Promise((resolve) => {
      this.#answered = resolve
      const length = body === '' ? '' : `\r\nContent-Length: ${Buffer.byteLength(body)}`
      this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.headers}${length}\r\n\r\n${body}`)
    })
  }

  end(): void {
    this.#socket.destroy()
  }
}

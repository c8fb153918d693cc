import { connect, type Socket } from 'node:net'

const headEnd = Buffer.from('\r\n\r\n')
const lengthName = /content-length: (\d+)/i

export interface HttpAnswer {
  status: number
  body: string
}

/** An HTTP client with one kept connection that does next to nothing: node's own costs as much as a server. */
export class HttpSocket {
  readonly #headers: string
  #socket: Socket | undefined
  #data: Buffer = Buffer.alloc(0)
  #answered: (answer: HttpAnswer) => void = () => undefined
  #failed: (error: Error) => void = () => undefined

  constructor(
    readonly port: number,
    userId: string,
  ) {
    this.#headers = `Host: 127.0.0.1\r\nX-User: ${userId}\r\nContent-Type: application/json`
  }

  /** A server ends connections that were idle for some seconds: while others have their turn, for example. */
  #connect(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true })
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#socket = undefined
      this.#failed(new Error('the connection was closed before the answer'))
    })
    return socket
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
    return new Promise((resolve, reject) => {
      this.#answered = resolve
      this.#failed = reject
      const length = body === '' ? '' : `\r\nContent-Length: ${Buffer.byteLength(body)}`
      this.#socket ??= this.#connect()
      this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#headers}${length}\r\n\r\n${body}`)
    })
  }

  end(): void {
    this.#socket?.destroy()
  }
}

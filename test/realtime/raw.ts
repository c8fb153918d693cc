import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { patienceMs } from '../patience.js'

export interface RawAnswer {
  /** 0 where nothing was answered. */
  status: number
  head: string
  body: string
}

export interface Ask {
  path: string
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** A proper WebSocket handshake, but for what a test makes of it. */
export const handshake: Record<string, string> = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol': 'chat.v1',
}

/** `allowHalfOpen` makes a client that stays when the server ends. */
export function open(origin: string, options: { allowHalfOpen?: boolean } = {}): Socket {
  const { protocol, hostname, port } = new URL(origin)
  const place = { host: hostname, port: Number(port), ...options }
  const socket = protocol === 'https:' ? connectTls({ ...place, rejectUnauthorized: false }) : connect(place)
  return socket.on('error', () => undefined)
}

export function textOf(origin: string, { path, method = 'GET', headers = handshake, body = '' }: Ask): string {
  const lines = Object.entries({ Host: new URL(origin).host, ...headers }).map(([name, value]) => `${name}: ${value}`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

/** Asks over a bare socket; gives one answer, or what came until the server ended it. A server that hangs fails the test. */
export function ask(origin: string, asked: Ask): Promise<RawAnswer> {
  const socket = open(origin)
  socket.write(textOf(origin, asked), 'latin1')
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (data) => {
      text += data
      const [head = '', body = ''] = text.split('\r\n\r\n')
      const length = /content-length: (\d+)/i.exec(head)?.[1]
      if (length !== undefined && Buffer.byteLength(body) === Number(length)) socket.end()
    })
    const late = setTimeout(() => {
      socket.destroy()
      reject(new Error(`the server did not end the socket; it said: ${text}`))
    }, patienceMs)
    socket.on('close', () => {
      clearTimeout(late)
      const [head = '', body = ''] = text.split('\r\n\r\n')
      resolve({ status: Number(head.split(' ')[1] ?? 0), head, body })
    })
  })
}

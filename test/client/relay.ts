import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

/** A proxy that understands what it passes on: it hears what clients say, is slow, and closes with whatever code it is told. */
export interface Relay {
  origin: string
  /** What each socket said, as it came. */
  readonly said: { type: string; [key: string]: unknown }[][]
  /** The requests that came, as `GET /chat/rooms`. */
  readonly asked: string[]
  /** Closes all that are open. */
  closeWith(code: number, reason?: string): void
  /** What to answer instead of passing a request on. */
  answer: (request: IncomingMessage) => { status: number; headers?: Record<string, string>; body?: string } | undefined
  /** What a socket says is closed with that code, at once, where this gives one. */
  refuse: (frame: { type: string; [key: string]: unknown }) => number | undefined
  /** How long something takes on its way to the server. */
  delayMs: () => number
  /** Changes a frame of the server's on its way. */
  alter: (frame: { type: string; [key: string]: unknown }) => object
}

const wait = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))

export async function givenRelay(origin: string): Promise<Relay> {
  const open = new Set<WebSocket>()
  const relay: Relay = {
    origin: '',
    said: [],
    asked: [],
    closeWith(code, reason) {
      for (const socket of open) socket.close(code, reason)
    },
    answer: () => undefined,
    refuse: () => undefined,
    delayMs: () => 0,
    alter: (frame) => frame,
  }

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '', headers } = incoming
    relay.asked.push(`${method} ${url}`)
    const answer = relay.answer(incoming)
    if (answer) return void response.writeHead(answer.status, answer.headers).end(answer.body)
    await wait(relay.delayMs())
    const onward = request(`${origin}${url}`, { method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 500, answered.headers)
      answered.pipe(response)
    })
    onward.on('error', () => response.destroy())
    incoming.pipe(onward)
  }

  function join(socket: WebSocket, { url = '', headers }: IncomingMessage): void {
    const own: Relay['said'][number] = []
    relay.said.push(own)
    open.add(socket)
    const protocols = String(headers['sec-websocket-protocol']).split(/, ?/)
    const onward = new WebSocket(`${origin.replace('http', 'ws')}${url}`, protocols)
    // One after the other, as on any line.
    let passing = new Promise<void>((resolve) => onward.on('open', () => resolve()))
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data))
      own.push(frame)
      const code = relay.refuse(frame)
      if (code) return socket.close(code)
      const arrives = wait(relay.delayMs())
      passing = passing.then(() => arrives).then(() => onward.send(String(data), () => undefined))
    })
    onward.on('message', (data) => socket.send(JSON.stringify(relay.alter(JSON.parse(String(data))))))
    for (const each of [socket, onward]) each.on('error', () => undefined)
    socket.on('close', () => {
      open.delete(socket)
      onward.terminate()
    })
    onward.on('close', (code, reason) =>
      code > 1001 && code !== 1006 ? socket.close(code, reason) : socket.terminate(),
    )
  }

  const server = createServer((incoming, response) => void pass(incoming, response))
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'chat.v1' })
  server.on('upgrade', (incoming, socket, head) => {
    sockets.handleUpgrade(incoming, socket, head, (opened) => join(opened, incoming))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  relay.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    for (const socket of open) socket.terminate()
    server.closeAllConnections()
    server.close()
  })
  return relay
}

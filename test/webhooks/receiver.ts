import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookOptions } from 'express-chat'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, vi } from 'vitest'

export const signingSecret = `whsec_${Buffer.alloc(32, 'of the tests').toString('base64')}`
export const anotherSecret = `whsec_${Buffer.alloc(32, 'rotated').toString('base64')}`

/** A request that came, as `standardwebhooks` has verified it. */
export interface Received {
  id: string
  path: string
  headers: IncomingHttpHeaders
  type: string
  timestamp: string
  roomId: string
  revision: number
  /** What somebody wrote, if it is that. */
  text: string | undefined
}

type Answering = (request: Received, response: ServerResponse) => void

export interface Receiver {
  /** `http://127.0.0.1:port` */
  origin: string
  received: Received[]
  /** What it answers from now on; 204 at first. */
  answer: Answering
  /** The texts that came from a room, in their order. */
  texts(roomId: string): string[]
  /** The `webhook-id`s that came from a room, in their order. */
  idsOf(roomId: string): string[]
  until(holds: () => boolean, what?: string): Promise<void>
  /** A webhook that goes to it. */
  webhook(options?: Partial<WebhookOptions>): WebhookOptions
  /** Takes no connections until it is opened again. */
  shut(): Promise<void>
  open(): Promise<void>
}

export const status =
  (code: number, headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    void response.writeHead(code, headers).end()

/** A server for webhooks, until the test ends. It takes nothing that `standardwebhooks` does not verify with the secret. */
export async function givenReceiver(secret = signingSecret): Promise<Receiver> {
  const verifier = new Webhook(secret)
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      const payload = verified(verifier, body, request.headers)
      if (!payload) return void response.writeHead(401).end()
      const { type, timestamp, data } = payload
      const { roomId, revision, message } = data
      const about = { id: `${request.headers['webhook-id']}`, path: `${request.url}`, headers: request.headers }
      const one = {
        ...about,
        type,
        timestamp,
        roomId,
        revision,
        text: message?.kind === 'user' ? message.text : undefined,
      }
      receiver.received.push(one)
      receiver.answer(one, response)
    })
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(() => (server.listening ? shut() : undefined))
  const receiver: Receiver = {
    origin: `http://127.0.0.1:${port}`,
    received: [],
    answer: status(204),
    texts: (roomId) => receiver.received.flatMap((each) => (each.roomId === roomId ? (each.text ?? []) : [])),
    idsOf: (roomId) => receiver.received.flatMap((each) => (each.roomId === roomId ? each.id : [])),
    until: (holds, what = 'what was to come') => vi.waitFor(() => expect(holds(), what).toBe(true), { interval: 10 }),
    webhook: (options) => ({ url: `${receiver.origin}/hook`, secret, allowPrivate: true, ...options }),
    shut,
    open: () => listen(port),
  }
  return receiver
}

function verified(verifier: Webhook, body: string, headers: IncomingHttpHeaders): Payload | undefined {
  try {
    return verifier.verify(body, headers as Record<string, string>) as Payload
  } catch {
    return undefined
  }
}

interface Payload {
  type: string
  timestamp: string
  data: { roomId: string; revision: number; message?: { kind: string; text: string } }
}

import type { Answer, SocketOptions } from '../host.js'
import { TestSocket } from '../socket.js'

/** What a client of a running example does, who has a token or none. */
export interface Client {
  call(method: string, path: string, body?: unknown): Promise<Answer>
  /** A socket that has said hello and is ready. */
  socket(hello?: Exclude<SocketOptions['hello'], null>): Promise<TestSocket>
}

/** Paths are those of the whole host, as in `/chat/rooms`. */
export function clientOf(origin: string, token?: string): Client {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return {
    async call(method, path, body) {
      const response = await fetch(origin + path, {
        method,
        headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json')
      return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
    },
    async socket(hello = {}) {
      const socket = await TestSocket.open(`${origin.replace('http', 'ws')}/chat/ws`, ['chat.v1'], authorization)
      socket.send({ type: 'hello', ...hello })
      await socket.ready()
      return socket
    },
  }
}

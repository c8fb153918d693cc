import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ChatError } from '../contract/problems.js'

/**
 * An HTTP answer to an upgrade that is refused. `end` and not `write` + `destroy`: that one loses the answer. Destroyed
 * once it is out, since Node has no time-out for such a socket: a client that stays would keep it for ever.
 */
export function rejectUpgrade(socket: Duplex, refusal: ChatError, requestId: string): void {
  const body = JSON.stringify(refusal.toProblem(requestId))
  const lines = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(refusal.retryAfter === undefined ? [] : [`Retry-After: ${refusal.retryAfter}`]),
  ]
  if (!socket.writable) return void socket.destroy()
  socket.once('finish', () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ChatError } from '../../src/contract/problems.js'
import { rejectUpgrade } from '../../src/realtime/rejection.js'

const refusal = (retryAfter?: number) => new ChatError('unavailable', 'über', { retryAfter })

/** What a client is told, and whether its socket is gone then. */
async function told(error: ChatError) {
  const socket = new PassThrough()
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  rejectUpgrade(socket, error, 'q1')
  await new Promise((resolve) => socket.once('close', resolve))
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
  return { lines: head.split('\r\n'), body }
}

describe('an upgrade that is refused', () => {
  it('is answered as HTTP is, and then cut off', async () => {
    const { lines, body } = await told(refusal())
    expect(lines).toEqual([
      'HTTP/1.1 503 Service Unavailable',
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ])
    expect(JSON.parse(body)).toEqual(refusal().toProblem('q1'))
  })

  it('says when to come again', async () => {
    const { lines, body } = await told(refusal(5))
    expect(lines.at(-1)).toBe('Retry-After: 5')
    expect(JSON.parse(body)).toMatchObject({ retryAfter: 5 })
  })

  it('is not answered on a socket that is ended already: that is only cut off', () => {
    const socket = new PassThrough()
    socket.end()
    rejectUpgrade(socket, refusal(), 'q1')
    expect(socket.destroyed).toBe(true)
  })

  it('is cut off once the answer is out, and not before', async () => {
    const socket = new PassThrough()
    rejectUpgrade(socket, refusal(), 'q1')
    expect(socket.destroyed).toBe(false)
    await new Promise((resolve) => socket.once('finish', resolve))
    expect(socket.destroyed).toBe(true)
  })
})

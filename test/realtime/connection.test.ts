import type { Duplex } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { Connection, WriteBatcher } from '../../src/realtime/connection.js'

/** A connection to somebody who takes only what a test lets through. */
function givenReader(queuedBytes: number) {
  const stream = {
    writableLength: 0,
    write: (bytes: Buffer) => {
      stream.writableLength += bytes.length
    },
  }
  const webSocket = { OPEN: 1, readyState: 1, close: vi.fn(), terminate: vi.fn() }
  const connection = new Connection({
    ...{ id: 'c', queuedBytes, writeBatcher: new WriteBatcher(), clock: () => new Date() },
    admitted: { session: { userId: 'alice', expiresAt: null }, revocation: null },
    ...{ stream: stream as unknown as Duplex, webSocket: webSocket as unknown as WebSocket },
  })
  const tell = (bytes: number) => {
    connection.send(Buffer.alloc(bytes))
    connection.flush()
    return connection.closed ? 'closed' : 'open'
  }
  return { stream, tell, webSocket }
}

describe('a reader who has taken everything so far', () => {
  it('may be given more at once than may wait, and is not slow while taking it', () => {
    const { stream, tell } = givenReader(1_000)
    expect(tell(5_000)).toBe('open')
    expect([tell(400), tell(400)]).toEqual(['open', 'open'])
    stream.writableLength = 1_200
    expect(tell(500)).toBe('open')
  })

  it('is slow once more waits behind that than may wait', () => {
    const { tell, webSocket } = givenReader(1_000)
    expect(tell(5_000)).toBe('open')
    expect([tell(600), tell(600)]).toEqual(['open', 'closed'])
    expect(webSocket.close).toHaveBeenCalledWith(4413, expect.any(String))
  })

  it('has no more than may wait once that was taken', () => {
    const { stream, tell } = givenReader(1_000)
    expect(tell(5_000)).toBe('open')
    stream.writableLength = 0
    expect([tell(10), tell(600), tell(600)]).toEqual(['open', 'open', 'closed'])
  })
})

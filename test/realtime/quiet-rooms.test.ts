import type { Duplex } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import type { DurableEvent } from '../../src/contract/events.js'
import type { Core } from '../../src/core/create-core.js'
import { Connection, WriteBatcher } from '../../src/realtime/connection.js'
import { Channels } from '../../src/realtime/delivery/channels.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** The bytes that are in use, without what is no longer. */
function heapUsed(): number {
  for (let n = 0; n < 3; n += 1) collect()
  return process.memoryUsage().heapUsed
}

const [people, rooms, roomsEach] = [200, 2_000, 80]
const subscriptions = people * roomsEach

const roomIdOf = (n: number) => `01939f00-0000-7000-8abc-${String(n).padStart(12, '0')}`
const eventOf = (roomId: string, revision: number) => ({ type: 'message.created', roomId, revision }) as DurableEvent

/** So many connections, each in so many rooms of eight, and what all that costs for each room of each. */
function givenServer() {
  const nothing = () => undefined
  const listener = { joined: nothing, confirmedJoin: nothing, left: nothing, happened: nothing, failed: nothing }
  const writeBatcher = new WriteBatcher()
  const connections = Array.from({ length: people }, (_, n) => {
    return new Connection({
      ...{ id: `c${n}`, queuedBytes: 1_000_000, writeBatcher, clock: () => new Date() },
      admitted: { session: { userId: `u${n}`, expiresAt: null }, revocation: null },
      stream: { writableLength: 0, write: nothing } as unknown as Duplex,
      webSocket: { OPEN: 1, readyState: 1 } as WebSocket,
    })
  })
  const channels = new Channels({} as Core, listener)
  const before = heapUsed()
  for (const [n, connection] of connections.entries()) {
    for (let k = 0; k < roomsEach; k += 1) {
      // Each connection is told of its rooms by texts of its own, as they are read.
      channels.subscribe(connection, Buffer.from(roomIdOf((n * roomsEach + k) % rooms)).toString(), 7)
    }
  }
  const bytesEach = () => (heapUsed() - before) / subscriptions
  return { bytesEach, channels, connections }
}

/** It takes about 50; with a set, two maps and a list for each room, most of them empty, it took 140. */
const mostBytes = 100

describe('a room in which nothing happens', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('costs some bytes for each connection in it', () => {
    const { bytesEach, channels } = givenServer()
    expect(channels.ids()).toHaveLength(rooms)
    expect(bytesEach()).toBeLessThan(mostBytes)
  })

  it('costs as little again after events came out of order, and one that never comes was read', async () => {
    const { bytesEach, channels } = givenServer()
    const read = vi.spyOn(channels, 'readGap').mockImplementation(async () => ({
      ...{ events: [], revision: 10, hasMore: false },
    }))
    for (const roomId of channels.ids()) {
      for (const revision of [9, 8]) channels.get(roomId)?.accept([eventOf(roomId, revision)])
      channels.get(roomId)?.hint(10)
    }
    await vi.advanceTimersByTimeAsync(1_000)
    expect(read).toHaveBeenCalledTimes(rooms)
    read.mockReset()
    expect(bytesEach()).toBeLessThan(mostBytes)
  })

  it('costs nothing once all have left it', () => {
    const { bytesEach, channels, connections } = givenServer()
    for (const connection of connections) {
      for (const roomId of [...connection.roomIds]) channels.leave(connection, roomId)
    }
    expect(channels.ids()).toEqual([])
    expect(bytesEach()).toBeLessThan(mostBytes / 3)
  })
})

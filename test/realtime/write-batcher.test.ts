import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Connection, WriteBatcher } from '../../src/realtime/connection.js'

describe('the writeBatcher', () => {
  let now = 0
  beforeEach(() => {
    now = 0
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] })
    vi.spyOn(performance, 'now').mockImplementation(() => now)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  const pass = (ms: number) => {
    now += ms
    vi.advanceTimersByTime(ms)
  }

  /** Takes so long to be written to. */
  function reader(ms: number) {
    const written = vi.fn(() => {
      now += ms
    })
    return { written, connection: { flush: written } as unknown as Connection }
  }

  it('writes at the end of the turn, and again at the end of the next one, where that takes no time', () => {
    const writeBatcher = new WriteBatcher()
    const { written, connection } = reader(0.1)
    writeBatcher.add(connection)
    expect(written).toHaveBeenCalledTimes(0)
    pass(0)
    writeBatcher.add(connection)
    pass(0)
    expect(written).toHaveBeenCalledTimes(2)
  })

  it('rests for as long as writing took, and writes what came meanwhile in one go', () => {
    const writeBatcher = new WriteBatcher()
    const [many, other] = [reader(8), reader(0)]
    writeBatcher.add(many.connection)
    pass(0)
    writeBatcher.add(many.connection)
    pass(7)
    writeBatcher.add(other.connection)
    expect([many.written.mock.calls.length, other.written.mock.calls.length]).toEqual([1, 0])
    pass(1)
    expect([many.written.mock.calls.length, other.written.mock.calls.length]).toEqual([2, 1])
  })

  it('keeps nobody waiting for more than 20 ms, however long writing took', () => {
    const writeBatcher = new WriteBatcher()
    const { written, connection } = reader(500)
    writeBatcher.add(connection)
    pass(0)
    writeBatcher.add(connection)
    pass(20)
    expect(written).toHaveBeenCalledTimes(2)
  })
})

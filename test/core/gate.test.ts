import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Gate } from '../../src/core/gate.js'

const unavailable = (detail: string) => ({ code: 'unavailable', detail, retryAfter: 1 })
const goingAway = unavailable('the server is going away')

/** Work that is done when it is told to be. */
function given<T>(value: T) {
  let end: () => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const done = new Promise<T>((resolve, reject) => {
    end = () => resolve(value)
    fail = reject
  })
  return { work: () => done, end: () => end(), fail: (error: Error) => fail(error) }
}

const gateOf = (requestsAtOnce = 2) => new Gate({ requestsAtOnce, requestsPerUser: 2, answerMs: 2_500 })

/** Whether a promise is settled by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  const settled = () => {
    done = true
  }
  promise.then(settled, settled)
  await vi.advanceTimersByTimeAsync(0)
  return done
}

describe('what clients ask', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('is answered with what it gives, or how it fails', async () => {
    const gate = gateOf()
    expect(await gate.pass(async () => 'done')).toBe('done')
    await expect(gate.pass(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is refused while as much as may be is under way, whatever that is', async () => {
    const gate = gateOf()
    const [first, second] = [given(1), given(2)]
    const going = [gate.pass(first.work), gate.pass(second.work, 'stream')]
    for (const kind of ['answer', 'stream', 'upgrade'] as const) {
      await expect(gate.pass(async () => 'third', kind)).rejects.toMatchObject(unavailable('too much is waiting'))
    }
    first.end()
    await going[0]
    expect(await gate.pass(async () => 'third')).toBe('third')
    second.fail(new Error('failed'))
    await expect(going[1]).rejects.toThrow('failed')
    expect(await Promise.all([gate.pass(async () => 'a'), gate.pass(async () => 'b')])).toEqual(['a', 'b'])
  })

  it('is answered in time, though what is late goes on and takes its place', async () => {
    const gate = gateOf(1)
    const late = given('late')
    const answer = gate.pass(late.work)
    answer.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(2_499)
    expect(await isDone(answer)).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await expect(answer).rejects.toMatchObject(
      unavailable('there was no answer within 2.5 s; whether it took effect is unknown'),
    )
    await expect(gate.pass(async () => 'next')).rejects.toMatchObject(unavailable('too much is waiting'))
    late.end()
    await vi.advanceTimersByTimeAsync(0)
    expect(await gate.pass(async () => 'next')).toBe('next')
  })

  it('takes as long as it takes where it is a stream', async () => {
    const gate = gateOf()
    const file = given('file')
    const stream = gate.pass(file.work, 'stream')
    expect(vi.getTimerCount()).toBe(0)
    file.end()
    expect(await stream).toBe('file')
  })
})

describe('the places of users', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('are not for one of them alone, whatever that one asks', async () => {
    const gate = gateOf(10)
    const held = [given(1), given(2)]
    const going = [
      gate.pass(held[0]?.work as never, 'answer', 'alice'),
      gate.pass(held[1]?.work as never, 'stream', 'alice'),
    ]
    const mine = gate.pass(async () => 'third', 'answer', 'alice')
    await expect(mine).rejects.toMatchObject(unavailable('too much of yours is waiting'))
    expect(await gate.pass(async () => 'other', 'answer', 'bob')).toBe('other')
    for (const each of held) each.end()
    await Promise.all(going)
    expect(await gate.pass(async () => 'third', 'answer', 'alice')).toBe('third')
  })

  it('are taken once it is known who asks, and then leave those of strangers', async () => {
    const gate = gateOf(1)
    const held = given('held')
    const first = gate.pass((place) => {
      place.claim('alice')
      place.claim('alice')
      return held.work()
    })
    await expect(gate.pass(async (place) => place.claim('bob'))).rejects.toMatchObject(
      unavailable('too much is waiting'),
    )
    held.end()
    expect(await first).toBe('held')
    expect(await gate.pass(async (place) => place.claim('bob'))).toBeUndefined()
  })
})

describe('a chat that closes', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('lets nobody in any more', async () => {
    const gate = gateOf()
    expect([gate.check(), gate.isDraining]).toEqual([undefined, false])
    await gate.close()
    expect(() => gate.check()).toThrow(expect.objectContaining(goingAway))
    const work = vi.fn(async () => 'done')
    await expect(gate.pass(work)).rejects.toMatchObject(goingAway)
    expect(work).not.toHaveBeenCalled()
  })

  it('waits until all are out, but for upgrades, which it ends itself', async () => {
    const gate = gateOf(10)
    const [first, second, upgrade] = [given(1), given(2), given(3)]
    void gate.pass(first.work)
    void gate.pass(second.work, 'stream')
    void gate.pass(upgrade.work, 'upgrade')
    const closed = gate.close()
    expect(await isDone(closed)).toBe(false)
    second.end()
    expect(await isDone(closed)).toBe(false)
    first.end()
    expect(await isDone(closed)).toBe(true)
  })

  it('does not wait for upgrades alone, be it that one of them ends', async () => {
    const gate = gateOf(10)
    const [upgrade, other, answer] = [given(1), given(2), given(3)]
    void gate.pass(upgrade.work, 'upgrade')
    expect(await isDone(gateOf().close())).toBe(true)
    void gate.pass(other.work, 'upgrade')
    void gate.pass(answer.work)
    other.end()
    await vi.advanceTimersByTimeAsync(0)
    const closed = gate.close()
    expect(await isDone(closed)).toBe(false)
    answer.end()
    expect(await isDone(closed)).toBe(true)
    expect(await isDone(gate.close())).toBe(true)
  })

  it('waits no longer than an answer may take', async () => {
    const gate = gateOf()
    void gate.pass(given('for ever').work, 'stream')
    const closed = gate.close()
    await vi.advanceTimersByTimeAsync(2_499)
    expect(await isDone(closed)).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await closed).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { Order, type Turn } from '../../src/realtime/order.js'
import { mapOf } from './map-of.js'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** What is asked, by names; each is done and answered when it is told to be. */
function givenOrder(order = new Order()) {
  const begun: string[] = []
  const answerable: string[] = []
  const asked = new Map<
    string,
    { end: () => void; fail: (error: Error) => void; leave: () => void; pass: () => void }
  >()
  const results = new Map<string, Promise<unknown>>()
  let refusal: Error | undefined
  const ask = (name: string, places: string[], { flows = false, taken = true } = {}) => {
    const turn = order.enter(places, flows)
    let end: () => void = () => undefined
    let fail: (error: Error) => void = () => undefined
    const done = new Promise<string>((resolve, reject) => {
      end = () => resolve(name)
      fail = reject
    })
    const work = () => {
      begun.push(name)
      return done
    }
    if (taken) {
      const result = turn.take(work, () => refusal)
      result.catch(() => undefined)
      results.set(name, result)
    }
    turn.answerable.then(() => answerable.push(name))
    asked.set(name, { end, fail, leave: () => turn.leave(), pass: () => turn.pass() })
  }
  const of = (name: string) => asked.get(name) ?? expect.fail(name)
  const settle = (act: () => void) => {
    act()
    return nextTurn()
  }
  return {
    ...{ ask, begun, answerable },
    result: (name: string) => results.get(name),
    end: (name: string) => settle(() => of(name).end()),
    fail: (name: string) => settle(() => of(name).fail(new Error(`${name} failed`))),
    leave: (name: string) => settle(() => of(name).leave()),
    pass: (name: string) => settle(() => of(name).pass()),
    refuse: (error: Error) => {
      refusal = error
    },
  }
}

describe('what is asked in one place', () => {
  it('begins once what was asked before has ended, be it that that failed', async () => {
    const { ask, begun, end, fail, result } = givenOrder()
    ask('a', ['r1'])
    ask('b', ['r1'])
    ask('c', ['r1'])
    await nextTurn()
    expect(begun).toEqual(['a'])
    await fail('a')
    expect(begun).toEqual(['a', 'b'])
    await end('b')
    expect(begun).toEqual(['a', 'b', 'c'])
    await expect(result('a')).rejects.toThrow('a failed')
    expect(await result('b')).toBe('b')
  })

  it('is answered once all before it were, whichever ended first', async () => {
    const { ask, answerable, end, leave } = givenOrder()
    ask('a', ['r1'], { flows: true })
    ask('b', ['r1'], { flows: true })
    ask('c', ['r1'])
    await end('b')
    expect(answerable).toEqual(['a'])
    await leave('a')
    expect(answerable).toEqual(['a', 'b'])
    await leave('b')
    expect(answerable).toEqual(['a', 'b', 'c'])
  })

  it('begins with the one before it where both flow, and after all of them have ended where it does not', async () => {
    const { ask, begun, end } = givenOrder()
    ask('a', ['r1'], { flows: true })
    ask('b', ['r1'], { flows: true })
    ask('c', ['r1'])
    ask('d', ['r1'], { flows: true })
    await nextTurn()
    expect(begun).toEqual(['a', 'b'])
    await end('b')
    expect(begun).toEqual(['a', 'b'])
    await end('a')
    expect(begun).toEqual(['a', 'b', 'c'])
    await end('c')
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
  })

  it('begins where the one before it flows only once that has begun, whatever that waits for', async () => {
    const { ask, begun, end } = givenOrder()
    ask('first', ['r2'])
    ask('a', ['r2', 'r1'], { flows: true })
    ask('b', ['r1'], { flows: true })
    await nextTurn()
    expect(begun).toEqual(['first'])
    await end('first')
    expect(begun).toEqual(['first', 'a', 'b'])
  })

  it('is not done where it should not be any more once its turn has come, and lets what follows begin', async () => {
    const { ask, begun, end, result, refuse } = givenOrder()
    ask('a', ['r1'])
    ask('b', ['r1'])
    await nextTurn()
    refuse(new Error('too late'))
    await end('a')
    await expect(result('b')).rejects.toThrow('too late')
    expect(begun).toEqual(['a'])
  })

  it('does not wait for what there was nothing to do of, though that keeps its place until its turn', async () => {
    const { ask, begun, end, pass } = givenOrder()
    ask('a', ['r1'])
    ask('b', ['r1'], { taken: false })
    ask('c', ['r1'])
    await pass('b')
    expect(begun).toEqual(['a'])
    await end('a')
    expect(begun).toEqual(['a', 'c'])
  })

  it('waits for what is late and goes on, though nobody waits for its answer any more', async () => {
    const { ask, begun, end, pass } = givenOrder()
    ask('a', ['r1'])
    ask('b', ['r1'])
    await pass('a')
    expect(begun).toEqual(['a'])
    await end('a')
    expect(begun).toEqual(['a', 'b'])
  })
})

describe('what is asked in several places', () => {
  it('waits for what was asked in any of them, and not in others', async () => {
    const { ask, begun, end } = givenOrder()
    ask('a', ['r1'])
    ask('b', ['r2'])
    ask('both', ['r1', 'r2', 'r1'])
    ask('c', ['r3'])
    ask('nowhere', [])
    await nextTurn()
    expect(begun).toEqual(['a', 'b', 'c', 'nowhere'])
    await end('a')
    expect(begun).not.toContain('both')
    await end('b')
    expect(begun).toContain('both')
    ask('d', ['r2'])
    await nextTurn()
    expect(begun).not.toContain('d')
    await end('both')
    expect(begun).toContain('d')
  })

  it('is answered once those before it in all of them were', async () => {
    const { ask, answerable, leave } = givenOrder()
    ask('a', ['r1'])
    ask('b', ['r2'])
    ask('both', ['r1', 'r2'])
    await leave('a')
    expect(answerable).toEqual(['a', 'b'])
    await leave('b')
    expect(answerable).toEqual(['a', 'b', 'both'])
  })
})

it('a place is kept in order for as long as anything asked there is not both done and answered', async () => {
  const { ask, begun, end, leave } = givenOrder()
  ask('a', ['r1', 'r1'])
  ask('b', ['r1'])
  await end('a')
  await leave('a')
  ask('c', ['r1'])
  await nextTurn()
  expect(begun).toEqual(['a', 'b'])
  await leave('b')
  ask('d', ['r1'])
  await nextTurn()
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
})

it('a place is forgotten once all that was asked there is done and answered, and not before', async () => {
  const order = new Order()
  const turns: Turn[] = []
  const lanes = mapOf(() => turns.push(order.enter(['r1'], false)))
  turns.push(order.enter(['r1', 'r2', 'r1'], false))
  const [first, second] = turns
  const done = async () => undefined
  first?.leave()
  await first?.take(done, () => undefined)
  await nextTurn()
  expect([...lanes.keys()]).toEqual(['r1', 'r2'])
  await second?.take(done, () => undefined)
  await nextTurn()
  expect(lanes.size).toBe(2)
  second?.leave()
  await nextTurn()
  expect(lanes.size).toBe(0)
})

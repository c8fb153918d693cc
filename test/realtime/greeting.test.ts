import { describe, expect, it } from 'vitest'
import { Greeting, HelloTooLong } from '../../src/realtime/greeting.js'

const partOf = (rooms?: Record<string, number>, more?: boolean) =>
  Buffer.from(JSON.stringify({ type: 'hello', rooms, more }))
const roomsFrom = (first: number, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`r${first + n}`, n]))

/** Of one byte more or less than so many, by the spaces around it. */
const sized = (part: Buffer, bytes: number) => Buffer.concat([part, Buffer.alloc(bytes - part.length, ' ')])

describe('what a client says first', () => {
  it('is one frame with the rooms that it knows, or none', () => {
    const greeting = new Greeting()
    expect(greeting.receive(partOf({ r1: 5, r2: 0 }))).toEqual(new Map([...Object.entries({ r1: 5, r2: 0 })]))
    expect(new Greeting().receive(partOf())).toEqual(new Map())
    expect(new Greeting().receive(partOf({ r1: 5 }, false))).toEqual(new Map([['r1', 5]]))
  })

  it('is in several frames where all but the last say that there is more; what was said last of a room counts', () => {
    const greeting = new Greeting()
    expect(greeting.receive(partOf({ r1: 1, r2: 2 }, true))).toBeUndefined()
    expect(greeting.receive(partOf(undefined, true))).toBeUndefined()
    expect(greeting.receive(partOf({ r2: 7, r3: 3 }))).toEqual(new Map(Object.entries({ r1: 1, r2: 7, r3: 3 })))
  })

  it('is refused where it is no hello at all', () => {
    for (const wrong of ['{"type":"read"}', '{', '{"type":"hello","rooms":{"r1":-1},"more":true}', 'null']) {
      expect(() => new Greeting().receive(Buffer.from(wrong))).toThrow()
    }
  })

  it('names 50,000 rooms at most in all its parts together, of which each counts as often as it is named', () => {
    const greeting = new Greeting()
    const half = partOf(roomsFrom(0, 25_000), true)
    greeting.receive(half)
    expect(greeting.receive(half)).toBeUndefined()
    expect(() => greeting.receive(partOf({ r0: 1 }, true))).toThrow(new HelloTooLong('hello names 50000 rooms at most'))
  })

  it('may take 5 MB, in all its parts together', () => {
    const greeting = new Greeting()
    greeting.receive(sized(partOf({ r1: 1 }, true), 4_000_000))
    greeting.receive(sized(partOf({ r2: 2 }, true), 1_000_000))
    expect(() => greeting.receive(partOf())).toThrow(new HelloTooLong('hello is too long'))
    expect(() => new Greeting().receive(sized(partOf(), 5_000_001))).toThrow(HelloTooLong)
  })

  it('has no more small parts for being small: each counts as 1,000 bytes', () => {
    const greeting = new Greeting()
    greeting.receive(sized(partOf({}, true), 4_998_000))
    greeting.receive(partOf({}, true))
    greeting.receive(partOf({}, true))
    expect(() => greeting.receive(partOf())).toThrow(HelloTooLong)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { helloFrames } from '../../src/client/hello.js'

/** As much as is said of rooms in one frame. */
const most = 16_000

const hellos = (seen: Record<string, number>) =>
  helloFrames(seen).map((frame) => JSON.parse(frame) as { type: string; rooms: Record<string, number>; more?: true })

const lengthOf = (rooms: Record<string, number>): number =>
  Object.entries(rooms).reduce((sum, [id, revision]) => sum + `${JSON.stringify(id)}:${revision}`.length, 0)

describe('hello', () => {
  it('is one frame where nothing was seen, and names none', () => {
    expect(helloFrames({})).toEqual(['{"type":"hello","rooms":{}}'])
  })

  it('is one frame for as long as that is small', () => {
    const two = (length: number) => ({ [`a${'x'.repeat(7_000)}`]: 1, [`b${'x'.repeat(length - 7_010)}`]: 2 })
    expect(lengthOf(two(most))).toBe(most)
    expect(hellos(two(most))).toEqual([{ type: 'hello', rooms: two(most) }])
    expect(hellos(two(most + 1)).map(({ rooms, more }) => [Object.keys(rooms).length, more])).toEqual([
      [1, true],
      [1, undefined],
    ])
  })

  it('names each room once, in its order, in as few small frames as it takes, of which all but the last say so', () => {
    const ids = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 10 }), fc.integer({ min: 0, max: 5_000 })), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(ids, (given) => {
        const seen = Object.fromEntries(given.map(([id, length], n) => [`-${id}${'字"'.repeat(length / 2)}`, n]))
        const frames = hellos(seen)
        expect(frames.flatMap(({ rooms }) => Object.entries(rooms))).toEqual(Object.entries(seen))
        for (const [n, { type, rooms, more }] of frames.entries()) {
          expect({ type, more }).toEqual({ type: 'hello', more: n < frames.length - 1 ? true : undefined })
          expect(lengthOf(rooms)).toBeLessThanOrEqual(most)
          const [next] = Object.entries(frames[n + 1]?.rooms ?? {})
          if (next) expect(lengthOf({ ...rooms, [next[0]]: next[1] })).toBeGreaterThan(most)
        }
      }),
      { numRuns: 50 },
    )
  })
})

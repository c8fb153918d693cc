import { describe, expect, it } from 'vitest'
import { inChunks } from '../../src/concurrency/chunks.js'

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

describe('a statement for many values', () => {
  it.each([
    [0, []],
    [1, [1]],
    [500, [500]],
    [501, [500, 1]],
    [1_250, [500, 500, 250]],
  ])('is made of %i in parts of %j, which hold each value once and in order', async (count, parts) => {
    const results = await inChunks(numbers(count), async (some) => some)
    expect(results.map(({ length }) => length)).toEqual(parts)
    expect(results.flat()).toEqual(numbers(count))
  })

  it('is made one part after the other', async () => {
    let underWay = 0
    await inChunks(numbers(1_500), async () => {
      underWay += 1
      expect(underWay).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      underWay -= 1
    })
  })
})

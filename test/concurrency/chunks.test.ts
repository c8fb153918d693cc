import { describe, expect, it } from 'vitest'
import { inChunks, portionsOf } from '../../src/concurrency/chunks.js'

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

describe('portions', () => {
  const portions = (weights: number[], mostWeight: number, mostItems?: number) => [
    ...portionsOf(weights, (weight) => weight, mostWeight, mostItems),
  ]

  it('are neighbours that weigh no more than so much together, in their order', () => {
    expect(portions([1, 2, 3, 1, 4], 4)).toEqual([[1, 2], [3, 1], [4]])
  })

  it('are no more items than may be', () => {
    expect(portions([1, 1, 1, 1, 1], 10, 2)).toEqual([[1, 1], [1, 1], [1]])
  })

  it('hold what is too heavy by itself alone, and are none where there is nothing', () => {
    expect(portions([9, 1, 9], 4)).toEqual([[9], [1], [9]])
    expect(portions([], 4)).toEqual([])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { surplusAt } from '../../src/core/surplus.js'

const holding = (nodeId: string, sockets: number, openedAt: number | null) => ({
  ...{ nodeId, sockets, openedAt: openedAt === null ? null : new Date(openedAt) },
})

describe('how many sockets a server gives up', () => {
  it('is none where there are not too many', () => {
    expect(surplusAt('a', [holding('a', 2, 1), holding('b', 1, 2)], 3)).toBe(0)
    expect(surplusAt('a', [], 3)).toBe(0)
  })

  it('is what the one with the most has above the others, whoever has the newest', () => {
    const holdings = [holding('a', 3, 9), holding('b', 1, 1), holding('c', 1, 5)]
    expect(['a', 'b', 'c'].map((nodeId) => surplusAt(nodeId, holdings, 3))).toEqual([2, 0, 0])
  })

  it('is of the one that has not opened any for longer, where two have as many', () => {
    const holdings = [holding('b', 2, 1), holding('a', 2, 2), holding('c', 2, null)]
    expect(['a', 'b', 'c'].map((nodeId) => surplusAt(nodeId, holdings, 5))).toEqual([0, 0, 1])
    expect(['a', 'b', 'c'].map((nodeId) => surplusAt(nodeId, holdings, 1))).toEqual([1, 2, 2])
  })

  it('is in all what is too much, and never the newest of all', () => {
    const some = fc.array(fc.record({ sockets: fc.nat(12), at: fc.nat(5) }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 10 }), (given, most) => {
        const holdings = given.map(({ sockets, at }, n) => holding(`node ${n}`, sockets + 1, at))
        const gone = holdings.map(({ nodeId }) => surplusAt(nodeId, holdings, most))
        const all = holdings.reduce((sum, { sockets }) => sum + sockets, 0)
        expect(gone.reduce((sum, count) => sum + count, 0)).toBe(Math.max(0, all - most))
        const newest = Math.max(...given.map(({ at }) => at))
        const kept = holdings.some(({ sockets }, n) => given[n]?.at === newest && sockets > (gone[n] ?? 0))
        expect(kept).toBe(true)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReactionCount } from '../../src/contract/reactions.js'
import { namedReactors, withoutReaction, withReaction } from '../../src/core/reaction-counts.js'

const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `u${n + from}`)

describe('the summary of a message’s reactions', () => {
  it('has a new reaction behind the others, and one more of a known one in its place', () => {
    const first = withReaction([], '👍', 'ann')
    expect(first).toEqual([{ reaction: '👍', count: 1, userIds: ['ann'] }])
    const second = withReaction(first, '🎉', 'bob')
    expect(second).toEqual([...first, { reaction: '🎉', count: 1, userIds: ['bob'] }])
    const third = withReaction(second, '👍', 'bob')
    expect(third).toEqual([
      { reaction: '👍', count: 2, userIds: ['ann', 'bob'] },
      { reaction: '🎉', count: 1, userIds: ['bob'] },
    ])
    expect(first).toEqual([{ reaction: '👍', count: 1, userIds: ['ann'] }])
  })

  it('names the first twenty who reacted so, and counts all', () => {
    const counts = many(25).reduce<ReactionCount[]>((before, userId) => withReaction(before, '👍', userId), [])
    expect(counts).toEqual([{ reaction: '👍', count: 25, userIds: many(20) }])
  })

  it('names the next in line where one of those named takes it back', () => {
    const counts = [
      { reaction: '👍', count: 25, userIds: many(20) },
      { reaction: '🎉', count: 1, userIds: ['u0'] },
    ]
    expect(withoutReaction(counts, '👍', many(20, 1))).toEqual([
      { reaction: '👍', count: 24, userIds: many(20, 1) },
      { reaction: '🎉', count: 1, userIds: ['u0'] },
    ])
  })

  it('has no reaction that the last one took back', () => {
    const counts = [
      { reaction: '👍', count: 1, userIds: ['ann'] },
      { reaction: '🎉', count: 2, userIds: ['ann', 'bob'] },
    ]
    expect(withoutReaction(counts, '👍', [])).toEqual([counts[1]])
  })

  it('says at each moment who reacts, and how many, whatever comes and goes', () => {
    const step = fc.record({ reaction: fc.constantFrom('👍', '🎉', '👎'), userId: fc.integer({ min: 0, max: 23 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const standing = new Map<string, string[]>()
        let counts: ReactionCount[] = []
        for (const { reaction, userId } of steps) {
          const who = `u${userId}`
          const before = standing.get(reaction) ?? []
          const after = before.includes(who) ? before.filter((each) => each !== who) : [...before, who]
          standing.set(reaction, after)
          counts = before.includes(who)
            ? withoutReaction(counts, reaction, after.slice(0, namedReactors))
            : withReaction(counts, reaction, who)
        }
        const left = [...standing].filter(([, userIds]) => userIds.length > 0)
        const byName = (a: ReactionCount, b: ReactionCount) => a.reaction.localeCompare(b.reaction)
        expect(counts.toSorted(byName)).toEqual(
          left
            .map(([reaction, userIds]) => ({ reaction, count: userIds.length, userIds: userIds.slice(0, 20) }))
            .sort(byName),
        )
      }),
      { numRuns: 50 },
    )
  })
})

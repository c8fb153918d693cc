import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Typing } from '../../src/realtime/typing.js'
import { mapOf } from './map-of.js'

function givenTyping() {
  const told: unknown[][] = []
  const typing = new Typing((roomId, revision) => {
    told.push([roomId, typing.list(roomId), revision])
  })
  return { typing, told }
}

describe('who is typing in a room', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('is told as it begins and as it ends, in the order in which they began', () => {
    const { typing, told } = givenTyping()
    expect(typing.list('r1')).toEqual([])
    typing.start('r1', 'bob', 7, true)
    typing.start('r1', 'ann', 8, false)
    typing.start('r2', 'bob', 9, true)
    typing.stop('r1', 'bob', 10)
    expect(told).toEqual([
      ['r1', ['bob'], 7],
      ['r1', ['bob', 'ann'], 8],
      ['r2', ['bob'], 9],
      ['r1', ['ann'], 10],
    ])
  })

  it('is not told again by who types on, or who did not type', () => {
    const { typing, told } = givenTyping()
    typing.start('r1', 'bob', 7, true)
    typing.start('r1', 'bob', 8, true)
    typing.stop('r1', 'ann')
    typing.stop('r2', 'bob')
    expect(told).toEqual([['r1', ['bob'], 7]])
    typing.stop('r1', 'bob')
    typing.stop('r1', 'bob')
    expect(told.slice(1)).toEqual([['r1', [], undefined]])
  })

  it('lasts for six seconds after it was said last', async () => {
    const { typing, told } = givenTyping()
    typing.start('r1', 'bob', 7, true)
    await vi.advanceTimersByTimeAsync(5_999)
    typing.start('r1', 'bob', 8, true)
    await vi.advanceTimersByTimeAsync(5_999)
    expect(typing.list('r1')).toEqual(['bob'])
    await vi.advanceTimersByTimeAsync(1)
    expect(told.slice(1)).toEqual([['r1', [], undefined]])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer where it ended before', () => {
    const { typing } = givenTyping()
    typing.start('r1', 'bob', 7, true)
    typing.stop('r1', 'bob')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves nothing of a room where nobody types any more', () => {
    const { typing } = givenTyping()
    const rooms = mapOf(() => typing.start('r1', 'bob', 7, true))
    typing.start('r1', 'ann', 7, true)
    typing.stop('r1', 'bob')
    expect(rooms.size).toBe(1)
    typing.stop('r1', 'ann')
    expect(rooms.size).toBe(0)
  })

  it('is named by twenty', () => {
    const { typing } = givenTyping()
    for (let n = 0; n < 25; n += 1) typing.start('r1', `u${n}`, 1, false)
    expect(typing.list('r1')).toEqual(Array.from({ length: 20 }, (_, n) => `u${n}`))
  })

  it('ends in all rooms where somebody’s last socket here goes on which they typed, and not what they type elsewhere', () => {
    const { typing, told } = givenTyping()
    typing.start('r1', 'bob', 1, true)
    typing.start('r2', 'bob', 1, false)
    typing.start('r3', 'bob', 1, true)
    typing.start('r3', 'bob', 1, false)
    typing.start('r4', 'bob', 1, false)
    typing.start('r4', 'bob', 1, true)
    typing.start('r5', 'ann', 1, true)
    told.length = 0
    expect(typing.leave('bob')).toEqual(['r1', 'r3', 'r4'])
    expect(told).toEqual(['r1', 'r3', 'r4'].map((roomId) => [roomId, [], undefined]))
    expect([typing.list('r2'), typing.list('r5')]).toEqual([['bob'], ['ann']])
    expect(typing.leave('bob')).toEqual([])
  })

  it('is forgotten in silence where the server closes', async () => {
    const { typing, told } = givenTyping()
    typing.start('r1', 'bob', 1, true)
    typing.start('r1', 'ann', 1, true)
    typing.start('r2', 'bob', 1, true)
    told.length = 0
    typing.close()
    expect(vi.getTimerCount()).toBe(0)
    expect(typing.list('r1')).toEqual([])
    expect(told).toEqual([])
  })
})

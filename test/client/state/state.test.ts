import { describe, expect, it } from 'vitest'
import { takeRoom } from '../../../src/client/state/rooms.js'
import { entryOf, initialState, patch, together } from '../../../src/client/state/state.js'
import { roomOf, userOf } from './room-model.js'

describe('a room of which nothing is known', () => {
  const nothing = {
    ...{ status: 'loading', reason: null, room: { id: 'room', lastMessageSeq: 0 }, seen: -1, typing: [] },
    ...{ isStale: false, at: {}, voidBefore: 0, unread: { tally: null, changes: new Map() } },
    last: { message: null, setAt: -1, deleted: new Map(), isUnknown: false },
  }

  it('is to be asked for, and takes what was asked for in this session', () => {
    expect(entryOf(initialState, 'room')).toEqual(nothing)
    expect(entryOf({ ...initialState, bornAt: 7 }, 'room')).toEqual({ ...nothing, voidBefore: 7 })
  })

  it('is known from what is said of it first', () => {
    const state = patch(initialState, 'room', { seen: 3 })
    expect(entryOf(state, 'room')).toEqual({ ...nothing, seen: 3 })
    expect(entryOf(patch(state, 'room', { isStale: true }), 'room')).toEqual({ ...nothing, seen: 3, isStale: true })
    expect(initialState.rooms.size).toBe(0)
  })
})

describe('a client that was just made', () => {
  it('knows nothing and nobody, and is on no line', () => {
    expect(initialState).toEqual({
      ...{ version: 0, bornAt: 0, me: null, rooms: new Map(), users: new Map(), renamed: new Map() },
      ...{
        presence: new Map(),
        outbox: [],
        blocks: { items: [], status: 'idle', error: null },
        requests: { items: [], status: 'idle', error: null },
        roomsStatus: 'idle',
        limits: undefined,
      },
      connection: { status: 'idle', error: null, retryAt: null },
    })
  })
})

describe('many changes as one', () => {
  it('copy what is known once, and change nothing of what was known before', () => {
    const before = takeRoom({ ...initialState, me: userOf('alice') }, roomOf('room'))
    const maps: unknown[] = []
    const after = together(before, (state) => {
      const one = patch(state, 'one', { seen: 1 })
      const two = patch(one, 'two', { seen: 2 })
      maps.push(one.rooms, two.rooms)
      return two
    })
    expect(maps[0]).toBe(maps[1])
    expect([...before.rooms.keys()]).toEqual(['room'])
    expect([...after.rooms.keys()]).toEqual(['room', 'one', 'two'])
    expect(patch(after, 'three', {}).rooms).not.toBe(after.rooms)
    expect(after.rooms.has('three')).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { together } from '../../../src/client/state/drafts.js'
import { allRooms, noRooms, roomIn } from '../../../src/client/state/room-map.js'
import { takeRoom } from '../../../src/client/state/rooms.js'
import { entryOf, initialState, patch, type State } from '../../../src/client/state/state.js'
import { roomOf, userOf } from './room-model.js'

const idsOf = ({ rooms }: State) => [...allRooms(rooms)].map(([id]) => id).sort()

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
    expect(idsOf(initialState)).toEqual([])
  })
})

describe('a client that was just made', () => {
  it('knows nothing and nobody, and is on no line', () => {
    expect(initialState).toEqual({
      threads: { known: new Map(), status: 'idle', error: null, cursor: undefined },
      ...{ version: 0, bornAt: 0, welcomedAt: 0, me: null, rooms: noRooms, users: new Map(), renamed: new Map() },
      ...{
        presence: new Map(),
        outbox: [],
        blocks: { items: [], status: 'idle', error: null },
        requests: { items: [], status: 'idle', error: null },
        roomsStatus: 'idle',
        roomsCursor: undefined,
        archivedStatus: 'idle',
        archivedCursor: undefined,
        blocked: new Set(),
        limits: undefined,
      },
      connection: { status: 'idle', error: null, retryAt: null },
    })
  })
})

describe('many changes as one', () => {
  it('copy what is known once, and change nothing of what was known before', () => {
    const before = takeRoom({ ...initialState, me: userOf('alice') }, roomOf('room'))
    const parts: unknown[] = []
    const after = together(() => {
      const one = patch(before, 'one', { seen: 1 })
      const two = patch(one, 'two', { seen: 2 })
      parts.push(one.rooms.parts, two.rooms.parts)
      return two
    })
    expect(parts[0]).toBe(parts[1])
    expect(idsOf(before)).toEqual(['room'])
    expect(idsOf(after)).toEqual(['one', 'room', 'two'])
    expect(patch(after, 'three', {}).rooms).not.toBe(after.rooms)
    expect(roomIn(after.rooms, 'three')).toBeUndefined()
  })
})

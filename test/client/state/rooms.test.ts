import type { Room, WelcomeRoom } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/client/state/events.js'
import { noMembers } from '../../../src/client/state/members.js'
import { emptyHistory, takePage } from '../../../src/client/state/messages.js'
import {
  leaveRoom,
  mergeRoom,
  missRoom,
  takeChange,
  takeMe,
  takeRoom,
  takeRooms,
  takeTally,
  welcome,
} from '../../../src/client/state/rooms.js'
import { entryOf, initialState, patch, type State } from '../../../src/client/state/state.js'
import { renameUser } from '../../../src/client/state/users.js'
import { messageOf, roomOf, userOf } from './room-model.js'

const me = userOf('alice')
const begun: State = { ...initialState, me }
const entry = (state: State, id = 'room') => entryOf(state, id)
const own = roomOf('room').me as NonNullable<Room['me']>
const joined = (facts: Partial<Room> = {}) =>
  takeRoom(begun, roomOf('room', { revision: 5, lastMessageSeq: 2, ...facts }))
/** Mine, with both its messages read; but for the counts of the server, which are of somebody who miscounts. */
const read = (unreadCount = 0) =>
  takePage(
    patch(joined({ me: { ...own, unreadCount } }), 'room', { history: emptyHistory }),
    { items: [messageOf('room', 1), messageOf('room', 2)] },
    0,
    'room',
    { hasLatest: true },
  )

describe('what is told of a room', () => {
  it('is as it was told last, each fact by itself; what is not told stays', () => {
    const named = mergeRoom(joined(), 'room', 7, { name: 'Seven', description: undefined, memberCount: 9 })
    expect(entry(named).room).toMatchObject({ name: 'Seven', description: '', memberCount: 9 })
    const late = mergeRoom(named, 'room', 6, { name: 'Six', description: 'Of six' })
    expect(entry(late).room).toMatchObject({ name: 'Seven', description: 'Of six' })
    expect(entry(mergeRoom(late, 'room', 7, { name: 'Seven again' })).room.name).toBe('Seven again')
    expect(entry(late).at).toMatchObject({ name: 7, description: 6, memberCount: 7, isPublic: 5 })
    expect(entry(joined()).at).not.toHaveProperty('lastMessage')
  })

  it('moves only forward', () => {
    expect(entry(mergeRoom(joined(), 'room', 9, { lastMessageSeq: 1 })).room.lastMessageSeq).toBe(2)
    expect(entry(mergeRoom(joined(), 'room', 1, { lastMessageSeq: 3 })).room.lastMessageSeq).toBe(3)
  })

  it('makes nothing mine by itself, and takes nothing from me', () => {
    expect(entry(mergeRoom(begun, 'room', 1, { name: 'Seen' })).room).toMatchObject({ name: 'Seen', me: null })
    expect(entry(mergeRoom(begun, 'room', 1, { me: null })).room.me).toBeNull()
    expect(entry(mergeRoom(joined(), 'room', 9, { me: null })).room.me).toMatchObject({ role: 'owner' })
  })

  it('is my role only where nothing that has a revision has told it', () => {
    expect(entry(takeMe(begun, 'room', { role: 'admin' })).room.me?.role).toBe('admin')
    for (const revision of [0, 1, 5]) {
      expect(entry(takeMe(joined({ revision }), 'room', { role: 'admin' })).room.me?.role).toBe('owner')
    }
    const seenAt = takeMe(joined(), 'room', { lastSeenAt: 'now' })
    expect(entry(seenAt).room.me).toMatchObject({ lastSeenAt: 'now', muted: false, role: 'owner' })
  })
})

describe('what I have read', () => {
  it('leaves as much unread as the history tells, where all that the server counted was told', () => {
    expect(entry(takeMe(read(), 'room', { lastReadSeq: 1 })).room.me).toMatchObject({ lastReadSeq: 1, unreadCount: 1 })
    const counted = { revision: 9, lastMessageSeq: 2, lastReadSeq: 0, unreadCount: 0 }
    const ahead = takeTally(read(), 'room', counted)
    // Something changed that was not told yet: one of them may have been deleted.
    expect(entry(takeMe(ahead, 'room', { lastReadSeq: 1 })).room.me).toMatchObject({ lastReadSeq: 1, unreadCount: 0 })
    expect(entry(takeMe(ahead, 'room', { lastReadSeq: 1 })).unread.tally).toMatchObject({ isGuess: true })
  })

  it('is as far as the server says, or further', () => {
    const tally = { revision: 6, lastMessageSeq: 2, lastReadSeq: 1, unreadCount: 1, mentionCount: 1 }
    const state = takeTally(joined(), 'room', { ...tally, name: 'No count' } as never)
    expect(entry(state).room.me).toMatchObject({ lastReadSeq: 1, unreadCount: 1, role: 'owner' })
    expect(entry(state).unread.tally).toEqual(tally)
    const further = takeTally(takeMe(joined(), 'room', { lastReadSeq: 2 }), 'room', tally)
    expect(entry(further).room.me?.lastReadSeq).toBe(2)
  })

  it('is followed by what comes', () => {
    const state = takeChange(joined(), 'room', 6, messageOf('room', 3))
    expect(entry(state).room.me?.unreadCount).toBe(1)
    expect(entry(takeChange(state, 'room', 7)).unread.tally).toMatchObject({ revision: 7, unreadCount: 1 })
    expect(entry(takeChange(begun, 'room', 1, messageOf('room', 1))).room.me).toBeNull()
  })
})

describe('a room that was answered', () => {
  it('is mine with what is unread in it, up to date, and seen as far as it was before', () => {
    const state = joined({ me: { ...own, unreadCount: 2 } })
    expect(entry(state)).toMatchObject({ status: 'joined', seen: 5, isStale: false, reason: null })
    expect(entry(state).room.me?.unreadCount).toBe(2)
    expect(entry(takeRoom(state, roomOf('room', { revision: 9 }))).seen).toBe(5)
    const first = takeRoom(begun, roomOf('room', { revision: 0 }))
    expect(entry(takeRoom(first, roomOf('room', { revision: 3 }))).seen).toBe(0)
    const stale = patch(state, 'room', { isStale: true })
    expect(entry(takeRoom(stale, roomOf('room', { revision: 5 }))).isStale).toBe(false)
  })

  it('is a preview that becomes mine, and one that may be missing, once that is said', () => {
    const preview = joined({ me: null })
    expect(entry(preview)).toMatchObject({ status: 'preview', room: { name: 'A group', me: null } })
    expect(entry(takeRoom(preview, roomOf('room')), 'room').status).toBe('joined')
    expect(entry(missRoom(preview, 'room')).status).toBe('missing')
    // What was asked for before I left says nothing.
    expect(entry(takeRoom(leaveRoom(joined(), 'room', 'left'), roomOf('room', { me: null })), 'room').status).toBe(
      'left',
    )
    const left = { ...leaveRoom(joined(), 'room', 'left'), version: 1 }
    expect(entry(takeRoom(left, roomOf('room', { me: null })))).toMatchObject({ status: 'preview', reason: null })
  })

  it('tells who people are as of when it was asked for', () => {
    const renamed = { ...renameUser({ ...begun, version: 3 }, { ...userOf('bob'), name: 'Robert' }), version: 4 }
    const nameOf = (asked?: number) =>
      takeRoom(renamed, roomOf('room', { peer: userOf('bob') }), asked).users.get('bob')?.name
    expect([nameOf(), nameOf(3), nameOf(4)]).toEqual(['Robert', 'Robert', 'bob'])
  })

  it('is one of a page of them, in which none is older than what is known', () => {
    const items = [roomOf('one', { name: 'One', revision: 2 }), roomOf('two', { peer: userOf('bob') })]
    const state = takeRooms(begun, { items, nextCursor: null }, 0)
    expect([...state.rooms.listed]).toEqual(['one', 'two'])
    expect([entry(state, 'one').status, entry(state, 'two').room.peer?.id, state.users.has('bob')]).toEqual([
      ...['joined', 'bob', true],
    ])
    const left = leaveRoom(state, 'one', 'left')
    expect(entry(takeRooms(left, { items, nextCursor: null }, 0), 'one').status).toBe('left')
  })
})

describe('where rooms stand as somebody comes back', () => {
  const standingOf = (facts: Partial<WelcomeRoom> = {}): WelcomeRoom => ({
    ...{ revision: 5, lastMessageSeq: 2, lastReadSeq: 0, unreadCount: 2, muted: false },
    ...facts,
  })
  const back = (state: State, standing: WelcomeRoom, named: string[] = []) =>
    welcome(
      state,
      { type: 'welcome', connectionId: 'c', user: me, heartbeatMs: 1, rooms: { room: standing }, limits: {} as never },
      new Set(named),
    )

  it('is told with what is unread there and whether it is muted, whatever else is on its way', () => {
    for (const [standing, named] of [
      [standingOf({ muted: true }), []],
      [standingOf({ muted: true, revision: 9 }), ['room']],
      [standingOf({ muted: true, revision: 9 }), []],
      [standingOf({ muted: true, revision: 3 }), []],
    ] as const) {
      for (const state of [begun, joined(), leaveRoom(joined(), 'room', 'left')]) {
        const { me: mine } = entry(back(state, standing, [...named])).room
        expect(mine).toMatchObject({ muted: true, unreadCount: 2, lastReadSeq: 0 })
      }
    }
  })

  it('moves nothing ahead of the messages that are on their way', () => {
    const standing = standingOf({ revision: 9, lastMessageSeq: 7 })
    expect(entry(back(joined(), standing, ['room'])).room.lastMessageSeq).toBe(2)
    expect(entry(back(joined(), standing)).room.lastMessageSeq).toBe(7)
    expect(entry(back(joined(), standingOf({ revision: 3, lastMessageSeq: 1 }))).room.lastMessageSeq).toBe(0)
  })

  it('holds nothing that events told of a room that was never read', () => {
    const asked = patch(back(begun, standingOf()), 'room', { history: emptyHistory, memberList: noMembers })
    const message = messageOf('room', 3, { revision: 6 })
    const heard = applyEvent(asked, { type: 'message.created', roomId: 'room', revision: 6, message })
    expect(entry(heard).history?.items).toHaveLength(1)
    const again = back({ ...heard, version: 3 }, standingOf({ revision: 9, lastMessageSeq: 4 }))
    expect(entry(again)).toMatchObject({
      ...{ status: 'loading', reason: null, seen: 9, voidBefore: 4, history: emptyHistory, memberList: noMembers },
      room: { lastMessageSeq: 4, lastMessage: null },
    })
  })

  it('makes a room mine again that I had left', () => {
    const left = leaveRoom(joined({ name: 'Before' }), 'room', 'left')
    expect(entry(back(left, standingOf({ revision: 9 })))).toMatchObject({ status: 'loading', reason: null, seen: 9 })
    expect(entry(back(left, standingOf({ revision: 9 }))).room).not.toHaveProperty('name')
  })

  it('takes no answer that was asked for before it', () => {
    const state = back({ ...joined(), version: 3 }, standingOf({ revision: 9 }))
    expect(entry(state).voidBefore).toBe(4)
    expect(takeRoom(state, roomOf('room', { revision: 8 }), 3)).toBe(state)
  })
})

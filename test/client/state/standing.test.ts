import type { Room, WelcomeRoom } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { applyEvent, clearEphemeral } from '../../../src/client/state/events.js'
import { noMembers, takeMembers } from '../../../src/client/state/members.js'
import { emptyHistory, takePage } from '../../../src/client/state/messages.js'
import {
  blank,
  joinRoom,
  leaveRoom,
  missRoom,
  resetRoom,
  takeMe,
  takeRoom,
  welcome,
} from '../../../src/client/state/rooms.js'
import { entryOf, initialState, patch, type State } from '../../../src/client/state/state.js'
import { renameUser, upsertUsers } from '../../../src/client/state/users.js'
import { memberOf, messageOf, roomOf, userOf } from './room-model.js'

const me = userOf('alice')
const begun: State = { ...initialState, me }
const permissions = roomOf('room').me?.permissions

/** A room of mine of which everything was asked for and read. */
function whole(facts: Partial<Room> = {}): State {
  const room = roomOf('room', { lastMessageSeq: 2, revision: 5, ...facts })
  const asked = patch(takeRoom(begun, room), 'room', { history: emptyHistory, memberList: noMembers })
  const paged = takePage(asked, { items: [messageOf('room', 1), messageOf('room', 2)] }, 0, 'room', { hasLatest: true })
  return takeMembers(
    paged,
    { items: [memberOf('room', 'alice'), memberOf('room', 'bob')], nextCursor: null },
    0,
    'room',
  )
}

const standingOf = (facts: Partial<WelcomeRoom> = {}): WelcomeRoom => ({
  ...{ revision: 5, lastMessageSeq: 2, lastReadSeq: 0, unreadCount: 2, muted: false },
  ...facts,
})
const welcomed = (state: State, rooms: Record<string, WelcomeRoom>, named: string[] = []) =>
  welcome(
    state,
    { type: 'welcome', connectionId: 'c', user: me, heartbeatMs: 1, rooms, limits: { textLength: 7 } as never },
    new Set(named),
  )
const seqs = (state: State, id = 'room') => entryOf(state, id).history?.items.map(({ seq }) => seq)

describe('a welcome', () => {
  it('says who is here, what the server takes, and that the list of rooms is on its way', () => {
    const state = welcomed({ ...initialState, roomsStatus: 'ready' }, {})
    expect(state).toMatchObject({ me, limits: { textLength: 7 }, roomsStatus: 'loading' })
    expect(state.users.get('alice')).toEqual(me)
  })

  it('makes a room mine that was not known, to be read', () => {
    const state = welcomed(begun, { room: standingOf({ muted: true, lastReadSeq: 1 }) })
    expect(entryOf(state, 'room')).toMatchObject({
      ...{ status: 'loading', seen: 5, reason: null },
      room: { id: 'room', lastMessageSeq: 2, me: { muted: true, lastReadSeq: 1 } },
    })
  })

  it('leaves what is known of a room that did not move, or was named, as it is', () => {
    for (const [standing, named] of [
      [standingOf(), []],
      [standingOf({ revision: 9 }), ['room']],
    ] as const) {
      const state = welcomed(whole(), { room: standing }, [...named])
      expect([entryOf(state, 'room').status, entryOf(state, 'room').isStale, seqs(state)]).toEqual([
        'joined',
        false,
        [1, 2],
      ])
      expect(entryOf(state, 'room').memberList?.byId.size).toBe(2)
      // What is replayed goes on from there.
      expect(entryOf(state, 'room').seen).toBe(5)
    }
  })

  it('forgets the messages and members of a room that moved and was not named, but not that they were asked for', () => {
    const state = { ...welcomed(whole(), { room: standingOf({ revision: 9, lastMessageSeq: 4 }) }), version: 7 }
    expect(entryOf(state, 'room')).toMatchObject({
      status: 'joined',
      isStale: true,
      seen: 9,
      history: emptyHistory,
      memberList: noMembers,
    })
    expect(entryOf(state, 'room').room).toMatchObject({ name: 'A group', lastMessageSeq: 4 })
    // What was asked for before is of what it was then.
    expect(takeRoom(state, roomOf('room', { name: 'Old', revision: 6 }), 0)).toBe(state)
  })

  it('asks nothing of what nobody asked for', () => {
    const state = takeRoom(begun, roomOf('room', { revision: 5 }))
    expect(entryOf(welcomed(state, { room: standingOf({ revision: 9 }) }), 'room')).toMatchObject({
      history: undefined,
      memberList: undefined,
    })
  })

  it('lets nothing win that a restored database does not hold', () => {
    const state = welcomed(whole({ name: 'Later' }), { room: standingOf({ revision: 2, lastMessageSeq: 1 }) })
    expect(entryOf(state, 'room')).toMatchObject({ isStale: true, seen: 2, history: emptyHistory })
    const read = takeRoom({ ...state, version: state.version + 1 }, roomOf('room', { name: 'Restored', revision: 2 }))
    expect(entryOf(read, 'room').room.name).toBe('Restored')
    expect(entryOf(read, 'room').isStale).toBe(false)
  })

  it('takes rooms away that are not mine any more, but for those that were named, of which it is told why', () => {
    const [named, other] = [welcomed(whole(), {}, ['room']), welcomed(whole(), {})]
    expect([entryOf(named, 'room').status, entryOf(other, 'room').status]).toEqual(['joined', 'left'])
    expect(entryOf(other, 'room')).toMatchObject({ reason: 'removed', room: { me: null } })
    const preview = takeRoom(begun, roomOf('public', { me: null }))
    expect(entryOf(welcomed(preview, {}), 'public').status).toBe('preview')
  })
})

describe('a room', () => {
  it('is mine or a preview, as it was answered, and its people are known', () => {
    const peer = userOf('bob')
    const lastMessage = messageOf('room', 1, { user: userOf('carol') })
    const state = takeRoom(begun, roomOf('room', { peer, lastMessage, lastMessageSeq: 1 }))
    expect(entryOf(state, 'room')).toMatchObject({ status: 'joined', seen: 1 })
    expect([...state.users.keys()].sort()).toEqual(['bob', 'carol'])
    expect(entryOf(takeRoom(begun, roomOf('room', { me: null })), 'room')).toMatchObject({
      status: 'preview',
      seen: -1,
    })
  })

  it('that is mine does not become a preview by an older answer', () => {
    const state = takeRoom(begun, roomOf('room'))
    expect(takeRoom(state, roomOf('room', { me: null, revision: 9 }))).toBe(state)
  })

  it('is seen up to where I joined, and no less than that', () => {
    expect(entryOf(joinRoom(begun, roomOf('room', { revision: 4 })), 'room').seen).toBe(4)
    expect(entryOf(joinRoom(whole(), roomOf('room', { revision: 4 })), 'room').seen).toBe(5)
    expect(entryOf(joinRoom(whole(), roomOf('room', { revision: 9 })), 'room').seen).toBe(9)
    expect(
      entryOf(applyEvent(begun, { type: 'room.joined', room: roomOf('room', { revision: 4 }) }), 'room'),
    ).toMatchObject({ status: 'joined', seen: 4 })
  })

  it('is missing where there is none for me, unless it is mine', () => {
    expect(entryOf(missRoom(begun, 'room'), 'room').status).toBe('missing')
    expect(missRoom(whole(), 'room')).toEqual(whole())
  })

  it('that I left keeps its looks and nothing else, and takes nothing that was asked for before', () => {
    const state = { ...leaveRoom({ ...whole(), version: 4 }, 'room', 'removed'), version: 5 }
    expect(entryOf(state, 'room')).toMatchObject({
      ...{ status: 'left', reason: 'removed', seen: -1, voidBefore: 5 },
      ...{ history: emptyHistory, memberList: noMembers },
      room: { name: 'A group', me: null, lastMessageSeq: 0, lastMessage: null },
    })
    expect(takeRoom(state, roomOf('room', { revision: 9 }), 4)).toBe(state)
    expect(entryOf(takeRoom(state, roomOf('room', { revision: 1 }), 5), 'room')).toMatchObject({
      status: 'joined',
      reason: null,
    })
  })

  it('is left by what is told of that, whatever it was', () => {
    for (const reason of ['removed', 'left', 'deleted'] as const) {
      const state = applyEvent(whole(), { type: 'room.left', roomId: 'room', reason })
      expect(entryOf(state, 'room')).toMatchObject({ status: 'left', reason })
    }
    const deleted = applyEvent(whole(), { type: 'room.deleted', roomId: 'room', revision: 6 })
    expect(entryOf(deleted, 'room')).toMatchObject({ status: 'left', reason: 'deleted' })
    // Of a room that nobody told of, nothing is to be kept.
    expect(applyEvent(begun, { type: 'typing', roomId: 'room', userIds: ['bob'] })).toBe(begun)
  })

  it('that is reset is mine as it was, with nothing read, and seen to where it stands', () => {
    const state = applyEvent(whole(), { type: 'room.reset', roomId: 'room', revision: 3 })
    expect(state).toEqual(resetRoom(whole(), 'room', 3))
    expect(entryOf(state, 'room')).toMatchObject({
      ...{ status: 'joined', seen: 3, history: emptyHistory },
      room: { name: 'A group', me: { role: 'owner', lastReadSeq: 0, unreadCount: 0 } },
    })
    expect(entryOf(resetRoom(takeRoom(begun, roomOf('room', { me: null })), 'room', 3), 'room').room.me).toBeNull()
  })

  it('has one who reads only forward, and mutes as was said last', () => {
    const read = takeMe(whole(), 'room', { lastReadSeq: 2 })
    expect(entryOf(takeMe(read, 'room', { lastReadSeq: 1 }), 'room').room.me?.lastReadSeq).toBe(2)
    const muted = { ...takeMe({ ...read, version: 5 }, 'room', { muted: true }), version: 6 }
    expect(entryOf(muted, 'room').room.me?.muted).toBe(true)
    const { me: own = null } = roomOf('room')
    // An answer is as old as its question.
    expect(entryOf(takeRoom(muted, roomOf('room', { me: own, revision: 9 }), 4), 'room').room.me?.muted).toBe(true)
    expect(entryOf(takeRoom(muted, roomOf('room', { me: own, revision: 9 }), 6), 'room').room.me?.muted).toBe(false)
  })

  it('knows my role by what is told of me as a member, and of nobody else', () => {
    const told = (userId: string, revision: number) =>
      applyEvent(whole(), {
        ...{ type: 'member.updated', roomId: 'room', revision },
        member: memberOf('room', userId, { role: 'admin', revision, ...(permissions ? { permissions } : {}) }),
      })
    expect(entryOf(told('alice', 6), 'room').room.me?.role).toBe('admin')
    expect(entryOf(told('bob', 6), 'room').room.me?.role).toBe('owner')
    expect(entryOf(told('alice', 4), 'room').room.me?.role).toBe('owner')
  })
})

describe('what is told of the moment', () => {
  it('is who else types, and not I', () => {
    const state = applyEvent(whole(), { type: 'typing', roomId: 'room', userIds: ['alice', 'bob'] })
    expect(entryOf(state, 'room').typing).toEqual(['bob'])
    expect(entryOf(applyEvent(state, { type: 'typing', roomId: 'room', userIds: [] }), 'room').typing).toEqual([])
  })

  it('is who is here, and when they were last', () => {
    const state = applyEvent(begun, { type: 'presence', userId: 'bob', online: false, lastSeenAt: 'then' })
    expect([...state.presence]).toEqual([['bob', { online: false, lastSeenAt: 'then' }]])
  })

  it('is how far somebody has read, and me only where it is me', () => {
    const read = (userId: string) => applyEvent(whole(), { type: 'read', roomId: 'room', userId, lastReadSeq: 2 })
    expect([
      entryOf(read('bob'), 'room').memberList?.markers.get('bob'),
      entryOf(read('bob'), 'room').room.me?.lastReadSeq,
    ]).toEqual([2, 0])
    expect(entryOf(read('alice'), 'room').room.me?.lastReadSeq).toBe(2)
  })

  it('is not known any more once nobody is heard; all else is', () => {
    const typing = applyEvent(whole(), { type: 'typing', roomId: 'room', userIds: ['bob'] })
    const state = clearEphemeral(
      applyEvent(typing, { type: 'presence', userId: 'bob', online: true, lastSeenAt: null }),
    )
    expect([state.presence.size, entryOf(state, 'room').typing, seqs(state)]).toEqual([0, [], [1, 2]])
  })
})

describe('a session that ends', () => {
  it('leaves nothing but what was asked for, and takes nothing that was asked for before', () => {
    const ended = blank({ ...whole(), version: 8, connection: { status: 'live', error: null, retryAt: null } })
    expect(ended).toMatchObject({
      me: null,
      version: 8,
      bornAt: 9,
      roomsStatus: 'idle',
      connection: { status: 'live' },
    })
    expect([ended.users.size, ended.presence.size, ended.outbox.length]).toEqual([0, 0, 0])
    expect(entryOf(ended, 'room')).toMatchObject({
      status: 'loading',
      history: emptyHistory,
      memberList: noMembers,
      voidBefore: 9,
    })
    expect(entryOf(ended, 'room').room).toEqual({ id: 'room', lastMessageSeq: 0, lastMessage: null })
    const next = { ...ended, version: 9 }
    expect(takeRoom(next, roomOf('never-seen'), 8)).toBe(next)
  })
})

describe('a person', () => {
  it('is who was last told of, and I am one of them', () => {
    const state = upsertUsers(begun, 1, { ...me, name: 'Alice B.' }, null, undefined, userOf('bob'))
    expect([state.me?.name, state.users.get('bob')?.id, state.users.size]).toEqual(['Alice B.', 'bob', 2])
    expect(upsertUsers(initialState, 1, userOf('bob')).me).toBeNull()
  })

  it('is the very same where nothing new was told, and is called as was said last, whatever was asked for before', () => {
    const state = { ...upsertUsers(begun, 1, userOf('bob')), version: 4 }
    expect(upsertUsers(state, 1, userOf('bob'))).toBe(state)
    const renamed = { ...renameUser(state, { ...userOf('bob'), name: 'Robert' }), version: 5 }
    expect(renamed.users.get('bob')?.name).toBe('Robert')
    expect(upsertUsers(renamed, 4, userOf('bob'))).toBe(renamed)
    expect(upsertUsers(renamed, 5, { ...userOf('bob'), name: 'Rob' }).users.get('bob')?.name).toBe('Rob')
  })
})

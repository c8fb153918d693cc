import { describe, expect, it } from 'vitest'
import { together } from '../../../src/client/state/drafts.js'
import { initialState, type State } from '../../../src/client/state/state.js'
import {
  renameUser,
  shownMessage,
  shownRoom,
  shownUser,
  untimed,
  upsertUsers,
} from '../../../src/client/state/users.js'
import { messageOf, roomOf, userOf } from './room-model.js'

const [alice, bob] = [userOf('alice'), userOf('bob')]
const robert = { ...bob, name: 'Robert' }
const usersOf = (...users: (typeof bob)[]): State['users'] => new Map(users.map((user) => [user.id, user]))

describe('what is told of people', () => {
  it('is who they are from then on, each of them, and nothing where nobody is told of', () => {
    const state = upsertUsers(initialState, untimed, alice, null, undefined, bob)
    expect([...state.users]).toEqual([
      ['alice', alice],
      ['bob', bob],
    ])
    expect(initialState.users.size).toBe(0)
    expect(upsertUsers(state, 1)).toBe(state)
    expect(upsertUsers(state, 1, null, undefined)).toBe(state)
  })

  it('changes them where anything of it is else, and no others', () => {
    const state = upsertUsers(initialState, untimed, alice, bob)
    for (const told of [robert, { ...bob, avatarUrl: '/b.png' }, { ...bob, lastSeenAt: 'now' }]) {
      const next = upsertUsers(state, untimed, told, { ...alice })
      expect(next.users.get('bob')).toBe(told)
      expect(next.users.get('alice')).toBe(alice)
    }
    expect(upsertUsers(state, untimed, { ...bob }, { ...alice })).toBe(state)
  })

  it('does not take away when they were here last, which most of it does not tell', () => {
    const seen = { ...bob, lastSeenAt: 'yesterday' }
    const state = upsertUsers(initialState, untimed, seen)
    expect(upsertUsers(state, untimed, { ...bob, lastSeenAt: null })).toBe(state)
    expect(upsertUsers(state, untimed, { ...robert, lastSeenAt: null }).users.get('bob')).toEqual({
      ...seen,
      name: 'Robert',
    })
    expect(upsertUsers(state, untimed, { ...bob, lastSeenAt: 'now' }).users.get('bob')?.lastSeenAt).toBe('now')
  })

  it('is who I am, where it is me', () => {
    const state = { ...initialState, me: alice }
    expect(upsertUsers(state, untimed, { ...alice, name: 'Alicia' }).me?.name).toBe('Alicia')
    expect(upsertUsers(state, untimed, bob).me).toBe(alice)
    expect(upsertUsers(initialState, untimed, bob).me).toBeNull()
  })

  it('fills one and the same map where many changes are one', () => {
    const maps: State['users'][] = []
    const state = together(() => {
      const first = upsertUsers(initialState, untimed, alice)
      const second = upsertUsers(first, untimed, bob)
      maps.push(first.users, second.users)
      return second
    })
    expect(maps[0]).toBe(maps[1])
    expect([...state.users.keys()]).toEqual(['alice', 'bob'])
    const later = upsertUsers(state, untimed, robert)
    expect(later.users).not.toBe(state.users)
    expect(state.users.get('bob')).toBe(bob)
  })
})

describe('somebody who is called otherwise from now on', () => {
  it('is so, whatever was asked for before, until it is asked anew', () => {
    const state = { ...upsertUsers(initialState, untimed, alice, bob), version: 4 }
    const renamed = renameUser(state, robert)
    expect(renamed.users.get('bob')).toBe(robert)
    for (const asked of [untimed, 4]) expect(upsertUsers(renamed, asked, bob)).toBe(renamed)
    expect(upsertUsers(renamed, 5, bob).users.get('bob')).toBe(bob)
    // Of others it says nothing.
    expect(upsertUsers(renamed, untimed, { ...alice, name: 'Alicia' }).users.get('alice')?.name).toBe('Alicia')
  })

  it('is so beside others, and again', () => {
    const state = renameUser(renameUser({ ...initialState, version: 4 }, robert), { ...alice, name: 'Alicia' })
    expect([...state.renamed]).toEqual([
      ['bob', 5],
      ['alice', 5],
    ])
    expect(renameUser(state, { ...bob, name: 'Rob' }).users.get('bob')?.name).toBe('Rob')
    expect(initialState.renamed.size).toBe(0)
  })
})

describe('a person who is shown', () => {
  it('is as last heard of, whoever tells of them; of whom nobody else told, as they are there', () => {
    expect(shownUser(usersOf(alice, robert), bob)).toBe(robert)
    expect(shownUser(usersOf(alice), bob)).toBe(bob)
    expect(shownUser(usersOf(alice), null)).toBeNull()
    expect(shownUser(usersOf(alice), undefined)).toBeUndefined()
  })
})

describe('a message that is shown', () => {
  it('is the very same where its sender is, or nobody sent it', () => {
    const message = messageOf('room', 1, { user: bob })
    expect(shownMessage(usersOf(bob), message)).toBe(message)
    expect(shownMessage(usersOf(), message)).toBe(message)
    const host = messageOf('room', 1, { user: null })
    expect(shownMessage(usersOf(bob), host)).toBe(host)
  })

  it('has its sender as last heard of, and is the same for as long as they are', () => {
    const message = messageOf('room', 1, { user: bob })
    const shown = shownMessage(usersOf(robert), message)
    expect(shown).toEqual({ ...message, user: robert })
    expect(message.user).toBe(bob)
    expect(shownMessage(usersOf(robert, alice), message)).toBe(shown)
    const later = shownMessage(usersOf({ ...bob, name: 'Rob' }), message)
    expect(later.user?.name).toBe('Rob')
    // Another message by the same person is another one.
    expect(shownMessage(usersOf(robert), messageOf('room', 2, { user: bob })).seq).toBe(2)
  })
})

describe('a room that is shown', () => {
  const lastMessage = messageOf('room', 1, { user: bob })

  it('is the very same where its people are, or it has none', () => {
    for (const room of [
      roomOf('room'),
      roomOf('room', { peer: bob }),
      roomOf('room', { lastMessage }),
      roomOf('room', { peer: bob, lastMessage: messageOf('room', 1, { user: null }) }),
      { id: 'room', lastMessageSeq: 0 },
    ]) {
      expect(shownRoom(usersOf(bob), room)).toBe(room)
      expect(shownRoom(usersOf(), room)).toBe(room)
    }
  })

  it('has the one it is with, and who wrote last, as last heard of', () => {
    const pair = roomOf('room', { peer: bob, lastMessage })
    const both = { ...pair, peer: robert, lastMessage: { ...lastMessage, user: robert } }
    expect(shownRoom(usersOf(robert), pair)).toEqual(both)
    const group = roomOf('room', { lastMessage })
    expect(shownRoom(usersOf(robert), group)).toEqual({ ...group, lastMessage: { ...lastMessage, user: robert } })
    const silent = roomOf('room', { peer: bob })
    expect(shownRoom(usersOf(robert), silent)).toEqual({ ...silent, peer: robert })
    const mine = roomOf('room', { peer: bob, lastMessage: messageOf('room', 1, { user: alice }) })
    expect(shownRoom(usersOf(robert), mine)).toEqual({ ...mine, peer: robert })
    expect(pair.peer).toBe(bob)
  })

  it('is the same for as long as each of them is', () => {
    const room = roomOf('room', { peer: bob, lastMessage: messageOf('room', 1, { user: alice }) })
    const alicia = { ...alice, name: 'Alicia' }
    const shown = shownRoom(usersOf(robert, alicia), room)
    expect(shownRoom(usersOf(alicia, robert), room)).toBe(shown)
    const other = shownRoom(usersOf(robert, alice), room)
    expect(other).toMatchObject({ peer: { name: 'Robert' }, lastMessage: { user: { name: 'alice' } } })
    const third = shownRoom(usersOf(bob, alicia), room)
    expect(third).toMatchObject({ peer: { name: 'bob' }, lastMessage: { user: { name: 'Alicia' } } })
  })
})

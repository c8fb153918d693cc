import type { Message, ReactionCause } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { applyEvent, clearEphemeral, mergeMessage, takeChanges } from '../../../src/client/state/events.js'
import { noMembers } from '../../../src/client/state/members.js'
import { emptyHistory } from '../../../src/client/state/messages.js'
import { takeRoom } from '../../../src/client/state/rooms.js'
import { entryOf, initialState, patch, type State } from '../../../src/client/state/state.js'
import { renameUser, untimed, upsertUsers } from '../../../src/client/state/users.js'
import { memberOf, messageOf, roomOf, userOf } from './room-model.js'

const me = userOf('alice')
const begun: State = { ...initialState, me }
/** A room of mine of which messages and members were asked for, seen up to revision 5. */
const asking = patch(takeRoom(begun, roomOf('room', { revision: 5, lastMessageSeq: 2 })), 'room', {
  ...{ history: emptyHistory, memberList: noMembers },
})
const written = (seq: number, facts: Partial<Message> = {}) => {
  const message = messageOf('room', seq, { revision: seq + 3, ...facts })
  return { type: 'message.created', roomId: 'room', revision: message.revision, message } as const
}
const entry = (state: State) => entryOf(state, 'room')
const markersOf = (state: State) => Object.fromEntries(entry(state).memberList?.markers ?? [])

describe('a message that was told of', () => {
  it('is the room’s last, is in its history, and moves the room to its seq', () => {
    const state = applyEvent(asking, written(3))
    expect(entry(state)).toMatchObject({ seen: 6, room: { lastMessageSeq: 3, lastMessage: { seq: 3 } } })
    expect(entry(state).history?.items.map(({ seq }) => seq)).toEqual([3])
    expect(entry(state).room.me).toMatchObject({ unreadCount: 1, lastReadSeq: 0 })
  })

  it('was read by who wrote it, be it me; but what the system says of somebody was read by nobody', () => {
    expect(markersOf(applyEvent(asking, written(3)))).toEqual({ bob: 3 })
    const mine = applyEvent(asking, written(3, { user: me }))
    expect([markersOf(mine), entry(mine).room.me?.lastReadSeq]).toEqual([{ alice: 3 }, 3])
    for (const facts of [{ kind: 'system', user: me }, { user: null }] as const) {
      const state = applyEvent(asking, written(3, facts))
      expect([markersOf(state), entry(state).room.me?.lastReadSeq]).toEqual([{}, 0])
      expect(entry(state).history?.items).toHaveLength(1)
    }
    // Before it is known who I am, nobody's are mine.
    expect(entry(mergeMessage({ ...asking, me: null }, written(3, { user: me }).message)).room.me?.lastReadSeq).toBe(0)
  })

  it('says as the last one, too, what I reacted', () => {
    const reactions = [{ reaction: '👍', count: 30, userIds: ['bob', 'alice'] }]
    const named = applyEvent(asking, written(3, { reactions }))
    expect(entry(named).room.lastMessage?.myReactions).toEqual(['👍'])
    const cause: ReactionCause = { type: 'reaction.added', userId: 'alice', reaction: '👍' }
    const unnamed = written(3, { reactions: [{ reaction: '👍', count: 30, userIds: ['bob'] }] })
    const updated = { ...unnamed, type: 'message.updated', cause } as const
    expect(entry(applyEvent(asking, updated)).room.lastMessage?.myReactions).toEqual(['👍'])
    expect(entry(applyEvent(asking, unnamed)).room.lastMessage?.myReactions).toEqual([])
  })
})

describe('what is told of a room', () => {
  it('is heard from revision 0 on, and not where nobody told of the room', () => {
    const first = takeRoom(begun, roomOf('room', { revision: 0 }))
    expect(entry(applyEvent(first, { type: 'typing', roomId: 'room', userIds: ['bob'] })).typing).toEqual(['bob'])
    for (const event of [
      written(3),
      { type: 'room.deleted', roomId: 'room', revision: 6 },
      { type: 'read', roomId: 'room', userId: 'alice', lastReadSeq: 2 },
    ] as const) {
      expect(applyEvent(begun, event)).toBe(begun)
    }
  })

  it('is heard before it is known who I am, and be it something that only a newer server tells', () => {
    const nobody = { ...asking, me: null }
    expect(entry(applyEvent(nobody, { type: 'typing', roomId: 'room', userIds: ['bob'] })).typing).toEqual(['bob'])
    const newer = applyEvent(asking, { type: 'poll.opened', roomId: 'room', revision: 6 } as never)
    expect(entry(newer)).toMatchObject({ seen: 6, room: { name: 'A group' } })
  })

  it('changes nothing if it is unknown here and has no revision, as something that does not last', () => {
    expect(applyEvent(asking, { type: 'poll.looked', roomId: 'room', userIds: ['bob'] } as never)).toBe(asking)
    expect(applyEvent(asking, { type: 'poll.looked', userId: 'bob' } as never)).toBe(asking)
  })

  it('is how it looks at the revision at which that was read, though it tells of an earlier one', () => {
    const { lastMessage: _, me: __, peer: ___, ...room } = roomOf('room')
    const updated = (revision: number, at: number, name: string) =>
      ({ type: 'room.updated', roomId: 'room', revision, room: { ...room, revision: at, name } }) as const
    const nameOf = (...events: ReturnType<typeof updated>[]) =>
      entry(events.reduce<State>(applyEvent, asking)).room.name
    expect(nameOf(updated(6, 6, 'Six'))).toBe('Six')
    expect(nameOf(updated(6, 8, 'Eight'), updated(7, 7, 'Seven'))).toBe('Eight')
    expect(nameOf(updated(6, 8, 'Eight'), updated(9, 9, 'Nine'))).toBe('Nine')
    expect(nameOf(updated(4, 4, 'Four'))).toBe('A group')
    expect(entry(applyEvent(asking, updated(8, 8, 'Eight'))).seen).toBe(8)
    expect(entry(applyEvent(asking, updated(4, 4, 'Four'))).seen).toBe(5)
  })

  it('is how far I have read, as the server counted it', () => {
    const { me: own } = roomOf('room')
    if (!own) throw new Error('It is mine')
    const state = applyEvent(asking, {
      ...{ type: 'me.updated', roomId: 'room', revision: 6, lastMessageSeq: 4 },
      me: { ...own, muted: true, lastReadSeq: 1, unreadCount: 3, mentionCount: 2 },
    })
    expect(entry(state).room.me).toMatchObject({ muted: true, lastReadSeq: 1, unreadCount: 3 })
    expect(entry(state).unread.tally).toEqual({
      ...{ revision: 6, lastMessageSeq: 4, lastReadSeq: 1 },
      ...{ unreadCount: 3, mentionCount: 2 },
    })
    // It is no change of the room: those up to it are still to be told.
    expect(entry(state).seen).toBe(5)
  })

  it('is how far I have read among all others, too', () => {
    const state = applyEvent(asking, { type: 'read', roomId: 'room', userId: 'alice', lastReadSeq: 2 })
    expect([markersOf(state), entry(state).room.me?.lastReadSeq]).toEqual([{ alice: 2 }, 2])
  })

  it('is who came, who went and how many there are', () => {
    const told = { roomId: 'room', revision: 6, member: memberOf('room', 'carol', { revision: 6 }) }
    const added = applyEvent(asking, { type: 'member.added', ...told, memberCount: 3 })
    expect([entry(added).room.memberCount, entry(added).memberList?.byId.get('carol')?.isGone]).toEqual([3, false])
    expect(entry(added).room.me?.role).toBe('owner')
    const removed = applyEvent(added, {
      ...{ type: 'member.removed', roomId: 'room', revision: 7, member: { ...told.member, revision: 7 } },
      ...{ memberCount: 2, removedById: 'alice' },
    })
    expect([entry(removed).room.memberCount, entry(removed).memberList?.byId.get('carol')?.isGone]).toEqual([2, true])
    // Told again, later, of before.
    expect(entry(applyEvent(removed, { type: 'member.added', ...told, memberCount: 3 })).room.memberCount).toBe(2)
  })

  it('is that nobody is left to name in a private room, once the other one was erased', () => {
    const bob = userOf('bob')
    const pair = roomOf('room', { type: 'private', peer: bob, revision: 5 })
    const without = (userId: string) =>
      applyEvent(takeRoom(asking, pair), {
        ...{ type: 'member.removed', roomId: 'room', revision: 6, member: memberOf('room', userId, { revision: 6 }) },
        ...{ memberCount: 1, removedById: null },
      })
    expect(entry(without('bob')).room.peer).toBe(null)
    expect(entry(without('carol')).room.peer).toEqual(bob)
    // A page from before the erasure, which comes late, brings nobody back.
    expect(entry(takeRoom(without('bob'), pair)).room.peer).toBe(null)
  })

  it('is what I may from then on, and when I came; who goes may what they could for all that it says', () => {
    const permissions = { ...roomOf('room').me?.permissions, canEditRoom: false } as never
    const member = memberOf('room', 'alice', { role: 'admin', permissions, joinedAt: 'then', lastReadSeq: 2 })
    const told = { roomId: 'room', revision: 6, member: { ...member, revision: 6 }, memberCount: 2 }
    expect(entry(applyEvent(asking, { type: 'member.added', ...told })).room.me).toMatchObject({
      ...{ role: 'admin', permissions, joinedAt: 'then', lastReadSeq: 2 },
    })
    const removed = applyEvent(asking, { type: 'member.removed', ...told, removedById: 'bob' })
    expect(entry(removed).room.me).toMatchObject({ role: 'owner', lastReadSeq: 0 })
  })

  it('is all that changed, one after the other', () => {
    const state = takeChanges(asking, { events: [written(3), written(4)], revision: 7, hasMore: false })
    expect(entry(state)).toMatchObject({ seen: 7, room: { lastMessageSeq: 4, lastMessage: { seq: 4 } } })
    expect(takeChanges(asking, { events: [], revision: 5, hasMore: false })).toBe(asking)
  })
})

describe('what is told of people', () => {
  it('is what they are called', () => {
    const state = applyEvent(begun, { type: 'user.updated', user: { ...userOf('bob'), name: 'Robert' } })
    expect(state.users.get('bob')?.name).toBe('Robert')
    expect([...state.renamed]).toEqual([['bob', 1]])
  })

  it('holds no longer than the server is heard: later anybody may tell what they are called', () => {
    const deaf = clearEphemeral(renameUser(begun, { ...userOf('bob'), name: 'Robert' }))
    expect(deaf.users.get('bob')?.name).toBe('Robert')
    expect(upsertUsers(deaf, untimed, userOf('bob')).users.get('bob')?.name).toBe('bob')
  })

  it('adds to who is here', () => {
    const here = (state: State, userId: string) =>
      applyEvent(state, { type: 'presence', userId, online: true, lastSeenAt: null })
    expect([...here(here(begun, 'bob'), 'carol').presence.keys()]).toEqual(['bob', 'carol'])
  })
})

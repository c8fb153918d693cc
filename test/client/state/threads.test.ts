import type { DurableEvent, Message, ThreadMe } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { applyEvent, takeChanges } from '../../../src/client/state/events.js'
import { joinRoom, leaveRoom, resetRoom, takeRoom } from '../../../src/client/state/rooms.js'
import { initialState, type State } from '../../../src/client/state/state.js'
import { markThread, openThread, sideOf, takeSide, takeThreads } from '../../../src/client/state/threads.js'
import { messageOf, roomOf, userOf } from './room-model.js'

const at = '2026-11-26T13:00:00.000Z'
const thread = { count: 2, lastSeq: 2, lastAt: at, userIds: ['bob'] }
const root = messageOf('room', 1, { user: userOf('alice'), thread, revision: 5 })

const meOf = (changes: Partial<ThreadMe> = {}): ThreadMe => ({
  ...{ isFollowing: true, lastReadSeq: 0, unreadCount: 2, mentionCount: 0, lastSeq: 2, revision: 5 },
  ...changes,
})
const replyOf = (threadSeq: number, revision: number, facts: Partial<Message> = {}): Message =>
  messageOf('room', threadSeq, { id: `reply-${threadSeq}`, threadId: root.id, threadSeq, revision, ...facts })
const eventOf = (message: Message, more: object = {}): DurableEvent => {
  const type = message.deletedAt === null ? 'message.created' : 'message.deleted'
  return { type, roomId: message.roomId, revision: message.revision, message, ...more } as DurableEvent
}
const room = roomOf('room', { lastMessageSeq: 1, revision: 5 })
const joined = takeRoom({ ...initialState, me: userOf('alice') }, room)
const listed = takeThreads(
  joined,
  { items: [{ message: root, room: { id: 'room', name: 'A group' }, me: meOf() }], nextCursor: null },
  joined.version,
)
const threadIn = ({ threads }: State) => threads.known.get(root.id)
/** What is unread, what mentions me, and how far I have read; with a question mark where the server has to be asked. */
const told = (state: State): string => {
  const { unreadCount, mentionCount, lastReadSeq } = sideOf(threadIn(state)) ?? {}
  return `${unreadCount} ${mentionCount} ${lastReadSeq}${threadIn(state)?.isStale ? '?' : ''}`
}
const hearing = (...events: Parameters<typeof applyEvent>[1][]) => events.reduce(applyEvent, listed)

describe('my side of a thread', () => {
  it('counts each reply of others once, live, caught up with or both, and in any order', () => {
    const events = [eventOf(replyOf(3, 6)), eventOf(replyOf(4, 8))]
    const caughtUp = (state: State) => takeChanges(state, { events, revision: 8, hasMore: false })
    expect(told(hearing(...events))).toBe('4 0 0')
    expect(told(hearing(...events.toReversed()))).toBe('4 0 0')
    expect(told(caughtUp(listed))).toBe('4 0 0')
    expect(told(caughtUp(caughtUp(hearing(...events))))).toBe('4 0 0')
    // A replay tells of one that was changed since as it is now.
    expect(told(hearing({ ...eventOf(replyOf(3, 9)), type: 'message.updated' } as DurableEvent))).toBe('3 0 0')
    expect(told(hearing(eventOf(replyOf(2, 4))))).toBe('2 0 0')
  })

  it('counts mentions of me and of everyone, and not by people whom I block', () => {
    for (const mention of [{ mentions: ['alice'] }, { mentionsEveryone: true }]) {
      const event = eventOf(replyOf(3, 6, mention))
      expect(told(hearing(event))).toBe('3 1 0')
      expect(told(applyEvent({ ...listed, blocked: new Set(['bob']) }, event))).toBe('3 0 0')
    }
    expect(told(hearing({ type: 'block.changed', userId: 'bob', isBlocked: true }))).toBe('2 0 0?')
  })

  it('has nothing to read after my own reply, up to which I have read', () => {
    const mine = replyOf(4, 8, { user: userOf('alice') })
    expect(told(hearing(eventOf(replyOf(3, 6)), eventOf(mine)))).toBe('0 0 4')
    expect(told(hearing(eventOf(mine), eventOf(replyOf(3, 6)), eventOf(replyOf(5, 9))))).toBe('1 0 4')
  })

  it('is one less by the deletion of a reply, and the same by a reaction; it is asked for only after an edit that may count', () => {
    expect(told(hearing(eventOf(replyOf(2, 6, { deletedAt: at }))))).toBe('1 0 0')
    const reaction = { cause: { type: 'reaction.added', userId: 'carol', reaction: '👍' } }
    const changed = (facts: Partial<Message>, more = {}) =>
      told(hearing({ ...eventOf(replyOf(2, 6, facts), more), type: 'message.updated' } as DurableEvent))
    expect(changed({}, reaction)).toBe('2 0 0')
    expect(changed({ mentions: ['alice'] }, reaction)).toBe('2 0 0')
    expect(changed({ editedAt: at })).toBe('2 0 0')
    expect(changed({ editedAt: at, mentions: ['alice'] })).toBe('2 0 0?')
  })

  it('stays as it was said at the higher revision, whatever comes later, with what has happened since', () => {
    const said = (state: State, me: Partial<ThreadMe>) => takeSide(state, meOf(me), undefined, 'room', root.id)
    const heard = hearing(eventOf(replyOf(3, 6)))
    expect(told(said(heard, { lastReadSeq: 2, unreadCount: 0 }))).toBe('1 0 2?')
    expect(told(said(heard, { lastSeq: 3, revision: 6, lastReadSeq: 3, unreadCount: 0 }))).toBe('0 0 3')
    const later = said(heard, { lastSeq: 3, revision: 7, lastReadSeq: 3, unreadCount: 0 })
    expect(told(said(later, { lastSeq: 3, revision: 6, lastReadSeq: 0, unreadCount: 3 }))).toBe('0 0 3')
    // Marked here, and not yet told: an answer from before it does not undo it.
    const marked = markThread(heard, root.id, 3)
    expect(told(marked)).toBe('0 0 3')
    expect(told(said(marked, { lastSeq: 3, revision: 6, unreadCount: 3 }))).toBe('0 0 3')
    const event = { type: 'thread.updated', roomId: 'room', messageId: root.id, me: meOf({ revision: 4 }) } as const
    expect(told(applyEvent(heard, event))).toBe('3 0 0')
  })
})

describe('the threads that are known', () => {
  it('go with their room, and come back with it only as they are then', () => {
    for (const gone of [
      leaveRoom(listed, 'room', 'left'),
      resetRoom(listed, 'room', 1),
      hearing({ type: 'room.deleted', roomId: 'room', revision: 6 } as DurableEvent),
      hearing({ type: 'room.left', roomId: 'room', reason: 'removed' }),
    ]) {
      expect([...gone.threads.known]).toEqual([])
    }
    const other = takeRoom(listed, roomOf('other'))
    expect(leaveRoom(other, 'other', 'left').threads).toBe(other.threads)
    const page = { items: [{ message: root, room: { id: 'room', name: null }, me: meOf() }], nextCursor: null }
    const left = { ...leaveRoom(listed, 'room', 'left'), version: 7 }
    expect(takeThreads(left, page, 7).threads.known.size).toBe(0)
    // A page that was asked for before I left says nothing of the room that I came back to.
    const back = joinRoom(left, room)
    expect(takeThreads(back, page, 0).threads.known.size).toBe(0)
    expect(takeThreads(back, page, 8).threads.known.size).toBe(1)
  })

  it('stay as they are listed when the first page is read again', () => {
    const other = { ...root, id: 'other', seq: 2 }
    const page = { items: [{ message: other, room: { id: 'room', name: null }, me: meOf() }], nextCursor: 'next' }
    expect([...takeThreads(listed, page, listed.version).threads.known.keys()]).toEqual([root.id, 'other'])
  })

  it('are more by one that has a reply and may be mine, wherever in the list it would stand', () => {
    const learnt = (state: State, message: Message) =>
      applyEvent(state, { ...eventOf(message), type: 'message.updated' } as DurableEvent).threads.known.get(message.id)
    const bobs = (facts: Partial<Message> = {}) => messageOf('room', 2, { revision: 6, thread, ...facts })
    const alice = { ...thread, userIds: ['bob', 'alice'] }
    for (const facts of [{ user: userOf('alice') }, { mentions: ['alice'] }, { thread: alice }]) {
      expect(learnt(listed, bobs(facts))).toMatchObject({ isStale: true, root: { id: 'room-2' } })
    }
    expect(learnt(listed, bobs())).toBeUndefined()
    expect(learnt(listed, bobs({ user: userOf('alice'), thread: null }))).toBeUndefined()
    // I may have chosen to follow one that is further down than was read; nobody follows one whose first reply this is.
    const more = { ...listed, threads: { ...listed.threads, cursor: 'next' } }
    expect(learnt(more, bobs())).toMatchObject({ isStale: true })
    expect(learnt(more, bobs({ thread: { ...thread, lastSeq: 1 } }))).toBeUndefined()
    // Nobody has asked for a list.
    expect(learnt(joined, bobs({ user: userOf('alice') }))).toBeUndefined()
  })

  it('are asked about where a reply mentions me, or is mine', () => {
    const of = (facts: Partial<Message>) =>
      hearing(eventOf(replyOf(1, 6, { threadId: 'room-9', ...facts }))).threads.known.get('room-9')?.isStale
    expect([of({ mentions: ['alice'] }), of({ user: userOf('alice') }), of({})]).toEqual([true, true, undefined])
  })

  it('have the newest version of the message that they are of, once they are opened', () => {
    const opened = openThread(joined, 'room', root.id)
    const newer = { ...root, revision: 7, text: 'Newer' }
    const state = applyEvent(opened, { ...eventOf(newer), type: 'message.updated' } as DurableEvent)
    expect(threadIn(applyEvent(state, eventOf(root)))?.root?.text).toBe('Newer')
  })
})

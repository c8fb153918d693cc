import type { Media, Message, ReactionCause, ReplyTo } from 'express-chat'
import type { ShownMessage } from 'express-chat/client'
import { describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/client/state/events.js'
import { moveMarker, noMembers, takeMembers } from '../../../src/client/state/members.js'
import {
  emptyHistory,
  isGuess,
  mine,
  quoteOf,
  takeMessage,
  takePage,
  withHistory,
} from '../../../src/client/state/messages.js'
import { acknowledge, inOrder, takeUp } from '../../../src/client/state/outbox.js'
import { takeRoom } from '../../../src/client/state/rooms.js'
import { entryOf, initialState, type Pending, patch, type State } from '../../../src/client/state/state.js'
import { memberOf, messageOf, pendingOf, roomOf, userOf } from './room-model.js'

const begun: State = { ...initialState, me: userOf('alice') }
const asking = patch(takeRoom(begun, roomOf('room')), 'room', { history: emptyHistory, memberList: noMembers })
const itemsOf = (state: State) => entryOf(state, 'room').history?.items ?? []
const quoteOfBob = (seq: number, text: string): ReplyTo => ({
  ...{ id: `room-${seq}`, seq, threadId: null, userId: 'bob', userName: 'bob', as: null },
  ...{ text, firstMedia: null },
})
const reacted = (userIds: string[], count = userIds.length): Partial<Message> => ({
  reactions: [{ reaction: '👍', count, userIds }],
})
const cause = (type: ReactionCause['type'], userId: string, reaction = '👍'): ReactionCause => ({
  type,
  userId,
  reaction,
})

describe('a message', () => {
  it('of mine has its clientId for a key, so that it stays the same once it is sent; another’s has its id', () => {
    const own = messageOf('room', 1, { user: userOf('alice'), clientId: 'c' })
    const theirs = messageOf('room', 2, { user: userOf('bob'), clientId: 'c' })
    const host = messageOf('room', 3, { user: null, clientId: 'c' })
    const state = takePage(asking, { items: [own, theirs, host] }, 0, 'room')
    expect(itemsOf(state).map(({ key, state: is, error }) => [key, is, error])).toEqual([
      ...[
        ['c', 'sent', null],
        ['room-2', 'sent', null],
        ['room-3', 'sent', null],
      ],
    ])
    const unnamed = takeMessage(asking, messageOf('room', 1, { user: userOf('alice'), clientId: null }))
    expect(itemsOf(unnamed)[0]?.key).toBe('room-1')
  })

  it('is the newer of two, and the same where it is read anew; only my reactions may be known better now', () => {
    const first = takeMessage(asking, messageOf('room', 1, { revision: 5, text: 'Now', ...reacted(['bob'], 30) }))
    const [shown] = itemsOf(first)
    expect(itemsOf(takeMessage(first, messageOf('room', 1, { revision: 4, text: 'Then' })))[0]).toMatchObject({
      text: 'Now',
    })
    const again = itemsOf(
      takeMessage(first, messageOf('room', 1, { revision: 5, text: 'Else', myReactions: ['👍'] })),
    )[0]
    expect(again).toEqual({ ...shown, myReactions: ['👍'] })
    expect(itemsOf(takeMessage(first, messageOf('room', 1, { revision: 6, text: 'Later' })))[0]).toMatchObject({
      text: 'Later',
    })
  })

  it('stands where its seq says, whatever came first', () => {
    const state = takePage(
      takeMessage(asking, messageOf('room', 3)),
      { items: [messageOf('room', 1), messageOf('room', 2)] },
      0,
      'room',
    )
    expect(itemsOf(state).map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  it('quotes what it answers as that is now, to 280 characters, and only the very one', () => {
    const replyTo = quoteOfBob(1, 'Old')
    const reply = messageOf('room', 2, { replyTo })
    const state = takePage(asking, { items: [messageOf('room', 1, { text: '😀'.repeat(300) }), reply] }, 0, 'room')
    expect(itemsOf(state)[1]?.replyTo).toEqual({ ...replyTo, text: '😀'.repeat(280) })
    const other = messageOf('room', 2, { replyTo: { ...replyTo, id: 'another' } })
    expect(itemsOf(takePage(asking, { items: [messageOf('room', 1), other] }, 0, 'room'))[1]?.replyTo?.text).toBe('Old')
    const deleted = takeMessage(state, messageOf('room', 1, { text: '', revision: 9 }))
    expect(itemsOf(deleted)[1]?.replyTo?.text).toBe('')
    expect(quoteOf('x'.repeat(281))).toHaveLength(280)
  })

  it('quotes the first file of what it answers, until that was deleted', () => {
    const [first, second] = [{ id: 'm1' }, { id: 'm2' }] as Media[]
    const quoted = messageOf('room', 1, { media: [first, second] as Media[] })
    const replyTo = quoteOfBob(1, 'No. 1')
    const state = takePage(asking, { items: [quoted, messageOf('room', 2, { replyTo })] }, 0, 'room')
    expect(itemsOf(state)[1]?.replyTo).toEqual({ ...replyTo, firstMedia: first })
    const deleted = takeMessage(state, messageOf('room', 1, { text: '', media: [], revision: 9 }))
    expect(itemsOf(deleted)[1]?.replyTo).toMatchObject({ text: '', firstMedia: null })
  })

  it('of a room whose messages nobody asked for is not kept, but its author is known', () => {
    const state = takeMessage(takeRoom(begun, roomOf('room')), messageOf('room', 1, { user: userOf('dave') }))
    expect([entryOf(state, 'room').history, state.users.has('dave')]).toEqual([undefined, true])
    const nobody = takeMessage({ ...asking, me: null }, messageOf('room', 1))
    expect(itemsOf(nobody)).toEqual([])
  })
})

describe('a history', () => {
  const read = takePage(asking, { items: [messageOf('room', 1), messageOf('room', 2)] }, 0, 'room')
  const historyOf = (state: State) => entryOf(state, 'room').history

  it('begins empty, changes as is said, and stays as it was where nothing is', () => {
    const error = {} as never
    expect(historyOf(withHistory(begun, 'room', {}))).toEqual({
      ...{ items: [], anchor: null, hasLatest: false, error: null },
      ...{ isLoadingBefore: false, isLoadingAfter: false },
    })
    const failed = withHistory(read, 'room', { error })
    expect(historyOf(failed)).toEqual({ ...historyOf(read), error })
  })

  it('keeps the messages of which nothing was told, those that quote among them', () => {
    const replyTo = quoteOfBob(1, 'No. 1')
    const state = takePage(read, { items: [messageOf('room', 3, { replyTo })] }, 0, 'room')
    const items = historyOf(state)?.items ?? []
    const next = historyOf(takePage(state, { items: [messageOf('room', 4)] }, 0, 'room'))?.items ?? []
    for (const n of [0, 1, 2]) expect(next[n]).toBe(items[n])
    expect(items[2]?.replyTo).toEqual(replyTo)
  })

  it('quotes nothing anew of a message that it does not hold', () => {
    const replyTo = quoteOfBob(9, 'Far up')
    const state = takePage(read, { items: [messageOf('room', 3, { replyTo })] }, 0, 'room')
    expect(historyOf(state)?.items[2]?.replyTo).toBe(replyTo)
  })
})

describe('my reactions to a message that came without them', () => {
  const known = { myReactions: ['👍'] } as ShownMessage
  const of = (facts: Partial<Message>, before?: ShownMessage, by?: ReactionCause) =>
    mine(messageOf('room', 1, facts), before, 'alice', by)

  it('are those that it says itself, where it does', () => {
    expect(of({ myReactions: ['🎉'], ...reacted(['alice']) }, known)).toEqual(['🎉'])
    expect(of({ myReactions: [], ...reacted(['alice']) }, known)).toEqual([])
  })

  it('are those under which I am named, and not those where all are named and I am not', () => {
    expect(of(reacted(['bob', 'alice']))).toEqual(['👍'])
    expect(of(reacted(['bob']), known)).toEqual([])
  })

  it('stay as they were known where not all are named', () => {
    expect(of(reacted(['bob'], 30), known)).toEqual(['👍'])
    expect(of(reacted(['bob'], 30))).toEqual([])
  })

  it('are changed by what I did just now', () => {
    expect(of(reacted(['bob'], 30), undefined, cause('reaction.added', 'alice'))).toEqual(['👍'])
    expect(of(reacted(['bob'], 30), known, cause('reaction.removed', 'alice'))).toEqual([])
    expect(of(reacted(['bob'], 30), undefined, cause('reaction.added', 'bob'))).toEqual([])
    expect(of(reacted(['bob'], 30), undefined, cause('reaction.added', 'alice', '🎉'))).toEqual([])
  })

  it('are a guess where not all are named, and it was me who did it or nobody knows who', () => {
    const guess = (facts: Partial<Message>, by?: ReactionCause) => isGuess(messageOf('room', 1, facts), 'alice', by)
    expect(guess(reacted(['bob'], 30))).toBe(true)
    expect(guess(reacted(['bob'], 30), cause('reaction.added', 'alice'))).toBe(true)
    expect(guess(reacted(['bob'], 30), cause('reaction.added', 'bob'))).toBe(false)
    expect(guess(reacted(['bob']))).toBe(false)
    expect(
      guess({ reactions: [...(reacted(['bob']).reactions ?? []), { reaction: '🎉', count: 2, userIds: ['bob'] }] }),
    ).toBe(true)
  })

  it('are told with the message that caused them', () => {
    const message = messageOf('room', 1, { revision: 2, ...reacted(['bob'], 30) })
    const event = { type: 'message.updated', roomId: 'room', revision: 2, message } as const
    const state = applyEvent(asking, { ...event, cause: cause('reaction.added', 'alice') })
    expect(itemsOf(state)[0]?.myReactions).toEqual(['👍'])
  })
})

describe('a message that waits to be sent', () => {
  const waiting = (...outbox: Pending[]): State => ({ ...asking, outbox })
  const sent = messageOf('room', 1, { user: userOf('alice'), clientId: 'c' })
  const sentOf = ({ outbox }: State) => outbox.map(({ clientId, sent: is }) => [clientId, is?.id])

  it('waits no more once it is known, whatever told of it', () => {
    expect(sentOf(acknowledge(waiting(pendingOf('c'), pendingOf('d')), [null, undefined, sent]))).toEqual([
      ['c', 'room-1'],
      ['d', undefined],
    ])
    expect(sentOf(takePage(waiting(pendingOf('c')), { items: [sent] }, 0, 'room'))).toEqual([['c', 'room-1']])
    const event = { type: 'message.created', roomId: 'room', revision: 2, message: sent } as const
    expect(sentOf(applyEvent(waiting(pendingOf('c')), event))).toEqual([['c', 'room-1']])
    expect(sentOf(takeRoom(waiting(pendingOf('c')), roomOf('room', { lastMessage: sent, lastMessageSeq: 1 })))).toEqual(
      [['c', 'room-1']],
    )
  })

  it('waits on where what is known is somebody else’s, in another room, or another message', () => {
    const state = waiting(pendingOf('c'))
    for (const other of [
      { ...sent, user: userOf('bob') },
      { ...sent, user: null },
      { ...sent, roomId: 'other' },
      { ...sent, clientId: 'd' },
    ]) {
      expect(acknowledge(state, [other])).toBe(state)
    }
    // Before it is known who I am, nobody's is mine, and least of all what nobody wrote.
    for (const user of [userOf('alice'), null]) {
      const unknown = { ...state, me: null }
      expect(acknowledge(unknown, [{ ...sent, user }])).toBe(unknown)
    }
  })

  it('is answered for once: what is known of it then stays', () => {
    const state = acknowledge(waiting(pendingOf('c')), [sent])
    expect(acknowledge(state, [{ ...sent, id: 'another' }])).toBe(state)
  })

  it('of an earlier page stands where it was written, and may be known already', () => {
    const state = takePage(waiting(pendingOf('new', { order: 9 })), { items: [sent] }, 0, 'room')
    const taken = takeUp(state, [
      pendingOf('b', { order: 2 }),
      pendingOf('c', { order: 3 }),
      pendingOf('a', { order: 2 }),
    ])
    expect(sentOf(taken)).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', 'room-1'],
      ['new', undefined],
    ])
    expect(
      inOrder([pendingOf('b'), pendingOf('a'), pendingOf('c', { order: 0 })]).map(({ clientId }) => clientId),
    ).toEqual(['c', 'a', 'b'])
    for (const both of [
      [pendingOf('b'), pendingOf('a')],
      [pendingOf('a'), pendingOf('b')],
    ]) {
      expect(inOrder(both).map(({ clientId }) => clientId)).toEqual(['a', 'b'])
    }
    const last = takeRoom(
      takeRoom(begun, roomOf('room')),
      roomOf('room', { lastMessage: sent, lastMessageSeq: 1, revision: 2 }),
    )
    expect(sentOf(takeUp(last, [pendingOf('c')]))).toEqual([['c', 'room-1']])
  })
})

describe('members', () => {
  it('are kept where they were asked for, with the place where the next page begins; all are known as people', () => {
    const page = { items: [memberOf('room', 'bob')], nextCursor: 'next' }
    const state = takeMembers(asking, page, 0, 'room')
    expect(entryOf(state, 'room').memberList?.cursor).toBe('next')
    expect(state.users.has('bob')).toBe(true)
    // One that is told of by itself is no page.
    expect(
      entryOf(takeMembers(state, { items: [memberOf('room', 'carol')] }, 0, 'room'), 'room').memberList?.cursor,
    ).toBe('next')
    expect(
      entryOf(takeMembers(state, { items: [], nextCursor: null }, 0, 'room'), 'room').memberList?.cursor,
    ).toBeNull()
    const unasked = takeMembers(takeRoom(begun, roomOf('room')), page, 0, 'room')
    expect([entryOf(unasked, 'room').memberList, unasked.users.has('bob')]).toEqual([undefined, true])
  })

  it('have read as far as was ever heard, and no less', () => {
    const read = moveMarker(moveMarker(asking, 'room', 'bob', 4), 'room', 'bob', 2)
    const state = takeMembers(read, { items: [memberOf('room', 'bob', { lastReadSeq: 3 })] }, 0, 'room')
    expect(entryOf(state, 'room').memberList?.markers.get('bob')).toBe(4)
    expect(entryOf(moveMarker(state, 'room', 'bob', 6), 'room').memberList?.markers.get('bob')).toBe(6)
    expect(moveMarker(begun, 'room', 'bob', 6)).toBe(begun)
  })
})

import type { Message } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/client/state/events.js'
import { applyLast, setLast } from '../../../src/client/state/last-message.js'
import { emptyHistory, takePage } from '../../../src/client/state/messages.js'
import { takeRoom } from '../../../src/client/state/rooms.js'
import { entryOf, initialState, patch, type State } from '../../../src/client/state/state.js'
import { messageOf, roomOf, userOf } from './room-model.js'

const at = '2026-11-26T13:00:00.000Z'
const gone = (seq: number, revision: number) => messageOf('room', seq, { revision, deletedAt: at, text: '' })

/** A room of three messages of which the server said, at its revision 5, which one is the last. */
const said = (lastMessage: Message | null = messageOf('room', 3), facts = {}): State =>
  takeRoom(
    { ...initialState, me: userOf('alice') },
    roomOf('room', { revision: 5, lastMessageSeq: 3, lastMessage, ...facts }),
  )
/** The same with some of its messages read. */
const read = (...messages: Message[]): State =>
  takePage(patch(said(), 'room', { history: emptyHistory }), { items: messages }, 0, 'room')
/** As `applyEvent` does: the history knows it first. */
const hear = (state: State, message: Message): State =>
  applyLast(takePage(state, { items: [message] }, 0, 'room'), message)

const lastOf = (state: State) => {
  const { last, room } = entryOf(state, 'room')
  expect(room.lastMessage).toEqual(last.message)
  return [last.message?.seq ?? 0, last.message?.revision ?? 0, last.isUnknown]
}
const [one, two, three, four] = [1, 2, 3, 4].map((seq) => messageOf('room', seq)) as [
  Message,
  Message,
  Message,
  Message,
]

describe('the last message, as events tell of it,', () => {
  it('is the newest that was written, and the same in a newer version', () => {
    expect(lastOf(hear(said(), messageOf('room', 4, { revision: 6 })))).toEqual([4, 6, false])
    expect(lastOf(hear(said(), messageOf('room', 3, { revision: 6 })))).toEqual([3, 6, false])
    // Told twice, it is what it was told the last time.
    const again = hear(said(), messageOf('room', 3, { text: 'As it was' }))
    expect(entryOf(again, 'room').room.lastMessage?.text).toBe('As it was')
  })

  it('is not an older one that changed, an older version, nor one of before the server said which', () => {
    const state = said()
    for (const message of [
      messageOf('room', 2, { revision: 6 }),
      messageOf('room', 3, { revision: 2 }),
      messageOf('room', 4, { revision: 5 }),
    ]) {
      expect(applyLast(state, message)).toBe(state)
    }
  })

  it('is the first there is, where there was none', () => {
    expect(lastOf(hear(said(null, { lastMessageSeq: 0 }), messageOf('room', 1, { revision: 6 })))).toEqual([
      1,
      6,
      false,
    ])
    const unsaid = patch(initialState, 'room', { seen: 0 })
    expect(lastOf(hear(unsaid, messageOf('room', 1, { revision: 0 })))).toEqual([1, 0, false])
  })

  it('stays where another is deleted, or one of before the server said which', () => {
    expect(lastOf(hear(said(), gone(2, 6)))).toEqual([3, 3, false])
    const state = said()
    for (const revision of [4, 5]) expect(applyLast(state, gone(3, revision))).toBe(state)
  })

  it('is the one before it that is not deleted once it is, where all of those are known', () => {
    const state = read(one, two, three)
    expect(lastOf(hear(state, gone(3, 6)))).toEqual([2, 2, false])
    expect(lastOf(hear(hear(state, gone(2, 6)), gone(3, 7)))).toEqual([1, 1, false])
    expect(lastOf([gone(2, 6), gone(1, 7), gone(3, 8)].reduce(hear, state))).toEqual([0, 0, false])
  })

  it('is nobody’s knowledge where one before it is not known: the nearest is shown, and the server to be asked', () => {
    expect(lastOf(hear(said(), gone(3, 6)))).toEqual([0, 0, true])
    expect(lastOf(hear(read(one, three), gone(3, 6)))).toEqual([1, 1, true])
    expect(lastOf(hear(read(gone(1, 1), three), gone(3, 6)))).toEqual([0, 0, true])
    expect(lastOf([gone(1, 6), gone(3, 7)].reduce(hear, said()))).toEqual([0, 0, true])
    // Of those that were deleted nothing more has to be known.
    expect(lastOf([gone(2, 6), gone(1, 7), gone(3, 8)].reduce(hear, said()))).toEqual([0, 0, false])
    expect(lastOf([gone(2, 6), gone(3, 7)].reduce(hear, read(one)))).toEqual([1, 1, false])
  })

  it('is known again by a newer one, but not by an older one that comes late', () => {
    const unknown = hear(said(), gone(3, 6))
    expect(lastOf(hear(unknown, messageOf('room', 4, { revision: 7 })))).toEqual([4, 7, false])
    const newer = { type: 'message.created', roomId: 'room', revision: 7 } as const
    expect(lastOf(applyEvent(unknown, { ...newer, message: messageOf('room', 4, { revision: 7 }) }))).toEqual([
      ...[4, 7, false],
    ])
    // Between it and the end there may be another.
    expect(lastOf(hear(unknown, messageOf('room', 1, { revision: 7 })))).toEqual([1, 7, true])
    // What was deleted before it was told that it was written.
    expect(applyLast(unknown, messageOf('room', 3, { revision: 7 }))).toBe(unknown)
    const known = hear(said(), gone(2, 6))
    expect(lastOf(hear(known, messageOf('room', 4, { revision: 7 })))).toEqual([4, 7, false])
  })

  it('is kept as the server says it, and not as a list shows it', () => {
    const { lastMessage } = entryOf(hear(read(one, two, three), gone(3, 6)), 'room').room
    for (const key of ['key', 'state', 'error']) expect(lastMessage).not.toHaveProperty(key)
    const nearest = entryOf(hear(read(one, three), gone(3, 6)), 'room').room.lastMessage
    for (const key of ['key', 'state', 'error']) expect(nearest).not.toHaveProperty(key)
  })
})

describe('the last message, as the server says which it is,', () => {
  const say = (state: State, revision: number, message: Message | null) => setLast(state, 'room', revision, message)

  it('is that one, unless the server has said so later', () => {
    expect(lastOf(say(said(), 6, four))).toEqual([4, 4, false])
    expect(lastOf(say(said(), 6, two))).toEqual([2, 2, false])
    expect(lastOf(say(said(), 6, null))).toEqual([0, 0, false])
    expect(lastOf(say(said(), 5, null))).toEqual([0, 0, false])
    expect(lastOf(say(said(null), 6, three))).toEqual([3, 3, false])
    const state = said()
    expect(say(state, 4, four)).toBe(state)
    expect(entryOf(say(state, 6, four), 'room').last.setAt).toBe(6)
  })

  it('is another that was written or changed since', () => {
    const written = hear(said(), messageOf('room', 4, { revision: 8 }))
    expect(lastOf(say(written, 7, three))).toEqual([4, 8, false])
    expect(lastOf(say(written, 7, null))).toEqual([4, 8, false])
    // At this revision it was there, and was not the last one.
    expect(lastOf(say(written, 8, three))).toEqual([3, 3, false])
    const changed = hear(said(), messageOf('room', 3, { revision: 8 }))
    expect(lastOf(say(changed, 7, three))).toEqual([3, 8, false])
    expect(lastOf(say(changed, 7, messageOf('room', 4, { revision: 7 })))).toEqual([4, 7, false])
    const same = messageOf('room', 3, { revision: 8, text: 'Said' })
    expect(entryOf(say(changed, 7, same), 'room').room.lastMessage?.text).toBe('Said')
  })

  it('is not one that was deleted since: the one before it is, where it is known', () => {
    // Deleted, while the answer was on its way that calls it the last one.
    expect(lastOf(say(hear(read(one, two, three), gone(3, 8)), 7, three))).toEqual([2, 2, false])
    expect(lastOf(say(hear(said(), gone(3, 8)), 7, three))).toEqual([0, 0, true])
    // At this revision the server knew of it.
    expect(lastOf(say(hear(said(), gone(3, 8)), 8, two))).toEqual([2, 2, false])
    expect(entryOf(say(hear(said(), gone(3, 8)), 8, two), 'room').last.deleted.size).toBe(0)
    expect([...entryOf(say(hear(said(), gone(3, 8)), 7, two), 'room').last.deleted]).toEqual([[3, 8]])
    expect(lastOf(say(hear(said(), gone(2, 8)), 7, three))).toEqual([3, 3, false])
  })

  it('is known again', () => {
    expect(lastOf(say(hear(said(), gone(3, 6)), 6, one))).toEqual([1, 1, false])
  })
})

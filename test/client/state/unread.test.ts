import { describe, expect, it } from 'vitest'
import { emptyHistory } from '../../../src/client/state/messages.js'
import type { History, RoomChange, Tally, Unread } from '../../../src/client/state/room-entry.js'
import { changeOf, unreadOf, withChange, withMarker, withTally } from '../../../src/client/state/unread.js'
import { messageOf, userOf } from './room-model.js'

const at = '2026-11-26T13:00:00.000Z'
const alice = userOf('alice')

const tallyOf = (changes: Partial<Tally> = {}): Tally => ({
  ...{ revision: 5, lastMessageSeq: 3, lastReadSeq: 1, unreadCount: 2 },
  ...changes,
})
const counted = (changes: Partial<Tally> = {}): Unread => ({ tally: tallyOf(changes), changes: new Map() })
const bobs = (seq: number): RoomChange => ({ seq, isMine: false, counts: true, isDeleted: false })
const mine = (seq: number): RoomChange => ({ seq, isMine: true, counts: false, isDeleted: false })
const systems = (seq: number): RoomChange => ({ seq, isMine: false, counts: false, isDeleted: false })
const gone = (change: RoomChange): RoomChange => ({ ...change, isDeleted: true })
const nothing: RoomChange = systems(0)
/** A change that follows what was counted, and what is counted then. */
const next = (change: RoomChange, changes?: Partial<Tally>) => withChange(counted(changes), 6, change)

describe('a change', () => {
  it('counts where a person wrote it, and not I', () => {
    expect(changeOf(messageOf('room', 4), alice)).toEqual(bobs(4))
    expect(changeOf(messageOf('room', 4, { user: alice }), alice)).toEqual(mine(4))
    expect(changeOf(messageOf('room', 4, { user: alice }), null)).toEqual(bobs(4))
    // Of a person who is no more it was said all the same.
    expect(changeOf(messageOf('room', 4, { user: null }), alice)).toEqual(bobs(4))
    expect(changeOf(messageOf('room', 4, { user: null }), null)).toEqual(bobs(4))
  })

  it('counts for nobody where the system says what somebody did, be it me', () => {
    for (const user of [alice, userOf('bob'), null]) {
      expect(changeOf(messageOf('room', 4, { kind: 'system', user }), alice)).toEqual(systems(4))
    }
  })

  it('says whether it was deleted, and that it is no message’s', () => {
    expect(changeOf(messageOf('room', 4, { deletedAt: at }), alice)).toEqual(gone(bobs(4)))
    expect(changeOf(undefined, alice)).toEqual(nothing)
  })
})

describe('what was counted, with the change that follows it,', () => {
  it('is one more by a new message of somebody else', () => {
    expect(next(bobs(4))).toEqual(counted({ revision: 6, lastMessageSeq: 4, unreadCount: 3 }))
    expect(unreadOf(next(bobs(4)))).toBe(3)
  })

  it('is as much by one that the system said, that was deleted before it was told, or that was read before', () => {
    const same = counted({ revision: 6, lastMessageSeq: 4 })
    expect(next(systems(4))).toEqual(same)
    expect(next(gone(bobs(4)))).toEqual(same)
    const ahead = { lastReadSeq: 4, unreadCount: 0 }
    expect(next(bobs(4), ahead)).toEqual(counted({ ...ahead, revision: 6, lastMessageSeq: 4 }))
  })

  it('is nothing by one of mine, up to which I have read then, and no less far than before', () => {
    expect(next(mine(4))).toEqual(counted({ revision: 6, lastMessageSeq: 4, lastReadSeq: 4, unreadCount: 0 }))
    expect(next(mine(4), { lastReadSeq: 7, unreadCount: 0 })).toEqual(
      counted({ revision: 6, lastMessageSeq: 4, lastReadSeq: 7, unreadCount: 0 }),
    )
  })

  it('is one less by the deletion of what was unread, be it the last', () => {
    for (const seq of [2, 3]) expect(next(gone(bobs(seq)))).toEqual(counted({ revision: 6, unreadCount: 1 }))
  })

  it('is as much by the deletion of what was read or counts for nobody, by an edit, and by what is no message’s', () => {
    for (const change of [gone(bobs(1)), gone(systems(2)), gone(mine(2)), bobs(2), systems(3), nothing]) {
      expect(next(change)).toEqual(counted({ revision: 6 }))
    }
  })

  it('waits for those between, and takes what it waited for with them', () => {
    const waiting = withChange(withChange(counted(), 8, bobs(5)), 7, bobs(4))
    expect(waiting.tally).toEqual(tallyOf())
    expect([...waiting.changes.keys()]).toEqual([8, 7])
    expect(unreadOf(waiting)).toBe(4)
    expect(withChange(waiting, 6, gone(bobs(2)))).toEqual(counted({ revision: 8, lastMessageSeq: 5, unreadCount: 3 }))
  })

  it('is the very same by one that is in it already', () => {
    const unread = counted()
    expect(withChange(unread, 5, bobs(4))).toBe(unread)
    expect(withChange(unread, 4, bobs(4))).toBe(unread)
  })

  it('is kept where nothing was counted yet, or where what was counted is a guess', () => {
    const changes = new Map([[1, bobs(1)]])
    expect(withChange({ tally: null, changes: new Map() }, 1, bobs(1))).toEqual({ tally: null, changes })
    const guess = { isGuess: true, unreadCount: 1 }
    expect(next(bobs(4), guess)).toEqual({ tally: tallyOf(guess), changes: new Map([[6, bobs(4)]]) })
    expect(unreadOf(next(bobs(4), guess))).toBe(2)
  })
})

describe('what the server counted', () => {
  const unread = counted()

  it('is taken unless it is older, or was counted before I read further', () => {
    for (const changes of [{ revision: 4, lastReadSeq: 3 }, { lastReadSeq: 0 }]) {
      expect(withTally(unread, tallyOf({ ...changes, unreadCount: 1 }))).toBe(unread)
    }
    for (const changes of [{}, { lastReadSeq: 2 }, { revision: 6 }, { revision: 6, lastReadSeq: 0 }]) {
      expect(withTally(unread, tallyOf({ ...changes, unreadCount: 1 }))).toEqual(
        counted({ ...changes, unreadCount: 1 }),
      )
    }
    expect(withTally({ tally: null, changes: new Map() }, tallyOf())).toEqual(unread)
  })

  it('is added to by what was heard and is not in it, and by nothing else', () => {
    const changes = new Map([
      [5, bobs(3)],
      [6, bobs(4)],
      [8, bobs(5)],
    ])
    expect(withTally({ tally: null, changes }, tallyOf())).toEqual({
      tally: tallyOf({ revision: 6, lastMessageSeq: 4, unreadCount: 3 }),
      changes: new Map([[8, bobs(5)]]),
    })
  })
})

describe('a marker that is moved before the server has counted', () => {
  const items = [
    messageOf('room', 1),
    messageOf('room', 2),
    messageOf('room', 3, { user: alice }),
    messageOf('room', 4, { kind: 'system', user: null }),
    messageOf('room', 5, { user: null }),
    messageOf('room', 6, { deletedAt: at, revision: 5 }),
    messageOf('room', 7, { deletedAt: at, revision: 6 }),
    messageOf('room', 8, { deletedAt: at, revision: 7 }),
    messageOf('room', 9),
  ]
  const historyOf = (seqs: number[]) =>
    ({ ...emptyHistory, items: items.filter(({ seq }) => seqs.includes(seq)) }) as unknown as History
  const all = historyOf([1, 2, 3, 4, 5, 6, 7, 8, 9])
  const unread = counted({ lastMessageSeq: 8, lastReadSeq: 1, unreadCount: 4 })
  const moved = (seq: number, history?: History, isCurrent = true) =>
    withMarker(unread, seq, history, isCurrent, alice).tally

  it('says how many are left where all of them are known, as they were when they were counted', () => {
    // The fifth, of nobody; the seventh and the eighth, which were deleted since.
    const known = { revision: 5, lastMessageSeq: 8 }
    expect(moved(2, all)).toEqual({ ...known, lastReadSeq: 2, unreadCount: 3 })
    expect(moved(5, all)).toEqual({ ...known, lastReadSeq: 5, unreadCount: 2 })
    expect(moved(7, historyOf([8]))).toEqual({ ...known, lastReadSeq: 7, unreadCount: 1 })
    // Where I am not known yet, nobody's are mine.
    expect(withMarker(unread, 2, all, true, null).tally?.unreadCount).toBe(4)
  })

  it('is a guess where some are not known, or have changed since: no more than before, nor than there are', () => {
    const guess = { revision: 5, lastMessageSeq: 8, isGuess: true }
    expect(moved(2, historyOf([3, 4, 6, 7, 8]))).toEqual({ ...guess, lastReadSeq: 2, unreadCount: 4 })
    expect(moved(6, historyOf([8, 9]))).toEqual({ ...guess, lastReadSeq: 6, unreadCount: 2 })
    expect(moved(2)).toEqual({ ...guess, lastReadSeq: 2, unreadCount: 4 })
    expect(moved(6)).toEqual({ ...guess, lastReadSeq: 6, unreadCount: 2 })
    expect(moved(7)).toEqual({ ...guess, lastReadSeq: 7, unreadCount: 1 })
    expect(moved(2, all, false)).toEqual({ ...guess, lastReadSeq: 2, unreadCount: 4 })
  })

  it('leaves nothing at the end or beyond it, whatever is known', () => {
    for (const seq of [8, 11]) {
      const done = { revision: 5, lastMessageSeq: 8, lastReadSeq: seq, unreadCount: 0 }
      expect(moved(seq)).toEqual(done)
      expect(moved(seq, historyOf([9]), false)).toEqual(done)
    }
  })

  it('moves only forward, and not where nothing was counted', () => {
    expect(withMarker(unread, 1, all, true, alice)).toBe(unread)
    expect(withMarker(unread, 0, all, true, alice)).toBe(unread)
    const none: Unread = { tally: null, changes: new Map() }
    expect(withMarker(none, 2, all, true, alice)).toBe(none)
  })

  it('lets what waited for a count be counted where it is no guess any more', () => {
    const guess = withChange(counted({ isGuess: true }), 6, bobs(4))
    expect(withMarker(guess, 3, undefined, false, alice)).toEqual(
      counted({ revision: 6, lastMessageSeq: 4, lastReadSeq: 3, unreadCount: 1 }),
    )
  })
})

describe('what is unread', () => {
  const heard = (changes: [number, RoomChange][], tally: Tally | null = tallyOf()) =>
    unreadOf({ tally, changes: new Map(changes) })

  it('is what was counted, and what was heard since', () => {
    expect(heard([])).toBe(2)
    expect(heard([], null)).toBe(0)
    expect(heard([[8, bobs(5)]])).toBe(3)
    expect(heard([[8, systems(5)]])).toBe(2)
    expect(heard([[8, nothing]])).toBe(2)
    expect(heard([[8, bobs(1)]])).toBe(2)
    expect(heard([[8, bobs(3)]])).toBe(2)
    expect(
      heard(
        [
          [8, bobs(4)],
          [9, bobs(5)],
        ],
        null,
      ),
    ).toBe(2)
  })

  it('is less by what was deleted of it, and never less than nothing', () => {
    for (const seq of [2, 3]) expect(heard([[8, gone(bobs(seq))]])).toBe(1)
    for (const change of [gone(bobs(1)), gone(systems(2)), gone(bobs(4))]) expect(heard([[8, change]])).toBe(2)
    expect(heard([[8, gone(bobs(2))]], tallyOf({ unreadCount: 0, isGuess: true }))).toBe(0)
  })

  it('counts each message once, as it was told last, in whatever order it was heard', () => {
    const told: [number, RoomChange][] = [
      [8, bobs(5)],
      [9, bobs(5)],
      [10, gone(bobs(5))],
    ]
    expect(heard(told)).toBe(2)
    expect(heard(told.toReversed())).toBe(2)
    expect(heard([told[1], told[2], told[0]] as [number, RoomChange][])).toBe(2)
    expect(heard(told.slice(0, 2))).toBe(3)
  })

  it('is only what came after my own last message', () => {
    const told: [number, RoomChange][] = [
      [7, bobs(4)],
      [8, mine(5)],
    ]
    expect(heard(told)).toBe(0)
    expect(heard([...told, [9, bobs(6)]])).toBe(1)
    expect(heard([[9, bobs(6)], ...told])).toBe(1)
    // One of mine that was edited says nothing of what came after it.
    expect(heard([...told, [9, mine(4)], [10, bobs(6)]])).toBe(1)
    expect(heard([[8, mine(1)]])).toBe(2)
  })
})

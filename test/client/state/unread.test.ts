import type { Message, MessageCause } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { emptyHistory } from '../../../src/client/state/messages.js'
import type { History, RoomChange, Tally, Unread } from '../../../src/client/state/room-entry.js'
import { unknownRoom } from '../../../src/client/state/state.js'
import * as unreads from '../../../src/client/state/unread.js'
import { messageOf, userOf } from './room-model.js'

const { countsOf, withChange, withTally } = unreads
const at = '2026-11-26T13:00:00.000Z'
const alice = userOf('alice')
const readerOf = (me: typeof alice | null, blocked: string[] = []) => ({ me, blocked: new Set(blocked) })
/** A message that was sent just now mentions those whom it mentions before as well as after. */
const changeOf = (message: Message | undefined, me: typeof alice | null, cause?: MessageCause) => {
  const { mentioned: _, ...change } = unreads.changeOf(message, readerOf(me), unknownRoom('room', 0), cause)
  return change
}
const unreadOf = (unread: Unread) => countsOf(unread).counts.unreadCount
const withMarker = (
  unread: Unread,
  seq: number,
  history: History | undefined,
  isCurrent: boolean,
  me: typeof alice | null,
) => unreads.withMarker(unread, seq, history, isCurrent, readerOf(me))

const tallyOf = (changes: Partial<Tally> = {}): Tally => ({
  ...{ revision: 5, lastMessageSeq: 3, lastReadSeq: 1, unreadCount: 2, mentionCount: 0 },
  ...changes,
})
const counted = (changes: Partial<Tally> = {}): Unread => ({ tally: tallyOf(changes), changes: new Map() })
const plain = { ...{ isMine: false, counts: false, mentions: false }, ...{ isDeleted: false, wasDeleted: false } }
const bobs = (seq: number): RoomChange => ({ ...plain, seq, counts: true })
const mine = (seq: number): RoomChange => ({ ...plain, seq, isMine: true })
const systems = (seq: number): RoomChange => ({ ...plain, seq })
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

  it('is as much by a change of what was deleted before, as by a reply in its thread, at once or after others', () => {
    const reply = { type: 'thread.reply' } as const
    const replied = changeOf(messageOf('room', 2, { deletedAt: at }), alice, reply)
    expect(replied).toEqual({ ...gone(bobs(2)), wasDeleted: true })
    expect(next(replied)).toEqual(counted({ revision: 6 }))
    expect(unreadOf(withChange(counted(), 8, replied))).toBe(2)
    const deletedFirst = withChange(withChange(counted(), 7, gone(bobs(2))), 8, replied)
    expect(unreadOf(deletedFirst)).toBe(1)
    expect(withChange(deletedFirst, 6, nothing)).toEqual(counted({ revision: 8, unreadCount: 1 }))
    const sinceThen = withChange(withChange(counted(), 7, bobs(4)), 8, { ...gone(bobs(4)), wasDeleted: true })
    expect(unreadOf(sinceThen)).toBe(2)
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
    const known = { revision: 5, lastMessageSeq: 8, mentionCount: 0 }
    expect(moved(2, all)).toEqual({ ...known, lastReadSeq: 2, unreadCount: 3 })
    expect(moved(5, all)).toEqual({ ...known, lastReadSeq: 5, unreadCount: 2 })
    expect(moved(7, historyOf([8]))).toEqual({ ...known, lastReadSeq: 7, unreadCount: 1 })
    // Where I am not known yet, nobody's are mine.
    expect(withMarker(unread, 2, all, true, null).tally?.unreadCount).toBe(4)
  })

  it('is a guess where some are not known, or have changed since: no more than before, nor than there are', () => {
    const guess = { revision: 5, lastMessageSeq: 8, mentionCount: 0, isGuess: true }
    expect(moved(2, historyOf([3, 4, 6, 7, 8]))).toEqual({ ...guess, lastReadSeq: 2, unreadCount: 4 })
    expect(moved(6, historyOf([8, 9]))).toEqual({ ...guess, lastReadSeq: 6, unreadCount: 2 })
    expect(moved(2)).toEqual({ ...guess, lastReadSeq: 2, unreadCount: 4 })
    expect(moved(6)).toEqual({ ...guess, lastReadSeq: 6, unreadCount: 2 })
    expect(moved(7)).toEqual({ ...guess, lastReadSeq: 7, unreadCount: 1 })
    expect(moved(2, all, false)).toEqual({ ...guess, lastReadSeq: 2, unreadCount: 4 })
  })

  it('counts what waits to be counted in later as it was before', () => {
    const mention = { mentions: ['alice'] }
    const history = {
      ...emptyHistory,
      items: [
        messageOf('room', 2),
        messageOf('room', 3, { deletedAt: at, revision: 7 }),
        messageOf('room', 4, { ...mention, deletedAt: at, revision: 8 }),
      ],
    } as unknown as History
    const before = counted({ lastMessageSeq: 4, lastReadSeq: 1, unreadCount: 2, mentionCount: 1 })
    const replied = { ...gone(bobs(3)), wasDeleted: true, mentioned: false }
    const waiting = withChange(withChange(before, 7, replied), 8, { ...gone(bobs(4)), mentioned: true })
    const marked = withMarker(waiting, 2, history, true, alice)
    expect(marked.tally).toMatchObject({ unreadCount: 1, mentionCount: 1 })
    expect(withChange(marked, 6, nothing).tally).toMatchObject({ unreadCount: 0, mentionCount: 0 })
  })

  it('leaves nothing at the end or beyond it, whatever is known', () => {
    for (const seq of [8, 11]) {
      const done = { revision: 5, lastMessageSeq: 8, lastReadSeq: seq, unreadCount: 0, mentionCount: 0 }
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

describe('what mentions me', () => {
  const mention = messageOf('room', 4, { mentions: ['alice'] })
  const all = messageOf('room', 4, { mentionsEveryone: true })
  /** Somebody else's message that mentions me now, and did so before or not; undefined: nobody knows. */
  const mentioning = (seq: number, mentions: boolean, mentioned?: boolean): RoomChange => {
    return { ...bobs(seq), mentions, mentioned }
  }
  const told = (change: RoomChange, changes: Partial<Tally> = {}) => {
    const { counts, isUncertain } = countsOf(next(change, changes))
    return [counts.mentionCount, isUncertain]
  }

  it('is what names me or everyone, by others, whom I do not block, and that stands', () => {
    expect([changeOf(mention, alice).mentions, changeOf(all, alice).mentions]).toEqual([true, true])
    const none = [
      messageOf('room', 4, { mentions: ['carol'] }),
      { ...mention, user: alice },
      { ...mention, deletedAt: at },
      messageOf('room', 4),
    ]
    for (const message of none) expect(changeOf(message, alice).mentions).toBe(false)
    expect(changeOf(mention, null).mentions).toBe(false)
    expect(changeOf({ ...mention, kind: 'system', user: null }, alice).mentions).toBe(true)
    const entry = unknownRoom('room', 0)
    expect(unreads.changeOf(mention, readerOf(alice, ['bob']), entry).mentions).toBe(false)
    expect(unreads.changeOf(mention, readerOf(alice, ['carol']), entry).mentions).toBe(true)
  })

  it('is more by a new one, up to a hundred, and none once I have written', () => {
    expect(told(mentioning(4, true))).toEqual([1, false])
    expect(told(mentioning(4, true), { mentionCount: 100 })).toEqual([100, false])
    expect(told(mentioning(4, true), { lastReadSeq: 4 })).toEqual([0, false])
    expect(told(mine(4), { mentionCount: 2 })).toEqual([0, false])
  })

  it('follows a change where it is known what was before', () => {
    expect(told(mentioning(2, true, false), { mentionCount: 1 })).toEqual([2, false])
    expect(told(mentioning(2, false, true), { mentionCount: 2 })).toEqual([1, false])
    expect(told(mentioning(2, true, true), { mentionCount: 1 })).toEqual([1, false])
    expect(told(mentioning(1, false, true), { mentionCount: 1 })).toEqual([1, false])
  })

  it('is to be asked for where that is not known and counts, and where there are more than a hundred', () => {
    expect(told(mentioning(2, false), { mentionCount: 0 })).toEqual([0, false])
    expect(told(mentioning(2, false), { mentionCount: 1 })).toEqual([1, true])
    expect(told(mentioning(2, true), { mentionCount: 0 })).toEqual([0, true])
    expect(told(mentioning(1, true), { mentionCount: 1 })).toEqual([1, false])
    expect(told(mentioning(2, false, true), { mentionCount: 100 })).toEqual([99, true])
    // What waits for others is looked at in the same way, and the server's answer settles it.
    const waiting = withChange(counted({ mentionCount: 1 }), 8, mentioning(2, false))
    expect(countsOf(waiting).isUncertain).toBe(true)
    expect(countsOf(withTally(waiting, tallyOf({ revision: 8 }))).isUncertain).toBe(false)
  })

  it('is the same after a change that is no edit, of a message that nobody here knows, live or replayed', () => {
    const entry = { ...unknownRoom('room', 0), unread: counted({ mentionCount: 2 }) }
    const changed = (more: Partial<Message>, cause?: MessageCause) =>
      told(unreads.changeOf(messageOf('room', 2, { revision: 6, ...more }), readerOf(alice), entry, cause), {
        mentionCount: 2,
      })
    const reaction = { type: 'reaction.added', userId: 'carol', reaction: '👍' } as const
    for (const more of [{}, { mentions: ['alice'] }, { mentionsEveryone: true }]) {
      expect(changed(more, reaction)).toEqual([2, false])
      expect(changed(more)).toEqual([2, false])
      expect(changed({ ...more, editedAt: at }, reaction)).toEqual([2, false])
      expect(changed({ ...more, editedAt: at })).toEqual([2, true])
      expect(changed({ ...more, deletedAt: at })).toEqual([2, true])
    }
  })

  it('was before as it was counted, and not as a page has shown it since', () => {
    const edited = messageOf('room', 2, { revision: 9, editedAt: at })
    const entryWith = (revision: number, heard: number[] = []) => ({
      ...unknownRoom('room', 0),
      history: {
        ...emptyHistory,
        items: [messageOf('room', 2, { revision, mentions: ['alice'] })],
      } as unknown as History,
      unread: { ...counted(), changes: new Map(heard.map((each) => [each, bobs(2)])) },
    })
    const mentionedIn = (entry: ReturnType<typeof entryWith>) =>
      unreads.changeOf(edited, readerOf(alice), entry).mentioned
    expect(mentionedIn(entryWith(5))).toBe(true)
    expect(mentionedIn(entryWith(8))).toBeUndefined()
    expect(mentionedIn(entryWith(8, [8]))).toBe(true)
    expect(mentionedIn(entryWith(9, [9]))).toBeUndefined()
  })

  it('is counted by a marker that was moved here', () => {
    const items = [messageOf('room', 2, { mentions: ['alice'] }), messageOf('room', 3, { mentionsEveryone: true })]
    const history = { ...emptyHistory, items } as unknown as History
    const unread = counted({ mentionCount: 2 })
    expect(withMarker(unread, 2, history, true, alice).tally?.mentionCount).toBe(1)
    expect(withMarker(unread, 2, undefined, true, alice).tally).toMatchObject({ mentionCount: 1, isGuess: true })
    expect(withMarker(unread, 3, undefined, true, alice).tally?.mentionCount).toBe(0)
  })
})

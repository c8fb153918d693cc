import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FactsRow } from '../../src/store/dialects/dialect.js'
import type { Append, Numbering } from '../../src/store/judging.js'
import { type Judgement, Remembered } from '../../src/store/remembered.js'

const messageOf = (userId: string | null, roomId = 'r1', more: Partial<Append> = {}): Append => ({
  ...{ roomId, userId, kind: 'user', text: 'Hello', clientId: null, bodyHash: null, replyToId: null },
  ...{ mentions: [], mediaIds: [], lenient: false, ...more },
})

const person = {
  ...({ role: 'member', canCreateMessages: true, silencedUntil: null, canDeleteMessages: false } as const),
  ...{ lastSentAt: null, userDescription: '', hostAvatarUrl: null },
}
const nothingFound = {
  ...{ existingId: null, existingHash: null, existingDeletedAt: null },
  ...{ replySeq: null, replyUserId: null, replyText: null, replyDeletedAt: null },
}
const factsOf = (n: number, userName: string, more: Partial<FactsRow & { readAt: number }> = {}) => ({
  ...{ n, userName, ...person, avatarMediaId: null, userLastSeenAt: null, ...nothingFound },
  ...more,
})

const standing = (revision: number, roomId = 'r1'): Numbering => ({
  room: { id: roomId, type: 'group', isPublic: false, isBlocked: false, slowModeSeconds: 0 },
  seq: revision - 1,
  revision,
})

/** What was read, and written, of one message of each of these people. */
const judgementOf = (
  messages: Append[],
  { from = 1, to = from + messages.length, ...more }: Partial<Judgement> & { from?: number; to?: number } = {},
): Judgement => {
  const roomIds = [...new Set(messages.map(({ roomId }) => roomId))]
  return {
    items: messages,
    recalled: [],
    read: messages.map(({ userId }, n) => factsOf(n, `${userId}`, { readAt: 70 })),
    sentAt: 1_000,
    stood: new Map(roomIds.map((roomId) => [roomId, from])),
    rooms: new Map(roomIds.map((roomId) => [roomId, standing(to, roomId)])),
    ...more,
  }
}

/** What was found where the room had been left. */
const recalledOf = (messages: Append[], options: Parameters<typeof judgementOf>[1]) => {
  const { read, ...rest } = judgementOf(messages, options)
  return { ...rest, recalled: read, read: [] }
}

describe('a room that is remembered', () => {
  let remembered: Remembered
  beforeEach(() => {
    remembered = new Remembered()
    later(0)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const later = (ms: number) => vi.spyOn(performance, 'now').mockReturnValue(1_000 + ms)
  const known = (...messages: Append[]) => remembered.recall(messages).map((row) => row !== undefined)
  const [alice, bob] = [messageOf('alice'), messageOf('bob')]

  it('is recalled as it would be read now, with what was found of its sender', () => {
    expect(known(alice)).toEqual([false])
    const found = { existingId: 'm1', existingHash: 'h', replySeq: 1, replyUserId: 'bob', replyText: 'Hi', n: 0 }
    remembered.keep(judgementOf([alice], { read: [factsOf(0, 'Alice', { ...found, readAt: 70 })], to: 4 }))
    const expected = {
      ...factsOf(1, 'Alice'),
      ...{ type: 'group', isPublic: false, isBlocked: false, slowModeSeconds: 0 },
      ...{ revision: 4, lastMessageSeq: 3, readAt: 70 },
    }
    expect(remembered.recall([bob, messageOf('alice', 'r2')])).toEqual([undefined, undefined])
    expect(remembered.recall([alice, alice])).toEqual([{ ...expected, n: 0 }, expected])
  })

  it('was read at no time of the database where it was read under its lock', () => {
    remembered.keep(judgementOf([alice], { read: [factsOf(0, 'Alice')] }))
    expect(remembered.recall([alice])[0]?.readAt).toBe(0)
  })

  it('serves each sender for half a second after they were read', () => {
    remembered.keep(judgementOf([alice]))
    later(499)
    expect(known(alice)).toEqual([true])
    later(500)
    expect(known(alice)).toEqual([false])
  })

  it('serves no reply, no mention, and no message of the host, which ask for more', () => {
    const host = messageOf(null)
    remembered.keep(judgementOf([alice]))
    remembered.keep(judgementOf([host], { from: 2 }))
    const reply = messageOf('alice', 'r1', { replyToId: 'm1' })
    const mention = messageOf('alice', 'r1', { mentions: ['bob'] })
    for (const message of [reply, mention, host]) expect(known(message)).toEqual([false])
    expect(known(messageOf('null'))).toEqual([false])
    expect(known(alice)).toEqual([true])
  })

  it('serves no message to it where one beside it must be read', () => {
    remembered.keep(judgementOf([alice]))
    remembered.keep(judgementOf([messageOf('alice', 'r2')]))
    expect(known(alice, bob, messageOf('alice', 'r2'))).toEqual([false, false, true])
  })

  it('moves on with what is written', () => {
    remembered.keep(judgementOf([alice]))
    remembered.keep(recalledOf([alice], { from: 2, to: 9 }))
    expect(remembered.recall([alice])[0]).toMatchObject({ revision: 9, lastMessageSeq: 8 })
    // What was known of its sender is as old as it was.
    later(500)
    expect(known(alice)).toEqual([false])
  })

  it('keeps those who wrote before where it is found where it was left', () => {
    remembered.keep(judgementOf([alice]))
    remembered.keep(judgementOf([bob], { from: 2, to: 3 }))
    expect(known(alice, bob)).toEqual([true, true])
    expect(remembered.recall([alice])[0]).toMatchObject({ revision: 3 })
  })

  it('forgets those who wrote before where it is found elsewhere', () => {
    remembered.keep(judgementOf([alice]))
    remembered.keep(judgementOf([bob], { from: 7 }))
    expect(known(bob)).toEqual([true])
    expect(known(alice)).toEqual([false])
    expect(remembered.recall([bob])[0]).toMatchObject({ revision: 8 })
  })

  it('is not kept where its messages were passed over', () => {
    remembered.keep(judgementOf([alice]))
    remembered.keep(judgementOf([bob], { from: 2, rooms: new Map() }))
    expect(known(bob)).toEqual([false])
    expect(remembered.recall([alice])[0]).toMatchObject({ revision: 2 })
    remembered.keep({ ...recalledOf([alice], { from: 2, to: 9 }), rooms: new Map() })
    expect(remembered.recall([alice])[0]).toMatchObject({ revision: 2 })
  })

  it('is not taken up by what was recalled of it before it was forgotten', () => {
    remembered.keep(judgementOf([alice]))
    remembered.forget(['r1'])
    remembered.keep(recalledOf([alice], { from: 2 }))
    expect(known(alice)).toEqual([false])
  })

  it('is forgotten where it changed, and others are not', () => {
    const elsewhere = messageOf('alice', 'r2')
    remembered.keep(judgementOf([alice]))
    remembered.keep(judgementOf([elsewhere]))
    remembered.forget(['r1', 'r3'])
    expect(known(alice)).toEqual([false])
    expect(known(elsewhere)).toEqual([true])
    expect(remembered.changes).toBe(0)
  })

  it('is forgotten with all others where people changed, which is counted', () => {
    remembered.keep(judgementOf([alice]))
    remembered.forgetPeople()
    expect(known(alice)).toEqual([false])
    expect(remembered.changes).toBe(1)
  })

  it('is not kept for five seconds after others wrote to it', () => {
    remembered.keep(judgementOf([alice, messageOf('alice', 'r2')]))
    remembered.missed(['r1'])
    remembered.keep(judgementOf([alice, messageOf('alice', 'r2')], { from: 9, sentAt: 5_999 }))
    expect(known(alice)).toEqual([false])
    expect(known(messageOf('alice', 'r2'))).toEqual([true])
    remembered.keep(judgementOf([alice], { from: 9, sentAt: 6_000 }))
    expect(known(alice)).toEqual([true])
  })

  it('is not known any more to be written to by others once 10,000 are', () => {
    const others = (count: number) => Array.from({ length: count }, (_, n) => `s${n}`)
    remembered.missed(['r1', ...others(9_999)])
    remembered.missed([])
    remembered.keep(judgementOf([alice]))
    expect(known(alice)).toEqual([false])
    remembered.missed(['s9999'])
    remembered.missed(['s10000'])
    remembered.keep(judgementOf([alice, messageOf('alice', 's10000')]))
    expect(known(alice)).toEqual([true])
    expect(known(messageOf('alice', 's10000'))).toEqual([false])
  })

  describe('of whose senders there are 10,000', () => {
    const crowd = (count: number, roomId = 'r2') => Array.from({ length: count }, (_, n) => messageOf(`u${n}`, roomId))
    const first = messageOf('u0', 'r2')

    it('begins anew with the next one', () => {
      remembered.keep(judgementOf(crowd(9_999)))
      remembered.keep(judgementOf([alice]))
      expect(known(first, alice)).toEqual([true, true])
      remembered.keep(judgementOf([bob], { from: 2 }))
      expect(known(first)).toEqual([false])
      expect(known(alice)).toEqual([false])
      expect(known(bob)).toEqual([true])
      // And there is as much room as at first.
      remembered.keep(judgementOf(crowd(9_999), { from: 7 }))
      expect(known(first, bob)).toEqual([true, true])
    })

    it('counts each of them once, and none that was forgotten', () => {
      remembered.keep(judgementOf(crowd(4_000)))
      remembered.keep(judgementOf(crowd(4_000), { from: 4_001 }))
      remembered.keep(judgementOf(crowd(6_000, 'r3')))
      expect(known(first)).toEqual([true])
      remembered.forget(['r3', 'r4'])
      remembered.keep(judgementOf(crowd(6_000, 'r5')))
      expect(known(first)).toEqual([true])
      remembered.keep(judgementOf([alice]))
      expect(known(first)).toEqual([false])
    })
  })
})

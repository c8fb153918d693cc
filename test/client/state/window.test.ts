import { ChatClientError, type ShownMessage } from 'express-chat/client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyHistory } from '../../../src/client/state/messages.js'
import type { History, PendingMutation } from '../../../src/client/state/room-entry.js'
import type { Pending } from '../../../src/client/state/state.js'
import { statusOf, windowOf } from '../../../src/client/state/window.js'
import { messageOf, pendingOf, userOf } from './room-model.js'

const shownOf = (seq: number, facts: Partial<ShownMessage> = {}): ShownMessage => ({
  ...messageOf('room', seq),
  ...{ key: `room-${seq}`, state: 'sent', error: null, myReactions: [] },
  ...facts,
})
const historyOf = (seqs: number[], facts: Partial<History> = {}): History => ({
  ...emptyHistory,
  ...{ items: seqs.map((seq) => shownOf(seq)), hasLatest: true },
  ...facts,
})

const me = userOf('alice')
const shown = (history: History | undefined, last: number, outbox: Pending[] = []) =>
  windowOf(history, last, outbox, me, 'room')
const seqsOf = ({ items }: { items: readonly ShownMessage[] }) => items.map(({ seq }) => seq)

describe('what is shown of a history', () => {
  it('is one stretch without a hole: the one of the anchor, or the newest', () => {
    const seqs = [1, 2, 5, 6, 7, 10, 11]
    expect(seqsOf(shown(historyOf(seqs), 11))).toEqual([10, 11])
    expect(seqsOf(shown(historyOf(seqs, { anchor: 6 }), 11))).toEqual([5, 6, 7])
    expect(seqsOf(shown(historyOf(seqs, { anchor: 1 }), 11))).toEqual([1, 2])
    // An anchor that is not there: what comes before it.
    expect(seqsOf(shown(historyOf(seqs, { anchor: 9 }), 11))).toEqual([5, 6, 7])
  })

  it('says on which sides there is more', () => {
    const seqs = [1, 2, 5, 6, 7, 10, 11]
    expect(shown(historyOf(seqs), 11)).toMatchObject({ hasBefore: true, hasAfter: false })
    expect(shown(historyOf(seqs), 12)).toMatchObject({ hasBefore: true, hasAfter: true })
    expect(shown(historyOf(seqs, { anchor: 6 }), 11)).toMatchObject({ hasBefore: true, hasAfter: true })
    expect(shown(historyOf(seqs, { anchor: 2 }), 11)).toMatchObject({ hasBefore: false, hasAfter: true })
    expect(shown(historyOf([1, 2]), 2)).toMatchObject({ hasBefore: false, hasAfter: false })
    expect(shown(historyOf([]), 0)).toMatchObject({ hasBefore: false, hasAfter: false, status: 'ready' })
  })

  it('is nothing before it was read, whatever events have told', () => {
    const heard = historyOf([8, 9], { hasLatest: false })
    expect(shown(heard, 9)).toMatchObject({ items: [], status: 'loading', hasBefore: false, hasAfter: false })
    expect(shown(undefined, 9)).toMatchObject({ items: [], status: 'idle' })
  })

  it('ends with what is on its way, in its room, where the end is shown', () => {
    const outbox = [pendingOf('one'), pendingOf('elsewhere', { roomId: 'other' }), pendingOf('two')]
    const { items } = shown(historyOf([1, 2]), 2, outbox)
    expect(items.map(({ key, state }) => `${key} ${state}`)).toEqual([
      ...['room-1 sent', 'room-2 sent', 'one sending', 'two sending'],
    ])
    expect(items[2]).toMatchObject({ id: 'one', seq: 0, user: me, kind: 'user', reactions: [], myReactions: [] })
    expect(seqsOf(shown(historyOf([1, 2, 5], { anchor: 2 }), 5, outbox))).toEqual([1, 2])
  })

  it('never shows a message twice that waits to be sent and is known by now, wherever it is known', () => {
    const mine = shownOf(1, { key: 'one', clientId: 'one' })
    const history = { ...historyOf([5, 6]), items: [mine, shownOf(5), shownOf(6)] }
    const outbox = [pendingOf('one'), pendingOf('two'), pendingOf('three', { sent: messageOf('room', 7) })]
    expect(shown(history, 6, outbox).items.map(({ key }) => key)).toEqual(['room-5', 'room-6', 'two'])
    expect(shown({ ...history, hasLatest: false }, 6, outbox).items.map(({ key }) => key)).toEqual(['two'])
  })

  it('says of what could not be sent that it failed, and why', () => {
    const error = new ChatClientError('forbidden')
    const { items } = shown(historyOf([1]), 1, [pendingOf('one', { error })])
    expect(items.at(-1)).toMatchObject({ state: 'failed', error })
  })

  it('shows what is being done as if it were done, each mutation upon the one before', () => {
    const at = '2026-11-26T13:00:00.000Z'
    const mutations: PendingMutation[] = [
      { type: 'message.edit', messageId: 'room-2', text: 'First', at },
      { type: 'message.edit', messageId: 'room-2', text: 'Second', at },
      { type: 'reaction.add', messageId: 'room-1', reaction: '👍', at },
    ]
    const outbox = mutations.map((mutation, n) => pendingOf(`${n}`, { mutation }))
    const { items } = shown(historyOf([1, 2]), 2, outbox)
    expect(items[1]).toMatchObject({ text: 'Second', editedAt: at })
    expect(items[0]).toMatchObject({ myReactions: ['👍'], reactions: [{ userIds: ['alice'] }] })
    // Before it is known who I am, too.
    expect(windowOf(historyOf([1, 2]), 2, outbox, null, 'room').items[1]?.text).toBe('Second')
  })

  it('has no hole, and holds its anchor, whatever was loaded', () => {
    const seqsArbitrary = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 })
    fc.assert(
      fc.property(seqsArbitrary, fc.nat(50), fc.nat(10), (unsorted, choice, more) => {
        const seqs = [...unsorted].sort((one, other) => one - other)
        const last = (seqs.at(-1) as number) + more
        const anchor = choice < seqs.length ? (seqs[choice] as number) : null
        const { items, hasBefore, hasAfter } = shown(historyOf(seqs, { anchor }), last)
        const found = items.map(({ seq }) => seq)
        const [first, end] = [found[0] as number, found.at(-1) as number]
        expect(found).toEqual(Array.from({ length: end - first + 1 }, (_, n) => first + n))
        expect(found).toContain(anchor ?? seqs.at(-1))
        // As far as was loaded.
        expect([seqs.includes(first - 1), seqs.includes(end + 1)]).toEqual([false, false])
        expect([hasBefore, hasAfter]).toEqual([first > 1, end < last])
      }),
    )
  })
})

describe('how it stands with a list', () => {
  it('is ready once it was read, failed where it could not be, loading once somebody asked, else idle', () => {
    const error = new ChatClientError('internal')
    expect(statusOf(true, null, {})).toBe('ready')
    expect(statusOf(true, error, {})).toBe('ready')
    expect(statusOf(false, error, {})).toBe('failed')
    expect(statusOf(false, null, {})).toBe('loading')
    expect(statusOf(false, null, undefined)).toBe('idle')
  })
})

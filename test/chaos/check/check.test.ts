import { describe, expect, it } from 'vitest'
import { type Final, gone, type History, type Operation, type Told } from '../history.js'
import { check } from './check.js'

// A room in which Alice wrote `one` (revision 4), `two` (5, edited at 8) and `three` (6), Bob was removed (7) and added
// again (9), and wrote `four` (10). Alice's device resumed once and was told of the edit only as it stands.
const text = (clientId: string) => `${clientId} and more`
const event = (at: number, revision: number, id: string, name = 'message.created', value = `v${revision}`): Told => ({
  ...{ type: 'event', at, roomId: 'r', revision, name },
  thing: { id, revision, value },
})

function good(): { history: History; final: Final } {
  const message = (id: string, seq: number, createdRevision: number, userId: string, revision = createdRevision) => ({
    ...{ id, roomId: 'r', seq, revision, createdRevision, userId, clientId: id, text: text(id) },
    isDeleted: false,
    reactions: [] as string[],
    ...{ threadId: null as string | null, threadSeq: null as number | null, isApart: false },
    thread: null as { count: number; lastSeq: number } | null,
  })
  const committed = (revision: number, about: 'message' | 'member' | 'room', id: string, isIn = true) => ({
    ...{ roomId: 'r', revision, about, id, isIn },
  })
  const things = [
    { id: 'alice', revision: 2, value: 'member' },
    { id: 'bob', revision: 9, value: 'member' },
    { id: 'one', revision: 4, value: 'v4' },
    { id: 'two', revision: 8, value: 'v8' },
    { id: 'three', revision: 6, value: 'v6' },
    { id: 'four', revision: 10, value: 'v10' },
  ]
  const said = (at: number, userId: string, clientId: string, seq: number): Operation[] => [
    { type: 'sending', at: at - 1, userId, roomId: 'r', clientId },
    { type: 'acknowledged', at, userId, roomId: 'r', clientId, id: clientId, seq },
  ]
  return {
    history: {
      operations: [
        ...said(10, 'alice', 'one', 1),
        ...said(20, 'alice', 'two', 2),
        ...said(30, 'alice', 'three', 3),
        { type: 'edited', roomId: 'r', id: 'two', revision: 8 },
        { type: 'adding', at: 50, userId: 'bob', roomId: 'r' },
        ...said(60, 'bob', 'four', 4),
        { type: 'reacted', roomId: 'r', id: 'one', userId: 'alice', reaction: '👍' },
      ],
      devices: [
        {
          device: 'alice 1',
          userId: 'alice',
          told: [
            { type: 'hello', rooms: {} },
            { type: 'welcome', rooms: { r: 3 } },
            { type: 'ready' },
            { type: 'read', roomId: 'r', things: things.slice(0, 1) },
            event(10, 4, 'one'),
            { type: 'closed', code: 1006 },
            { type: 'hello', rooms: { r: 4 } },
            { type: 'welcome', rooms: { r: 8 } },
            event(41, 6, 'three'),
            event(41, 7, 'bob', 'member.removed', gone),
            event(41, 8, 'two', 'message.updated'),
            { type: 'ready' },
            event(51, 9, 'bob', 'member.added', 'member'),
            event(60, 10, 'four'),
          ],
        },
        {
          device: 'bob 1',
          userId: 'bob',
          told: [
            { type: 'hello', rooms: {} },
            { type: 'welcome', rooms: { r: 3 } },
            { type: 'ready' },
            { type: 'read', roomId: 'r', things: things.slice(0, 1) },
            event(10, 4, 'one'),
            event(20, 5, 'two'),
            event(30, 6, 'three'),
            { type: 'left', roomId: 'r' },
            { type: 'joined', roomId: 'r', revision: 9 },
            { type: 'read', roomId: 'r', things: things.slice(0, 5) },
            event(60, 10, 'four'),
          ],
        },
      ],
      // Revisions 4 to 7 were under way when its node died; 5 has moved on to 8 by then.
      subscription: [
        { at: 1, roomId: 'r', revisions: [1, 2, 3] },
        { at: 2, roomId: 'r', revisions: [4, 5, 6] },
        { at: 3, roomId: 'r', revisions: [4, 6, 7, 8] },
        { at: 4, roomId: 'r', revisions: [9, 10] },
      ],
      crashes: [],
      queuedBytes: 0,
    },
    final: {
      rooms: [{ id: 'r', revision: 10, lastMessageSeq: 4 }],
      messages: [
        { ...message('one', 1, 4, 'alice'), reactions: ['alice 👍'] },
        message('two', 2, 5, 'alice', 8),
        message('three', 3, 6, 'alice'),
        message('four', 4, 10, 'bob'),
      ],
      committed: [
        committed(1, 'room', 'r'),
        committed(2, 'member', 'alice'),
        committed(3, 'member', 'bob'),
        committed(4, 'message', 'one'),
        committed(5, 'message', 'two'),
        committed(6, 'message', 'three'),
        committed(7, 'member', 'bob', false),
        committed(8, 'message', 'two'),
        committed(9, 'member', 'bob'),
        committed(10, 'message', 'four'),
      ],
      views: ['alice', 'bob'].map((userId) => ({ userId, roomId: 'r', things })),
    },
  }
}

/** What the checker says of the good history after something went wrong in it. */
function blamed(spoil: (history: History, final: Final) => void): string[] {
  const { history, final } = good()
  spoil(history, final)
  return [...new Set(check(history, final).map(({ rule }) => rule))]
}

const toldTo = (history: History, device: number): Told[] => history.devices[device]?.told ?? []

/** Takes an event out of what a device was told, or puts others in its place. */
function retell(history: History, device: number, revision: number, ...instead: Told[]): void {
  const told = toldTo(history, device)
  const place = told.findLastIndex((each) => each.type === 'event' && each.revision === revision)
  told.splice(place, 1, ...instead)
}

describe('the checker', () => {
  it('finds nothing wrong with a history in which nothing is', () => {
    expect(blamed(() => undefined)).toEqual([])
  })

  const bad: [string, string[], (history: History, final: Final) => void][] = [
    [
      'a message that was acknowledged and is not there',
      ['acknowledged, not stored'],
      ({ operations }) => {
        operations.push({
          type: 'acknowledged',
          at: 70,
          userId: 'bob',
          roomId: 'r',
          clientId: 'five',
          id: 'five',
          seq: 5,
        })
      },
    ],
    [
      'a message that is there with another seq than was said',
      ['acknowledged, not stored'],
      ({ operations }) => {
        operations.push({
          type: 'acknowledged',
          at: 70,
          userId: 'alice',
          roomId: 'r',
          clientId: 'one',
          id: 'one',
          seq: 2,
        })
      },
    ],
    [
      'a message that says something else',
      ['acknowledged, not stored'],
      (_, { messages: [one] }) => Object.assign(one ?? {}, { text: 'else' }),
    ],
    [
      'an edit that was acknowledged and had no effect',
      ['acknowledged, not stored'],
      ({ operations }) => operations.push({ type: 'edited', roomId: 'r', id: 'three', revision: 8 }),
    ],
    [
      'a deletion that was acknowledged and had no effect',
      ['acknowledged, not stored'],
      ({ operations }) => operations.push({ type: 'deleted', roomId: 'r', id: 'three' }),
    ],
    [
      'a reaction that was acknowledged and is not there',
      ['acknowledged, not stored'],
      (_, { messages: [one] }) => one?.reactions.pop(),
    ],
    [
      'a message that is there twice',
      ['acknowledged, not stored', 'stored twice'],
      (_, { messages: [one, , three] }) => Object.assign(three ?? {}, { text: one?.text, clientId: null }),
    ],
    [
      'a message that was acknowledged as two',
      ['acknowledged, not stored', 'stored twice'],
      ({ operations }) => {
        operations.push({
          type: 'acknowledged',
          at: 70,
          userId: 'alice',
          roomId: 'r',
          clientId: 'one',
          id: 'three',
          seq: 3,
        })
      },
    ],
    [
      'a message that was never acknowledged',
      ['never acknowledged'],
      ({ operations }) => operations.push({ type: 'sending', at: 70, userId: 'bob', roomId: 'r', clientId: 'five' }),
    ],
    [
      'a message of a member that was refused',
      ['never acknowledged'],
      ({ operations }) => {
        operations.push({ type: 'sending', at: 70, userId: 'alice', roomId: 'r', clientId: 'five' })
        operations.push({ type: 'refused', userId: 'alice', roomId: 'r', clientId: 'five' })
      },
    ],
    [
      'a seq that nobody has',
      ['a hole in seq'],
      (_, { rooms: [room] }) => Object.assign(room ?? {}, { lastMessageSeq: 5 }),
    ],
    [
      'a reply that is not in its thread',
      ['a hole in a thread'],
      (_, { messages }) => {
        Object.assign(messages[0] ?? {}, { thread: { count: 1, lastSeq: 2 } })
        Object.assign(messages[1] ?? {}, { threadId: 'one', threadSeq: 1 })
      },
    ],
    [
      'a reply that its thread does not count',
      ['a hole in a thread'],
      (_, { messages }) => {
        Object.assign(messages[0] ?? {}, { thread: { count: 0, lastSeq: 1 } })
        Object.assign(messages[1] ?? {}, { threadId: 'one', threadSeq: 1 })
      },
    ],
    [
      'a revision that nothing took',
      ['a hole in revision'],
      (_, { rooms: [room] }) => Object.assign(room ?? {}, { revision: 11 }),
    ],
    [
      'a revision that two took',
      ['a hole in revision', 'out of order'],
      (_, { committed }) => committed.push({ roomId: 'r', revision: 8, about: 'message', id: 'one', isIn: true }),
    ],
    [
      'an event that came again',
      ['delivered twice'],
      (history) => retell(history, 0, 10, event(60, 10, 'four'), event(60, 10, 'four')),
    ],
    [
      'an event that came again after a resume',
      ['delivered twice'],
      (history) => retell(history, 0, 6, event(41, 4, 'one'), event(41, 6, 'three')),
    ],
    [
      'an event that came too late',
      ['not delivered', 'out of order'],
      (history) => {
        retell(history, 0, 10, event(60, 10, 'four'), event(60, 9, 'bob', 'member.added', 'member'))
        toldTo(history, 0).splice(-3, 1)
      },
    ],
    [
      'an event that tells of something else than what took its revision',
      ['out of order', 'another state'],
      (history) => retell(history, 0, 6, event(41, 6, 'one')),
    ],
    ['an event that never came', ['not delivered', 'another state'], (history) => retell(history, 0, 6)],
    ['a last event that never came', ['not delivered', 'another state'], (history) => retell(history, 0, 10)],
    [
      'a socket that was ready before it was told what it missed',
      ['not delivered', 'out of order'],
      (history) => {
        const told = toldTo(history, 0)
        const ready = told.findLastIndex(({ type }) => type === 'ready')
        told.splice(ready - 1, 2, { type: 'ready' }, event(42, 8, 'two', 'message.updated'))
      },
    ],
    [
      'a room of theirs that a device was not told of',
      ['not delivered', 'another state'],
      (history) => toldTo(history, 1).push({ type: 'left', roomId: 'r' }),
    ],
    [
      'an event from beyond a removal',
      ['beyond the fence'],
      (history) => retell(history, 1, 6, event(30, 6, 'three'), event(41, 8, 'two', 'message.updated')),
    ],
    [
      'an event after they were told that they left',
      ['beyond the fence'],
      (history) => {
        const told = toldTo(history, 1)
        const left = told.findIndex(({ type }) => type === 'left')
        told.splice(left + 1, 0, event(40, 6, 'three'))
      },
    ],
    [
      'who types in a room that they left',
      ['beyond the fence'],
      (history) => {
        const told = toldTo(history, 1)
        const left = told.findIndex(({ type }) => type === 'left')
        told.splice(left + 1, 0, { type: 'aside', roomId: 'r', name: 'typing' })
      },
    ],
    [
      'a message by somebody who was removed',
      ['out of order', 'written after removal'],
      (_, { messages: [, , , four], committed }) => {
        Object.assign(four ?? {}, { createdRevision: 9 })
        Object.assign(committed[8] ?? {}, { about: 'message', id: 'four' })
        Object.assign(committed[9] ?? {}, { about: 'member', id: 'bob' })
      },
    ],
    [
      'a device that holds something else than is there',
      ['another state'],
      (history) => retell(history, 0, 8, event(41, 8, 'two', 'message.updated', 'else')),
    ],
    ['a device that holds what is not there', ['another state'], (_, { views }) => views[0]?.things.pop()],
    [
      'a change that a subscription was never told',
      ['passed over by the subscription'],
      ({ subscription }) => subscription?.[2]?.revisions.splice(1, 1),
    ],
    [
      'a last change that a subscription was never told',
      ['passed over by the subscription'],
      ({ subscription }) => subscription?.[3]?.revisions.pop(),
    ],
    [
      'a change that a subscription was told again though it was noted',
      ['told again by the subscription'],
      ({ subscription }) => subscription?.push({ at: 5, roomId: 'r', revisions: [3, 9, 10] }),
    ],
    [
      'a subscription that was told in another order',
      ['out of order', 'passed over by the subscription'],
      ({ subscription }) => subscription?.[3]?.revisions.splice(0, 2, 10, 9),
    ],
    [
      'a node that holds too much for a reader',
      ['unbounded queue'],
      (history) => Object.assign(history, { queuedBytes: 1e7 }),
    ],
    [
      'an error of the server',
      ['answered 500'],
      ({ operations }) => operations.push({ type: 'failed', what: 'GET /' }),
    ],
    ['a crash', ['a node crashed'], ({ crashes }) => crashes.push('1: out of memory')],
  ]
  it.each(bad)('finds %s', (_, rules, spoil) => {
    expect(blamed(spoil).sort()).toEqual(rules.sort())
  })
})

import type { Message, Room } from 'express-chat'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/client/state/events.js'
import { noMembers, takeMembers } from '../../../src/client/state/members.js'
import { emptyHistory, takePage } from '../../../src/client/state/messages.js'
import { takeRoom } from '../../../src/client/state/rooms.js'
import { entryOf, initialState, patch, type State } from '../../../src/client/state/state.js'
import { type Doing, RoomModel, type Snapshot, userOf } from './room-model.js'

type Heard = (state: State) => State

const heardOf = (model: RoomModel): Heard[] => [
  ...model.events.map(
    (event): Heard =>
      (state) =>
        applyEvent(state, event),
  ),
  ...model.snapshots.flatMap(({ room, page, members }): Heard[] => [
    (state) => takeRoom(state, room),
    (state) => takePage(state, page, state.version, room.id),
    (state) => takeMembers(state, { items: members, nextCursor: null }, state.version, room.id),
  ]),
]

/** A client that was welcomed, and has asked for the room's messages and members. */
function asking({ room }: Snapshot): State {
  const state = takeRoom({ ...initialState, me: userOf('alice') }, room)
  return patch(state, room.id, { history: emptyHistory, memberList: noMembers })
}

const take = (state: State, heard: Heard): State => ({ ...heard(state), version: state.version + 1 })

const said = ({ id, seq, revision, text, replyTo, reactions, myReactions, deletedAt, editedAt, user }: Message) => ({
  ...{ id, seq, revision, text, replyTo, deletedAt, editedAt, userId: user?.id },
  reactions: reactions.map(({ reaction, userIds }) => `${reaction} ${[...userIds].sort()}`).sort(),
  myReactions: [...(myReactions ?? [])].sort(),
})

const countsOf = (me: Room['me']) => {
  const { lastReadSeq, unreadCount, mentionCount } = me ?? {}
  return { lastReadSeq, unreadCount, mentionCount }
}

function shown(state: State) {
  const { room, seen, history, memberList } = entryOf(state, 'room')
  const { name, isPublic, memberCount, lastMessageSeq, me } = room
  return {
    room: { name, isPublic, memberCount, lastMessageSeq, role: me?.role, ...countsOf(me) },
    seen,
    messages: history?.items.map(said),
    members: [...(memberList?.byId.values() ?? [])]
      .flatMap(({ member, isGone }) => (isGone ? [] : `${member.user.id} ${member.role}`))
      .sort(),
    markers: [...(memberList?.markers ?? [])].filter(([id]) => ['alice', 'bob'].includes(id)).sort(),
  }
}

function truth({ room, page, members }: Snapshot): ReturnType<typeof shown> {
  const { name, isPublic, memberCount, lastMessageSeq, me, revision } = room
  return {
    room: { name, isPublic, memberCount, lastMessageSeq, role: me?.role, ...countsOf(me) },
    seen: revision,
    messages: page.items.map(said),
    members: members.map(({ user, role }) => `${user.id} ${role}`).sort(),
    markers: members.flatMap(({ user: { id }, lastReadSeq }): [string, number][] =>
      ['alice', 'bob'].includes(id) ? [[id, lastReadSeq]] : [],
    ),
  }
}

const doing: fc.Arbitrary<Doing | 'look'> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constantFrom<Doing['what']>(
        ...(['send', 'send', 'mention', 'everyone', 'reply', 'edit', 'delete', 'react', 'unreact'] as const),
        ...(['add', 'remove', 'promote', 'rename', 'read'] as const),
      ),
      who: fc.constantFrom<Doing['who']>('alice', 'bob'),
      n: fc.nat(9),
    }),
  },
  { weight: 1, arbitrary: fc.constant('look' as const) },
)

/** A history of the room, and an order in which all of it is heard, some of it twice. */
const stories = fc
  .array(doing, { minLength: 1, maxLength: 25 })
  .map((doings) => {
    const model = new RoomModel()
    for (const each of doings) {
      if (each === 'look') model.look()
      else model.do(each)
    }
    return { first: model.snapshots[0] as Snapshot, last: model.look(), heard: heardOf(model) }
  })
  .chain(({ heard, ...story }) => {
    const all = heard.length
    return fc.record({
      story: fc.constant({ ...story, heard }),
      order: fc.shuffledSubarray([...heard.keys()], { minLength: all }),
      again: fc.array(fc.nat(all - 1), { maxLength: 10 }),
    })
  })

describe('what a client knows of a room', () => {
  it('is the same and true, in whatever order it hears of what happened, and however often', () => {
    fc.assert(
      fc.property(stories, ({ story, order, again }) => {
        const heard = [...order, ...again].map((n) => story.heard[n] as Heard)
        expect(shown(heard.reduce(take, asking(story.first)))).toEqual(truth(story.last))
      }),
      { numRuns: 400 },
    )
  })

  it('is what the events say that came live, without another look', () => {
    fc.assert(
      fc.property(fc.array(doing, { maxLength: 25 }), (doings) => {
        const model = new RoomModel()
        const first = model.snapshots[0] as Snapshot
        let state = take(
          take(asking(first), (before) => takePage(before, first.page, 0, 'room')),
          (before) => takeMembers(before, { items: first.members, nextCursor: null }, 0, 'room'),
        )
        for (const each of doings) {
          if (each === 'look') continue
          const before = model.events.length
          model.do(each)
          for (const event of model.events.slice(before)) state = take(state, (known) => applyEvent(known, event))
          expect(shown(state)).toEqual(truth(model.look()))
        }
      }),
      { numRuns: 100 },
    )
  })

  it('is not changed by anything that is older: not even its parts are made anew', () => {
    fc.assert(
      fc.property(stories, ({ story, order }) => {
        const heard = order.map((n) => story.heard[n] as Heard)
        const known = heard.reduce(take, asking(story.first))
        const again = heard.reduce(take, known)
        expect(entryOf(again, 'room').history?.items).toEqual(entryOf(known, 'room').history?.items)
        expect(entryOf(again, 'room').room).toEqual(entryOf(known, 'room').room)
      }),
      { numRuns: 100 },
    )
  })
})

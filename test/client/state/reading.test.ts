import type { DurableEvent, Message, MessageCause, Room } from 'express-chat'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/client/state/events.js'
import { emptyHistory, takePage } from '../../../src/client/state/messages.js'
import { roomIn } from '../../../src/client/state/room-map.js'
import { takeMe, takeRoom } from '../../../src/client/state/rooms.js'
import { initialState, patch, type State } from '../../../src/client/state/state.js'
import { countsOf } from '../../../src/client/state/unread.js'

const me = { id: 'alice', name: 'Alice', description: '', avatarUrl: null, lastSeenAt: null }
const bob = { ...me, id: 'bob' }
const roomId = 'r'

/** Whom a message mentions. */
type Mentions = 'alice' | 'everyone' | 'nobody'

type Step =
  | { type: 'say'; by: 'alice' | 'bob' | 'system'; mentions?: Mentions }
  | { type: 'delete' | 'edit' | 'read'; at: number; mentions?: Mentions }
  | { type: 'reply'; at: number }
  | { type: 'join' }

const mentions = fc.constantFrom<Mentions>('alice', 'everyone', 'nobody', 'nobody')

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('say' as const),
    by: fc.constantFrom('alice', 'bob', 'bob', 'bob', 'system'),
    mentions,
  }),
  fc.record({
    type: fc.constantFrom('delete' as const, 'delete' as const, 'edit' as const, 'read' as const),
    at: fc.nat(20),
    mentions,
  }),
  fc.record({ type: fc.constant('reply' as const), at: fc.nat(20) }),
  fc.constant({ type: 'join' as const }),
)

const noThread = { count: 0, lastSeq: 1, lastAt: 'now', userIds: [] }

const mentionsOf = (whom: Mentions = 'nobody') => ({
  mentions: whom === 'alice' ? ['alice'] : [],
  mentionsEveryone: whom === 'everyone',
})

/** A replay does not say why a message changed, and calls one that was deleted before just that. */
function withoutCause({ cause: _, ...event }: DurableEvent & { type: 'message.updated' }): DurableEvent {
  return event.message.deletedAt === null ? event : { ...event, type: 'message.deleted' }
}

/** What a server would tell and answer while all of this happens. */
function played(steps: Step[]) {
  const messages: Message[] = []
  const events: DurableEvent[] = []
  const rooms: Room[] = []
  let [revision, lastReadSeq] = [1, 0]
  const look = () => {
    const unread = messages.filter(
      ({ seq, kind, user, deletedAt }) =>
        seq > lastReadSeq && kind === 'user' && user?.id !== me.id && deletedAt === null,
    )
    const lastMessage = messages.findLast(({ deletedAt }) => deletedAt === null) ?? null
    const mentioning = messages.filter(
      ({ seq, user, mentions, mentionsEveryone }) =>
        seq > lastReadSeq && user?.id !== me.id && (mentionsEveryone || mentions.includes(me.id)),
    )
    const counts = { unreadCount: unread.length, mentionCount: mentioning.length }
    const mine = { role: 'member', permissions: {}, muted: false, lastReadSeq, ...counts }
    rooms.push({
      id: roomId,
      type: 'group',
      revision,
      lastMessageSeq: messages.length,
      lastMessage,
      me: mine,
    } as unknown as Room)
  }
  type Told = 'message.created' | 'message.updated' | 'message.deleted'
  const tell = (type: Told, message: Message, cause?: MessageCause) => {
    messages[message.seq - 1] = message
    events.push({ type, roomId, revision, message, ...(cause && { cause }) } as DurableEvent)
  }
  look()
  for (const step of steps) {
    const message = 'at' in step ? messages[step.at % Math.max(1, messages.length)] : undefined
    if (step.type === 'say') {
      const seq = messages.length + 1
      const user = step.by === 'alice' ? me : step.by === 'bob' ? bob : null
      if (user === me) lastReadSeq = seq
      revision += 1
      tell('message.created', {
        ...{
          id: `m${seq}`,
          roomId,
          seq,
          revision,
          clientId: null,
          kind: user ? 'user' : 'system',
          user,
          text: `${seq}`,
        },
        ...{
          media: [],
          replyTo: null,
          ...mentionsOf(step.mentions),
          reactions: [],
          createdAt: '',
          editedAt: null,
          deletedAt: null,
        },
        system: null,
      } as unknown as Message)
    } else if (step.type === 'join') {
      revision += 1
      events.push({
        type: 'room.updated',
        roomId,
        revision,
        room: { id: roomId, revision, lastMessageSeq: messages.length } as Room,
      })
    } else if (step.type === 'reply') {
      if (!message) continue
      revision += 1
      tell('message.updated', { ...message, revision, thread: noThread }, { type: 'thread.reply' })
    } else if (step.type === 'read' && message) lastReadSeq = Math.max(lastReadSeq, message.seq)
    else if (message && message.deletedAt === null && step.type !== 'read') {
      revision += 1
      const deletedAt = step.type === 'delete' ? 'now' : null
      tell(step.type === 'delete' ? 'message.deleted' : 'message.updated', {
        ...message,
        revision,
        text: 'changed',
        ...mentionsOf(step.type === 'delete' ? 'nobody' : step.mentions),
        ...(step.type === 'edit' && { editedAt: 'now' }),
        deletedAt,
      })
    }
    look()
  }
  /** Each message once, as it is now, as those are told who missed it. */
  const replayed = (since: number) =>
    events
      .filter(({ revision: at }) => at > since)
      .filter(
        (event, n, all) =>
          !('message' in event) ||
          !all.slice(n + 1).some((later) => 'message' in later && later.message.id === event.message.id),
      )
      .map((event) => (event.type === 'message.updated' ? withoutCause(event) : event))
  return { messages, events, rooms, replayed, last: rooms.at(-1) as Room }
}

const begin = (room: Room): State => takeRoom({ ...initialState, me }, room)
const told = (state: State) => {
  const room = roomIn(state.rooms, roomId)?.room
  const { seq = 0, revision = 0 } = room?.lastMessage ?? {}
  return { unread: room?.me?.unreadCount, read: room?.me?.lastReadSeq, last: { seq, revision } }
}
/** Whether it is known that the server has to be asked. */
const isToAsk = (state: State): boolean => {
  const { unread } = roomIn(state.rooms, roomId) ?? {}
  return unread !== undefined && countsOf(unread).isUncertain
}
/** What mentions me; undefined where the server has to be asked. */
const mentioned = (state: State): number | undefined =>
  isToAsk(state) ? undefined : roomIn(state.rooms, roomId)?.room.me?.mentionCount
const expected = ({ me: mine, lastMessage }: Room) => ({
  unread: mine?.unreadCount,
  read: mine?.lastReadSeq,
  last: { seq: lastMessage?.seq ?? 0, revision: lastMessage?.revision ?? 0 },
})

describe('what a client holds to be unread, and for the last message', () => {
  it('is what a fresh GET says after live events alone', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { events, rooms, last } = played(steps.filter(({ type }) => type !== 'read'))
        const state = events.reduce(applyEvent, begin(rooms[0] as Room))
        const { unread, read } = expected(last)
        expect(told(state)).toMatchObject({ unread, read })
        // Where the one before it was never told, the server is asked, and it is known that it has to be.
        if (!roomIn(state.rooms, roomId)?.last.isUnknown) expect(told(state)).toEqual(expected(last))
        expect(roomIn(state.rooms, roomId)?.unread.changes.size).toBe(0)
        expect([undefined, last.me?.mentionCount]).toContain(mentioned(state))
      }),
      { numRuns: 500 },
    )
  })

  it('is so as well with the events of a replay, which skip, after the answers of the server', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(), fc.boolean(), (steps, at, hasHistory) => {
        const { messages, rooms, replayed, last } = played(steps.filter(({ type }) => type !== 'read'))
        const first = rooms[at % rooms.length] as Room
        let state = begin(first)
        if (hasHistory) {
          state = takePage(patch(state, roomId, { history: emptyHistory }), { items: messages }, 0, roomId)
        }
        const then = replayed(first.revision).reduce(applyEvent, state)
        expect([told(then).unread, undefined]).toContain(isToAsk(then) ? undefined : last.me?.unreadCount)
        expect([undefined, last.me?.mentionCount]).toContain(mentioned(then))
        if (hasHistory && !isToAsk(then)) expect(told(then)).toEqual(expected(last))
      }),
      { numRuns: 500 },
    )
  })

  it('is so in any order of answers, events and replays, each twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (steps, chance) => {
        const { events, rooms, replayed, last } = played(steps)
        const pieces = [...events, ...replayed(1), ...rooms].flatMap((piece) => [piece, piece])
        const order = pieces
          .map((piece) => ({ piece, at: chance.next().value }))
          .sort((one, other) => one.at - other.at)
        let state = begin(rooms[0] as Room)
        for (const { piece } of order)
          state = 'type' in piece && 'roomId' in piece ? applyEvent(state, piece) : takeRoom(state, piece as Room)
        expect(told(state)).toEqual(expected(last))
        expect(mentioned(state)).toBe(last.me?.mentionCount)
      }),
      { numRuns: 500 },
    )
  })

  it('is so once the server has answered for a marker that was moved here first', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 15 }), fc.nat(), fc.nat(), (steps, at, seq) => {
        const { events, rooms, last } = played(steps.filter(({ type }) => type !== 'read'))
        const cut = at % (events.length + 1)
        const before = events.slice(0, cut).reduce(applyEvent, begin(rooms[0] as Room))
        const marker = seq % (last.lastMessageSeq + 1)
        const isHigher = marker > (last.me?.lastReadSeq ?? 0)
        const marked = takeMe(before, roomId, {
          lastReadSeq: Math.min(marker, roomIn(before.rooms, roomId)?.room.lastMessageSeq ?? 0),
        })
        const now = events.slice(cut).reduce(applyEvent, marked)
        // Read there as well, and told with what is unread now.
        const all = played([
          ...steps.filter(({ type }) => type !== 'read'),
          ...(isHigher ? [{ type: 'read' as const, at: marker - 1 }] : []),
        ])
        const { me: mine, revision, lastMessageSeq } = all.last
        if (!mine) throw new Error('It is mine')
        const answered = applyEvent(now, { type: 'me.updated', roomId, me: mine, revision, lastMessageSeq })
        expect(told(answered)).toMatchObject({ unread: mine.unreadCount, read: mine.lastReadSeq })
        expect(mentioned(answered)).toBe(mine.mentionCount)
      }),
      { numRuns: 500 },
    )
  })
})

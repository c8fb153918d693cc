import type { Message, Room, User } from 'express-chat'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeMessage } from '../../../src/client/state/events.js'
import { takePage, withHistory } from '../../../src/client/state/messages.js'
import { takeUp } from '../../../src/client/state/outbox.js'
import type { RoomEntry } from '../../../src/client/state/room-entry.js'
import { roomIn } from '../../../src/client/state/room-map.js'
import { takeRoom } from '../../../src/client/state/rooms.js'
import { initialState, type Pending, type State } from '../../../src/client/state/state.js'
import { windowOf } from '../../../src/client/state/window.js'
import { messageOf as anyMessage, pendingOf as anyPending } from './room-model.js'

describe('what a room shows of messages on their way', () => {
  const user = (id: string): User => ({ id, name: id, description: '', avatarUrl: null, lastSeenAt: null })
  const me = user('alice')
  const at = '2026-01-01T00:00:00.000Z'
  const room = {
    id: 'room',
    lastMessageSeq: 0,
    lastMessage: null,
    revision: 0,
    me: { lastReadSeq: 0 },
  } as unknown as Room

  const pendingOf = (n: number): Pending => anyPending(`c${n}`, { text: `${n}`, createdAt: at, order: n })
  const messageOf = (n: number, by: string, seq: number): Message => ({
    ...anyMessage('room', seq),
    ...{ id: `m${seq}`, clientId: `c${n}`, user: user(by), text: `${n}`, myReactions: [], createdAt: at },
  })

  it('leaves out what is taken up from an earlier page and is known already, by the history or as the last message', () => {
    const begun = takeRoom({ ...initialState, me }, room)
    const read = takePage(withHistory(begun, 'room', {}), { items: [messageOf(1, 'alice', 1)] }, 0, 'room')
    const last = takeRoom(begun, { ...room, lastMessageSeq: 1, lastMessage: messageOf(1, 'alice', 1) })
    for (const state of [read, last]) {
      const { outbox } = takeUp(state, [pendingOf(1), pendingOf(2)])
      expect(outbox.map(({ clientId, sent }) => [clientId, sent?.id])).toEqual([
        ['c1', 'm1'],
        ['c2', undefined],
      ])
    }
  })

  const step = fc.oneof(
    fc.record({
      type: fc.constantFrom('write', 'arrive', 'event', 'stranger', 'last' as const),
      n: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ type: fc.constantFrom('page', 'reload'), n: fc.constant(0) }),
  )

  it('has each of mine once, whatever pages, events, answers and reloads come in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const fresh = withHistory(takeRoom({ ...initialState, me }, room), 'room', {})
        let state: State = fresh
        const written = new Map<number, Pending>()
        const arrived: Message[] = []
        const isMine = (message: Pick<Message, 'clientId' | 'user'>, n: number) =>
          message.clientId === `c${n}` && message.user?.id === 'alice'
        const shown = () => {
          const { history, room: known } = roomIn(state.rooms, 'room') as RoomEntry
          return windowOf(history, known.lastMessageSeq, state.outbox, me, 'room')
        }
        const readAll = () => {
          state = takePage(state, { items: arrived }, state.version, 'room', { hasLatest: true })
        }
        for (const { type, n } of steps) {
          const mine = arrived.find((message) => isMine(message, n))
          const last = arrived.at(-1)
          if (type === 'write') {
            // Also what is known already may be written again: it is the same message.
            const others = state.outbox.filter(({ clientId }) => clientId !== `c${n}`)
            state = { ...state, outbox: [...others, pendingOf(n)] }
            written.set(n, pendingOf(n))
          } else if (type === 'arrive' && written.has(n) && !mine) {
            arrived.push(messageOf(n, 'alice', arrived.length + 1))
          } else if (type === 'stranger') arrived.push(messageOf(n, 'bob', arrived.length + 1))
          else if (type === 'event' && mine) state = mergeMessage(state, mine)
          else if (type === 'last' && last) {
            state = takeRoom(state, { ...room, revision: last.seq, lastMessageSeq: last.seq, lastMessage: last })
          } else if (type === 'page') readAll()
          // Over a storage that has not heard of any answer.
          else if (type === 'reload') state = takeUp(fresh, [...written.values()])
          state = { ...state, version: state.version + 1 }
          const { items, hasAfter } = shown()
          const keys = items.map(({ key }) => key)
          expect(keys).toEqual([...new Set(keys)])
          for (const each of written.keys()) {
            const isThere = arrived.some((message) => isMine(message, each))
            const rows = items.filter((item) => isMine(item, each)).map((item) => item.state)
            if (isThere || hasAfter) expect(rows.length).toBeLessThanOrEqual(1)
            else expect(rows).toEqual(['sending'])
          }
        }
        readAll()
        for (const each of written.keys()) {
          const isThere = arrived.some((message) => isMine(message, each))
          const rows = shown().items.filter((item) => isMine(item, each))
          expect(rows.map((item) => item.state)).toEqual([isThere ? 'sent' : 'sending'])
        }
      }),
      { numRuns: 500 },
    )
  })
})

import type { DurableEvent, Member, Message, MessagePage, Room } from 'express-chat'
import type { ShownMessage } from 'express-chat/client'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { applyEvent } from '../../src/client/state/events.js'
import { noMembers, takeMembers } from '../../src/client/state/members.js'
import { emptyHistory, takePage } from '../../src/client/state/messages.js'
import { roomIn } from '../../src/client/state/room-map.js'
import { takeRoom } from '../../src/client/state/rooms.js'
import { initialState, patch, type State } from '../../src/client/state/state.js'
import { people, startHost } from '../host.js'
import { givenDatabase, givenGroup } from '../realtime/given.js'

interface Snapshot {
  room: Room
  page: MessagePage
  members: Member[]
}

type Piece = { type: 'event'; event: DurableEvent } | { type: 'room' | 'page' | 'members'; snapshot: Snapshot }

const me = { id: 'alice', name: 'Alice', description: '', avatarUrl: null, lastSeenAt: null }

/** A client that has asked for everything of a room, and was told nothing yet. */
function blankOf(roomId: string, first: Room): State {
  const state = takeRoom({ ...initialState, me }, { ...first, revision: 0, lastMessageSeq: 0, lastMessage: null })
  return patch(state, roomId, { history: emptyHistory, memberList: noMembers })
}

function take(state: State, piece: Piece): State {
  const next = (() => {
    switch (piece.type) {
      case 'event':
        return applyEvent(state, piece.event)
      case 'room':
        return takeRoom(state, piece.snapshot.room)
      case 'page':
        return takePage(state, piece.snapshot.page, state.version, piece.snapshot.room.id)
      case 'members':
        return takeMembers(
          state,
          { items: piece.snapshot.members, nextCursor: null },
          state.version,
          piece.snapshot.room.id,
        )
    }
  })()
  return { ...next, version: next.version + 1 }
}

/** Without what a client adds, and what no event tells: profiles, which have no revision, and signed URLs. */
const plain = ({ user, ...message }: Message | ShownMessage) => {
  const { key: _, state: __, error: ___, ...rest } = message as ShownMessage
  return { ...rest, myReactions: [...(rest.myReactions ?? [])].sort(), userId: user?.id ?? null }
}
const plainMember = ({ user, lastReadSeq: _, lastSeenAt: __, ...member }: Member) => ({ ...member, userId: user.id })
const plainRoom = ({ revision: _, peer: __, lastMessage, me: mine, ...room }: Partial<Room>) => ({
  ...room,
  lastMessage: lastMessage && plain(lastMessage),
  me: mine && { ...mine, lastSeenAt: null },
})

function seen(state: State, roomId: string) {
  const entry = roomIn(state.rooms, roomId)
  const byId = [...(entry?.memberList?.byId.values() ?? [])]
  return {
    revision: entry?.seen,
    room: plainRoom(entry?.room ?? {}),
    messages: entry?.history?.items.map(plain),
    members: byId
      .flatMap(({ member, isGone }) => (isGone ? [] : plainMember(member)))
      .sort((one, other) => (one.userId < other.userId ? -1 : 1)),
  }
}

const fresh = ({ room, page, members }: Snapshot) => ({
  revision: room.revision,
  room: plainRoom(room),
  messages: page.items.map(plain),
  members: members.map(plainMember).sort((one, other) => (one.userId < other.userId ? -1 : 1)),
})

describe('what a client knows from snapshots and events', () => {
  it('is what a fresh GET says, for every kind of change and in whatever order things arrive', async () => {
    const told: DurableEvent[] = []
    const host = await startHost(await givenDatabase(), {
      on: { event: (event) => void (event.type !== 'room.created' && told.push(event)) },
    })
    onTestFinished(() => host.close())
    await people(host, 'alice', 'bob', 'carol', 'dave')
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const as = (userId: string) => host.as(userId)
    const path = `/rooms/${roomId}`
    const snapshots: Snapshot[] = []
    const look = async () => {
      const [room, page, members] = await Promise.all(
        ['', '/messages?limit=100', '/members?limit=100'].map((below) => as('alice').get(path + below)),
      )
      snapshots.push({ room: room?.body, page: page?.body, members: members?.body.items })
    }

    await look()
    const first = (await as('alice').post(`${path}/messages`, { text: 'First', clientId: 'a-1' })).body
    const second = (await as('bob').post(`${path}/messages`, { text: 'Second', replyToId: first.id })).body
    // Never changed itself: what it quotes is.
    await as('carol').post(`${path}/messages`, { text: 'I heard', replyToId: first.id })
    await as('alice').patch(`${path}/messages/${first.id}`, { text: `First, edited ${'and long '.repeat(50)}` })
    await as('alice').post(`${path}/messages/${second.id}/reactions`, { reaction: '👍' })
    await as('bob').post(`${path}/messages/${second.id}/reactions`, { reaction: '👍' })
    await look()
    await as('alice').post(`${path}/members`, { userId: 'dave' })
    await as('alice').patch(`${path}/members/dave`, { role: 'admin' })
    await as('alice').patch(path, { name: 'Renamed', isPublic: true })
    // Who left like that may come back.
    await as('dave').delete(`${path}/members/carol?ban=false`)
    const third = (await as('dave').post(`${path}/messages`, { text: 'Third', replyToId: second.id })).body
    const { body: reaction } = await as('alice').post(`${path}/messages/${third.id}/reactions`, { reaction: '🎉' })
    await look()
    await as('bob').delete(`${path}/messages/${second.id}`)
    await as('alice').delete(`${path}/messages/${third.id}/reactions/${reaction.id}`)
    await as('dave').delete(`${path}/members/me`)
    await as('alice').post(`${path}/members`, { userId: 'carol' })
    await as('alice').patch(`${path}/members/bob`, { permissions: { canAddUsers: false } })
    await as('carol').post(`${path}/messages`, { text: 'I am back' })
    await as('alice').post(`${path}/messages`, { text: 'Welcome' })
    await look()
    const last = snapshots.at(-1) as Snapshot

    expect(new Set(told.map(({ type }) => type))).toEqual(
      new Set([
        ...['message.created', 'message.updated', 'message.deleted', 'room.updated'],
        ...['member.added', 'member.updated', 'member.removed'],
      ]),
    )
    const [begin] = snapshots as [Snapshot]
    const live = told.filter((event) => event.roomId === roomId && event.revision > begin.room.revision)
    // The same as they would be replayed: each thing once, as it is now.
    const replayed: DurableEvent[] = (await as('alice').get(`${path}/changes?since=${begin.room.revision}`)).body.events
    const pieces: Piece[] = [
      ...live.map((event): Piece => ({ type: 'event', event })),
      ...replayed.map((event): Piece => ({ type: 'event', event })),
      ...snapshots.flatMap((snapshot): Piece[] =>
        (['room', 'page', 'members'] as const).map((type) => ({ type, snapshot })),
      ),
    ]
    const expected = fresh(last)
    // Live events alone, in their order, upon the first snapshot.
    const base = (['room', 'page', 'members'] as const).map((type): Piece => ({ type, snapshot: begin }))
    const inOrder = [...base, ...live.map((event): Piece => ({ type: 'event', event }))]
    expect(seen(inOrder.reduce(take, blankOf(roomId, begin.room)), roomId)).toEqual(expected)
    // Everything, doubled and in any order.
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...pieces, ...live.map((event): Piece => ({ type: 'event', event }))], {
          minLength: pieces.length + live.length,
        }),
        (shuffled) => {
          expect(seen(shuffled.reduce(take, blankOf(roomId, begin.room)), roomId)).toEqual(expected)
        },
      ),
      { numRuns: 300 },
    )
  })
})

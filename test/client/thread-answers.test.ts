import type { FollowedThread, ThreadMe } from 'express-chat'
import type { ChatClient } from 'express-chat/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { messageOf, roomOf, userOf } from './state/room-model.js'
import { givenWire, pass, type Wire } from './wire.js'

const settleMs = 150
const thread = { count: 3, lastSeq: 3, lastAt: '2026-11-26T13:00:00.000Z', userIds: ['bob'] }
const meOf = (changes: Partial<ThreadMe> = {}): ThreadMe => ({
  ...{ isFollowing: true, lastReadSeq: 0, unreadCount: 3, mentionCount: 0, lastSeq: 3, revision: 3 },
  ...changes,
})
const followed = (seq: number): FollowedThread => ({
  ...{ message: messageOf('room', seq, { thread }), room: { id: 'room', name: 'A group' }, me: meOf() },
})

describe('answers about threads', () => {
  afterEach(() => void vi.useRealTimers())

  /** The requests of a kind that wait for their answers. */
  const waiting = (wire: Wire, what: RegExp) => wire.held.filter((request) => what.test(request.what))
  const answer = async (wire: Wire, what: RegExp, body: unknown) => {
    const request = waiting(wire, what).at(-1)
    if (!request) throw new Error(`nobody asked for ${what}: ${wire.held.map((held) => held.what)}`)
    wire.held.splice(wire.held.indexOf(request), 1)
    request.answer(200, body)
    await pass()
  }
  const given = async (): Promise<{ wire: Wire; client: ChatClient }> => {
    const wire = givenWire()
    const client = wire.client()
    client.connect()
    await pass()
    wire.hold(/threads|\/thread|messages\/room-/)
    return { wire, client }
  }
  const opened = async () => {
    const { wire, client } = await given()
    const handle = client.room('room').thread('room-1')
    void handle.load()
    await pass()
    const items = [1, 2, 3].map((n) => messageOf('room', n, { id: `reply-${n}`, threadId: 'room-1', threadSeq: n }))
    await answer(wire, /thread$/, { items, hasBefore: false, hasAfter: false })
    await answer(wire, /thread\/me/, meOf())
    await answer(wire, /room-1$/, messageOf('room', 1, { thread }))
    return { wire, client, handle }
  }
  const nextUser = async (wire: Wire) => {
    wire.user = userOf('bob')
    wire.socket.end(1006)
    await pass(60_000)
  }
  const listed = (client: ChatClient) => client.threads.getSnapshot().items.map(({ message }) => message.seq)

  it('to how far one has read are asked for once for many replies, one after the other, and show at once', async () => {
    const { wire, handle } = await opened()
    const all = [handle.markRead(1), handle.markRead(2)]
    expect(handle.me.getSnapshot()).toMatchObject({ lastReadSeq: 2, unreadCount: 1 })
    await pass(settleMs)
    expect(waiting(wire, /^PATCH/).map(({ body }) => body)).toEqual([{ lastReadSeq: 2 }])
    all.push(handle.markRead())
    expect(handle.me.getSnapshot()).toMatchObject({ lastReadSeq: 3, unreadCount: 0 })
    await pass(settleMs)
    expect(waiting(wire, /^PATCH/)).toHaveLength(1)
    await answer(wire, /^PATCH/, meOf({ lastReadSeq: 2, unreadCount: 1 }))
    expect(handle.me.getSnapshot()).toMatchObject({ lastReadSeq: 3, unreadCount: 0 })
    await pass(settleMs)
    expect(waiting(wire, /^PATCH/).map(({ body }) => body)).toEqual([{ lastReadSeq: 3 }])
    await answer(wire, /^PATCH/, meOf({ lastReadSeq: 3, unreadCount: 0 }))
    await Promise.all(all)
    await handle.markRead()
    await pass(settleMs)
    expect(waiting(wire, /^PATCH/)).toEqual([])
  })

  it.each(['PATCH', 'PUT'])(
    'are never shown to the next user of the client, however late they come: %s',
    async (method) => {
      const { wire, client, handle } = await opened()
      const asked = method === 'PUT' ? handle.follow(true) : handle.markRead()
      asked.catch(() => undefined)
      void client.threads.load()
      await pass(settleMs)
      const late = wire.held.splice(0)
      expect(late.map(({ what }) => what.split(' ')[0]).sort()).toEqual(['GET', method])
      await nextUser(wire)
      for (const request of late) {
        request.answer(200, /threads/.test(request.what) ? { items: [followed(1)], nextCursor: null } : meOf())
      }
      await pass()
      expect([handle.me.getSnapshot(), handle.root.getSnapshot(), listed(client)]).toEqual([null, null, []])
      // What the user before has read is not told in the name of the next.
      expect(waiting(wire, /^PATCH/)).toEqual([])
      await answer(wire, /threads/, { items: [followed(2)], nextCursor: null })
      expect(listed(client)).toEqual([2])
    },
  )

  it('to the list are as many pages as were read before, after a reconnect', async () => {
    const { wire, client } = await given()
    void client.threads.load()
    await pass()
    await answer(wire, /threads$/, { items: [followed(3)], nextCursor: 'two' })
    void client.threads.loadMore()
    await pass()
    await answer(wire, /cursor=two/, { items: [followed(2)], nextCursor: 'three' })
    expect(listed(client).sort()).toEqual([2, 3])
    wire.socket.end(1006)
    await pass(60_000)
    await answer(wire, /threads$/, { items: [followed(3)], nextCursor: 'two' })
    expect(listed(client).sort()).toEqual([2, 3])
    await answer(wire, /cursor=two/, { items: [followed(1)], nextCursor: 'three' })
    // Whether I still follow the one that is not there any more, the server says.
    await answer(wire, /room-2\/thread\/me/, meOf({ isFollowing: false, revision: 4 }))
    expect(listed(client).sort()).toEqual([1, 3])
    expect(client.threads.getSnapshot().hasMore).toBe(true)
  })

  it('go with the room that they are of, and are asked for again once I am back in it', async () => {
    const { wire, client } = await given()
    void client.threads.load()
    await pass()
    await answer(wire, /threads/, { items: [followed(3)], nextCursor: null })
    wire.socket.tell({ type: 'room.left', roomId: 'room', reason: 'removed' })
    await pass()
    expect(listed(client)).toEqual([])
    wire.socket.tell({ type: 'room.joined', room: roomOf('room', { lastMessageSeq: 3, revision: 9 }) })
    await pass()
    await answer(wire, /threads/, { items: [followed(3)], nextCursor: null })
    expect(listed(client)).toEqual([3])
  })
})

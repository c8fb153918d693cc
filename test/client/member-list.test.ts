import { describe, expect, it } from 'vitest'
import { givenLive } from './connecting.js'
import { memberOf, roomOf } from './state/room-model.js'
import { pass } from './wire.js'

const joined = (userId: string, minute: number, facts = {}) =>
  memberOf('room', userId, { joinedAt: `2026-11-26T12:0${minute}:00.000Z`, ...facts })

async function given() {
  const all = await givenLive()
  const { members } = all.client.room('room')
  const ids = () => members.getSnapshot().items.map(({ user }) => user.id)
  all.wire.hold(/members/)
  /** Answers what was asked for last. */
  async function answer(...answer: Parameters<(typeof all.wire.held)[number]['answer']>) {
    all.wire.held.at(-1)?.answer(...answer)
    await pass()
  }
  return { ...all, members, ids, answer }
}

describe('a room’s members', () => {
  it('are shown in the order in which they joined, once they were asked for', async () => {
    const { wire, members, ids, answer } = await given()
    expect(members.getSnapshot()).toEqual({ items: [], status: 'idle', error: null, hasMore: false })
    const loaded = members.load()
    expect(members.getSnapshot()).toEqual({ items: [], status: 'loading', error: null, hasMore: false })
    await pass()
    expect(wire.log.at(-1)).toBe('GET /rooms/room/members?limit=100')
    await answer(200, { items: [joined('carol', 3), joined('alice', 1), joined('bob', 2)], nextCursor: null })
    await loaded
    expect(ids()).toEqual(['alice', 'bob', 'carol'])
    expect(members.getSnapshot()).toMatchObject({ status: 'ready', error: null, hasMore: false })
    const before = wire.log.length
    await Promise.all([members.load(), members.loadMore()])
    expect(wire.log).toHaveLength(before)
  })

  it('come a page at a time, and those who are told of meanwhile are shown when all of a page are', async () => {
    const { wire, members, ids, answer } = await given()
    await members.loadMore()
    expect(wire.held).toEqual([])
    const loaded = members.load()
    void members.load()
    await pass()
    expect(wire.held).toHaveLength(1)
    wire.socket.tell({
      ...{ type: 'member.added', roomId: 'room', revision: 4, memberCount: 3 },
      member: joined('dave', 4, { revision: 4 }),
    })
    expect(ids()).toEqual([])
    await answer(200, { items: [joined('alice', 1)], nextCursor: 'more' })
    await loaded
    expect(ids()).toEqual(['alice', 'dave'])
    expect(members.getSnapshot().hasMore).toBe(true)
    const more = members.loadMore()
    await pass()
    expect(wire.log.at(-1)).toBe('GET /rooms/room/members?limit=100&cursor=more')
    await answer(200, { items: [joined('bob', 2)], nextCursor: null })
    await more
    expect(ids()).toEqual(['alice', 'bob', 'dave'])
    expect(members.getSnapshot().hasMore).toBe(false)
    wire.socket.tell({
      ...{ type: 'member.removed', roomId: 'room', revision: 5, memberCount: 2, removedById: 'alice' },
      member: joined('bob', 2, { revision: 5 }),
    })
    expect(ids()).toEqual(['alice', 'dave'])
  })

  it('have read as far as anybody has told, and are called as they are by now', async () => {
    const { wire, members, answer } = await given()
    const loaded = members.load()
    await pass()
    await answer(200, { items: [joined('bob', 1, { lastReadSeq: 1 }), joined('carol', 2)], nextCursor: null })
    await loaded
    wire.socket.tell({ type: 'read', roomId: 'room', userId: 'bob', lastReadSeq: 3 })
    wire.socket.tell({ type: 'user.updated', user: { ...wire.user, id: 'bob', name: 'Bobby' } })
    expect(members.getSnapshot().items).toMatchObject([
      { lastReadSeq: 3, user: { name: 'Bobby' } },
      { lastReadSeq: 0, user: { name: 'carol' } },
    ])
  })

  it('that cannot be loaded say why, and can be asked for again', async () => {
    const { members, ids, answer } = await given()
    const loaded = members.load()
    await pass()
    await answer(403, { code: 'forbidden', status: 403 })
    await loaded
    expect(members.getSnapshot()).toMatchObject({ items: [], status: 'failed', error: { code: 'forbidden' } })
    const again = members.load()
    expect(members.getSnapshot()).toMatchObject({ status: 'loading', error: null })
    await pass()
    await answer(200, { items: [joined('alice', 1)], nextCursor: 'more' })
    await again
    expect(ids()).toEqual(['alice'])
    const more = members.loadMore()
    await pass()
    await answer(404, { code: 'not_found', status: 404 })
    await more
    // What is known stays.
    expect(members.getSnapshot()).toMatchObject({ status: 'ready', error: { code: 'not_found' }, hasMore: true })
    expect(ids()).toEqual(['alice'])
  })

  it('of a room that is not mine any more are not asked for', async () => {
    const { wire, members } = await given()
    wire.socket.tell({ type: 'room.left', roomId: 'room', reason: 'removed' })
    await members.load()
    expect(wire.held).toEqual([])
    expect(members.getSnapshot()).toMatchObject({ status: 'failed', error: { code: 'aborted' } })
  })

  it('are asked for anew where nobody tells what was missed', async () => {
    const { wire, members, ids, answer, waitMs } = await given()
    const loaded = members.load()
    await pass()
    await answer(200, { items: [joined('alice', 1)], nextCursor: null })
    await loaded
    wire.rooms.set('room', roomOf('room', { revision: 9 }))
    wire.hold(/say hello/)
    wire.socket.end(1006)
    await pass(waitMs())
    await pass()
    wire.socket.end(4413)
    wire.hold(/members/)
    await pass(waitMs())
    await pass()
    await answer(200, { items: [joined('alice', 1), joined('bob', 2)], nextCursor: null })
    expect(ids()).toEqual(['alice', 'bob'])
  })

  it('are added, changed, removed and asked for by id, and shown as the server answers', async () => {
    const { wire, members, ids, answer } = await given()
    const loaded = members.load()
    await pass()
    await answer(200, { items: [joined('alice', 1)], nextCursor: null })
    await loaded
    const bob = joined('bob', 2, { revision: 4 })
    const added = members.add({ userId: 'bob' })
    await pass()
    expect(wire.held.at(-1)).toMatchObject({ what: 'POST /rooms/room/members', body: { userId: 'bob' } })
    await answer(201, bob)
    expect(await added).toEqual(bob)
    expect(ids()).toEqual(['alice', 'bob'])
    const updated = members.update('bob', { role: 'admin' })
    await pass()
    expect(wire.held.at(-1)).toMatchObject({ what: 'PATCH /rooms/room/members/bob', body: { role: 'admin' } })
    await answer(200, { ...bob, role: 'admin', revision: 5 })
    expect(await updated).toMatchObject({ role: 'admin' })
    expect(members.getSnapshot().items[1]?.role).toBe('admin')
    const got = members.get('bob')
    await pass()
    expect(wire.log.at(-1)).toBe('GET /rooms/room/members/bob')
    await answer(200, { ...bob, role: 'owner', revision: 6 })
    expect(await got).toMatchObject({ role: 'owner' })
    expect(members.getSnapshot().items[1]?.role).toBe('owner')
    const removed = members.remove('bob')
    await pass()
    expect(wire.log.at(-1)).toBe('DELETE /rooms/room/members/bob')
    await answer(204)
    expect(await removed).toBeUndefined()
  })
})

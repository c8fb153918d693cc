import { describe, expect, it } from 'vitest'
import { sharedHost } from '../realtime/given.js'
import { failure } from './answering.js'
import { givenLive } from './connecting.js'
import { liveClient, until } from './given.js'
import { messageOf } from './state/room-model.js'
import { pass } from './wire.js'

const at = (minute: number): string => `2026-11-26T12:0${minute}:00.000Z`

describe('the pinned messages of a room of mine', () => {
  const host = sharedHost()

  async function given() {
    const { id } = await host.chat.rooms.create('alice', { type: 'group', name: 'Pins', userIds: ['bob'] })
    const sent: string[] = []
    for (const text of ['One', 'Two', 'Three']) sent.push((await host.chat.messages.send('bob', id, { text })).id)
    const [alice, bob] = [await liveClient(host, 'alice'), await liveClient(host, 'bob')]
    const theirs = bob.room(id).pins
    const texts = () => theirs.getSnapshot().items.map(({ text }) => text)
    return { id, alice, bob, sent: sent as [string, string, string], mine: alice.room(id).pins, theirs, texts }
  }

  it('are listed newest pin first, and keep up with what others pin, edit, delete and unpin', async () => {
    const { id, sent, mine, theirs, texts } = await given()
    const [one, two, three] = sent
    expect(await mine.pin(two)).toMatchObject({ id: two, pinnedById: 'alice' })
    expect(theirs.getSnapshot()).toEqual({ items: [], status: 'idle', error: null })
    await theirs.load()
    expect(theirs.getSnapshot()).toMatchObject({ items: [{ id: two, text: 'Two' }], status: 'ready', error: null })
    await mine.pin(one)
    await mine.pin(three)
    await until(theirs, ({ items }) => items.length === 3)
    expect(texts()).toEqual(['Three', 'One', 'Two'])
    await host.chat.messages.edit('bob', id, one, { text: 'First' })
    await until(theirs, () => texts().includes('First'))
    await host.chat.messages.delete('bob', id, three)
    await mine.unpin(two)
    await until(theirs, ({ items }) => items.length === 1)
    expect(texts()).toEqual(['First'])
  })

  it('are refused to who may not pin, and what is pinned stays as it is', async () => {
    const { sent, theirs } = await given()
    await theirs.load()
    expect(await failure(theirs.pin(sent[0]))).toMatchObject({ code: 'forbidden' })
    expect(await failure(theirs.unpin(sent[0]))).toMatchObject({ code: 'forbidden' })
    expect(theirs.getSnapshot().items).toEqual([])
  })

  it('say what is lost of the room, and what was pinned meanwhile, after a reconnect', async () => {
    const { id, bob, sent, mine, theirs, texts } = await given()
    await mine.pin(sent[0])
    await theirs.load()
    expect(texts()).toEqual(['One'])
    bob.close()
    await mine.pin(sent[1])
    await mine.unpin(sent[0])
    bob.connect()
    await until(theirs, () => texts().join() === 'Two')
    await host.chat.rooms.delete('alice', id)
    await until(theirs, ({ items }) => items.length === 0)
  })

  it('are told of by messages, too: what they were before, what they said, and who has read them', async () => {
    const { id, alice, bob, sent } = await given()
    const { messages } = bob.room(id)
    await messages.edit(sent[0], 'Once')
    expect(await failure(messages.edits(sent[0]))).toMatchObject({ code: 'forbidden' })
    expect(await failure(bob.moderation.room(id).edits(sent[0]))).toMatchObject({ code: 'not_found' })
    const mine = alice.room(id)
    const { members } = bob.room(id)
    await members.load()
    mine.markRead()
    const ofAlice = () => members.getSnapshot().items.find(({ user }) => user.id === 'alice')?.lastReadSeq
    await until(members, () => (ofAlice() ?? 0) > 3)
    expect((await messages.readers(sent[0])).items.map(({ user }) => user.id)).toEqual(['alice'])
    // What is known of it from before is not shown either, and comes back with what was read meanwhile.
    await mine.update({ readReceipts: false })
    expect(await failure(messages.readers(sent[0]))).toMatchObject({ code: 'forbidden' })
    await until(members, () => ofAlice() === 0)
    const { seq } = await host.chat.messages.send('alice', id, { text: 'Who reads this?' })
    await mine.update({ readReceipts: true })
    await until(members, () => ofAlice() === seq)
  })

  it('and its links bring others in', async () => {
    const { id, alice } = await given()
    const { invites } = alice.room(id)
    const { code, id: inviteId } = await invites.create({ maxUses: 3 })
    expect((await invites.list()).items).toMatchObject([{ id: inviteId, uses: 0, maxUses: 3 }])
    const carol = await liveClient(host, 'carol')
    expect(await carol.invites.get(code)).toEqual({ name: 'Pins', avatarUrl: null, memberCount: 2 })
    expect(await carol.invites.join(code)).toMatchObject({ id, me: { role: 'member' } })
    expect(carol.room(id).getSnapshot()).toMatchObject({ status: 'joined', room: { name: 'Pins' } })
    await invites.remove(inviteId)
    expect(await failure(carol.invites.get(code))).toMatchObject({ code: 'not_found' })
  })
})

describe('the list of pinned messages', () => {
  it('is right whatever comes first: the answer, or what is told meanwhile', async () => {
    const { wire, client } = await givenLive()
    const { pins } = client.room('room')
    const texts = () => pins.getSnapshot().items.map(({ text }) => text)
    wire.hold(/pins/)
    const loaded = pins.load()
    void pins.load()
    await pass()
    expect(wire.log.at(-1)).toBe('GET /rooms/room/pins?limit=100')
    expect(pins.getSnapshot()).toEqual({ items: [], status: 'loading', error: null })
    const tell = (seq: number, revision: number, pinnedAt: string | null) =>
      wire.socket.tell({
        ...{ type: 'message.updated', roomId: 'room', revision },
        message: messageOf('room', seq, { revision, pinnedAt, pinnedById: pinnedAt && 'bob' }),
      })
    // One is unpinned, and one pinned, after the server has answered.
    tell(1, 21, null)
    tell(3, 22, at(3))
    expect(texts()).toEqual([])
    const pinned = [
      messageOf('room', 2, { revision: 20, pinnedAt: at(2) }),
      messageOf('room', 1, { revision: 19, pinnedAt: at(1) }),
    ]
    wire.held.at(-1)?.answer(200, { items: pinned, nextCursor: null })
    await loaded
    expect(texts()).toEqual(['No. 3', 'No. 2'])
    tell(2, 23, null)
    expect(texts()).toEqual(['No. 3'])
  })

  it('that cannot be loaded says why, and can be asked for again', async () => {
    const { wire, client } = await givenLive()
    const { pins } = client.room('room')
    wire.hold(/pins/)
    const loaded = pins.load()
    await pass()
    wire.held.at(-1)?.answer(403, { code: 'forbidden', status: 403 })
    await loaded
    expect(pins.getSnapshot()).toMatchObject({ items: [], status: 'failed', error: { code: 'forbidden' } })
    const again = pins.load()
    await pass()
    wire.held.at(-1)?.answer(200, { items: [], nextCursor: null })
    await again
    expect(pins.getSnapshot()).toEqual({ items: [], status: 'ready', error: null })
  })
})

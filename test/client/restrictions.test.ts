import type { CreateRoom } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { sharedHost } from '../realtime/given.js'
import { failure } from './answering.js'
import { givenLive } from './connecting.js'
import { liveClient, until } from './given.js'
import { roomOf } from './state/room-model.js'
import { pass } from './wire.js'

describe('in a room of mine', () => {
  const host = sharedHost()
  const later = new Date(Date.now() + 3_600_000).toISOString()

  /** A public group of Alice's with Bob in it, as each of them sees it. */
  async function given(isPublic = true) {
    const room: CreateRoom = { type: 'group', name: 'A group', isPublic, userIds: ['bob'] }
    const { id } = await host.chat.rooms.create('alice', room)
    const [alice, bob] = [await liveClient(host, 'alice'), await liveClient(host, 'bob')]
    return { id, alice, bob, mine: alice.room(id), theirs: bob.room(id) }
  }

  it('whoever is silenced reads, and is told why and until when they do not write', async () => {
    const { mine, theirs } = await given()
    await mine.members.load()
    expect(await mine.members.update('bob', { silencedUntil: later })).toMatchObject({ silencedUntil: later })
    await until(theirs, ({ room }) => room?.me?.silencedUntil === later)
    expect(mine.members.getSnapshot().items.find(({ user }) => user.id === 'bob')).toMatchObject({
      silencedUntil: later,
    })
    const refused = failure(theirs.messages.send({ text: 'Hello?' }))
    expect((await refused).problem).toMatchObject({ code: 'silenced', until: later })
    await theirs.messages.load()
    const [failed] = theirs.messages.getSnapshot().items.slice(-1)
    expect(failed).toMatchObject({ text: 'Hello?', state: 'failed', error: { code: 'silenced' } })
    await mine.members.update('bob', { silencedUntil: null })
    await until(theirs, ({ room }) => room?.me?.silencedUntil === null)
    theirs.messages.retry(failed?.key as string)
    await until(theirs.messages, ({ items }) => items.at(-1)?.text === 'Hello?' && items.at(-1)?.state === 'sent')
  })

  it('whoever is banned is out, is told why when they come back, and comes back once they may', async () => {
    const { mine, theirs } = await given()
    expect(await mine.bans.set('bob', { until: later, reason: 'spam' })).toMatchObject({
      ...{ user: { id: 'bob' }, until: later, reason: 'spam', bannedById: 'alice' },
    })
    await until(theirs, ({ status, reason }) => status === 'left' && reason === 'removed')
    expect((await failure(theirs.join())).problem).toMatchObject({ code: 'banned', until: later })
    expect(await failure(mine.members.add({ userId: 'bob' }))).toMatchObject({ code: 'banned' })
    expect((await mine.bans.list()).items).toMatchObject([{ user: { id: 'bob' } }])
    expect(await mine.bans.set('bob')).toMatchObject({ until: null, reason: null })
    await mine.bans.remove('bob')
    expect(await mine.bans.list()).toEqual({ items: [], nextCursor: null })
    await theirs.join()
    expect(theirs.getSnapshot().status).toBe('joined')
  })

  it('whoever is removed from a public room is banned by that, unless it is said that they are not', async () => {
    const { mine, theirs } = await given()
    await mine.members.remove('bob', { ban: false })
    await until(theirs, ({ status }) => status === 'left')
    expect((await mine.bans.list()).items).toEqual([])
    await theirs.join()
    await mine.members.remove('bob')
    await until(theirs, ({ status }) => status === 'left')
    expect((await mine.bans.list({ limit: 1 })).items.map(({ user }) => user.id)).toEqual(['bob'])
    const closed = await given(false)
    await closed.mine.members.remove('bob')
    expect((await closed.mine.bans.list()).items).toEqual([])
    await until(closed.theirs, ({ status }) => status === 'left')
    await closed.mine.members.add({ userId: 'bob' })
    await closed.mine.members.remove('bob', { ban: true })
    expect((await closed.mine.bans.list()).items).toHaveLength(1)
  })

  it('nobody without `canRemoveUsers` bans, silences or reads who is banned', async () => {
    const { theirs } = await given()
    for (const asked of [
      theirs.bans.list(),
      theirs.bans.set('alice'),
      theirs.bans.remove('alice'),
      theirs.members.update('alice', { silencedUntil: later }),
    ]) {
      expect(await failure(asked)).toMatchObject({ code: 'forbidden' })
    }
  })

  it('the pause between two messages of a member is what an admin says, and holds the second one back', async () => {
    const { mine, theirs } = await given()
    expect(await mine.update({ slowModeSeconds: 60 })).toMatchObject({ slowModeSeconds: 60 })
    await until(theirs, ({ room }) => room?.slowModeSeconds === 60)
    await theirs.messages.load()
    await theirs.messages.send({ text: 'One' })
    void theirs.messages.send({ text: 'Two' }).catch(() => undefined)
    await mine.messages.send({ text: 'No pause for me' })
    await mine.messages.send({ text: 'Nor now' })
    await until(theirs.messages, ({ items }) => items.some(({ text }) => text === 'Nor now'))
    expect(theirs.messages.getSnapshot().items.at(-1)).toMatchObject({ text: 'Two', state: 'sending', error: null })
    expect(await failure(host.chat.messages.send('bob', mine.id, { text: 'Two' }))).toMatchObject({ code: 'slow_mode' })
  })
})

describe('a message that came too soon for slow mode', () => {
  const problem = { code: 'slow_mode', status: 429, retryAfter: 20 }

  async function given() {
    const { wire, client } = await givenLive()
    const { messages } = client.room('room')
    await messages.load()
    wire.hold(/message.send/)
    const refuse = async () => {
      const { id } = wire.said('message.send').at(-1) as { id: string }
      wire.socket.tell({ type: 'error', id, problem })
      await pass()
    }
    const sends = () => wire.said('message.send').map(({ text }) => text)
    return { wire, client, messages, refuse, sends }
  }

  it('waits for as long as the server says, is sent then, and is the same one', async () => {
    const { wire, messages, refuse, sends } = await given()
    const sent = messages.send({ text: 'One' })
    await pass()
    await refuse()
    expect(messages.getSnapshot().items.at(-1)).toMatchObject({ text: 'One', state: 'sending' })
    await pass(19_999)
    expect(sends()).toEqual(['One'])
    wire.hold()
    await pass(1)
    expect(sends()).toEqual(['One', 'One'])
    expect(new Set(wire.said('message.send').map(({ clientId }) => clientId)).size).toBe(1)
    expect(await sent).toMatchObject({ text: 'One' })
  })

  it('lets what was written after it wait, in its order, and what is said elsewhere go', async () => {
    const { wire, client, messages, refuse, sends } = await given()
    void messages.send({ text: 'One' })
    await pass()
    await refuse()
    wire.hold()
    void messages.send({ text: 'Two' })
    wire.rooms.set('other', roomOf('other'))
    wire.socket.tell({ type: 'room.joined', room: roomOf('other') })
    void client.room('other').messages.send({ text: 'Elsewhere' })
    await pass()
    expect(sends()).toEqual(['One', 'Elsewhere'])
    await pass(20_000)
    expect(sends()).toEqual(['One', 'Elsewhere', 'One', 'Two'])
  })

  it('may be given up while it waits', async () => {
    const { messages, refuse, sends } = await given()
    const sent = failure(messages.send({ text: 'One' }))
    await pass()
    await refuse()
    messages.discard(messages.getSnapshot().items.at(-1)?.key as string)
    expect(await sent).toMatchObject({ code: 'aborted' })
    await pass(60_000)
    expect(sends()).toEqual(['One'])
  })
})

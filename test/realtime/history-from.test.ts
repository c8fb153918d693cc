import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import type { TestHost } from '../host.js'
import type { Frame, TestSocket } from '../socket.js'
import { givenDatabase, givenHost, type Options, quietLogger, ready, revisionOf } from './given.js'

const options: Options = { logger: quietLogger() }

/** A room of Alice and Bob with something that was said before Carol came. */
async function givenRoom({ chat }: TestHost) {
  const { id } = await chat.rooms.create('alice', {
    ...{ type: 'group', name: 'From now on', historyFrom: 'joined', userIds: ['bob'] },
  })
  const old = await chat.messages.send('bob', id, { text: 'An old secret' })
  await chat.members.add('alice', id, { userId: 'carol' })
  return { id, old }
}

/** Everything that may be done about an older message, and one new message; gives the new one. */
async function stir({ chat }: TestHost, roomId: string, oldId: string) {
  await chat.messages.edit('bob', roomId, oldId, { text: 'Another secret' })
  await chat.reactions.add('alice', roomId, oldId, '👍')
  await chat.messages.send('bob', roomId, { text: 'A secret reply', threadId: oldId })
  await chat.pins.pin('alice', roomId, oldId)
  return chat.messages.send('bob', roomId, { text: 'As I said', replyToId: oldId })
}

/** An edit, a reaction, a reply and what it changes, a pin and what is said of it, and what is said. */
const asTold = [
  ...['message.hidden', 'message.hidden', 'message.hidden', 'message.hidden', 'message.hidden'],
  ...['message.created', 'message.created'],
]
const upTo = async (socket: TestSocket, roomId: string, revision: number) => {
  await socket.until(() => socket.events(roomId).some((event) => event.revision === revision), 'the last event')
  return socket.events(roomId)
}
const typesOf = (events: Frame[]) => events.map(({ type }) => type)
const said = (socket: TestSocket): string => JSON.stringify(socket.frames)

describe.each(databases)('on $name, a member from whom older messages are hidden', (on) => {
  it('is told live that something changed, in every revision, and not what', async () => {
    const host = await givenHost(options, await givenDatabase(on))
    const { id, old } = await givenRoom(host)
    const [bob, carol] = [await ready(host, 'bob'), await ready(host, 'carol')]
    const before = await revisionOf(host, id)
    const last = await stir(host, id, old.id)
    const [forBob, forCarol] = [await upTo(bob, id, last.revision), await upTo(carol, id, last.revision)]
    expect(typesOf(forCarol)).toEqual(asTold)
    expect(forCarol.map(({ revision }) => revision - before)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(forCarol[0]).toEqual({ type: 'message.hidden', roomId: id, revision: before + 1 })
    expect(forCarol.slice(-2).map(({ message }) => message.replyTo)).toEqual([null, null])
    expect(said(carol)).not.toContain('ecret')
    expect(typesOf(forBob)).not.toContain('message.hidden')
    expect(forBob.at(-1).message.replyTo.text).toBe('Another secret')
  })

  it('is told the same when they come back', async () => {
    const host = await givenHost(options, await givenDatabase(on))
    const { id, old } = await givenRoom(host)
    const seen = await revisionOf(host, id)
    const last = await stir(host, id, old.id)
    const rooms = { [id]: seen }
    const [bob, carol] = [
      await ready(host, 'bob', { hello: { rooms } }),
      await ready(host, 'carol', { hello: { rooms } }),
    ]
    // Each row once, as it is now.
    expect(typesOf(carol.events(id))).toEqual([
      'message.hidden',
      'message.hidden',
      'message.created',
      'message.created',
    ])
    expect(carol.events(id).at(-1)).toMatchObject({ revision: last.revision, message: { replyTo: null } })
    expect(said(carol)).not.toContain('ecret')
    expect(said(bob)).toContain('Another secret')

    // And from there on live, without a gap.
    await host.chat.messages.edit('bob', id, old.id, { text: 'One more secret' })
    expect(await carol.next('message.hidden')).toEqual({
      ...{ type: 'message.hidden', roomId: id, revision: last.revision + 1 },
    })
  })

  it('is told so as well who is added while connected, and by another server', async () => {
    const database = await givenDatabase(on)
    const [here, there] = [await givenHost(options, database), await givenHost(options, { prisma: database.connect() })]
    const carol = await ready(there, 'carol')
    const { id, old } = await givenRoom(here)
    const { room } = await carol.next('room.joined')
    expect(room).toMatchObject({ id, historyFrom: 'joined', me: { firstSeq: room.lastMessageSeq } })
    const last = await stir(here, id, old.id)
    const events = await upTo(carol, id, last.revision)
    expect(typesOf(events)).toContain('message.hidden')
    expect(events.at(-1).message.replyTo).toBeNull()
    expect(said(carol)).not.toContain('ecret')
  })

  it('reads the room again who was away, left and came back', async () => {
    const host = await givenHost(options, await givenDatabase(on))
    const { id } = await givenRoom(host)
    const seen = await revisionOf(host, id)
    await host.chat.members.remove('carol', id, 'carol')
    await host.chat.messages.send('bob', id, { text: 'A secret behind her back' })
    await host.chat.members.add('alice', id, { userId: 'carol' })
    const carol = await ready(host, 'carol', { hello: { rooms: { [id]: seen } } })
    const revision = await revisionOf(host, id)
    expect(carol.events(id)).toEqual([{ type: 'room.reset', roomId: id, revision }])
    expect(said(carol)).not.toContain('ecret')
  })

  it('is told everything from the moment on that the history is shown to all', async () => {
    const host = await givenHost(options, await givenDatabase(on))
    const { id, old } = await givenRoom(host)
    const seen = await revisionOf(host, id)
    const carol = await ready(host, 'carol')
    await host.chat.messages.edit('bob', id, old.id, { text: 'The old secret' })
    await host.chat.rooms.update('alice', id, { historyFrom: 'start' })
    const opened = await carol.next('room.updated')
    expect(said(carol)).not.toContain('ecret')
    // To hide it again takes nothing from who is there.
    await host.chat.rooms.update('alice', id, { historyFrom: 'joined' })
    await host.chat.messages.edit('bob', id, old.id, { text: 'No secret' })
    expect(await carol.next('message.updated')).toMatchObject({
      revision: opened.revision + 2,
      message: { text: 'No secret' },
    })
    const again = await ready(host, 'carol', { hello: { rooms: { [id]: seen } } })
    await host.chat.messages.edit('bob', id, old.id, { text: 'Not at all' })
    expect((await again.next('message.updated')).message.text).toMatch(/^No/)
    expect(typesOf(again.events(id))).not.toContain('message.hidden')
  })
})

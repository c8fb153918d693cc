import { describe, expect, it } from 'vitest'
import { givenLive } from './connecting.js'
import { pass } from './wire.js'

async function given() {
  const all = await givenLive()
  const room = all.client.room('room')
  return { ...all, room, typing: room.typing, told: () => all.wire.said('typing').map(({ isTyping }) => isTyping) }
}

describe('that I am typing', () => {
  it('is told at once, and every three seconds at most', async () => {
    const { wire, typing, told } = await given()
    typing.start()
    expect(wire.said('typing')).toEqual([expect.objectContaining({ roomId: 'room', isTyping: true })])
    await pass(2_999)
    typing.start()
    expect(told()).toEqual([true])
    await pass(1)
    typing.start()
    expect(told()).toEqual([true, true])
  })

  it('ends five seconds after the last key', async () => {
    const { typing, told } = await given()
    typing.start()
    await pass(2_500)
    typing.start()
    await pass(4_999)
    expect(told()).toEqual([true])
    await pass(1)
    expect(told()).toEqual([true, false])
    await pass(60_000)
    expect(told()).toEqual([true, false])
    typing.start()
    expect(told()).toEqual([true, false, true])
  })

  it('ends at once where the field was emptied, and is told anew after that', async () => {
    const { typing, told } = await given()
    typing.stop()
    expect(told()).toEqual([])
    typing.start()
    typing.stop()
    typing.stop()
    typing.start()
    expect(told()).toEqual([true, false, true])
    typing.stop()
    await pass(60_000)
    expect(told()).toEqual([true, false, true, false])
  })

  it('ends by the message, of which nobody has to be told', async () => {
    const { room, typing, told } = await given()
    typing.start()
    const sent = room.messages.send({ text: 'Hello' })
    await pass(60_000)
    await sent
    expect(told()).toEqual([true])
    typing.start()
    expect(told()).toEqual([true, true])
  })

  it('is told to nobody while there is no connection, which harms nothing', async () => {
    const { wire, typing, told, waitMs, shown } = await given()
    wire.socket.end(1006)
    typing.start()
    await pass(waitMs())
    await pass()
    expect(shown().status).toBe('live')
    expect(told()).toEqual([])
  })
})

describe('who types', () => {
  it('is shown as they are called, without me and without whom nobody knows', async () => {
    const { wire, typing, client } = await given()
    expect(typing.getSnapshot()).toEqual([])
    wire.hold(/members/)
    wire.socket.tell({ type: 'user.updated', user: { ...wire.user, id: 'bob', name: 'Bob' } })
    wire.socket.tell({ type: 'typing', roomId: 'room', userIds: ['alice', 'bob', 'carol'] })
    expect(typing.getSnapshot()).toEqual([expect.objectContaining({ id: 'bob', name: 'Bob' })])
    expect(client.room('other').typing.getSnapshot()).toEqual([])
    wire.socket.tell({ type: 'user.updated', user: { ...wire.user, id: 'bob', name: 'Bobby' } })
    expect(typing.getSnapshot()).toEqual([expect.objectContaining({ name: 'Bobby' })])
    wire.socket.tell({ type: 'typing', roomId: 'room', userIds: [] })
    expect(typing.getSnapshot()).toEqual([])
  })
})

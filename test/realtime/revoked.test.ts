import { ChatError } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import type { Frame, TestSocket } from '../socket.js'
import { givenGroup, ready, sharedHost } from './given.js'

describe.each(databases)('a membership that ends during a storm of messages, on $name', (on) => {
  const host = sharedHost({}, on)

  /** Alice and Carol write as fast as they can, until the returned function is called. */
  function storm(roomId: string): () => Promise<void> {
    let isOver = false
    const write = async (userId: string) => {
      for (let n = 0; !isOver; n += 1) {
        await host.chat.messages.send(userId, roomId, { text: `${userId} ${n}` })
        await new Promise(setImmediate)
      }
    }
    const refused = (error: unknown) => {
      if (!(error instanceof ChatError && error.code === 'not_found')) throw error
    }
    const writers = ['alice', 'carol', 'alice', 'carol'].map((userId) => write(userId).catch(refused))
    return async () => {
      isOver = true
      await Promise.all(writers)
    }
  }

  const hears = (socket: TestSocket, roomId: string, count: number) =>
    socket.until(() => socket.events(roomId).length >= count, `${count} events`)

  it('ends with silence from exactly that revision on, and begins anew without a hole', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const [alice, phone, laptop] = [await ready(host, 'alice'), await ready(host, 'bob'), await ready(host, 'bob')]
    const over = storm(roomId)
    for (let round = 1; round <= 4; round += 1) {
      await Promise.all([phone, laptop].map((socket) => hears(socket, roomId, socket.events(roomId).length + 10)))
      const actor = round % 2 === 0 ? 'bob' : 'alice'
      await host.chat.members.remove(actor, roomId, 'bob')
      for (const socket of [phone, laptop]) {
        expect((await socket.next('room.left')).reason).toBe(actor === 'bob' ? 'left' : 'removed')
      }
      await hears(alice, roomId, alice.events(roomId).length + 10)
      await host.chat.members.add('alice', roomId, { userId: 'bob' })
      for (const socket of [phone, laptop]) await socket.next('room.joined')
    }
    await over()
    const last = (await host.chat.system.rooms.get(roomId)).revision
    for (const socket of [alice, phone, laptop]) {
      await socket.until(() => socket.events(roomId).at(-1)?.revision === last, 'the last message')
    }
    const removals = alice.events(roomId).filter((event) => event.type === 'member.removed')
    for (const socket of [phone, laptop]) {
      const seen = socket.frames[0].rooms[roomId].revision
      expect(endings(socket.frames, roomId, seen)).toEqual(removals.map((event) => event.revision - 1))
    }
  })

  it('ends with silence when the room is deleted', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const sockets = [await ready(host, 'alice'), await ready(host, 'bob')]
    const over = storm(roomId)
    for (const socket of sockets) await hears(socket, roomId, 10)
    await host.chat.rooms.delete('alice', roomId)
    await over()
    for (const socket of sockets) {
      await socket.next('room.left')
      await socket.settled()
      const [ending, ...more] = endings(socket.frames, roomId, socket.frames[0].rooms[roomId].revision)
      expect(more).toEqual([])
      expect(socket.events(roomId).at(-1)).toEqual({ type: 'room.deleted', roomId, revision: ending })
    }
  })

  it('ends for the one who was removed, and for nobody else', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const carol = await ready(host, 'carol')
    const over = storm(roomId)
    await hears(carol, roomId, 10)
    await host.chat.members.remove('alice', roomId, 'bob')
    await carol.next('member.removed')
    await hears(carol, roomId, carol.events(roomId).length + 10)
    await over()
    await carol.settled()
    expect(endings(carol.frames, roomId, carol.frames[0].rooms[roomId].revision)).toEqual([])
  })
})

/** Up to which revision each stay in a room was told; fails at the first revision that is missing, or comes from outside. */
function endings(frames: Frame[], roomId: string, seen: number): number[] {
  const found: number[] = []
  let known: number | undefined = seen
  for (const frame of frames) {
    if ((frame.roomId ?? frame.room?.id) !== roomId) continue
    if (frame.type === 'room.joined') known = frame.room.revision
    else if (frame.type === 'room.left') {
      found.push(known as number)
      known = undefined
    } else if (frame.revision !== undefined && frame.type !== 'me.updated') {
      expect(known, `${frame.type} of a room that was left`).toBeDefined()
      expect(frame.revision).toBe((known as number) + 1)
      known = frame.revision
    }
  }
  return found
}

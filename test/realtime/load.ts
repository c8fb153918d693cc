import { ChatError } from 'express-chat'
import type { TestHost } from '../host.js'

interface Load {
  hosts: TestHost[]
  roomIds: string[]
  random: () => number
  /** So many at least, and more until `enough`. */
  deeds: number
  enough: () => boolean
  /** Somebody who is added and removed again and again, and is in all rooms in the end. */
  visitor: string
}

/** Members write, edit, delete, react, rename, add and remove, eight at a time, on whatever server. */
export async function load({ hosts, roomIds, random, deeds, enough, visitor }: Load): Promise<void> {
  const pick = <T>(items: T[]): T => items[Math.floor(random() * items.length)] as T
  const said: { userId: string; roomId: string; id: string }[] = []
  const deed = async (n: number): Promise<void> => {
    const { chat } = pick(hosts)
    const userId = pick(['alice', 'bob', 'carol'])
    const roomId = pick(roomIds)
    const kind = random()
    if (kind < 0.5 || said.length === 0) {
      const { id } = await chat.messages.send(userId, roomId, { text: `message ${n}`, clientId: `${n}` })
      said.push({ userId, roomId, id })
      return
    }
    if (kind > 0.9) {
      if (random() < 0.5) await chat.members.add('alice', roomId, { userId: visitor })
      else await chat.members.remove('alice', roomId, visitor)
      return
    }
    if (kind > 0.87) {
      await chat.rooms.update('alice', roomId, { name: `Name ${n}` })
      return
    }
    const message = pick(said)
    if (kind > 0.82) await chat.messages.delete(message.userId, message.roomId, message.id)
    else if (kind > 0.68) await chat.messages.edit(message.userId, message.roomId, message.id, { text: `edit ${n}` })
    else await chat.reactions.add(userId, message.roomId, message.id, pick(['👍', '❤️', '🎉']))
  }
  let next = 0
  const worker = async () => {
    while (next < deeds || (next < 5 * deeds && !enough())) {
      next += 1
      await deed(next).catch(unlessRefused)
      // An embedded database answers without ever letting sockets in.
      await new Promise(setImmediate)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  for (const roomId of roomIds) {
    const [host] = hosts as [TestHost]
    await host.chat.members.add('alice', roomId, { userId: visitor })
  }
}

/** Some deeds come to nothing: the message is deleted, the visitor is not there. */
function unlessRefused(error: unknown): void {
  if (error instanceof ChatError && (error.code === 'conflict' || error.code === 'not_found')) return
  throw error
}

import { emoji, likeDislike } from 'express-chat'
import { expect, vi } from 'vitest'
import { z } from 'zod'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { Schedule } from '../../src/core/schedule.js'
import { columnsWith } from '../core/erasure/given-life.js'
import { people, startHost, type TestHost } from '../host.js'
import { liveValues, readRoom, thingsOf } from '../realtime/follower.js'
import { quietLogger } from '../realtime/given.js'
import { compareReads, compareRoom, expectedMessage, shownMessage } from './compare.js'
import { Device } from './device.js'
import { mostLinks } from './links.js'
import { after, mostPins, mostVersions } from './model.js'
import { deedOf, type Operation, type Run, users } from './operations.js'
import { type Answered, Ids, keyOf, perform } from './perform.js'
import { memberOf } from './rooms.js'
import { compareStream } from './stream.js'
import type { Deed, ModelRoom, Outcome, World } from './world.js'

const card = z.strictObject({ card: z.int() })

const commands = ['send', 'edit', 'delete', 'pin', 'unpin', 'react', 'unreact', 'read']

/** Does everything of a run to a fresh chat and to the model, and holds the one to the other. */
export async function follow(prisma: PrismaClient, run: Run): Promise<void> {
  const {
    chatMessageReaction,
    chatMessage,
    chatUncountedMessage,
    chatMention,
    chatPin,
    chatMessageEdit,
    chatInvite,
    chatScheduledMessage,
    chatThreadReply,
    chatThreadFollower,
    chatBan,
    chatRoomUser,
    chatRoom,
  } = prisma
  for (const table of [
    chatMessageReaction,
    chatMessage,
    chatUncountedMessage,
    chatMention,
    chatPin,
    chatMessageEdit,
    chatInvite,
    chatScheduledMessage,
    chatThreadReply,
    chatThreadFollower,
    chatBan,
    chatRoomUser,
    chatRoom,
  ]) {
    await (table as PrismaClient['chatRoom']).deleteMany()
  }
  const logger = quietLogger()
  const limits = { pinsPerRoom: mostPins, editsPerMessage: mostVersions, invitesPerRoom: mostLinks }
  const reactions = run.isExclusive ? likeDislike() : emoji()
  const data = { message: card, room: card }
  // What is due is sent when the run says so.
  vi.spyOn(Schedule.prototype, 'start').mockReturnValue(async () => undefined)
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const options = { reactions, logger, data, editHistory: 'members', limits, clock, retention: { days: 10 } } as const
  const host = await startHost({ prisma }, options)
  const scene = new Scene(host, run.isExclusive)
  try {
    await people(host, ...users)
    await scene.begin()
    for (const operation of run.operations) await scene.take(operation)
    await scene.look()
    // Whoever has done whatever it was can be erased, and what was said can become too old.
    await scene.erase(users[run.operations.length % users.length] as string, run.isExclusive ? 'delete' : 'anonymize')
    ahead = 11 * 86_400_000
    await scene.purge()
    expect(logger.said).toEqual([])
  } catch (error) {
    if (error instanceof Error) error.message += `\n\nWhat was done:\n${scene.story.join('\n')}\n`
    throw error
  } finally {
    scene.end()
    await host.close()
  }
}

class Scene {
  /** What was done, and how it was answered. */
  readonly story: string[] = []
  #world: World
  readonly #ids: Ids
  readonly #devices: Map<string, Device>

  constructor(host: TestHost, isExclusive: boolean) {
    const reactions = isExclusive ? ['like', 'dislike'] : ['👍', '🎉', '❤️']
    this.#world = { users, isExclusive, reactions, rooms: [], scheduled: [] }
    this.#ids = new Ids(host)
    this.#devices = new Map(users.map((userId) => [userId, new Device(host, userId)]))
  }

  async begin(): Promise<void> {
    for (const device of this.#devices.values()) await device.connect(this.#world)
  }

  end(): void {
    for (const device of this.#devices.values()) device.cut()
  }

  async take(operation: Operation): Promise<void> {
    const device = this.#devices.get(users[operation.by] as string) as Device
    const { type } = operation.what
    if (type === 'cut' || type === 'connect' || type === 'look') this.story.push(`${device.userId}: ${type}`)
    if (type === 'cut') device.cut()
    else if (type === 'connect') await device.connect(this.#world)
    else if (type === 'look') await this.look()
    else {
      const deed = deedOf(this.#world, operation)
      if (deed) await this.#do(deed, operation.via)
    }
  }

  async #do(deed: Deed, via: Operation['via']): Promise<void> {
    const device = this.#devices.get(deed.by) as Device
    const { world, outcome } = after(this.#world, deed)
    const isCommand = commands.includes(deed.type) && (deed.type !== 'send' || deed.clientId !== undefined)
    const hasSocket = via !== 'http' && device.isConnected && isCommand
    const isCut = hasSocket && via === 'cut' && deed.type === 'send'
    if (isCut) await this.#sendIntoTheCut(deed, device)
    const overSocket = hasSocket && !isCut
    const way = isCut ? 'cut off, then HTTP' : overSocket ? 'socket' : 'HTTP'
    this.story.push(`${JSON.stringify(deed)} over ${way}: ${outcome.status}`)
    const answer = await perform(this.#ids, deed, device, overSocket)
    const { status, body } = answer
    // The one before the cut may have arrived; over the socket every success is one.
    const isTwin = isCut && outcome.status === 201 && status === 200
    const expected = isTwin || (overSocket && outcome.status < 300) ? 200 : outcome.status
    const told = { status, code: status < 300 ? undefined : body?.code }
    expect(told, `the answer to ${this.story.at(-1)}`).toEqual({ status: expected, code: outcome.code })
    this.#world = world
    if (status < 300) this.#keep(deed, answer, outcome)
  }

  /** Nobody knows whether it arrives: the same again is answered the same, and the message is there once. */
  async #sendIntoTheCut(deed: Deed & { type: 'send' }, device: Device): Promise<void> {
    // Known before, so that it is sent at once.
    for (const seq of [deed.replyTo, deed.thread]) if (seq !== undefined) await this.#ids.message(deed.room, { seq })
    const lost = perform(this.#ids, deed, device, true).catch(() => undefined)
    await new Promise(setImmediate)
    device.cut()
    await lost
  }

  #keep(deed: Deed, { body }: Answered, { message: ref }: Outcome): void {
    const ids = this.#ids
    if (deed.type === 'create') {
      if (!ids.rooms.includes(body.id)) ids.rooms.push(body.id)
    } else if (deed.type === 'due') {
      return
    } else if (deed.type === 'schedule') {
      ids.scheduled.push(body.id)
    } else if (ref && 'room' in deed) {
      ids.messages.set(keyOf(deed.room, ref), body.id)
      const room = this.#world.rooms[deed.room] as ModelRoom
      expect(shownMessage(body), JSON.stringify(deed)).toEqual(expectedMessage(room, ref, deed.by))
    } else if (deed.type === 'make link') {
      ids.links.set(deed.room, [...(ids.links.get(deed.room) ?? []), body])
    } else if (deed.type === 'react') {
      ids.reactions.set(`${body.messageId} ${deed.by} ${deed.reaction}`, body.id)
    }
  }

  /** Everything, as everyone sees it. */
  async look(): Promise<void> {
    const { rooms } = this.#world
    for (const [userId, device] of this.#devices) {
      await compareReads(this.#world, this.#ids, userId)
      if (!device.isConnected) await device.connect(this.#world)
      const mine = [...rooms.keys()].filter((n) => memberOf(rooms[n] as ModelRoom, userId))
      await device.caughtUp(new Map(mine.map((n) => [this.#ids.room(n), rooms[n]?.revision ?? 0])))
      for (const n of rooms.keys()) await this.#compareDevice(device, n)
      expect(device.follower.broken, userId).toEqual([])
    }
  }

  /** Nothing of them is left, and the others hold what there is, and count what is there to be read. */
  async erase(userId: string, messages: 'delete' | 'anonymize'): Promise<void> {
    const { host } = this.#ids
    this.story.push(`${userId} is erased: ${messages}`)
    this.#devices.get(userId)?.cut()
    this.#devices.delete(userId)
    expect(await host.chat.eraseUser(userId, { messages })).toMatchObject({ userId: null, error: null })
    const left = async () => (await columnsWith(host, [userId])).filter((column) => column !== 'chatRevocation.userId')
    await expect.poll(left, { message: `what is left of ${userId}` }).toEqual([])
    await this.#eachRoom(async (device, read) => {
      const { id, revision, me } = read.room
      await device.caughtUp(new Map([[id, revision]]))
      const held = device.follower.rooms.get(id)?.things ?? new Map()
      expect(liveValues(held), `what ${device.userId} holds of ${id}`).toEqual(liveValues(thingsOf(read)))
      const unread = read.messages.filter(
        ({ kind, user, deletedAt, seq }) =>
          kind === 'user' && !deletedAt && user?.id !== device.userId && seq > me.lastReadSeq,
      )
      expect(me.unreadCount, `what ${device.userId} has to read in ${id}`).toBe(unread.length)
    })
    for (const { follower } of this.#devices.values()) expect(follower.broken).toEqual([])
  }

  /** Nothing is left of what was said, in rooms that were deleted either, and nothing is there to be read. */
  async purge(): Promise<void> {
    const { chat, prisma } = this.#ids.host
    this.story.push('all is too old')
    const { messages } = await chat.purge()
    const { chatMessage, chatMessageReaction, chatUncountedMessage, chatMention, chatPin, ...rest } = prisma
    const tables = [chatMessage, chatMessageReaction, chatUncountedMessage, chatMention, chatPin]
    for (const table of [...tables, rest.chatMessageEdit, rest.chatThreadReply, rest.chatThreadFollower]) {
      expect(await (table as typeof chatMessage).count(), 'rows of what is gone').toBe(0)
    }
    expect(messages).toBeGreaterThanOrEqual(this.#world.rooms.reduce((sum, room) => sum + room.messages.length, 0))
    await this.#eachRoom(async (_, { room, messages }) => {
      expect(messages).toEqual([])
      const { lastMessage, lastMessageSeq, firstSeq, me } = room
      expect([lastMessage, firstSeq, me.unreadCount, me.mentionCount]).toEqual([null, lastMessageSeq + 1, 0, 0])
    })
  }

  async #eachRoom(look: (device: Device, read: NonNullable<Awaited<ReturnType<typeof readRoom>>>) => Promise<void>) {
    for (const device of this.#devices.values()) {
      const api = this.#ids.host.as(device.userId)
      for (const path of ['/rooms?limit=100', '/rooms?limit=100&archived=true']) {
        for (const { id } of (await api.get(path)).body.items) {
          const read = await readRoom(id, api)
          if (read) await look(device, read)
        }
      }
    }
  }

  async #compareDevice(device: Device, n: number): Promise<void> {
    const { userId, follower } = device
    const [id, room] = [this.#ids.room(n), this.#world.rooms[n] as ModelRoom]
    const now = await compareRoom(room, n, id, userId, this.#ids.host.as(userId))
    for (const connection of device.connections) compareStream(room, id, n, userId, connection)
    const held = follower.rooms.get(id)?.things ?? new Map()
    expect(liveValues(held), `what ${userId} holds of room ${n}`).toEqual(liveValues(thingsOf(now)))
  }
}

import { randomUUID } from 'node:crypto'
import type { Answer, TestHost } from '../host.js'
import type { Device } from './device.js'
import { scheduledId } from './later.js'
import type { Deed, Ref } from './world.js'

/** What stands for a message: `3 7`, or `3 7/2` for the second reply to it. */
export const keyOf = (room: number, { seq, thread }: Ref): string =>
  thread === undefined ? `${room} ${seq}` : `${room} ${thread}/${seq}`

/** The ids that stand for what the model calls by number. */
export class Ids {
  readonly rooms: string[] = []
  readonly messages = new Map<string, string>()
  readonly reactions = new Map<string, string>()
  /** Ids and codes of links by room, in the order in which they were made. */
  readonly links = new Map<number, { id: string; code: string }[]>()

  /** Of what is sent later, in the order in which it was written. */
  readonly scheduled: string[] = []

  constructor(readonly host: TestHost) {}

  room(n: number): string {
    return this.rooms[n] ?? randomUUID()
  }

  /** Of one that nobody sent, from the room's history. */
  async message(room: number, { seq, thread }: Ref): Promise<string> {
    const key = keyOf(room, { seq, ...(thread === undefined ? {} : { thread }) })
    if (!this.messages.has(key) && thread === undefined) {
      const row = await this.host.prisma.chatMessage.findFirst({ where: { roomId: this.room(room), seq } })
      if (!row) return randomUUID()
      this.messages.set(key, row.id)
    }
    return this.messages.get(key) ?? randomUUID()
  }

  /** A room's number and a message's `seq`, as the model has them. */
  numberOf(messageId: string): string | undefined {
    return [...this.messages].find(([, id]) => id === messageId)?.[0]
  }

  link(room: number, n: number): { id: string; code: string } {
    return this.links.get(room)?.[n] ?? { id: randomUUID(), code: randomUUID() }
  }

  reaction(key: string): string {
    return this.reactions.get(key) ?? randomUUID()
  }
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

export type Answered = Pick<Answer, 'status' | 'body'>

/** Does it, and gives the answer; over the socket any success has status 200. */
export async function perform(ids: Ids, deed: Deed, device: Device, overSocket: boolean): Promise<Answered> {
  const { host } = ids
  const api = host.as(deed.by)
  if (deed.type === 'create') {
    const { room: type, isPublic, userIds } = deed
    const body = type === 'private' ? { type, userIds } : { type, name: `Room ${ids.rooms.length}`, isPublic, userIds }
    return api.post('/rooms', body)
  }
  if (deed.type === 'due') {
    // Its time has come, in the order in which it was written.
    const those = { roomId: { in: ids.rooms }, dueAt: { not: null } }
    await host.prisma.chatScheduledMessage.updateMany({ where: those, data: { dueAt: new Date(0) } })
    await host.chat.sendDue()
    return { status: 200, body: {} }
  }
  const roomId = ids.room(deed.room)
  const path = `/rooms/${roomId}`
  const messageId = 'seq' in deed && deed.type !== 'read' ? await ids.message(deed.room, deed) : ''
  const socket = async (type: string, input: object): Promise<Answered> => {
    const { problem, result } = await device.command(type, { roomId, ...input })
    return problem ? { status: problem.status, body: problem } : { status: 200, body: result }
  }
  switch (deed.type) {
    case 'edit room': {
      const { by: _, room: __, type: ___, ...body } = deed
      return api.patch(path, body)
    }
    case 'delete room':
      return api.delete(path)
    case 'add':
    case 'change': {
      const { by: _, room: __, type, userId, ...body } = deed
      return type === 'add'
        ? api.post(`${path}/members`, { userId, ...body })
        : api.patch(`${path}/members/${userId}`, body)
    }
    case 'remove':
      return api.delete(
        `${path}/members/${deed.userId === deed.by ? 'me' : deed.userId}${deed.ban === undefined ? '' : `?ban=${deed.ban}`}`,
      )
    case 'ban':
      return api.put(`${path}/bans/${deed.userId}`, {})
    case 'unban':
      return api.delete(`${path}/bans/${deed.userId}`)
    case 'silence':
      return api.patch(`${path}/members/${deed.userId}`, { silencedUntil: deed.until })
    case 'mute':
    case 'keep': {
      const { by: _, room: __, type: ___, ...body } = deed
      return api.patch(`${path}/members/me`, body)
    }
    case 'make link':
      return api.post(`${path}/invites`, deed.maxUses === undefined ? {} : { maxUses: deed.maxUses })
    case 'revoke link':
      return api.delete(`${path}/invites/${ids.link(deed.room, deed.link).id}`)
    case 'use link':
      return api.post(`/invites/${ids.link(deed.room, deed.link).code}/join`)
    case 'schedule': {
      const { text, mentions } = deed
      const clientId = scheduledId(ids.scheduled.length)
      return api.post(`${path}/messages`, { text, mentions, clientId, sendAt: inAnHour() })
    }
    case 'reword': {
      const { text, isAgain } = deed
      return api.patch(`${path}/scheduled/${ids.scheduled[deed.scheduled]}`, {
        text,
        ...(isAgain && { sendAt: inAnHour() }),
      })
    }
    case 'cancel':
      return api.delete(`${path}/scheduled/${ids.scheduled[deed.scheduled]}`)
    case 'read':
      return overSocket ? socket('read', { seq: deed.seq }) : api.patch(`${path}/members/me`, { lastReadSeq: deed.seq })
    case 'send': {
      const { text, data, mentions, mentionsEveryone, replyTo, thread, alsoInRoom, clientId } = deed
      const replyToId = replyTo === undefined ? {} : { replyToId: await ids.message(deed.room, { seq: replyTo }) }
      const threadId =
        thread === undefined ? {} : { threadId: await ids.message(deed.room, { seq: thread }), alsoInRoom }
      const everyone = mentionsEveryone === undefined ? {} : { mentionsEveryone }
      const carried = data === undefined ? {} : { data }
      const answered = { ...replyToId, ...threadId }
      const body = { text, ...carried, mentions, ...everyone, ...answered, ...(clientId ? { clientId } : {}) }
      return overSocket ? socket('message.send', body) : api.post(`${path}/messages`, body)
    }
    case 'edit': {
      const { by: _, room: __, seq: ___, type: ____, thread: _____, ...body } = deed
      return overSocket
        ? socket('message.edit', { messageId, ...body })
        : api.patch(`${path}/messages/${messageId}`, body)
    }
    case 'delete':
      return overSocket ? socket('message.delete', { messageId }) : api.delete(`${path}/messages/${messageId}`)
    case 'pin':
      return overSocket ? socket('message.pin', { messageId }) : api.put(`${path}/pins/${messageId}`)
    case 'unpin':
      return overSocket ? socket('message.unpin', { messageId }) : api.delete(`${path}/pins/${messageId}`)
    case 'react': {
      const { reaction } = deed
      return overSocket
        ? socket('reaction.add', { messageId, reaction })
        : api.post(`${path}/messages/${messageId}/reactions`, { reaction })
    }
    case 'unreact': {
      const { reaction, userId, by } = deed
      const id = ids.reaction(`${messageId} ${userId} ${reaction}`)
      return overSocket && userId === by
        ? socket('reaction.remove', { messageId, reaction })
        : api.delete(`${path}/messages/${messageId}/reactions/${id}`)
    }
  }
}

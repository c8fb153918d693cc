import type { Permission } from 'express-chat'
import type { Answer, TestHost } from '../host.js'
import type { GivenRoom } from './given-room.js'

/** What a permission allows, done by one user in a room. */
export type Deed = (host: TestHost, room: GivenRoom, userId: string) => Promise<Answer>

/** A message of somebody's, whether they may write here or not. */
async function givenMessage(host: TestHost, room: GivenRoom, userId: string): Promise<string> {
  const may = (canCreateMessages: boolean) =>
    host.chat.system.members.update(room.id, userId, { permissions: { canCreateMessages } })
  const { me, type } = await host.chat.rooms.get(userId, room.id)
  const silent = type !== 'private' && !me?.permissions.canCreateMessages
  if (silent) await may(true)
  const { id } = await host.chat.messages.send(userId, room.id, { text: 'Something' })
  if (silent) await may(false)
  return id
}

/** Who is in the room and is not `userId`. */
async function anotherIn(host: TestHost, room: GivenRoom, userId: string): Promise<string> {
  const { items } = await host.chat.system.members.list(room.id)
  const other = items.find(({ user }) => user.id !== userId)
  if (!other) throw new Error('the room needs a second member')
  return other.user.id
}

let strangers = 0

/** Somebody whom no room knows. */
async function givenStranger(host: TestHost): Promise<string> {
  strangers += 1
  return (await host.chat.users.save({ id: `stranger${strangers}` })).id
}

/** For each permission the deed that needs it and nothing else; those that end the room come last. */
export const deeds: Record<Permission, Deed> = {
  async canAddUsers(host, room, userId) {
    return room.as(userId).post('/members', { userId: await givenStranger(host) })
  },
  async canRemoveUsers(host, room, userId) {
    const victim = await givenStranger(host)
    const isPrivate = (await host.chat.system.rooms.get(room.id)).type === 'private'
    if (!isPrivate) await host.chat.system.members.add(room.id, { userId: victim })
    return room.as(userId).delete(`/members/${isPrivate ? await anotherIn(host, room, userId) : victim}`)
  },
  async canCreateMessages(_host, room, userId) {
    return room.as(userId).post('/messages', { text: 'Hello' })
  },
  async canDeleteMessages(host, room, userId) {
    const id = await givenMessage(host, room, await anotherIn(host, room, userId))
    return room.as(userId).delete(`/messages/${id}`)
  },
  async canDeleteOwnMessages(host, room, userId) {
    return room.as(userId).delete(`/messages/${await givenMessage(host, room, userId)}`)
  },
  async canEditMessages(host, room, userId) {
    const id = await givenMessage(host, room, await anotherIn(host, room, userId))
    return room.as(userId).patch(`/messages/${id}`, { text: 'Something else' })
  },
  async canEditOwnMessages(host, room, userId) {
    return room.as(userId).patch(`/messages/${await givenMessage(host, room, userId)}`, { text: 'Something else' })
  },
  async canEditRoom(_host, room, userId) {
    return room.as(userId).patch('', { description: 'Edited' })
  },
  async canDeleteRoom(_host, room, userId) {
    return room.as(userId).delete('')
  },
}

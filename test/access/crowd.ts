import type { HostUser } from 'express-chat'
import { permissionNames } from '../../src/contract/permissions.js'
import { nameOf, type startHost, type TestHost, userOfHeader } from '../host.js'
import { crowd, type OfCrowd, type Place, places } from './askers.js'
import { makeRoom, requestTo, type Scene, type Stage, speakersOn } from './scene.js'

/** In every room that is no private one, and has said something there. */
const members = ['coOwner', 'member', 'silenced', 'blocker', 'blocked', 'unseeing', 'removed', 'signedOut']
/** Each has a private room with the bystander. */
export const withPrivateRoom = ['member', 'blocker', 'blocked', 'unseeing']
const askedByBystander = ['asked', 'refuser']
/** Whom nothing is granted but by their membership: what they are refused is for how they stand. */
const mayAll = ['silenced', 'blocker', 'blocked', 'unseeing']

/** Who is asked into the room that everybody is asked into; a block would have ended it. */
export const isAskable = (who: OfCrowd): boolean =>
  !['blocker', 'blocked', 'refuser', 'foreigner', 'signedOut'].includes(who)

const tenantOf = (id: string) => (id === 'foreigner' ? { tenantId: 'abroad' } : {})

/** A host that knows all these people. Once somebody is signed out, its resolver knows them no more. */
export function crowdOptions(isSignedOut: () => boolean): Parameters<typeof startHost>[1] {
  return {
    resolveUser: (request): HostUser | null => {
      const user = userOfHeader(request)
      if (user?.id === 'signedOut' && isSignedOut()) return null
      return user && { ...user, ...tenantOf(user.id) }
    },
    isModerator: ({ id }) => id === 'owner' || id === 'moderator',
    canSee: (viewer) => viewer !== 'unseeing',
    contact: (_, to) => (askedByBystander.includes(to) ? 'ask' : true),
  }
}

export async function savePeople({ chat }: TestHost): Promise<void> {
  for (const id of crowd) await chat.users.save({ id, name: nameOf(id), ...tenantOf(id) })
}

/** Brings them into the rooms, or asks them there, or removes them again; and makes the rooms that the scene has not. */
export async function bringIn(stage: Stage, { rooms, things }: Omit<Scene, 'rows'>): Promise<void> {
  const [tx, chat] = stage
  const speak = speakersOn(stage, things)
  const shared = places.filter((place): place is Exclude<Place, 'private'> => place !== 'private')
  for (const place of shared) {
    const roomId = rooms.get(place) ?? (await makeRoom(stage, speak, place))
    rooms.set(place, roomId)
    for (const userId of members) {
      await chat.members.add('owner', roomId, { userId, role: userId === 'coOwner' ? 'owner' : 'member' })
    }
    await speak(roomId, members)
    await chat.members.update('owner', roomId, 'silenced', { silencedUntil: '2100-01-01T00:00:00.000Z' })
    await chat.members.remove('owner', roomId, 'removed')
    for (const userId of askedByBystander) await chat.members.add('bystander', roomId, { userId })
    // Once: whom somebody refused, they are asked by no more, wherever it is.
    if (place === shared[0]) await chat.requests.refuse('refuser', roomId)
  }
  for (const userId of withPrivateRoom) {
    const { id } = await chat.rooms.create(userId, { type: 'private', userIds: ['bystander'] })
    rooms.set(`private ${userId}`, id)
    await speak(id, [userId, 'bystander'])
  }
  for (const userId of askedByBystander) {
    const { id } = await chat.rooms.create('bystander', { type: 'private', userIds: [userId] })
    rooms.set(`private ${userId}`, id)
    await speak(id, ['bystander'])
  }
  await chat.blocks.add('blocker', 'bystander')
  await chat.blocks.add('bystander', 'blocked')
  await chat.rooms.update('owner', rooms.get('slow') as string, { slowModeSeconds: 21_600 })
  await chat.rooms.delete('owner', rooms.get('gone') as string)
  const asking = rooms.get('asking') as string
  await tx.chatRoomUser.createMany({ data: crowd.filter(isAskable).map((userId) => requestTo(userId, asking)) })
  const all = Object.fromEntries(permissionNames.map((name) => [name, true]))
  await tx.chatRoomUser.updateMany({ where: { userId: { in: mayAll } }, data: all })
}

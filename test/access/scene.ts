import { newId } from '../../src/store/ids.js'
import { people, type TestHost } from '../host.js'
import { askers, type Target } from './askers.js'
import { pixel } from './pixel.js'
import { dump, type Rows } from './rows.js'

export type Things = Pick<Target, 'messageId' | 'reactionId' | 'mediaId'>

/** The rooms that are asked about, and who has said what in them. */
export interface Scene {
  /** Ids by name. */
  rooms: Map<string, string>
  /** What a user said and how they reacted to it, by room and user. */
  things: Map<string, Things>
  rows: Rows
}

/** As if it had been uploaded. */
const pictureOf = (uploadedById: string) => ({
  ...{ id: newId(), uploadedById, storageKey: newId(), sha256: '', createdAt: new Date() },
  ...{ filename: 'pixel.png', contentType: 'image/png', byteSize: pixel.length, width: 1, height: 1 },
})

/** Makes it through the API. */
export async function makeScene(host: TestHost): Promise<Scene> {
  const rooms = new Map<string, string>()
  const things = new Map<string, Things>()
  const inside = ['leaver', 'without', 'with', 'bystander']
  await people(host, ...askers.filter((asker) => asker !== 'nobody'), 'admin', 'bystander', 'newcomer')

  // One transaction for all of it, for speed.
  await host.chat.transaction(async (tx, chat) => {
    /** Everybody says something with a picture and reacts to that, in channels too. */
    const speak = async (name: string, roomId: string, userIds: string[]) => {
      rooms.set(name, roomId)
      const silent = { roomId, userId: { in: await silentIn(roomId) } }
      await tx.chatRoomUser.updateMany({ where: silent, data: { canCreateMessages: true } })
      for (const userId of userIds) {
        const { id: mediaId } = await tx.chatMedia.create({ data: pictureOf(userId) })
        const draft = { text: `${userId} was here`, mediaIds: [mediaId], clientId: 'first' }
        const { id: messageId } = await chat.messages.send(userId, roomId, draft)
        const { id: reactionId } = await chat.reactions.add(userId, roomId, messageId, '👍')
        things.set(`${roomId} ${userId}`, { messageId, reactionId, mediaId })
      }
      await tx.chatRoomUser.updateMany({ where: silent, data: { canCreateMessages: false } })
    }
    const silentIn = async (roomId: string) => {
      const rows = await tx.chatRoomUser.findMany({ where: { roomId, canCreateMessages: false } })
      return rows.map((row) => row.userId)
    }
    for (const kind of ['group', 'channel', 'public'] as const) {
      const type = kind === 'group' ? 'group' : 'channel'
      const isPublic = kind === 'public'
      const room = await chat.rooms.create('owner', { type, name: kind, isPublic, userIds: inside })
      await chat.members.add('owner', room.id, { userId: 'admin', role: 'admin' })
      await speak(kind, room.id, ['owner', 'admin', ...inside])
      await chat.members.remove('leaver', room.id, 'leaver')
    }
    for (const userId of ['leaver', 'without', 'with', 'owner']) {
      const room = await chat.rooms.create(userId, { type: 'private', userIds: ['bystander'] })
      await speak(`private ${userId}`, room.id, [userId, 'bystander'])
      // Nobody leaves a private room: who is no longer in it is one whose room was deleted.
      if (userId === 'leaver') await chat.rooms.delete('bystander', room.id)
    }
    const room = await chat.rooms.create('other', { type: 'group', name: 'elsewhere', userIds: ['newcomer'] })
    await speak('elsewhere', room.id, ['other', 'newcomer'])
  })
  return { rooms, things, rows: await dump(host.prisma) }
}

import { roomPresets } from '../../src/core/room-presets.js'
import { newId } from '../../src/store/ids.js'
import { people, type TestHost } from '../host.js'
import { askers, type Target } from './askers.js'
import { pixel } from './pixel.js'
import { dump, type Rows } from './rows.js'

const at = '2026-08-19T09:30:00.000Z'

export type Things = Pick<Target, 'messageId' | 'reactionId' | 'mediaId' | 'reportId'>

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

/** As if somebody had made it who has left since. */
const reportOf = (roomId: string, messageId: string, authorId: string) => ({
  ...{ id: newId(), roomId, messageId, authorId, reporterId: 'gone', reason: 'spam', text: '', status: 'open' },
  copy: JSON.stringify({ seq: 1, userName: authorId, text: 'was here', media: [], createdAt: at, editedAt: null }),
  createdAt: new Date(at),
})

/** As if the host let nobody turn to others without asking them first. */
const requestTo = (userId: string, roomId: string) => ({
  ...{ roomId, userId, role: 'member' as const, request: 'pending', addedById: 'bystander', joinedAt: new Date(at) },
  ...{ ...roomPresets.group.member, leftAt: new Date(at), joinedRevision: 0, revision: 0 },
})

/** Makes it through the API. */
export async function makeScene(host: TestHost): Promise<Scene> {
  const rooms = new Map<string, string>()
  const things = new Map<string, Things>()
  const inside = ['leaver', 'without', 'with', 'bystander']
  await people(host, ...askers.filter((asker) => asker !== 'nobody'), 'admin', 'bystander', 'newcomer', 'banned')

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
        const { id: reportId } = await tx.chatReport.create({ data: reportOf(roomId, messageId, userId) })
        things.set(`${roomId} ${userId}`, { messageId, reactionId, mediaId, reportId })
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
      await chat.bans.set('owner', room.id, 'banned', {})
    }
    for (const userId of ['leaver', 'without', 'with', 'owner']) {
      const room = await chat.rooms.create(userId, { type: 'private', userIds: ['bystander'] })
      await speak(`private ${userId}`, room.id, [userId, 'bystander'])
      // Nobody leaves a private room: who is no longer in it is one whose room was deleted.
      if (userId === 'leaver') await chat.rooms.delete('bystander', room.id)
    }
    const asking = await chat.rooms.create('bystander', { type: 'group', name: 'asking', userIds: [] })
    await speak('asking', asking.id, ['bystander'])
    const askable = askers.filter((asker) => asker !== 'nobody')
    await tx.chatRoomUser.createMany({ data: askable.map((userId) => requestTo(userId, asking.id)) })
    const room = await chat.rooms.create('other', { type: 'group', name: 'elsewhere', userIds: ['newcomer'] })
    await speak('elsewhere', room.id, ['other', 'newcomer'])
  })
  return { rooms, things, rows: await dump(host.prisma) }
}

import { createHash, randomBytes } from 'node:crypto'
import { roomPresets } from '../../src/core/room-presets.js'
import { newId } from '../../src/store/ids.js'
import { people, type TestHost } from '../host.js'
import { askers, type Place, type Target } from './askers.js'
import { pixel } from './pixel.js'
import { dump, type Rows } from './rows.js'

const at = '2026-08-19T09:30:00.000Z'

export type Things = Omit<Target, 'roomId' | 'userId'>

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

/** A link of somebody's, as if they had been told this code. */
const linkOf = (roomId: string, createdById: string) => {
  const code = randomBytes(16).toString('base64url')
  const codeHash = createHash('sha256').update(code).digest('hex')
  return { code, row: { id: newId(), roomId, codeHash, createdById, createdAt: new Date(at) } }
}

/** As if the host let nobody turn to others without asking them first. */
export const requestTo = (userId: string, roomId: string) => ({
  ...{ roomId, userId, role: 'member' as const, request: 'pending', addedById: 'bystander', joinedAt: new Date(at) },
  ...{ ...roomPresets.group.member, leftAt: new Date(at), joinedRevision: 0, revision: 0 },
})

/** Said next year, if nobody cancels it. */
const scheduledOf = (roomId: string, userId: string) => {
  const id = newId()
  const sendAt = new Date(Date.now() + 20 * 86_400_000)
  return {
    ...{ id, roomId, userId, clientId: id, bodyHash: '', draft: JSON.stringify({ text: 'Not yet' }) },
    ...{ sendAt, dueAt: sendAt, createdAt: new Date(at) },
  }
}

/** What the scene is made in: one transaction for all of it, for speed. */
export type Stage = Parameters<Parameters<TestHost['chat']['transaction']>[0]>

/** Everybody says something with a picture and reacts to that, in channels too. */
export function speakersOn([tx, chat]: Stage, things: Scene['things']) {
  const silentIn = async (roomId: string) => {
    const rows = await tx.chatRoomUser.findMany({ where: { roomId, canCreateMessages: false } })
    return rows.map((row) => row.userId)
  }
  return async (roomId: string, userIds: string[]) => {
    const silent = { roomId, userId: { in: await silentIn(roomId) } }
    await tx.chatRoomUser.updateMany({ where: silent, data: { canCreateMessages: true } })
    const isPrivate = (await tx.chatRoom.findUniqueOrThrow({ where: { id: roomId } })).type === 'private'
    for (const userId of userIds) {
      const { id: mediaId } = await tx.chatMedia.create({ data: pictureOf(userId) })
      const draft = { text: `${userId} was here`, mediaIds: [mediaId], clientId: 'first' }
      const { id: messageId } = await chat.messages.send(userId, roomId, draft)
      const { id: reactionId } = await chat.reactions.add(userId, roomId, messageId, '👍')
      const { id: reportId } = await tx.chatReport.create({ data: reportOf(roomId, messageId, userId) })
      const { code, row } = linkOf(roomId, userId)
      // Into a private room there is none.
      if (!isPrivate) await tx.chatInvite.create({ data: row })
      const scheduled = await tx.chatScheduledMessage.create({ data: scheduledOf(roomId, userId) })
      const others = { inviteId: row.id, code, scheduledId: scheduled.id }
      things.set(`${roomId} ${userId}`, { messageId, reactionId, mediaId, reportId, ...others })
    }
    await tx.chatRoomUser.updateMany({ where: silent, data: { canCreateMessages: false } })
  }
}

/** A room of the owner's, with an admin and three members; one has left it, and one is kept out. */
export async function makeRoom([, chat]: Stage, speak: ReturnType<typeof speakersOn>, place: Place): Promise<string> {
  const type = place === 'channel' || place === 'public' ? 'channel' : 'group'
  const isPublic = place === 'public' || place === 'publicGroup'
  const inside = ['leaver', 'without', 'with', 'bystander']
  const { id } = await chat.rooms.create('owner', { type, name: place, isPublic, userIds: inside })
  await chat.members.add('owner', id, { userId: 'admin', role: 'admin' })
  await speak(id, ['owner', 'admin', ...inside])
  await chat.members.remove('leaver', id, 'leaver')
  await chat.bans.set('owner', id, 'banned', {})
  return id
}

/** Makes it through the API; `andThen` goes on. */
export async function makeScene(
  host: TestHost,
  andThen?: (stage: Stage, scene: Omit<Scene, 'rows'>) => Promise<void>,
): Promise<Scene> {
  const rooms: Scene['rooms'] = new Map()
  const things: Scene['things'] = new Map()
  await people(host, ...askers.filter((asker) => asker !== 'nobody'), 'admin', 'bystander', 'newcomer', 'banned')

  await host.chat.transaction(async (...stage) => {
    const [tx, chat] = stage
    const speak = speakersOn(stage, things)
    for (const kind of ['group', 'channel', 'public'] as const) rooms.set(kind, await makeRoom(stage, speak, kind))
    for (const userId of ['leaver', 'without', 'with', 'owner']) {
      const { id } = await chat.rooms.create(userId, { type: 'private', userIds: ['bystander'] })
      rooms.set(`private ${userId}`, id)
      await speak(id, [userId, 'bystander'])
      // Nobody leaves a private room: who is no longer in it is one whose room was deleted.
      if (userId === 'leaver') await chat.rooms.delete('bystander', id)
    }
    const asking = await chat.rooms.create('bystander', { type: 'group', name: 'asking', userIds: [] })
    rooms.set('asking', asking.id)
    await speak(asking.id, ['bystander'])
    const askable = askers.filter((asker) => asker !== 'nobody')
    await tx.chatRoomUser.createMany({ data: askable.map((userId) => requestTo(userId, asking.id)) })
    const elsewhere = await chat.rooms.create('other', { type: 'group', name: 'elsewhere', userIds: ['newcomer'] })
    rooms.set('elsewhere', elsewhere.id)
    await speak(elsewhere.id, ['other', 'newcomer'])
    await andThen?.(stage, { rooms, things })
  })
  return { rooms, things, rows: await dump(host.prisma) }
}

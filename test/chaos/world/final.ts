import type { PrismaClient } from '../../../examples/prisma/generated/client.js'
import type { Committed, Final } from '../history.js'
import { type Api, readRoom } from './api.js'

/** Who is in which rooms, and where those stand. */
export async function standingsOf(prisma: PrismaClient): Promise<Map<string, Map<string, number>>> {
  const [rooms, members] = await Promise.all([
    prisma.chatRoom.findMany({ where: { deletedAt: null }, select: { id: true, revision: true } }),
    prisma.chatRoomUser.findMany({ where: { leftAt: null }, select: { roomId: true, userId: true } }),
  ])
  const revisions = new Map(rooms.map(({ id, revision }) => [id, revision]))
  const standings = new Map<string, Map<string, number>>()
  for (const { roomId, userId } of members) {
    const revision = revisions.get(roomId)
    if (revision === undefined) continue
    standings.set(userId, (standings.get(userId) ?? new Map<string, number>()).set(roomId, revision))
  }
  return standings
}

/** Everything that the checker holds the history against, once nothing happens any more. */
export async function readFinal(prisma: PrismaClient, api: Api, userIds: string[]): Promise<Final> {
  const [rooms, messages, reactions, committed, standings] = await Promise.all([
    prisma.chatRoom.findMany({ select: { id: true, revision: true, lastMessageSeq: true } }),
    prisma.chatMessage.findMany({ orderBy: [{ roomId: 'asc' }, { seq: 'asc' }] }),
    prisma.chatMessageReaction.findMany({ select: { messageId: true, userId: true, reaction: true } }),
    committedIn(prisma),
    standingsOf(prisma),
  ])
  const reactionsTo = new Map<string, string[]>()
  for (const { messageId, userId, reaction } of reactions) {
    reactionsTo.set(messageId, [...(reactionsTo.get(messageId) ?? []), `${userId} ${reaction}`])
  }
  const views: Final['views'] = []
  for (const userId of userIds) {
    for (const roomId of standings.get(userId)?.keys() ?? []) {
      let things = await readRoom(api, userId, roomId)
      for (let tries = 1; !things && tries < 5; tries += 1) things = await readRoom(api, userId, roomId)
      if (!things) throw new Error(`${userId} cannot read ${roomId}, which is theirs`)
      views.push({ userId, roomId, things })
    }
  }
  return {
    rooms,
    messages: messages.map(
      ({ id, roomId, seq, revision, createdRevision, userId, clientId, text, deletedAt, ...others }) => ({
        ...{
          id,
          roomId,
          seq: seq < 0 ? (others.threadSeq ?? 0) : seq,
          revision,
          createdRevision,
          userId,
          clientId,
          text,
        },
        ...{ threadId: others.threadId, threadSeq: others.threadSeq, isApart: seq < 0 },
        thread: others.thread === null ? null : (JSON.parse(others.thread) as { count: number; lastSeq: number }),
        isDeleted: deletedAt !== null,
        reactions: reactionsTo.get(id) ?? [],
      }),
    ),
    committed,
    views,
  }
}

interface CommitRow {
  room_id: string
  revision: number
  about: Committed['about']
  id: string
  is_in: number
}

async function committedIn(prisma: PrismaClient): Promise<Committed[]> {
  const rows: CommitRow[] = await prisma.$queryRawUnsafe('SELECT * FROM chaos_committed')
  return rows.map(({ room_id, is_in, ...row }) => ({ ...row, roomId: room_id, isIn: is_in === 1 }))
}

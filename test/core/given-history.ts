import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { SearchIndex } from '../../src/core/search-index.js'
import { Database } from '../../src/store/database.js'
import { newId } from '../../src/store/ids.js'

/** What somebody said at some time, in ms. */
export interface Said {
  userId: string
  text: string
  at: number
  hasMedia?: boolean
}

/** Puts messages into a room as if they had been sent, the oldest first; gives them with their `seq`. */
export async function fillRoom(
  prisma: PrismaClient,
  roomId: string,
  said: Said[],
): Promise<(Said & { seq: number })[]> {
  const { lastMessageSeq, revision } = await prisma.chatRoom.findUniqueOrThrow({ where: { id: roomId } })
  const rows = said.map(({ userId, text, at, hasMedia = false }, n) => ({
    ...{ id: newId(), roomId, userId, text, hasMedia, kind: 'user' as const, seq: lastMessageSeq + n + 1 },
    ...{ revision: revision + n + 1, createdRevision: revision + n + 1, createdAt: new Date(at) },
  }))
  for (let n = 0; n < rows.length; n += 500) await prisma.chatMessage.createMany({ data: rows.slice(n, n + 500) })
  const last = rows.at(-1)
  if (last) {
    const { seq, createdAt } = last
    const data = { lastMessageSeq: seq, revision: last.revision, lastMessageAt: createdAt }
    await prisma.chatRoom.update({ where: { id: roomId }, data })
  }
  return said.map((one, n) => ({ ...one, seq: lastMessageSeq + n + 1 }))
}

const failed = (...words: unknown[]) => {
  throw new Error(words.map(String).join(' '))
}

/** Writes what the search knows of all that is stored, as a server does in the background. */
export async function indexAll(prisma: PrismaClient): Promise<void> {
  await new SearchIndex(new Database(prisma), { warn: failed, error: failed }, 0).lookThrough()
}

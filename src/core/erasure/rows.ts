import { nothingSaid } from '../../store/erased-messages.js'
import { changeScheduled, scheduledColumns } from '../../store/scheduled.js'
import type { Context } from '../context.js'
import { draftOf } from '../scheduled.js'
import { type Erased, nobodyFor, someoneGone } from './erased.js'

const atOnce = 500

/** Whom they block, and who blocks them: these are told, as their clients show it. */
export async function eraseBlocks({ work }: Context, { userId }: Erased): Promise<void> {
  await work.transaction(async (unit) => {
    const where = { OR: [{ userId }, { blockedId: userId }] }
    const rows = await unit.tx.chatBlock.findMany({ where, select: { userId: true, blockedId: true } })
    await unit.tx.chatBlock.deleteMany({ where })
    for (const { userId: blocker, blockedId } of rows) {
      if (blocker !== userId) unit.publish({ type: 'block.changed', userId: blocker, blockedId })
    }
  })
}

/** What they were to send later, and what others are to send that mentions them. */
export async function eraseScheduled({ work }: Context, { userId }: Erased): Promise<void> {
  await work.write((db) => db.chatScheduledMessage.deleteMany({ where: { userId } }))
  const naming = await work.db.chatScheduledMessage.findMany({
    where: { draft: { contains: userId } },
    select: scheduledColumns,
  })
  for (const row of naming) {
    const { mentions = [], ...draft } = draftOf(row)
    if (!mentions.includes(userId)) continue
    const left = { ...draft, mentions: mentions.filter((id) => id !== userId) }
    await work.write((db) => changeScheduled(db, row, { draft: JSON.stringify(left) }))
  }
}

/** They are notified of nothing more. */
export const eraseNotice = ({ work }: Context, { userId }: Erased) =>
  work.write((db) => db.chatNotice.deleteMany({ where: { userId } }))

/** Some of the threads that they follow; true once there are none. */
export async function eraseFollowing({ work }: Context, { userId }: Erased): Promise<boolean> {
  const rows = await work.db.chatThreadFollower.findMany({
    where: { userId },
    take: atOnce,
    select: { threadId: true },
  })
  const threadId = { in: rows.map((row) => row.threadId) }
  await work.write((db) => db.chatThreadFollower.deleteMany({ where: { userId, threadId } }))
  return rows.length < atOnce
}

/** Reports that they made, what is said of them in others, and what they made of others; true once there are none. */
export async function eraseReports({ work }: Context, { userId, messages }: Erased): Promise<boolean> {
  const rows = await work.db.chatReport.findMany({
    where: { OR: [{ authorId: userId }, { reporterId: userId }, { handledById: userId }] },
    take: atOnce,
  })
  for (const { id, authorId, reporterId, handledById, copy } of rows) {
    const kept = { ...JSON.parse(copy), userName: nobodyFor('').name }
    const emptied = { ...kept, ...nothingSaid }
    await work.write((db) =>
      db.chatReport.updateMany({
        where: { id },
        data: {
          ...(authorId === userId && {
            authorId: null,
            copy: JSON.stringify(messages === 'delete' ? emptied : kept),
          }),
          // The reason is a word of the application's.
          ...(reporterId === userId && { reporterId: someoneGone(id), text: '' }),
          ...(handledById === userId && { handledById: null, note: null }),
        },
      }),
    )
  }
  return rows.length < atOnce
}

/** What was done stays written down; by whom and to whom, and why, in anybody's words, does not. True once there is none. */
export async function eraseAudit({ work }: Context, { userId }: Erased): Promise<boolean> {
  const rows = await work.db.chatAuditEntry.findMany({
    where: { OR: [{ userId }, { actorId: userId }] },
    take: atOnce,
    select: { id: true },
  })
  const id = { in: rows.map((row) => row.id) }
  await work.write((db) =>
    db.chatAuditEntry.updateMany({ where: { id, userId }, data: { userId: null, reason: null } }),
  )
  await work.write((db) =>
    db.chatAuditEntry.updateMany({ where: { id, actorId: userId }, data: { actorId: null, reason: null } }),
  )
  return rows.length < atOnce
}

/** The newest id that can have been given before a moment: ids begin with their time. */
export const idBefore = (time: Date): string => {
  const ms = Math.max(0, time.getTime()).toString(16).padStart(12, '0')
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`
}

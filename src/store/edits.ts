import type { Db, Stored } from './client.js'

export type EditRow = Stored<'chatMessageEdit'>

export const editColumns = {
  messageId: true,
  /** The room's revision of the edit that ended this version: by that they are in order. */
  revision: true,
  text: true,
  mentions: true,
  data: true,
  at: true,
} as const satisfies Record<keyof EditRow, true>

/** What a message said before, below a revision, newest first. */
export const editsOf = (db: Db, messageId: string, before: number | undefined, take: number): Promise<EditRow[]> =>
  db.chatMessageEdit.findMany({
    where: { messageId, ...(before === undefined ? {} : { revision: { lt: before } }) },
    orderBy: { revision: 'desc' },
    take,
    select: editColumns,
  })

export const createEdit = (db: Db, row: EditRow): Promise<EditRow> =>
  db.chatMessageEdit.create({ data: row, select: editColumns })

/** Deletes versions beyond so many, from the oldest on, but never the first: else whoever edits often enough would be rid of it. */
export async function deleteOldEdits(db: Db, messageId: string, most: number): Promise<void> {
  const of = { where: { messageId }, select: { revision: true }, take: 1 }
  const [newest] = await db.chatMessageEdit.findMany({ ...of, orderBy: { revision: 'desc' }, skip: most - 1 })
  const [first] = newest ? await db.chatMessageEdit.findMany({ ...of, orderBy: { revision: 'asc' } }) : []
  if (!newest || !first) return
  const revision = { gt: first.revision, lte: newest.revision }
  await db.chatMessageEdit.deleteMany({ where: { messageId, revision } })
}

export const deleteEdits = (db: Db, messageId: string) => db.chatMessageEdit.deleteMany({ where: { messageId } })

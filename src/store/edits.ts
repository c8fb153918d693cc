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

/** Deletes the oldest versions, beyond so many. */
export async function deleteOldEdits(db: Db, messageId: string, most: number): Promise<void> {
  const [first] = await db.chatMessageEdit.findMany({
    where: { messageId },
    orderBy: { revision: 'desc' },
    skip: most,
    take: 1,
    select: { revision: true },
  })
  if (first) await db.chatMessageEdit.deleteMany({ where: { messageId, revision: { lte: first.revision } } })
}

export const deleteEdits = (db: Db, messageId: string) => db.chatMessageEdit.deleteMany({ where: { messageId } })

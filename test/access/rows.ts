import type { Prisma, PrismaClient } from '../../examples/prisma/generated/client.js'
import type { modelNames } from '../../src/store/client.js'

type Row = Record<string, unknown>

/** Everything that is stored: a table at a time, each row under its key, with its text to compare by. */
export type Rows = Map<string, Map<string, { row: Row; text: string }>>

interface Table {
  findMany(options: { omit?: Row }): Promise<Row[]>
  deleteMany(options: { where: Row }): Prisma.PrismaPromise<unknown>
  updateMany(options: { where: Row; data: Row }): Prisma.PrismaPromise<unknown>
  createMany(options: { data: Row[] }): Prisma.PrismaPromise<unknown>
}

/** Who is connected, who is to be notified, and the index of the search: a server writes them at its own time, whatever anybody asks. */
type AtItsOwnTime =
  | ('chatNode' | 'chatPresence' | 'chatSearchBlock' | 'chatSubscription' | 'chatSubscriptionPosition')
  | ('chatNotice' | 'chatNotified')

/** By what a row is found; those that refer come after those that they refer to. */
const keys = {
  chatUser: ['id'],
  chatRoom: ['id'],
  chatRoomUser: ['roomId', 'userId'],
  chatMessage: ['id'],
  chatUncountedMessage: ['roomId', 'seq'],
  chatPin: ['roomId', 'revision'],
  chatMessageEdit: ['messageId', 'revision'],
  chatMention: ['roomId', 'userId', 'seq'],
  chatThreadReply: ['threadId', 'seq'],
  chatThreadFollower: ['threadId', 'userId'],
  chatMedia: ['id'],
  chatMessageMedia: ['mediaId', 'messageId'],
  chatMessageReaction: ['id'],
  chatSpentTicket: ['id'],
  chatRevocation: ['userId'],
  chatBan: ['roomId', 'userId'],
  chatInvite: ['id'],
  chatScheduledMessage: ['id'],
  chatBlock: ['userId', 'blockedId'],
  chatReport: ['id'],
  chatAuditEntry: ['id'],
  chatErasure: ['id'],
} satisfies Record<Exclude<(typeof modelNames)[number], AtItsOwnTime>, string[]>

const tables = Object.entries(keys)

const tableOf = (prisma: PrismaClient, name: string): Table => Reflect.get(prisma, name)

const keyOf = (row: Row, columns: string[]): Row => Object.fromEntries(columns.map((column) => [column, row[column]]))

export async function dump(prisma: PrismaClient): Promise<Rows> {
  const read = tables.map(async ([name, columns]) => {
    // Whoever takes the lock of a room leaves a stamp there, also to be refused; it says nothing.
    const rows = await tableOf(prisma, name).findMany(name === 'chatRoom' ? { omit: { changedAt: true } } : {})
    return [
      name,
      new Map(rows.map((row) => [JSON.stringify(keyOf(row, columns)), { row, text: JSON.stringify(row) }])),
    ] as const
  })
  return new Map(await Promise.all(read))
}

/** Puts rows into a database that is empty. */
export async function fill(prisma: PrismaClient, rows: Rows): Promise<void> {
  for (const [name, all] of rows) {
    if (all.size > 0) await tableOf(prisma, name).createMany({ data: [...all.values()].map(({ row }) => row) })
  }
}

/**
 * Makes everything again as it was, and gives the names of the tables that were not. What a room's revision has become
 * it stays, in `before` too: a server relies on its never going back.
 */
export async function putBack(prisma: PrismaClient, before: Rows): Promise<string[]> {
  const after = await dump(prisma)
  const added: (() => Prisma.PrismaPromise<unknown>)[] = []
  const others: (() => Prisma.PrismaPromise<unknown>)[] = []
  const changed = new Set<string>()
  for (const [name, columns] of tables) {
    const table = tableOf(prisma, name)
    const [was, is] = [before.get(name), after.get(name)]
    for (const [key, { row }] of is ?? []) {
      if (was?.has(key)) continue
      changed.add(name)
      added.unshift(() => table.deleteMany({ where: keyOf(row, columns) }))
    }
    for (const [key, { row, text }] of was ?? []) {
      const now = is?.get(key)
      if (now?.text === text) continue
      // A server deletes what has expired at its own time.
      if (!now && row.expiresAt instanceof Date && row.expiresAt < new Date()) {
        was?.delete(key)
        continue
      }
      changed.add(name)
      if (now && name === 'chatRoom') {
        row.revision = now.row.revision
        was?.set(key, { row, text: JSON.stringify(row) })
      }
      if (now) others.push(() => table.updateMany({ where: keyOf(row, columns), data: row }))
      else others.push(() => table.createMany({ data: [row] }))
    }
  }
  // In one transaction, made of promises that Prisma has not begun.
  if (changed.size > 0) await prisma.$transaction([...added, ...others].map((undo) => undo()))
  return [...changed]
}

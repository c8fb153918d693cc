import type { ForwardedFrom, SystemMessage } from '../../contract/messages.js'
import type { ReactionCount } from '../../contract/reactions.js'
import type { RoomChange } from '../../store/change.js'
import type { Db, StoredMessage } from '../../store/client.js'
import { deleteWithMessages, forgetAuthor } from '../../store/erased-messages.js'
import {
  changeMessage,
  emptied,
  findMessage,
  findMessages,
  lastShown,
  type MessageRow,
  mentionsOf,
} from '../../store/messages.js'
import { firstReactors } from '../../store/reactions.js'
import { forgetBlocksOf } from '../../store/search-blocks.js'
import { firstRepliers, placesOf, threadOf } from '../../store/threads.js'
import { uncount } from '../../store/unread.js'
import { usersById } from '../../store/users.js'
import type { Context } from '../context.js'
import { namedReactors } from '../reaction-counts.js'
import { threadEvent } from '../sending.js'
import { showMessages } from '../show-messages.js'
import { englishOf } from '../system-text.js'
import { type Erased, names, saidByNobody, withoutPerson } from './erased.js'

/** Where messages are changed: in a room that lives, as one of its changes; in one that was deleted, where nobody is told. */
export type Place = { tx: Db; now: Date; change: RoomChange | undefined }

/** What becomes of a message. */
interface Fate {
  row: MessageRow
  data: Partial<StoredMessage>
  /** It goes, and a tombstone stays. */
  isDeleted: boolean
}

/** Takes somebody out of messages of one room, which are read again here. */
export async function eraseFrom(context: Context, place: Place, erased: Erased, ids: string[]): Promise<void> {
  const { tx, now, change } = place
  const rows = (await findMessages(tx, ids)).sort((a, b) => a.seq - b.seq)
  const [first] = rows
  if (!first) return
  const fates: Fate[] = []
  for (const row of rows) {
    const fate = await fateOf(context, place, row, erased)
    if (fate) fates.push(fate)
  }
  const deleted = fates.filter(({ isDeleted }) => isDeleted).map(({ row }) => row)
  const own = fates.flatMap(({ row }) => (row.userId === erased.userId ? [row] : []))
  await deleteWithMessages(tx, deleted)
  await forgetAuthor(tx, erased.userId, own)
  const seqs = fates.map(({ row }) => row.seq)
  if (seqs.length > 0) await forgetBlocksOf(tx, first.roomId, seqs)
  const changed: MessageRow[] = []
  for (const { row, data, isDeleted } of fates) {
    const revision = change?.takeRevision() ?? row.revision
    changed.push(await changeMessage(tx, row.id, { ...data, revision, ...(isDeleted ? { deletedAt: now } : {}) }))
  }
  if (change) await tellIn(context, change, changed, deleted)
  await settleThreads(context, place, rows, deleted, erased.userId)
}

/** What nobody has to read any more is counted so, and the room is told. */
async function tellIn(
  context: Context,
  change: RoomChange,
  changed: MessageRow[],
  deleted: MessageRow[],
): Promise<void> {
  const unread = deleted.filter(({ kind }) => kind === 'user').flatMap((row) => placesOf(row))
  if (unread.length > 0) await uncount(change.tx, unread)
  await settleLast(change, deleted)
  for (const message of await showMessages(context, change.tx, changed, undefined)) {
    const { roomId, revision } = message
    const type = message.deletedAt === null ? 'message.updated' : 'message.deleted'
    change.events.push({ type, roomId, revision, message })
  }
}

/** What becomes of a message; undefined where there is nothing of theirs in it. */
async function fateOf(
  context: Context,
  place: Place,
  row: MessageRow,
  { userId, messages }: Erased,
): Promise<Fate | undefined> {
  const isOwn = row.userId === userId
  const isSaid = row.kind === 'user'
  const from = row.forwardedFrom === null ? null : (JSON.parse(row.forwardedFrom) as ForwardedFrom)
  const isForwarded = from?.userId === userId
  const author: Partial<StoredMessage> = isOwn
    ? { userId: null, clientId: null, bodyHash: null, ...(isSaid ? { saidAs: saidByNobody } : {}) }
    : {}
  if (row.deletedAt !== null) return isOwn ? { row, data: author, isDeleted: false } : undefined
  const told = systemWithout(row, userId)
  if (told === null || (messages === 'delete' && ((isOwn && isSaid) || isForwarded))) {
    return { row, data: { ...emptied, ...author }, isDeleted: true }
  }
  const mentions = mentionsOf(row)
  const data: Partial<StoredMessage> = {
    ...author,
    ...(mentions.includes(userId) && { mentions: JSON.stringify(mentions.filter((id) => id !== userId)) }),
    ...(isForwarded && { forwardedFrom: JSON.stringify({ ...from, userId: null, name: null }) }),
    ...(row.pinnedById === userId && { pinnedById: null }),
    ...(told && { system: JSON.stringify(told), text: await wordsOf(context, place, told, row) }),
    ...(await reactionsWithout(place.tx, row, userId)),
  }
  return Object.keys(data).length > 0 ? { row, data, isDeleted: false } : undefined
}

/** What the system said, without them: undefined where it does not name them, null where it is about them alone. */
function systemWithout({ kind, system, userId }: MessageRow, erasedId: string): SystemMessage | null | undefined {
  if (kind === 'user') return undefined
  // Of before 0.2 there are words alone, with a name in them.
  if (system === null) return userId === erasedId ? null : undefined
  const said = JSON.parse(system) as SystemMessage
  return names(said, erasedId) ? withoutPerson(said, erasedId) : undefined
}

/** Its words anew: those that are stored have the name in them. */
async function wordsOf(context: Context, { tx, change }: Place, said: SystemMessage, row: MessageRow): Promise<string> {
  const users = await usersById(tx, [said.actorId, ...(said.userIds ?? [])])
  const called = Object.fromEntries([...users].map(([id, { name }]) => [id, name]))
  const room =
    change?.room ?? (await tx.chatRoom.findUniqueOrThrow({ where: { id: row.roomId }, select: { type: true } }))
  return context.systemText?.(said, called) ?? englishOf(said, called, room.type)
}

/** The summary of a message's reactions, where it still names somebody whose reactions are gone. */
async function reactionsWithout(tx: Db, row: MessageRow, userId: string): Promise<Partial<StoredMessage>> {
  const counts = JSON.parse(row.reactions) as ReactionCount[]
  if (!counts.some(({ userIds }) => userIds.includes(userId))) return {}
  await tx.chatMessageReaction.deleteMany({ where: { messageId: row.id, userId } })
  const left: ReactionCount[] = []
  for (const { reaction } of counts) {
    const count = await tx.chatMessageReaction.count({ where: { messageId: row.id, reaction } })
    if (count > 0) left.push({ reaction, count, userIds: await firstReactors(tx, row.id, reaction, namedReactors) })
  }
  return { reactions: JSON.stringify(left) }
}

/** The list of rooms is ordered by the message that is shown as the last. */
async function settleLast(change: RoomChange, deleted: MessageRow[]): Promise<void> {
  const highest = Math.max(0, ...deleted.map(({ seq }) => seq))
  if (highest === 0) return
  const last = await lastShown(change.tx, change.room.id)
  if ((last?.seq ?? 0) < highest) change.set({ lastMessageAt: last?.createdAt ?? change.room.createdAt })
}

/** The messages that threads are of no longer count what was deleted there, nor show who is gone. */
async function settleThreads(
  context: Context,
  { tx, change }: Place,
  rows: MessageRow[],
  deleted: MessageRow[],
  userId: string,
): Promise<void> {
  const shown = rows.flatMap((row) => (threadOf(row)?.userIds.includes(userId) ? [row.id] : []))
  const threads = new Set([...rows.flatMap(({ threadId }) => threadId ?? []), ...shown])
  for (const threadId of threads) {
    const root = await findMessage(tx, (rows[0] as MessageRow).roomId, threadId)
    const thread = root && threadOf(root)
    const gone = deleted.filter((row) => row.threadId === threadId).length
    if (!thread || (gone === 0 && !thread.userIds.includes(userId))) continue
    const repliers = change ? await firstRepliers(tx, threadId) : thread.userIds
    const userIds = repliers.filter((id) => id !== userId)
    const revision = change?.takeRevision() ?? root.revision
    const data = { thread: JSON.stringify({ ...thread, count: thread.count - gone, userIds }), revision }
    const [message] = await showMessages(context, tx, [await changeMessage(tx, threadId, data)], undefined)
    if (message) change?.events.push(threadEvent(message))
  }
}

import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { FollowedThread } from '../contract/followed-threads.js'
import type { Message, MessagePage } from '../contract/messages.js'
import { notFound } from '../contract/problems.js'
import type { ThreadMe } from '../contract/threads.js'
import type { User } from '../contract/users.js'
import type { RoomChange } from '../store/change.js'
import type { Db } from '../store/client.js'
import { changeMessage, findMessage, type MessageRow, mentionsOf } from '../store/messages.js'
import type { RoomRow } from '../store/rooms.js'
import {
  followAgain,
  followersOf,
  moveThreadMarker,
  type SeenThread,
  setFollowing,
  takeFollowers,
  threadOfUser,
  threadsOfUser,
  withoutBlocked,
} from '../store/thread-followers.js'
import { replaceThreadMentions } from '../store/thread-mentions.js'
import { firstRepliers, threadOf } from '../store/threads.js'
import { usersById } from '../store/users.js'
import { type Actor, system } from './actor.js'
import { type Context, clampInt32 } from './context.js'
import { type MessagePosition, readHistory, sidesOf } from './history.js'
import { type Membership, requireMember, whyNotAMember } from './membership.js'
import { findReadable, readerAt, readerOf } from './readable.js'
import type { Acting } from './room-change.js'
import { threadEvent } from './sending.js'
import { showMessages } from './show-messages.js'

/** The replies to messages of a room, each in the thread of its message. They are sent and changed as messages are. */
export class Threads {
  constructor(readonly context: Context) {}

  /** A page of a thread, ascending by `threadSeq`; a message that nobody has replied to has an empty one. */
  async list(actor: Actor, roomId: string, messageId: string, position: MessagePosition): Promise<MessagePage> {
    const { work } = this.context
    const { room, hasThread, rows, users } = await readHistory(work, roomId, actor, position, messageId)
    if (!room) throw notFound()
    if (actor !== system && !room.isMember) throw await whyNotAMember(work.db, { ...room, id: roomId }, actor)
    if (!hasThread) throw notFound()
    const items = await showMessages(this.context, work.db, rows, readerAt(actor, roomId, room.hiddenUpTo), users)
    return { items, ...sidesOf(rows, { last: room.lastSeq }, position, messageId) }
  }

  /** The threads that somebody follows, in rooms that they are in, those with the last reply first. */
  async followed(
    userId: string,
    { limit = pageSize, cursor, unread = false }: PageRequest & { unread?: boolean | undefined },
  ): Promise<Page<FollowedThread>> {
    const { work, cursors } = this.context
    const list = `threads ${unread} ${userId}`
    const position = cursors.read<[at: number, id: string]>(list, cursor)
    const behind = position && { at: position[0], id: position[1] }
    const found = await threadsOfUser(work, userId, { isUnread: unread, cursor: behind }, limit + 1)
    const page = cursors.page(list, found, limit, ({ root }) => [Date.parse(threadOf(root)?.lastAt ?? ''), root.id])
    const writers = new Map(page.rows.flatMap(({ writer }) => (writer ? [[writer.id, writer] as const] : [])))
    const messages = await showMessages(
      this.context,
      work.db,
      page.rows.map(({ root }) => root),
      readerOf(userId, new Map(page.rows.map(({ root, hiddenUpTo }) => [root.roomId, hiddenUpTo]))),
      writers,
    )
    const items = page.rows.map((seen, n): FollowedThread => {
      const { roomId } = seen.root
      return { message: messages[n] as Message, room: { id: roomId, name: seen.roomName }, me: sideOf(seen) }
    })
    return { items, nextCursor: page.nextCursor }
  }

  /** Somebody's own side of a thread. */
  async me(userId: string, roomId: string, messageId: string): Promise<ThreadMe> {
    const found = await this.#rootOf(userId, roomId, messageId)
    return (await this.find(userId, messageId)) ?? noSide(found)
  }

  /** The same for the library's own use; undefined where they never followed it, or are not in its room. */
  async find(userId: string, messageId: string): Promise<ThreadMe | undefined> {
    const seen = await threadOfUser(this.context.work, userId, messageId)
    return seen && sideOf(seen)
  }

  /**
   * Whoever follows a thread by themselves has read what is there; whoever stops is asked again by the next mention of them. Under the
   * lock of the room, so that nothing is left of it in a room that is being deleted.
   */
  async follow(userId: string, roomId: string, messageId: string, isFollowing: boolean): Promise<ThreadMe> {
    const { work } = this.context
    const check = ({ db, room, member }: Acting) => findRoot(db, { room, member }, messageId)
    const found = await work.changeRoom({ actor: userId, roomId, check }, async ({ tx }, found) => {
      const lastReadSeq = threadOf(found.root)?.lastSeq ?? 0
      const on = { db: tx, dialect: work.dialect }
      await setFollowing(on, { threadId: messageId, userId, roomId, lastReadSeq, isFollowing })
      return found
    })
    work.publish({ type: 'thread.changed', userId, roomId, messageId })
    return (await this.find(userId, messageId)) ?? noSide(found)
  }

  /** Moves the marker of a follower forward, at most to the last reply. Of others nothing is stored. */
  async markRead(userId: string, roomId: string, messageId: string, seq: number): Promise<ThreadMe> {
    const { work } = this.context
    const found = await this.#rootOf(userId, roomId, messageId)
    const furthest = Math.min(clampInt32(seq), threadOf(found.root)?.lastSeq ?? 0)
    const moved = await work.write((db) => moveThreadMarker(db, messageId, userId, furthest))
    if (moved) work.publish({ type: 'thread.changed', userId, roomId, messageId })
    return (await this.find(userId, messageId)) ?? noSide(found)
  }

  /** Who follows a thread and is in its room, in the order of their ids; for the host's own code. */
  async followers(roomId: string, messageId: string, { limit = pageSize, cursor }: PageRequest): Promise<Page<User>> {
    const { work, cursors, view } = this.context
    await this.#rootOf(system, roomId, messageId)
    const list = `followers ${messageId}`
    const ids = await followersOf(work, messageId, cursors.read<string>(list, cursor) ?? '', limit + 1)
    const page = cursors.page(list, ids, limit, (id) => id)
    const users = await usersById(work.db, page.rows)
    return { items: page.rows.map((id) => view.userOr(users.get(id), id, true)), nextCursor: page.nextCursor }
  }

  async #rootOf(actor: Actor, roomId: string, messageId: string): Promise<Found> {
    const { db } = this.context.work
    return findRoot(db, await requireMember(db, roomId, actor), messageId)
  }
}

/** The message that a thread is of, or may be. */
async function findRoot(db: Db, membership: Membership, messageId: string): Promise<Found> {
  const root = await findReadable(db, membership, messageId)
  if (!root || root.threadId !== null || root.kind === 'system') throw notFound()
  return { room: membership.room, root }
}

/** The message that a thread is of, and the room as it was read before it. */
interface Found {
  room: RoomRow
  root: MessageRow
}

/** What somebody has who never followed a thread. */
const noSide = ({ room, root }: Found): ThreadMe => ({
  ...{ isFollowing: false, lastReadSeq: 0, unreadCount: 0, mentionCount: 0 },
  ...{ lastSeq: threadOf(root)?.lastSeq ?? 0, revision: room.revision },
})

const sideOf = ({ isFollowing, lastReadSeq, unreadCount, mentionCount, ...seen }: SeenThread): ThreadMe => ({
  ...{ isFollowing, lastReadSeq, unreadCount, mentionCount },
  ...{ lastSeq: seen.lastReplySeq, revision: seen.revision },
})

/**
 * A message mentions others than before. They follow its thread from now on, whether it is a reply there or the message that the
 * thread is of; before the first reply only whoever had stopped does, since that reply makes the others follow. Returns whose side of the
 * thread it may have changed.
 */
export async function mentionInThread(
  { work }: Context,
  { tx }: RoomChange,
  before: MessageRow,
  after: MessageRow,
): Promise<string[]> {
  const { roomId, userId: by, threadSeq } = after
  await replaceThreadMentions(tx, before, after)
  const known = mentionsOf(before)
  const added = mentionsOf(after).flatMap((userId) => (known.includes(userId) ? [] : [{ userId, by }]))
  const userIds = (await withoutBlocked(tx, added)).map(({ userId }) => userId)
  const threadId = after.threadId ?? after.id
  if (after.threadId === null && after.thread === null) {
    await followAgain(tx, threadId, userIds)
    return userIds
  }
  const readSeq = threadSeq === null ? 0 : threadSeq - 1
  await takeFollowers(
    { db: tx, dialect: work.dialect },
    userIds.map((userId) => ({ threadId, userId, roomId, readSeq, reason: 'mentioned' })),
  )
  return userIds
}

/** A reply was deleted: the message that its thread is of no longer counts it. */
export async function withdrawReply(context: Context, change: RoomChange, reply: MessageRow): Promise<void> {
  const { tx } = change
  await replaceThreadMentions(tx, reply)
  const root = reply.threadId === null ? null : await findMessage(tx, reply.roomId, reply.threadId)
  const thread = root && threadOf(root)
  if (!root || !thread) return
  const isShown = reply.userId !== null && thread.userIds.includes(reply.userId)
  const userIds = isShown ? await firstRepliers(tx, root.id) : thread.userIds
  const revision = change.takeRevision()
  const data = { thread: JSON.stringify({ ...thread, count: thread.count - 1, userIds }), revision }
  const [shown] = await showMessages(context, tx, [await changeMessage(tx, root.id, data)], undefined)
  if (shown) change.events.push(threadEvent(shown))
}

import { type ChatError, conflict, invalid } from '../../contract/problems.js'
import type { Db } from '../client.js'
import type { NewFollower, Reason, ThreadWrites } from '../dialects/dialect.js'
import { findMessages, type MessageRow, mentionsOf, type NewMessage } from '../messages.js'
import { placeOf } from '../readable.js'
import { type Called, withoutBlocked } from '../thread-followers.js'
import { threadMentionsOf } from '../thread-mentions.js'
import { threadOf, withReply } from '../threads.js'
import type { AppendRequest } from './message.js'

export const isReply = ({ threadId }: Pick<AppendRequest, 'threadId'>): boolean => threadId !== null

/** Whether it is to be in its thread alone, and not shown in the room. */
export const staysApart = ({ threadId, alsoInRoom }: Pick<AppendRequest, 'threadId' | 'alsoInRoom'>): boolean =>
  threadId !== null && !alsoInRoom

/**
 * The threads that the messages of a batch go into, as they are after the replies that were numbered so far. Only replies cost
 * the read. It comes after the room was locked, or its revision read, so nothing that it finds can change unnoticed.
 */
export class Threads {
  /** The messages that the threads are of. */
  readonly #roots: Map<string, MessageRow>
  readonly #changed = new Map<string, MessageRow>()
  readonly #called: Called[] = []

  constructor(roots: MessageRow[]) {
    this.#roots = new Map(roots.map((root) => [root.id, root]))
  }

  static async of(db: Db, requests: readonly AppendRequest[]): Promise<Threads> {
    const ids = new Set(requests.flatMap(({ threadId }) => threadId ?? []))
    return new Threads(ids.size === 0 ? [] : await findMessages(db, [...ids]))
  }

  /** Takes in a message that threads may be of. */
  know(root: MessageRow): void {
    this.#roots.set(root.id, root)
  }

  /** The message that a thread is of, with the replies that were taken in. */
  rootOf(threadId: string): MessageRow | undefined {
    return this.#roots.get(threadId)
  }

  /** Why a message cannot be a reply in the thread that it names. Up to a place, messages do not exist for its sender. */
  refusalOf({ threadId, roomId }: AppendRequest, hiddenUpTo: number): ChatError | undefined {
    if (threadId === null) return undefined
    const root = this.#roots.get(threadId)
    if (root?.roomId !== roomId || placeOf(root) <= hiddenUpTo)
      return invalid('/threadId', 'there is no such message in this room')
    if (root.threadId !== null) return invalid('/threadId', 'is a reply itself: name the message that its thread is of')
    if (root.kind === 'system') return invalid('/threadId', 'is a message of the system, which has no thread')
    return root.thread === null && root.deletedAt !== null ? conflict('the message was deleted') : undefined
  }

  /** The place of the next reply in a thread. */
  nextSeq(threadId: string): number {
    const root = this.#roots.get(threadId)
    return ((root && threadOf(root)?.lastSeq) ?? 0) + 1
  }

  /** Where the message of a thread stands in the room. */
  rootSeq(threadId: string): number | null {
    return this.#roots.get(threadId)?.seq ?? null
  }

  /** Takes in a reply. */
  add(reply: MessageRow): void {
    const root = this.#roots.get(reply.threadId ?? '')
    if (!root) return
    this.#follow(root, reply)
    this.#roots.set(root.id, { ...root, thread: JSON.stringify(withReply(threadOf(root), reply)) })
  }

  /** The message that a thread is of changes at this revision, with the replies that were taken in. */
  changeRoot(threadId: string, revision: number): MessageRow | undefined {
    const root = this.#roots.get(threadId)
    if (!root) return undefined
    const changed = { ...root, revision }
    this.#changed.set(threadId, changed)
    return changed
  }

  /** Who wrote the message that a thread is of, or was mentioned in it, follows it from its first reply on; then who replies, or is mentioned. */
  #follow(root: MessageRow, reply: MessageRow): void {
    const [seq, isFirst] = [reply.threadSeq ?? 0, root.thread === null]
    const add = (userId: string | null, by: string | null, readSeq: number, reason: Reason) => {
      if (userId !== null) this.#called.push({ threadId: root.id, userId, roomId: root.roomId, readSeq, reason, by })
    }
    if (isFirst) for (const userId of [root.userId, ...mentionsOf(root)]) add(userId, root.userId, 0, 'begun')
    for (const userId of mentionsOf(reply)) add(userId, reply.userId, seq - 1, 'mentioned')
    if (reply.kind === 'user') add(reply.userId, reply.userId, seq, 'replied')
  }

  /** Each follower once. Among several reasons, whoever replied has read up to there, and of the others the first one counts. */
  async #followers(db: Db): Promise<NewFollower[]> {
    const followers = new Map<string, NewFollower>()
    for (const { by: _, ...follower } of await withoutBlocked(db, this.#called)) {
      const key = `${follower.threadId} ${follower.userId}`
      const known = followers.get(key)
      if (!known || follower.reason === 'replied') followers.set(key, follower)
      else if (known.reason === 'begun') followers.set(key, { ...known, reason: follower.reason })
    }
    return [...followers.values()]
  }

  /** What these replies write beside their own rows. */
  async writes(db: Db, inserted: readonly NewMessage[]): Promise<ThreadWrites> {
    const roots = [...this.#changed.values()].map((root) => {
      const { lastSeq = 0, lastAt = '' } = threadOf(root) ?? {}
      const { id, roomId, thread, revision } = root
      return { id, roomId, thread: thread ?? '', revision, lastReplySeq: lastSeq, lastReplyAt: new Date(lastAt) }
    })
    const places = inserted.flatMap(({ id, roomId, threadId, threadSeq }) =>
      threadId === null || threadSeq === null ? [] : [{ threadId, seq: threadSeq, messageId: id, roomId }],
    )
    const mentions = inserted.flatMap(threadMentionsOf)
    return { roots, places, followers: await this.#followers(db), mentions }
  }
}

/** By how much messages move on the counters of their room. */
export const countersOf = (requests: readonly AppendRequest[]) => ({
  count: requests.length + new Set(requests.flatMap(({ threadId }) => threadId ?? [])).size,
  seqs: requests.filter((request) => !staysApart(request)).length,
  replies: requests.filter(staysApart).length,
})

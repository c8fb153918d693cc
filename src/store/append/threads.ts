import { type ChatError, conflict, invalid } from '../../contract/problems.js'
import type { Db } from '../client.js'
import type { NewFollower, ThreadWrites } from '../dialects/dialect.js'
import { findMessages, type MessageRow, mentionsOf, type NewMessage } from '../messages.js'
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
  readonly #followers = new Map<string, NewFollower>()

  constructor(roots: MessageRow[]) {
    this.#roots = new Map(roots.map((root) => [root.id, root]))
  }

  static async of(db: Db, requests: readonly AppendRequest[]): Promise<Threads> {
    const ids = new Set(requests.flatMap(({ threadId }) => threadId ?? []))
    return new Threads(ids.size === 0 ? [] : await findMessages(db, [...ids]))
  }

  /** Why a message cannot be a reply in the thread that it names. */
  refusalOf({ threadId, roomId }: AppendRequest): ChatError | undefined {
    if (threadId === null) return undefined
    const root = this.#roots.get(threadId)
    if (root?.roomId !== roomId) return invalid('/threadId', 'there is no such message in this room')
    if (root.threadId !== null) return invalid('/threadId', 'is a reply itself: name the message that its thread is of')
    if (root.kind === 'system') return invalid('/threadId', 'is a message of the system, which has no thread')
    return root.thread === null && root.deletedAt !== null ? conflict('the message was deleted') : undefined
  }

  /** The place of the next reply in a thread. */
  nextSeq(threadId: string): number {
    const root = this.#roots.get(threadId)
    return ((root && threadOf(root)?.lastSeq) ?? 0) + 1
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
    const add = (userId: string | null, firstSeq: number, readSeq: number, isAgain: boolean) => {
      if (userId === null) return
      const key = `${root.id} ${userId}`
      const known = this.#followers.get(key)
      this.#followers.set(key, {
        ...{ threadId: root.id, userId, roomId: root.roomId },
        firstSeq: Math.max(known?.firstSeq ?? firstSeq, readSeq),
        readSeq: Math.max(known?.readSeq ?? 0, readSeq),
        isAgain: isAgain || known?.isAgain === true,
      })
    }
    if (isFirst) for (const userId of [root.userId, ...mentionsOf(root)]) add(userId, 0, 0, false)
    for (const userId of mentionsOf(reply)) add(userId, seq - 1, 0, true)
    if (reply.kind === 'user') add(reply.userId, seq, seq, true)
  }

  /** What these replies write beside their own rows. */
  writes(inserted: readonly NewMessage[]): ThreadWrites {
    const roots = [...this.#changed.values()].map((root) => {
      const { lastSeq = 0, lastAt = '' } = threadOf(root) ?? {}
      const { id, roomId, thread, revision } = root
      return { id, roomId, thread: thread ?? '', revision, lastReplySeq: lastSeq, lastReplyAt: new Date(lastAt) }
    })
    const places = inserted.flatMap(({ id, roomId, threadId, threadSeq }) =>
      threadId === null || threadSeq === null ? [] : [{ threadId, seq: threadSeq, messageId: id, roomId }],
    )
    const mentions = inserted.flatMap(threadMentionsOf)
    return { roots, places, followers: [...this.#followers.values()], mentions }
  }
}

/** By how much messages move on the counters of their room. */
export const countersOf = (requests: readonly AppendRequest[]) => ({
  count: requests.length + new Set(requests.flatMap(({ threadId }) => threadId ?? [])).size,
  seqs: requests.filter((request) => !staysApart(request)).length,
  replies: requests.filter(staysApart).length,
})

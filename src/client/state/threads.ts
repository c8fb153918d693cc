import type { DurableEvent } from '../../contract/events.js'
import type { Page } from '../../contract/fields.js'
import type { FollowedThread } from '../../contract/followed-threads.js'
import type { Message } from '../../contract/messages.js'
import type { ThreadMe } from '../../contract/threads.js'
import type { KnownThreads } from './known-threads.js'
import type { State } from './state.js'
import { untimed, upsertUsers } from './users.js'

const put = (state: State, changes: Partial<KnownThreads>): State => ({
  ...state,
  threads: { ...state.threads, ...changes },
})

const lastAt = ({ message }: FollowedThread): string => message.thread?.lastAt ?? ''
const lastFirst = (items: readonly FollowedThread[]) =>
  [...items].sort((one, other) => (lastAt(one) < lastAt(other) ? 1 : -1))

/** My side of a thread, as the server said. */
export function takeSide(state: State, messageId: string, me: ThreadMe): State {
  const { items, sides } = state.threads
  return put(state, {
    sides: new Map(sides).set(messageId, me),
    items: items.flatMap((item) => (item.message.id !== messageId ? item : me.isFollowing ? { ...item, me } : [])),
  })
}

/** A page of the threads that I follow; the first one replaces all. */
export function takeThreads(state: State, { items, nextCursor }: Page<FollowedThread>, cursor?: string): State {
  const learned = upsertUsers(state, untimed, ...items.map(({ message }) => message.user))
  const known = cursor === undefined ? [] : state.threads.items.filter((item) => !items.some((one) => isOf(one, item)))
  const sides = new Map(state.threads.sides)
  for (const { message, me } of items) sides.set(message.id, me)
  return put(learned, {
    items: lastFirst([...known, ...items]),
    sides,
    cursor: nextCursor,
    status: 'ready',
    error: null,
  })
}

const isOf = (one: FollowedThread, other: FollowedThread): boolean => one.message.id === other.message.id

export const failThreads = (state: State, error: KnownThreads['error']): State =>
  put(state, { status: 'failed', error })

export const loadThreads = (state: State): State => put(state, { status: 'loading', error: null })

/** Takes in a message that a thread is of, as it is now. */
export function takeRoot(state: State, root: Message, opens = false): State {
  const { items, roots } = state.threads
  const isOld = (known: Message | undefined) => known && known.revision > root.revision
  const before = roots.get(root.id)
  const isOpen = (opens || before) && !isOld(before)
  const known = items.find(({ message }) => message.id === root.id)
  const isListed = known && !isOld(known.message)
  if (!isOpen && !isListed) return state
  const message = { ...root, myReactions: root.myReactions ?? known?.message.myReactions ?? [] }
  return put(state, {
    roots: isOpen ? new Map(roots).set(root.id, message) : roots,
    items: isListed ? lastFirst(items.map((item) => (item === known ? { ...item, message } : item))) : items,
  })
}

/** My side of a thread after a reply that nobody has counted yet. */
function afterReply(me: ThreadMe, { threadSeq, revision, kind, user, mentions }: Message, myId: string): ThreadMe {
  const seq = threadSeq ?? 0
  if (kind === 'user' && user?.id === myId) {
    const lastReadSeq = Math.max(seq, me.lastReadSeq)
    return { isFollowing: true, lastReadSeq, unreadCount: 0, mentionCount: 0, lastSeq: seq, revision }
  }
  if (kind === 'system' || seq <= me.lastReadSeq) return me
  const isMention = mentions.includes(myId)
  return {
    ...me,
    isFollowing: me.isFollowing || isMention,
    unreadCount: me.unreadCount + 1,
    mentionCount: me.mentionCount + Number(isMention),
    lastSeq: seq,
    revision,
  }
}

/**
 * Takes in what happened in a room as far as it concerns threads that I follow. Returns the message whose thread has to be asked about,
 * where that does not say enough: a reply was changed, or I follow a thread that is not listed.
 */
export function takeThreadEvent(state: State, event: DurableEvent): { state: State; toAsk?: string } {
  if (!('message' in event)) return { state }
  const { message, type } = event
  const { threadId } = message
  const myId = state.me?.id ?? ''
  const { items, sides } = state.threads
  if (threadId === null) {
    const { id, kind, thread, user, mentions } = message
    // Whoever wrote a message, or is mentioned in it, follows its thread from the first reply on.
    const isMine = thread !== null && kind === 'user' && (user?.id === myId || mentions.includes(myId))
    const isListed = items.some((item) => item.message.id === id)
    const next = takeRoot(state, message)
    return isMine && !isListed && sides.get(id)?.isFollowing !== false ? { state: next, toAsk: id } : { state: next }
  }
  const me = sides.get(threadId)
  const listed = items.find((item) => item.message.id === threadId)
  if (type !== 'message.created') return me && me.unreadCount > 0 ? { state, toAsk: threadId } : { state }
  const isMine = message.kind === 'user' && message.user?.id === myId
  if (!me?.isFollowing || !listed)
    return isMine || message.mentions.includes(myId) || me ? { state, toAsk: threadId } : { state }
  // The page that told of the thread has counted this one.
  if ((message.threadSeq ?? 0) <= (listed.message.thread?.lastSeq ?? 0)) return { state }
  return { state: takeSide(state, threadId, afterReply(me, message, myId)) }
}

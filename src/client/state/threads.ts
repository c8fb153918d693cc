import type { MessageCause } from '../../contract/events.js'
import type { Page } from '../../contract/fields.js'
import type { FollowedThread } from '../../contract/followed-threads.js'
import type { Message } from '../../contract/messages.js'
import type { ThreadMe } from '../../contract/threads.js'
import type { KnownThread, KnownThreads } from './known-threads.js'
import { historyOf, mine } from './messages.js'
import { isMine } from './room-map.js'
import { entryOf, noUnread, type State } from './state.js'
import { changeOf, countsOf, withChange, withMarker, withTally } from './unread.js'
import { untimed, upsertUsers } from './users.js'

/** With more changes than these to count in, it is cheaper to ask. */
const mostChanges = 100

/** A thread of which only the room is known. */
const unknownThread = (roomId: string): KnownThread => ({
  ...{ roomId, roomName: null, root: undefined, isFollowing: false, lastReadSeq: 0 },
  ...{ unread: noUnread, isStale: false },
})

const threadOf = (state: State, id: string): KnownThread | undefined => state.threads.known.get(id)

export const putThreads = (state: State, changes: Partial<KnownThreads>): State => ({
  ...state,
  threads: { ...state.threads, ...changes },
})

function put(state: State, id: string, roomId: string, changes: Partial<KnownThread>): State {
  const { known } = state.threads
  const thread = { ...(known.get(id) ?? unknownThread(roomId)), ...changes }
  return putThreads(state, { known: new Map(known).set(id, thread) })
}

/** My side of a thread, with what has happened since the server counted it; null if the server has not said it yet. */
export function sideOf(thread: KnownThread | undefined): ThreadMe | null {
  const { isFollowing = false, lastReadSeq = 0, unread = noUnread } = thread ?? {}
  const { tally, changes } = unread
  if (!tally) return null
  const lastSeq = Math.max(tally.lastMessageSeq, ...[...changes.values()].map(({ seq }) => seq))
  return { isFollowing, lastReadSeq, ...countsOf(unread).counts, lastSeq, revision: tally.revision }
}

/** Counts from where I have read on, and says whether the server has to be asked. */
function putCounted(state: State, id: string, roomId: string, changes: Partial<KnownThread>): State {
  const thread = { ...(threadOf(state, id) ?? unknownThread(roomId)), ...changes }
  const entry = entryOf(state, roomId)
  const isCurrent = entry.seen >= (thread.unread.tally?.revision ?? 0)
  const unread = withMarker(thread.unread, thread.lastReadSeq, historyOf(entry, id), isCurrent, state)
  const isUncertain = countsOf(unread).isUncertain || unread.changes.size > mostChanges
  return put(state, id, roomId, { ...changes, unread, isStale: thread.isStale || isUncertain })
}

/** A thread is looked at: what happens in it matters from now on. */
export function openThread(state: State, roomId: string, id: string): State {
  const root = threadOf(state, id)?.root ?? entryOf(state, roomId).history?.items.find((item) => item.id === id)
  return put(state, id, roomId, { root })
}

/** My side of a thread, as the server says; what it said later stays. */
export function takeSide(state: State, me: ThreadMe, _asked: unknown, roomId: string, id: string): State {
  const { revision, lastReadSeq, unreadCount, mentionCount } = me
  const known = threadOf(state, id) ?? unknownThread(roomId)
  const tally = { revision, lastMessageSeq: me.lastSeq, lastReadSeq, unreadCount, mentionCount }
  const unread = withTally(known.unread, tally)
  const hasReplied = [...unread.changes.values()].some((change) => change.isMine && change.seq > me.lastSeq)
  const next = putCounted(state, id, roomId, {
    ...{ unread, isStale: false, lastReadSeq: Math.max(known.lastReadSeq, lastReadSeq) },
    isFollowing: unread === known.unread ? known.isFollowing : me.isFollowing || hasReplied,
  })
  // What was counted before says how far I have read, and not what is unread from there on.
  const isGuess = unread === known.unread && threadOf(next, id)?.unread.tally?.isGuess
  return isGuess ? missThreads(next, [id]) : next
}

/** Takes in a message that a thread is of, if the thread is known. */
export function takeRoot(state: State, root: Message, asked = untimed, cause?: MessageCause): State {
  const known = threadOf(state, root.id)
  if (!known || (known.root && known.root.revision > root.revision)) return state
  const myReactions = mine(root, known.root, state.me?.id ?? '', cause)
  return put(upsertUsers(state, asked, root.user), root.id, root.roomId, { root: { ...root, myReactions } })
}

/** A page of the threads that I follow, at a cursor; undefined for the first one. What is known of others stays. */
export function takeThreads(state: State, { items, nextCursor }: Page<FollowedThread>, asked: number, cursor?: string) {
  let next = state
  for (const { message, room, me } of items) {
    const entry = entryOf(state, room.id)
    // I may have left the room meanwhile, and may have come back.
    if (!isMine(entry) || asked < entry.voidBefore) continue
    next = takeSide(put(next, message.id, room.id, { roomName: room.name }), me, asked, room.id, message.id)
    next = takeRoot(next, message, asked)
  }
  const isNext = cursor === undefined || cursor === state.threads.cursor
  return putThreads(next, {
    cursor: isNext ? nextCursor : state.threads.cursor,
    ...{ status: 'ready', error: null },
  })
}

/** The server has to be asked for my side of these, unless they are not known any more. */
export function missThreads(state: State, ids: Iterable<string>, isStale = true): State {
  const known = new Map(state.threads.known)
  for (const id of ids) {
    const thread = known.get(id)
    if (thread) known.set(id, { ...thread, isStale })
  }
  return putThreads(state, { known })
}

/** I have read a thread that I follow up to a reply. */
export function markThread(state: State, id: string, lastReadSeq: number): State {
  const known = threadOf(state, id)
  return known ? putCounted(state, id, known.roomId, { lastReadSeq }) : state
}

/** I follow a thread, or no longer do. */
export const setFollowing = (state: State, roomId: string, id: string, isFollowing: boolean): State =>
  put(state, id, roomId, { isFollowing })

/** What was told of my side of a thread on another device, or because of one. */
export function takeTold(state: State, roomId: string, id: string, me: ThreadMe): State {
  const known = threadOf(state, id)
  if (!known && (state.threads.status === 'idle' || !me.isFollowing)) return state
  const next = takeSide(state, me, undefined, roomId, id)
  return known?.root ? next : missThreads(next, [id])
}

/** Nothing of the threads of a room is known any more. */
export function dropThreads(state: State, roomId: string): State {
  const rest = [...state.threads.known].filter(([, thread]) => thread.roomId !== roomId)
  return rest.length === state.threads.known.size ? state : putThreads(state, { known: new Map(rest) })
}

/** What mentions me in threads is counted anew, where there is something to read. */
export const recountThreads = (state: State): State =>
  missThreads(
    state,
    [...state.threads.known].flatMap(([id, { unread }]) => (countsOf(unread).counts.unreadCount > 0 ? id : [])),
  )

/** Whether I am somebody of whom it depends. */
const concerns = ({ kind, user, mentions }: Message, myId: string): boolean =>
  kind === 'user' && (user?.id === myId || mentions.includes(myId))

/** Takes in a message that was created, changed or deleted, as far as it concerns threads. The histories do not have it yet. */
export function takeThreadMessage(state: State, message: Message, cause?: MessageCause): State {
  return message.threadId === null
    ? takeNewRoot(state, message, cause)
    : takeReply(state, message.threadId, message, cause)
}

function takeNewRoot(state: State, message: Message, cause?: MessageCause): State {
  const { id, roomId, thread } = message
  const { status, cursor } = state.threads
  const known = threadOf(state, id)
  const myId = state.me?.id ?? ''
  const isFirst = thread?.lastSeq === 1
  if (known) {
    const next = takeRoot(state, message, untimed, cause)
    // Whoever wrote a message, or is mentioned in it, follows its thread from the first reply on; an edit may mention others.
    const isNews = (isFirst && !known.root?.thread) || message.editedAt !== known.root?.editedAt
    return thread && isNews && concerns(message, myId) && !known.isFollowing ? missThreads(next, [id]) : next
  }
  if (status === 'idle' || !thread) return state
  // Others may be one of those whose page was not read yet.
  const mayFollow = concerns(message, myId) || thread.userIds.includes(myId) || (cursor !== null && !isFirst)
  return mayFollow ? takeRoot(put(state, id, roomId, { isStale: true }), message, untimed, cause) : state
}

function takeReply(state: State, threadId: string, message: Message, cause?: MessageCause): State {
  const { roomId, revision } = message
  const known = threadOf(state, threadId)
  if (!known) {
    const isWanted = state.threads.status !== 'idle' && concerns(message, state.me?.id ?? '')
    return isWanted ? put(state, threadId, roomId, { isStale: true }) : state
  }
  const { unread } = known
  if (unread.tally && !known.isFollowing && !concerns(message, state.me?.id ?? '')) return state
  const history = historyOf(entryOf(state, roomId), threadId)
  const seq = message.threadSeq ?? 0
  const change = changeOf({ ...message, seq }, state, { history, unread }, cause)
  const next = withChange(unread, revision, change)
  if (next === unread) return state
  const isNew = change.isMine && seq > (unread.tally?.lastMessageSeq ?? 0)
  return putCounted(state, threadId, roomId, {
    unread: next,
    isFollowing: known.isFollowing || isNew,
    // Whoever is mentioned follows it from then on.
    isStale: known.isStale || !(known.isFollowing || isNew),
    lastReadSeq: change.isMine ? Math.max(seq, known.lastReadSeq) : known.lastReadSeq,
  })
}

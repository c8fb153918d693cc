import type { MessageCause, ReactionCause } from '../../contract/events.js'
import type { Message, MessagePage } from '../../contract/messages.js'
import type { ShownMessage } from '../api/messages.js'
import { acknowledge } from './outbox.js'
import { applyMutation } from './pending-mutations.js'
import { mergePins } from './pins.js'
import type { History, RoomEntry } from './room-entry.js'
import { entryOf, type Pending, patch, type State } from './state.js'
import { untimed, upsertUsers } from './users.js'

/** Whether a message is in its thread alone, and not in the room. */
export const isApart = ({ threadId, alsoInRoom }: Pick<Message, 'threadId' | 'alsoInRoom'>): boolean =>
  !!threadId && !alsoInRoom

/** The part of a message that a reply shows. */
export const quoteOf = (text: string): string => [...text].slice(0, 280).join('')

export const emptyHistory: History = {
  ...{ items: [], anchor: null, hasLatest: false, error: null },
  ...{ isLoadingBefore: false, isLoadingAfter: false },
}

/** The history of a room, or of a thread in it; undefined before the first request for it. */
export const historyOf = ({ history, threads }: RoomEntry, threadId?: string): History | undefined =>
  threadId ? threads?.get(threadId) : history

export function withHistory(state: State, roomId: string, changes: Partial<History>, threadId?: string): State {
  const entry = entryOf(state, roomId)
  const history = { ...emptyHistory, ...historyOf(entry, threadId), ...changes }
  return patch(state, roomId, threadId ? { threads: new Map(entry.threads).set(threadId, history) } : { history })
}

/** The revision at which a message is known; undefined where it is not. */
export function revisionOf(state: State, roomId: string, messageId: string): number | undefined {
  const { history, threads } = entryOf(state, roomId)
  const items = [history, ...(threads?.values() ?? [])].flatMap((known) => known?.items ?? [])
  return items.find(({ id }) => id === messageId)?.revision
}

/** The server has done what was asked. Where the message has changed since it was known at `revision`, the newer version shows. */
export function settleMutation(state: State, { roomId, mutation }: Pending, revision: number | undefined): State {
  const { history, threads } = entryOf(state, roomId)
  if (!mutation || revision === undefined) return state
  const settle = (known: History): History => ({
    ...known,
    items: known.items.map((item) =>
      item.revision === revision ? applyMutation(item, mutation, state.me?.id ?? '') : item,
    ),
  })
  return patch(state, roomId, {
    history: history && settle(history),
    threads: threads && new Map([...threads].map(([id, known]) => [id, settle(known)])),
  })
}

/** Everything that was requested is still requested, and nothing of it is known. */
export const emptiedHistories = ({ history, threads }: RoomEntry): Pick<RoomEntry, 'history' | 'threads'> => ({
  history: history && emptyHistory,
  threads: threads && new Map([...threads.keys()].map((id) => [id, emptyHistory])),
})

/**
 * My reactions to a message that came without them. `userIds` has only the first 20 users: beyond those the known reactions
 * stay, changed by `cause` if I caused it.
 */
export function mine(
  message: Message,
  known: Pick<Message, 'myReactions'> | undefined,
  myId: string,
  cause?: MessageCause,
): string[] {
  if (message.myReactions) return message.myReactions
  const remaining = message.reactions.filter(({ reaction, count, userIds }) => {
    if (userIds.includes(myId)) return true
    if (isReaction(cause) && cause.userId === myId && cause.reaction === reaction)
      return cause.type === 'reaction.added'
    return count > userIds.length && known?.myReactions?.includes(reaction)
  })
  return remaining.map(({ reaction }) => reaction)
}

const isReaction = (cause: MessageCause | undefined): cause is ReactionCause =>
  cause !== undefined && 'reaction' in cause

/**
 * Whether `mine` may be a guess, so that the server has to be asked: if more users reacted than are named, and my reactions
 * may have changed, because I reacted or the cause is unknown.
 */
export const isGuess = ({ reactions }: Message, myId: string, cause: MessageCause | undefined): boolean =>
  (cause === undefined || (isReaction(cause) && cause.userId === myId)) &&
  reactions.some(({ count, userIds }) => count > userIds.length)

/** Merges messages into the known ones: of two versions the higher revision wins. Replies quote the current text of their message. */
function merge(
  items: readonly ShownMessage[],
  messages: Message[],
  myId: string,
  cause: MessageCause | undefined,
  threadId: string | undefined,
) {
  const bySeq = new Map(items.map((item) => [item.seq, item]))
  for (const message of messages) {
    const { id, seq, revision, user, clientId } = message
    const known = bySeq.get(seq)
    if (known && known.revision > revision) continue
    bySeq.set(seq, {
      // The same revision was read again; only my reactions may be known better now.
      ...(known?.revision === revision ? known : message),
      ...{ key: (user?.id === myId && clientId) || id, state: 'sent', error: null },
      myReactions: mine(message, known, myId, cause),
    })
  }
  const merged = [...bySeq.values()].sort((one, other) => one.seq - other.seq)
  return merged.map((item) => {
    const { replyTo } = item
    const isHere = replyTo && (replyTo.threadId ?? undefined) === threadId
    const quoted = isHere ? bySeq.get(replyTo.seq) : undefined
    if (!replyTo || quoted?.id !== replyTo.id) return item
    const [text, firstMedia = null] = [quoteOf(quoted.text), quoted.media[0]]
    return text === replyTo.text && firstMedia?.id === replyTo.firstMedia?.id
      ? item
      : { ...item, replyTo: { ...replyTo, text, firstMedia } }
  })
}

/** Merges messages with their revisions, if the room's messages were requested, and applies other changes of its history. */
export function takePage(
  state: State,
  { items }: Pick<MessagePage, 'items'>,
  asked: number,
  roomId: string,
  changes?: Partial<History>,
  cause?: MessageCause,
  threadId?: string,
): State {
  const history = historyOf(entryOf(state, roomId), threadId)
  const learned = mergePins(
    acknowledge(upsertUsers(state, asked, ...items.map(({ user }) => user)), items),
    roomId,
    items,
  )
  if (!history || !state.me) return learned
  // In the list of a thread a reply stands where it is in the thread, also if it is shown in the room.
  const placed = threadId ? items.map((item) => ({ ...item, seq: item.threadSeq ?? 0 })) : items
  const merged = merge(history.items, placed, state.me.id, cause, threadId)
  return withHistory(learned, roomId, { items: merged, ...changes }, threadId)
}

/** Merges a message into the history of its room, unless it is in a thread alone; and into that of its thread. */
export function takeMessage(state: State, message: Message, cause?: MessageCause): State {
  const { roomId, threadId } = message
  const page = { items: [message] }
  const next = isApart(message) ? state : takePage(state, page, untimed, roomId, {}, cause)
  return threadId ? takePage(next, page, untimed, roomId, {}, cause, threadId) : next
}

import type { ReactionCause } from '../../contract/events.js'
import type { Message, MessagePage } from '../../contract/messages.js'
import type { ShownMessage } from '../api/messages.js'
import { done } from './deeds.js'
import { share, withEntry } from './share.js'
import type { Deed, History, State } from './state.js'
import { learn } from './users.js'

/** As much of a message as a reply shows of it. */
export const quoteOf = (text: string): string => (text.length <= 280 ? text : [...text].slice(0, 280).join(''))

export const emptyHistory: History = {
  ...{ items: [], deeds: [], anchor: null, hasLatest: false, status: 'loading', error: null },
  ...{ isLoadingBefore: false, isLoadingAfter: false },
}

export function withHistory(state: State, roomId: string, changes: Partial<History>): State {
  const history = state.histories.get(roomId)
  if (!history) return state
  const next = { ...history, ...changes }
  return { ...state, histories: withEntry(state.histories, roomId, next) }
}

/**
 * My reactions to a message that came without them. `userIds` holds the first 20 only: beyond those, what was known stays,
 * changed by `cause` if that was me.
 */
export function mine(message: Message, known: ShownMessage | undefined, myId: string, cause?: ReactionCause): string[] {
  if (message.myReactions) return message.myReactions
  const standing = message.reactions.filter(({ reaction, count, userIds }) => {
    if (userIds.includes(myId)) return true
    if (cause?.userId === myId && cause.reaction === reaction) return cause.type === 'reaction.added'
    return count > userIds.length && known?.myReactions.includes(reaction)
  })
  return standing.map(({ reaction }) => reaction)
}

/** Whether `mine` had to guess, so that the server has to be asked. `isLive`: nothing was missed before it. */
export const isGuess = (message: Message, myId: string, cause: ReactionCause | undefined, isLive: boolean): boolean =>
  !(isLive && cause?.userId !== myId) &&
  message.reactions.some(
    ({ reaction, count, userIds }) =>
      count > userIds.length && !userIds.includes(myId) && !(isLive && cause?.reaction === reaction),
  )

/** Where a seq stands, or would stand. */
export function indexOf(items: readonly { seq: number }[], seq: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle] as { seq: number }).seq < seq) low = middle + 1
    else high = middle
  }
  return low
}

function shown(message: Message, known: ShownMessage | undefined, myId: string, cause?: ReactionCause): ShownMessage {
  // Read anew it is the same message; only what I reacted may be known better now.
  const base = known?.revision === message.revision ? known : message
  const isOwn = message.user?.id === myId && message.clientId !== null
  const key = isOwn ? (message.clientId as string) : message.id
  const made: ShownMessage = {
    ...base,
    ...{ key, state: 'sent', error: null, myReactions: mine(message, known, myId, cause) },
  }
  return share(known, made)
}

/** Puts messages among those that are known: of two versions the higher revision wins. Replies quote what they answer as it is now. */
function merge(items: readonly ShownMessage[], messages: Message[], myId: string, cause?: ReactionCause) {
  let merged = items as ShownMessage[]
  for (const message of messages) {
    const index = indexOf(merged, message.seq)
    const known = merged[index]?.seq === message.seq ? merged[index] : undefined
    if (known && known.revision > message.revision) continue
    const next = shown(message, known, myId, cause)
    if (next === known) continue
    if (merged === items) merged = [...items]
    merged.splice(index, known ? 1 : 0, next)
  }
  return merged === items ? items : requoted(merged)
}

function requoted(items: ShownMessage[]): ShownMessage[] {
  const wanted = new Map<string, ShownMessage | null>()
  for (const { replyTo } of items) if (replyTo) wanted.set(replyTo.id, null)
  if (wanted.size === 0) return items
  for (const item of items) if (wanted.has(item.id)) wanted.set(item.id, item)
  return items.map((item) => {
    const original = item.replyTo && wanted.get(item.replyTo.id)
    if (!item.replyTo || !original) return item
    return share(item, { ...item, replyTo: { ...item.replyTo, text: quoteOf(original.text) } })
  })
}

/** A message as it is at its revision, where the room's messages were asked for. */
export function takeMessage(state: State, message: Message, cause?: ReactionCause): State {
  const history = state.histories.get(message.roomId)
  const learned = learn(state, message.user)
  if (!history || !state.me) return learned
  const items = merge(history.items, [message], state.me.id, cause)
  return items === history.items ? learned : withHistory(learned, message.roomId, { items })
}

/** A page of history, and where the window is then; `asked`: the version at which it was asked for. */
export function takePage(
  state: State,
  roomId: string,
  { items: page }: MessagePage,
  asked: number,
  changes: Partial<History> = {},
): State {
  const history = state.histories.get(roomId)
  if (!history || !state.me || asked < (state.rooms.get(roomId)?.voidBefore ?? state.bornAt)) return state
  const items = merge(history.items, page, state.me.id)
  const learned = learn(state, ...page.map(({ user }) => user))
  return withHistory(learned, roomId, { items, status: 'ready', error: null, ...changes })
}

/** Does something to a message before the server has. */
export function begin(state: State, roomId: string, deed: Deed): State {
  const history = state.histories.get(roomId)
  return history ? withHistory(state, roomId, { deeds: [...history.deeds, deed] }) : state
}

/** The server has done it, or it is undone. A message that has changed since tells itself whether it was done. */
export function settle(state: State, roomId: string, deed: Deed, isDone: boolean): State {
  const history = state.histories.get(roomId)
  if (!history || !state.me) return state
  const myId = state.me.id
  const deeds = history.deeds.filter(({ id }) => id !== deed.id)
  if (!isDone) return withHistory(state, roomId, { deeds })
  const items = history.items.map((item) =>
    item.id === deed.messageId && item.revision === deed.revision ? done(item, deed, myId) : item,
  )
  return withHistory(state, roomId, { deeds, items })
}

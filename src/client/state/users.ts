import type { Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import type { User } from '../../contract/users.js'
import { copyMap, draftOf } from './drafts.js'
import type { State } from './state.js'

/**
 * Merges users that came with other data, requested at the version `asked`. Users for whom `user.updated` came later are not
 * changed; neither are they by an event, since it does not say when it read them. `lastSeenAt` comes only in some places: where
 * it is missing, the known value stays.
 */
export function upsertUsers(state: State, asked: number, ...people: (User | null | undefined)[]): State {
  let users: Map<string, User> | undefined
  for (const given of people) {
    if (!given || asked < (state.renamed.get(given.id) ?? -1)) continue
    const known = state.users.get(given.id)
    const user = known?.lastSeenAt && given.lastSeenAt === null ? { ...given, lastSeenAt: known.lastSeenAt } : given
    if (known && Object.entries(user).every(([key, value]) => known[key as keyof User] === value)) continue
    users ??= draftOf(state.users as Map<string, User>, copyMap)
    users.set(user.id, user)
  }
  return users ? { ...state, users, me: users.get(state.me?.id ?? '') ?? state.me } : state
}

/** The version for users in events, whose time is unknown. */
export const untimed = 0

/** A user has changed their name, description or picture. */
export const renameUser = (state: State, user: User): State => ({
  ...upsertUsers(state, Number.POSITIVE_INFINITY, user),
  renamed: new Map(state.renamed).set(user.id, state.version + 1),
})

/** A user as last known, from any source. */
export const shownUser = <T extends User | null | undefined>(users: State['users'], user: T): T | User =>
  (user && users.get(user.id)) || user

const made = new WeakMap<object, { inputs: unknown[]; shown: object }>()

/** The shown form of an object, which keeps its identity as long as its `inputs` do, wherever in a list it is. */
function sameOf<T extends object>(of: T, inputs: unknown[], make: () => T): T {
  const known = made.get(of)
  if (known?.inputs.every((input, n) => input === inputs[n])) return known.shown as T
  const shown = make()
  made.set(of, { inputs, shown })
  return shown
}

/** A message with its sender, and the name of whom it answers, as last known. */
export function shownMessage<M extends Message>(users: State['users'], message: M): M {
  const { replyTo } = message
  const user = shownUser(users, message.user)
  const userName = users.get(replyTo?.userId ?? '')?.name ?? replyTo?.userName ?? null
  if (user === message.user && userName === (replyTo?.userName ?? null)) return message
  return sameOf(message, [user, userName], () => ({ ...message, user, replyTo: replyTo && { ...replyTo, userName } }))
}

/** A room with its users as last known. */
export function shownRoom<R extends Partial<Room>>(users: State['users'], room: R): R {
  const { peer, lastMessage } = room
  const [shownPeer, user] = [shownUser(users, peer), shownUser(users, lastMessage?.user)]
  if (shownPeer === peer && user === lastMessage?.user) return room
  return sameOf(room, [shownPeer, user], () => ({
    ...room,
    peer: shownPeer,
    lastMessage: lastMessage && { ...lastMessage, user },
  }))
}

import type { User } from '../../contract/users.js'
import type { State } from './state.js'

/** Takes in what was told of people, along with something else or by itself. */
export function learn(state: State, ...people: (User | null | undefined)[]): State {
  const users = new Map(state.users)
  for (const user of people) {
    // The one thing of which is known that it only goes forward.
    if (user) users.set(user.id, { ...user, lastSeenAt: later(users.get(user.id)?.lastSeenAt, user.lastSeenAt) })
  }
  return { ...state, users, me: users.get(state.me?.id ?? '') ?? state.me }
}

export const later = (one: string | null | undefined, other: string | null | undefined): string | null =>
  (one ?? '') > (other ?? '') ? (one ?? null) : (other ?? null)

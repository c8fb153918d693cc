import type { User } from '../../contract/users.js'
import { share, withEntry } from './share.js'
import type { State } from './state.js'

/** Takes in what was told of people, along with something else or by itself. */
export function learn(state: State, ...people: (User | null | undefined)[]): State {
  let { users, me } = state
  for (const user of people) {
    if (!user) continue
    const known = users.get(user.id)
    // The one thing of which is known that it only goes forward.
    const lastSeenAt = later(known?.lastSeenAt, user.lastSeenAt)
    const next = share(known, { ...user, lastSeenAt })
    users = withEntry(users, user.id, next)
    if (me?.id === user.id) me = next
  }
  return users === state.users ? state : { ...state, users, me }
}

export const later = (one: string | null | undefined, other: string | null | undefined): string | null =>
  (one ?? '') > (other ?? '') ? (one ?? null) : (other ?? null)

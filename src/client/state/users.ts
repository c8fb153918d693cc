import type { User } from '../../contract/users.js'
import type { State } from './state.js'

/** Takes in what was told of people, along with something else or by itself. */
export function learn(state: State, ...people: (User | null | undefined)[]): State {
  const users = new Map(state.users)
  for (const user of people) if (user) users.set(user.id, user)
  return { ...state, users, me: users.get(state.me?.id ?? '') ?? state.me }
}

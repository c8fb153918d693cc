import type { List } from '../contract/fields.js'
import type { Reaction } from '../contract/reactions.js'
import type { User } from '../contract/users.js'
import type { MyProfile, Users } from './api/users.js'
import type { Context } from './context.js'
import { learn } from './state/users.js'
import { cached } from './store.js'

/** People, as they were last heard of. */
export function createUsers({ store, http }: Context): { users: Users; me: MyProfile } {
  const take = (user: User): User => {
    store.update((state) => learn(state, user))
    return user
  }
  return {
    users: {
      known: cached((userId) =>
        store.topic(
          ({ users }) => [users.get(userId)],
          (user) => user,
        ),
      ),
      get: async (userId) => take(await http.request('GET', ['users', userId])),
      search: (q, { signal, ...page } = {}) =>
        http.request<List<User>>('GET', ['users'], { query: { q: q || undefined, ...page }, signal }),
    },
    me: {
      ...store.topic(
        ({ me }) => [me],
        (me) => me,
      ),
      update: async (changes) => take(await http.request('PATCH', ['users', 'me'], { body: changes })),
      reactions: (query) => http.request<List<Reaction>>('GET', ['reactions'], { query }),
    },
  }
}

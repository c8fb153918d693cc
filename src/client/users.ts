import type { User } from '../contract/users.js'
import type { MyProfile, Users } from './api/users.js'
import type { Context } from './context.js'
import { learn } from './state/users.js'
import { cached } from './store.js'

/** People, as they were last heard of. */
export function createUsers({ store, http }: Context): { users: Users; me: MyProfile } {
  const take = (user: User): User => {
    store.update(learn, user)
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
      get: async (userId) => take(await http.get(['users', userId])),
      search: http.search('users'),
    },
    me: {
      ...store.topic(
        ({ me }) => [me],
        (me) => me,
      ),
      update: async (changes) => take(await http.send('PATCH', ['users', 'me'], changes)),
      reactions: (page) => http.get(['reactions'], page),
    },
  }
}

import type { User } from '../contract/users.js'
import type { MyProfile, Users } from './api/users.js'
import type { Context } from './context.js'
import { upsertUsers } from './state/users.js'
import { cached } from './store.js'

/** People, as they were last heard of. */
export function createUsers({ store, http }: Context): { users: Users; me: MyProfile } {
  async function upserting(ask: () => Promise<User>): Promise<User> {
    const asked = store.state.version
    const user = await ask()
    store.update(upsertUsers, asked, user)
    return user
  }

  return {
    users: {
      known: cached((userId) =>
        store.observable<[User | undefined], User | undefined>(({ users }) => [users.get(userId)]),
      ),
      get: (userId) => upserting(() => http.get(['users', userId])),
      search: http.search('users'),
    },
    me: {
      ...store.observable<[User | null], User | null>(({ me }) => [me]),
      update: (changes) => upserting(() => http.send('PATCH', ['users', 'me'], changes)),
      reactions: (page) => http.get(['reactions'], page),
    },
  }
}

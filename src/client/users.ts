import type { User } from '../contract/users.js'
import type { MyProfile, Users } from './api/users.js'
import type { Context } from './context.js'
import { learn } from './state/users.js'
import { cached } from './store.js'

/** People, as they were last heard of. */
export function createUsers({ store, http }: Context): { users: Users; me: MyProfile } {
  return {
    users: {
      known: cached((userId) => store.topic<[User | undefined], User | undefined>(({ users }) => [users.get(userId)])),
      get: async (userId) => store.update(learn, await http.get<User>(['users', userId])),
      search: http.search('users'),
    },
    me: {
      ...store.topic<[User | null], User | null>(({ me }) => [me]),
      update: async (changes) => store.update(learn, await http.send<User>('PATCH', ['users', 'me'], changes)),
      reactions: (page) => http.get(['reactions'], page),
    },
  }
}

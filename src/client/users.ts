import type { List } from '../contract/fields.js'
import type { Reaction } from '../contract/reactions.js'
import type { User } from '../contract/users.js'
import type { Topic } from './api/topic.js'
import type { MyProfile, Users } from './api/users.js'
import type { Context } from './context.js'
import { learn } from './state/users.js'

/** People, as they were last heard of. */
export function createUsers({ store, http }: Context): { users: Users; me: MyProfile } {
  const topics = new Map<string, Topic<User | undefined>>()
  const take = (user: User): User => {
    store.update((state) => learn(state, user))
    return user
  }
  return {
    users: {
      known(userId) {
        let topic = topics.get(userId)
        if (!topic) {
          topic = store.topic(
            ({ users }) => [users.get(userId)],
            (user) => user,
          )
          topics.set(userId, topic)
        }
        return topic
      },
      get: async (userId) => take(await http.request<User>('GET', ['users', userId])),
      search: (q, { signal, ...page } = {}) =>
        http.request<List<User>>('GET', ['users'], { query: { q: q || undefined, ...page }, signal }),
    },
    me: {
      ...store.topic(
        ({ me }) => [me],
        (me) => me,
      ),
      update: async (changes) => take(await http.request<User>('PATCH', ['users', 'me'], { body: changes })),
      reactions: (page = {}) => http.request<List<Reaction>>('GET', ['reactions'], { query: page }),
    },
  }
}

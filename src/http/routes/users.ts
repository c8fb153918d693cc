import { components } from '../components.js'
import { searchQuery } from '../parameters.js'
import { ok, route } from '../route.js'

export const userRoutes = [
  route('GET /users/me', {
    name: 'getMe',
    summary: 'Who I am',
    statuses: [200],
    response: components.User,
    handle: ({ core, me }) => ok(core.users.get(me)),
  }),
  route('PATCH /users/me', {
    name: 'updateMe',
    summary: 'Change what I say of myself',
    body: components.UpdateUser,
    statuses: [200],
    response: components.User,
    handle: ({ core, me, body }) => ok(core.users.update(me, body)),
  }),
  route('GET /users/:userId', {
    name: 'getUser',
    summary: 'A user',
    statuses: [200],
    response: components.User,
    handle: ({ core, params: { userId } }) => ok(core.users.get(userId)),
  }),
  route('GET /users', {
    name: 'searchUsers',
    summary: 'People who can be added; q is a part of their name',
    query: searchQuery,
    statuses: [200],
    response: components.UserList,
    handle: ({ core, query }) => ok(core.users.search(query)),
  }),
]

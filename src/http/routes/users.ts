import { block } from '../../contract/blocks.js'
import { listOf } from '../../contract/fields.js'
import { updateUser, user } from '../../contract/users.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { pageQuery, searchQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

export const userComponents = {
  User: component(user, 'A person, as others see them.', examples.alice),
  UserList: component(listOf(user), 'A page of people.', list(examples.alice, examples.bob)),
  UpdateUser: component(
    updateUser,
    'What people may change of their own profile. What is left out stays; null takes the picture away.',
    { description: 'Cooks on Tuesdays', avatarMediaId: null },
  ),
  Block: component(block, 'Somebody whom the caller blocks.', { user: examples.bob, createdAt: examples.at }),
  BlockList: component(
    listOf(block),
    'A page of those whom the caller blocks.',
    list({ user: examples.bob, createdAt: examples.at }),
  ),
}

export const userRoutes = [
  route('GET /users/me', {
    name: 'getMe',
    summary: 'Who I am',
    description: 'The caller, as others see them.',
    statuses: [200],
    response: userComponents.User,
    handle: ({ core, me }) => ok(core.users.get(me, null)),
  }),
  route('PATCH /users/me', {
    name: 'updateMe',
    summary: 'Change my profile',
    description: "What people may say of themselves; the rest is the application's.",
    body: userComponents.UpdateUser,
    statuses: [200],
    response: userComponents.User,
    handle: ({ core, me, body }) => ok(core.users.update(me, body)),
  }),
  route('GET /users/me/blocks', {
    name: 'listBlocks',
    summary: 'Whom I block',
    description: 'In the order of their ids; nobody else can see it.',
    query: pageQuery,
    statuses: [200],
    response: userComponents.BlockList,
    handle: ({ core, me, query }) => ok(core.blocks.list(me, query)),
  }),
  route('PUT /users/me/blocks/:userId', {
    name: 'blockUser',
    summary: 'Block somebody',
    description:
      'Neither starts a private room with the other, adds the other to a room, or writes in their private room: 403 `blocked` for both. 200 if they are blocked already.',
    statuses: [201, 200],
    refusals: ['conflict'],
    response: userComponents.Block,
    async handle({ core, me, params: { userId } }) {
      const { block, created } = await core.blocks.add(me, userId)
      return made(block, created)
    },
  }),
  route('DELETE /users/me/blocks/:userId', {
    name: 'unblockUser',
    summary: 'Block somebody no more',
    description: 'Also where they were not blocked. What could not be written meanwhile was never sent.',
    statuses: [204],
    handle: ({ core, me, params: { userId } }) => done(core.blocks.remove(me, userId)),
  }),
  route('GET /users/:userId', {
    name: 'getUser',
    summary: 'A user',
    description: "Somebody whom this chat knows, or the application's directory.",
    statuses: [200],
    response: userComponents.User,
    handle: async ({ core, me, params: { userId } }) => ok(core.users.get(userId, await core.users.viewer(me))),
  }),
  route('GET /users', {
    name: 'searchUsers',
    summary: 'People',
    description: 'Those who can be added; `q` is a part of their name.',
    query: searchQuery,
    isSearch: ({ q = '' }) => q !== '',
    statuses: [200],
    response: userComponents.UserList,
    handle: async ({ core, me, query, signal }) => ok(core.users.search(query, await core.users.viewer(me), signal())),
  }),
]

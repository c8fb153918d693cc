import { components } from '../components.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const reactions = '/rooms/:roomId/messages/:messageId/reactions'
const reaction = `${reactions}/:reactionId` as const

export const reactionRoutes = [
  route(`GET ${reactions}`, {
    name: 'listReactions',
    summary: 'Reactions to a message',
    description: 'Oldest first.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden'],
    response: components.ReactionList,
    handle: ({ core, me, params: { roomId, messageId }, query }) =>
      ok(core.reactions.list(me, roomId, messageId, query)),
  }),
  route(`POST ${reactions}`, {
    name: 'addReaction',
    summary: 'React to a message',
    description: '200 if the reaction stands already.',
    body: components.AddReaction,
    rate: 'reactions',
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict', 'reaction_not_allowed'],
    response: components.Reaction,
    async handle({ core, me, params: { roomId, messageId }, body }) {
      const { reaction, created } = await core.reactions.add(me, roomId, messageId, body.reaction)
      return made(reaction, created)
    },
  }),
  route(`GET ${reaction}`, {
    name: 'getReaction',
    summary: 'A reaction',
    description: "One person's, to one message.",
    statuses: [200],
    refusals: ['forbidden'],
    response: components.Reaction,
    handle: ({ core, me, params: { roomId, messageId, reactionId } }) =>
      ok(core.reactions.get(me, roomId, messageId, reactionId)),
  }),
  route(`DELETE ${reaction}`, {
    name: 'removeReaction',
    summary: 'Take back a reaction',
    description: 'One of your own.',
    rate: 'reactions',
    statuses: [204],
    refusals: ['forbidden'],
    handle: ({ core, me, params: { roomId, messageId, reactionId } }) =>
      done(core.reactions.remove(me, roomId, messageId, reactionId)),
  }),
  route('GET /reactions', {
    name: 'listMyReactions',
    summary: 'My reactions',
    description: 'Newest first, in rooms that I am still in.',
    query: pageQuery,
    statuses: [200],
    response: components.ReactionList,
    handle: ({ core, me, query }) => ok(core.reactions.mine(me, query)),
  }),
]

import { listOf } from '../../contract/fields.js'
import { addReaction, type Reaction, reaction, reactionCount } from '../../contract/reactions.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const reactionsPath = '/rooms/:roomId/messages/:messageId/reactions'
const reactionPath = `${reactionsPath}/:reactionId` as const

const { roomId, messageId, reactionId, bob, at } = examples
const thumb: Reaction = { id: reactionId, messageId, roomId, user: bob, reaction: '👍', createdAt: at }

export const reactionComponents = {
  Reaction: component(reaction, "One person's reaction to one message.", thumb),
  ReactionCount: component(
    reactionCount,
    'All reactions of one kind to a message, with the first 20 who reacted so.',
    examples.reactionCount,
  ),
  ReactionList: component(listOf(reaction), 'A page of reactions.', list(thumb)),
  AddReaction: component(addReaction, 'A reaction, one that the application allows.', { reaction: '👍' }),
}

export const reactionRoutes = [
  route(`GET ${reactionsPath}`, {
    name: 'listReactions',
    summary: 'Reactions to a message',
    description: 'Oldest first.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden'],
    response: reactionComponents.ReactionList,
    handle: ({ core, me, params: { roomId, messageId }, query }) =>
      ok(core.reactions.list(me, roomId, messageId, query)),
  }),
  route(`POST ${reactionsPath}`, {
    name: 'addReaction',
    summary: 'React to a message',
    description: '200 if the reaction stands already.',
    body: reactionComponents.AddReaction,
    rate: 'reactions',
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict', 'reaction_not_allowed'],
    response: reactionComponents.Reaction,
    async handle({ core, me, params: { roomId, messageId }, body }) {
      const { reaction, created } = await core.reactions.add(me, roomId, messageId, body.reaction)
      return made(reaction, created)
    },
  }),
  route(`GET ${reactionPath}`, {
    name: 'getReaction',
    summary: 'A reaction',
    description: "One person's, to one message.",
    statuses: [200],
    refusals: ['forbidden'],
    response: reactionComponents.Reaction,
    handle: ({ core, me, params: { roomId, messageId, reactionId } }) =>
      ok(core.reactions.get(me, roomId, messageId, reactionId)),
  }),
  route(`DELETE ${reactionPath}`, {
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
    response: reactionComponents.ReactionList,
    handle: ({ core, me, query }) => ok(core.reactions.mine(me, query)),
  }),
]
